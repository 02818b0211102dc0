"""The memory plan against calculations by hand, and against what PyTorch keeps."""

import subprocess

import pytest
import torch
from transformers import LlamaConfig, LlamaForCausalLM

from synverify_core.experiments.base import make_config
from synverify_core.experiments.summarization import memory_plan
from synverify_core.experiments.summarization.base_model import BASE_SHAPE, FRESH_SHAPE
from synverify_core.experiments.summarization.experiment import Summarization
from synverify_core.experiments.summarization.memory_plan import (
    Gpu,
    first_gpu,
    layer_activations,
    memory_table,
    needs,
    plan_text,
)
from synverify_core.experiments.summarization.model_sizes import KNOWN, model_sizes, sizes_of
from synverify_core.experiments.summarization.models import parameter_count, save
from synverify_core.experiments.summarization.sources import EMBEDDED, FRESH


@pytest.mark.parametrize("name", [*KNOWN, "shared"])
def test_the_parameters_of_known_models_are_those_of_transformers(name):
    """Also where embeddings, and keys of several heads, are shared: they count once."""
    shared = {"vocab_size": 100, "hidden_size": 16, "intermediate_size": 24, "num_hidden_layers": 2}
    shared |= {"num_attention_heads": 4, "num_key_value_heads": 2, "tie_word_embeddings": True}
    settings = KNOWN.get(name, {"model_type": "llama", **shared})
    with torch.device("meta"):  # takes no memory
        config = {field: value for field, value in settings.items() if field != "model_type"}
        model = LlamaForCausalLM(LlamaConfig(**config))
    assert sizes_of(settings).parameters == sum(one.numel() for one in model.parameters())


@pytest.mark.parametrize(
    ("name", "parameters"),
    [
        ("NousResearch/Llama-2-7b-chat-hf", 6_738_415_616),
        ("meta-llama/Meta-Llama-3-8B", 8_030_261_248),
        ("HuggingFaceTB/SmolLM2-135M", 134_515_008),
    ],
)
def test_copies_of_known_models_have_their_published_parameters(name, parameters):
    assert model_sizes(name).parameters == parameters
    assert model_sizes("somebody/something-7b") is None


def test_what_llama_2_needs_is_what_its_numbers_multiply_to():
    """AdamW: 16 bytes a parameter and bfloat16 copies; all layers and logits; keys and values."""
    llama = sizes_of(KNOWN["llama-2-7b"])
    assert needs(llama, "float32", 1).training == (16 + 2) * llama.parameters
    layer = 16 * 4096 + 4 * 4096 + 8 * 4096 + 8 * 11008
    assert layer_activations(llama, "float32") == layer
    assert needs(llama, "float32", 1024).example == 1024 * (32 * layer + 16 * 32000)
    memory = needs(llama, "bfloat16", 100)
    assert memory.training == 8 * llama.parameters
    assert (memory.weights, memory.article) == (2 * llama.parameters, 100 * 524_288)
    grouped = sizes_of(KNOWN["llama-3-8b"])  # eight heads of keys for 32 of queries
    assert needs(grouped, "bfloat16", 1).article == 524_288 / 4
    table = memory_table()
    assert [text.split(" to train")[0] for text in table.values()] == [
        "128 GB",
        "4.1 GB",
        "0.13 GB",
    ]
    assert table["meta-llama/Llama-2-7b-hf"].endswith("One GPU of 141 GB or more holds it")


def test_the_models_that_are_made_here_have_their_own_shapes():
    for name, shape in ((EMBEDDED, BASE_SHAPE), (FRESH, FRESH_SHAPE)):
        assert sizes_of(KNOWN[name]) == sizes_of(shape.config(0, 1).to_dict())


def test_a_folder_tells_its_own_size(tmp_path, tiny):
    save(tiny, tmp_path)
    own = parameter_count(tiny)
    assert model_sizes(str(tmp_path)).parameters == own
    (tmp_path / "model.safetensors").unlink()
    without = model_sizes(str(tmp_path))
    assert without is None or without.parameters == own
    (tmp_path / "config.json").write_text("{")
    assert model_sizes(str(tmp_path)) is None


def plan(monkeypatch, gpu=None, **settings):
    monkeypatch.setattr(memory_plan, "first_gpu", lambda: gpu)
    monkeypatch.setattr(memory_plan, "main_memory", lambda: 16 * 2**30)
    preset = settings.pop("preset", "paper")
    return " ".join(plan_text(make_config(Summarization, preset, settings)))


def test_the_plan_is_that_of_the_largest_model_and_of_this_machine(monkeypatch):
    small = plan(monkeypatch, preset="quick", model="fresh", weak_model="fresh")
    assert small.startswith("fresh has 0.1 million parameters and needs at most 0.02 GB to train: ")
    text = plan(monkeypatch)
    assert text.startswith("meta-llama/Meta-Llama-3-8B has 8.0 billion parameters")
    half = {"verifiers": ("oracle",), "dtype": "bfloat16"}
    assert "among several (FSDP) is not there yet" in plan(monkeypatch)
    text = plan(monkeypatch, **half)
    assert text.startswith("meta-llama/Llama-2-7b-hf has 6.7 billion parameters: training all of")
    assert "in bfloat16 needs 54 GB for weights, gradients and optimizer and 6.6 GB for" in text
    assert "No GPU is found here; main memory (17 GB) does not hold it." in text
    assert "One GPU of 80 GB or more holds it. To need less, set a smaller block_size" in text
    assert "dtype = bfloat16" not in text
    whole = plan(monkeypatch, verifiers=("oracle",))
    assert "float32 needs 121 GB" in whole and "set dtype = bfloat16" in whole
    small = plan(monkeypatch, gpu=Gpu("Small", 24 * 10**9), **half)
    assert "This machine's GPU (Small, 24 GB) does not hold it." in small
    large = plan(monkeypatch, gpu=Gpu("Large", 80 * 10**9), **half)
    assert "holds it with 2 of a batch's 32 examples at once" in large
    assert "To need less" not in large


def test_an_unknown_model_is_said_to_be_unknown(monkeypatch):
    text = plan(monkeypatch, model="somebody/model", weak_model="somebody/model")
    assert text.startswith("How large somebody/model is cannot be told")
    both = plan(monkeypatch, model="somebody/model")
    assert "Llama-3-8B has" in both and "somebody/model is cannot be told" in both


def test_nvidias_tool_is_asked_once_and_may_be_missing(monkeypatch):
    answers = []

    def asked(command, **_):
        answers.append(command)
        return subprocess.CompletedProcess(command, 0, stdout="NVIDIA H100, 81559\nother, 1\n")

    monkeypatch.setattr(memory_plan.subprocess, "run", asked)
    first_gpu.cache_clear()
    assert first_gpu() == first_gpu() == Gpu("NVIDIA H100", 81559 * 2**20)
    assert len(answers) == 1
    first_gpu.cache_clear()
    monkeypatch.undo()
    monkeypatch.setenv("PATH", "/nowhere")
    assert first_gpu() is None
    first_gpu.cache_clear()


@pytest.mark.parametrize("weights", ["float32", "bfloat16"])
def test_the_count_of_activations_is_what_pytorch_keeps(weights):
    """Two models that differ by one layer, each with its saved tensors counted once."""
    shape = {"vocab_size": 64, "hidden_size": 128, "intermediate_size": 352}

    def config(layers):
        return LlamaConfig(**shape, num_hidden_layers=layers, num_attention_heads=4)

    def kept(layers):
        model = LlamaForCausalLM(config(layers)).to(getattr(torch, weights))
        own = {parameter.untyped_storage().data_ptr() for parameter in model.parameters()}
        seen = {}

        def pack(tensor):
            storage = tensor.untyped_storage()
            if storage.data_ptr() not in own and tensor.numel() >= 64 * 128:
                seen[storage.data_ptr()] = storage.nbytes()
            return tensor

        tokens = torch.zeros((1, 64), dtype=torch.long)
        with (
            torch.autograd.graph.saved_tensors_hooks(pack, lambda tensor: tensor),
            torch.autocast("cpu", torch.bfloat16, enabled=weights == "float32"),
        ):
            logits = model(tokens, use_cache=False).logits
        assert logits.requires_grad
        return sum(seen.values())

    estimate = 64 * layer_activations(sizes_of(config(2).to_dict()), weights)
    # Autocast keeps bfloat16 weights too; the plan has them under copies.
    copies = 2 * (4 * 128**2 + 3 * 128 * 352) if weights == "float32" else 0
    assert kept(3) - kept(2) - copies == pytest.approx(estimate, rel=0.2)
