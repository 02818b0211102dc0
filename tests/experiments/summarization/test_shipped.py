"""What the project ships: the base, and generators that belong to it."""

import json
from pathlib import Path

import pytest
import torch

from synverify_core.experiments.summarization.models import load, parameter_count
from synverify_core.experiments.summarization.sources import EMBEDDED, model_identity

REFERENCE = Path(__file__).resolve().parents[3] / "cache" / "reference"


@pytest.fixture(autouse=True)
def shipped(monkeypatch):
    """Look at what is shipped."""
    monkeypatch.setenv("SYNVERIFY_REFERENCE", str(REFERENCE))


def test_the_base_is_the_one_that_its_provenance_tells_of():
    loaded = load(EMBEDDED)
    facts = json.loads(
        (REFERENCE / "models" / "summarization-base" / "provenance.json").read_text()
    )
    assert parameter_count(loaded) == facts["parameters"]
    assert loaded.context == facts["shape"]["context"]
    assert len(loaded.tokenizer) <= facts["shape"]["vocabulary"]
    assert {parameter.dtype for parameter in loaded.model.parameters()} == {torch.float32}
    assert facts["commit"] and "dirty" not in facts["commit"]
    # The base before it, which read 128 tokens an article, had 2.03 on such texts.
    assert facts["held_out"]["docstrings"]["bits_a_character"] < 1.6


def test_a_shipped_generator_was_made_from_the_shipped_base():
    folders = [
        path.parent
        for path in (REFERENCE / "artifacts" / "summarization").glob("*/settings.json")
        if not path.parent.name.startswith("pool-")
    ]
    assert folders
    for folder in folders:
        settings = json.loads((folder / "settings.json").read_text())
        assert settings["identity"]["model"] == model_identity(EMBEDDED)
        assert parameter_count(load(str(folder / "model"))) == parameter_count(load(EMBEDDED))
