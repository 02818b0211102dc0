"""The memory plan against calculations by hand, and against what PyTorch keeps."""

import pytest
import torch
from transformers import LlamaConfig, LlamaForCausalLM

from synverify_core.errors import InputError
from synverify_core.experiments.summarization.memory_plan import (
    describe,
    fits,
    generation_memory,
    layer_activations,
    llama_2_7b,
    measure,
    rows_that_fit,
    training_memory,
)


@pytest.fixture(scope="module")
def llama():
    return measure(llama_2_7b())


def test_llama_2_has_the_published_number_of_parameters(llama):
    layer = 4 * 4096**2 + 3 * 4096 * 11008 + 2 * 4096
    assert llama.parameters == 32 * layer + 2 * 32000 * 4096 + 4096 == 6_738_415_616
    assert llama.layer == layer + 4096 // 32


def test_shared_embeddings_and_shared_keys_count_once():
    sizes = measure(
        LlamaConfig(
            vocab_size=100,
            hidden_size=16,
            intermediate_size=24,
            num_hidden_layers=2,
            num_attention_heads=4,
            num_key_value_heads=2,
            tie_word_embeddings=True,
        )
    )
    layer = 2 * 16 * 16 + 2 * 16 * 8 + 3 * 16 * 24 + 2 * 16
    assert sizes.parameters == 100 * 16 + 2 * layer + 16
    assert (sizes.embeddings, sizes.keys) == (1600, 8)


def test_adam_in_float32_needs_sixteen_bytes_a_parameter_and_copies(llama):
    memory = training_memory(llama)
    count = llama.parameters
    assert memory.weights + memory.gradients + memory.adam == 16 * count
    assert memory.copies == 2 * count
    half = training_memory(llama, weights="bfloat16")
    assert half.weights + half.gradients + half.adam == 8 * count
    assert half.copies == 0


def test_several_gpus_share_all_but_activations_and_gathered_layers(llama):
    one, four = training_memory(llama), training_memory(llama, gpus=4)
    for part in ("weights", "gradients", "adam"):
        assert getattr(four, part) == getattr(one, part) // 4
    assert four.activations == one.activations
    assert four.copies == 6 * llama.layer


def test_checkpointing_keeps_one_layer_and_the_inputs_of_all(llama):
    kept = training_memory(llama, activation_checkpointing=False).activations
    again = training_memory(llama).activations
    layer = 16 * 4096 + 4 * 4096 + 8 * 4096 + 8 * 11008
    assert layer_activations(llama, "float32") == layer
    logits = 16 * 32000
    assert kept == 1024 * (32 * layer + logits)
    assert again == 1024 * (32 * 4 * 4096 + layer + logits)


def test_a_token_of_llama_2_keeps_half_a_megabyte(llama):
    weights = generation_memory(llama, rows=0, tokens=0)
    assert weights == 2 * llama.parameters
    assert generation_memory(llama, rows=3, tokens=100) - weights == 300 * 524_288


def test_what_fits_where(llama):
    assert not fits(training_memory(llama), 80)
    assert fits(training_memory(llama), 141)
    assert fits(training_memory(llama, gpus=4), 80)
    assert fits(training_memory(llama, weights="bfloat16"), 80)
    assert rows_that_fit(llama, 12) == 0
    assert rows_that_fit(llama, 24) == (int(24e9 * 0.92) - 2 * llama.parameters) // (1024 * 524_288)
    with pytest.raises(InputError, match="gpus = 0"):
        training_memory(llama, gpus=0)


def test_the_text_names_the_gpus():
    text = describe(llama_2_7b())
    assert text.startswith("6,738,415,616 parameters.")
    assert "122.6 GB on one GPU (weights 27.0, copies 13.5, gradients 27.0, adam 53.9" in text
    assert "8 x 24 GB or 4 x 40 GB or 2 x 80 GB or 1 x 141 GB" in text


@pytest.mark.parametrize("weights", ["float32", "bfloat16"])
def test_the_count_of_activations_is_what_pytorch_keeps(weights):
    """Two models that differ by one layer, each with its saved tensors counted once."""

    def kept(layers):
        config = LlamaConfig(
            vocab_size=64,
            hidden_size=128,
            intermediate_size=352,
            num_hidden_layers=layers,
            num_attention_heads=4,
        )
        model = LlamaForCausalLM(config).to(getattr(torch, weights))
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

    config = LlamaConfig(
        vocab_size=64,
        hidden_size=128,
        intermediate_size=352,
        num_hidden_layers=2,
        num_attention_heads=4,
    )
    estimate = 64 * layer_activations(measure(config), weights)
    # Autocast keeps bfloat16 weights too; the plan has them under copies.
    copies = 2 * (4 * 128**2 + 3 * 128 * 352) if weights == "float32" else 0
    assert kept(3) - kept(2) - copies == pytest.approx(estimate, rel=0.2)
