"""Loading and saving models."""

import huggingface_hub.constants
import pytest
import torch

from synverify_core.errors import InputError, StoreError
from synverify_core.experiments.summarization.models import embedded_folder, load, save
from tests.experiments.summarization.conftest import weights


def test_a_saved_model_is_loaded_as_it_was(tiny, tmp_path):
    save(tiny, tmp_path / "model")
    assert not list(tmp_path.rglob("*.bin"))
    loaded = load(str(tmp_path / "model"))
    assert torch.equal(weights(loaded), weights(tiny)) and loaded.context == 64
    tokens = torch.tensor([loaded.tokenizer("array of a matrix")["input_ids"]])
    with torch.inference_mode():
        assert torch.equal(loaded.model(tokens).logits, tiny.model(tokens).logits)


def test_the_dtype_is_the_one_that_was_asked_for(tiny_llama, tmp_path):
    save(tiny_llama, tmp_path)
    assert load(str(tmp_path), dtype="bfloat16").model.dtype == torch.bfloat16
    save(load(str(tmp_path), dtype="float16"), tmp_path)
    assert load(str(tmp_path)).model.dtype == torch.float32
    with pytest.raises(InputError, match=r"dtype = 'int8' is unknown; .* float32, bfloat16"):
        load(str(tmp_path), dtype="int8")


def test_a_model_without_pad_token_pads_with_its_end(tiny_gpt2, tmp_path):
    tiny_gpt2.tokenizer.save_pretrained(tmp_path)
    settings = tmp_path / "tokenizer_config.json"
    text = settings.read_text(encoding="utf8")
    assert '"pad_token": "<|pad|>"' in text
    settings.write_text(text.replace('"pad_token": "<|pad|>"', '"pad_token": null'), "utf8")
    tiny_gpt2.model.save_pretrained(tmp_path)
    loaded = load(str(tmp_path))
    assert loaded.tokenizer.pad_token_id == loaded.tokenizer.eos_token_id
    # In the model's settings it would keep the end token's embedding from being learnt.
    assert loaded.model.config.pad_token_id is None


def test_the_embedded_base_is_looked_for_among_the_shipped_records(monkeypatch, tmp_path):
    monkeypatch.setenv("SYNVERIFY_REFERENCE", str(tmp_path))
    assert embedded_folder() == tmp_path / "models" / "summarization-base"
    with pytest.raises(InputError, match="model = 'embedded' is not there"):
        load()


@pytest.mark.parametrize(
    ("name", "message"),
    [
        ("nobody/nothing", r"hf download nobody/nothing --local-dir FOLDER"),
        *[(name, "is not a folder") for name in ("/no/such/folder", "./none", "a/b/c")],
    ],
)
def test_what_cannot_be_had_is_named_with_what_to_do(name, message, monkeypatch):
    monkeypatch.setattr(huggingface_hub.constants, "HF_HUB_OFFLINE", True)
    with pytest.raises(InputError, match=message):
        load(name)


def test_a_broken_folder_is_named(tiny_llama, tmp_path):
    with pytest.raises(InputError, match=r"without config\.json"):
        load(str(tmp_path))
    save(tiny_llama, tmp_path)
    (tmp_path / "model.safetensors").write_bytes(b"cut off")
    with pytest.raises(StoreError, match="cannot be read"):
        load(str(tmp_path))
