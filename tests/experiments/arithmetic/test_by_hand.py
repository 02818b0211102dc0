"""Models of rounds on disk, as chains, and a problem that all of them answer."""

import numpy as np
import pytest

from synverify_core.errors import InputError, StoreError
from synverify_core.experiments.arithmetic.checkpoint import load_model, save_model, ship
from synverify_core.experiments.arithmetic.experiment import Arithmetic
from synverify_core.experiments.arithmetic.model import Transformer
from synverify_core.experiments.arithmetic.services import answer
from synverify_core.experiments.arithmetic.shape import Shape
from synverify_core.experiments.arithmetic.stored import list_chains
from synverify_core.experiments.base import make_config
from synverify_core.experiments.pipeline import run_pipeline
from tests.experiments.conftest import Memory

TINY = {"n_rounds": 3, "base_steps": 3, "retrain_steps": 2, "verifiers": ("none",)}


@pytest.fixture(scope="module")
def chains(tmp_path_factory):
    """Return the chains that two runs of other settings left on disk."""
    folder = tmp_path_factory.mktemp("arithmetic")
    for steps in (2, 1):
        config = make_config(Arithmetic, "smoke", {**TINY, "retrain_steps": steps})
        places = {"artifacts": folder / "artifacts", "checkpoints": folder / "checkpoints"}
        run_pipeline(Arithmetic(config), uid="u", **places, reporter=Memory())
    return list_chains(folder / "artifacts", folder / "none", "reverse")


def test_a_chain_is_the_generator_and_the_rounds_of_the_same_settings(chains):
    found = chains.by_filter[0, "none"]
    assert [len(model.origin.steps) for model in found] == [0, 1, 2]
    assert len({str(model.origin.settings) for model in found[1:]}) == 1
    assert chains.problems == []


def test_every_model_of_a_chain_answers_and_filters_judge(chains):
    models = [
        {"path": str(one.path), "modified": one.modified} for one in chains.by_filter[0, "none"]
    ]
    verifiers = ["none", "answer_length", "cycle", "oracle"]
    request = {"models": models, "task": "reverse", "maze_nodes": 30, "maze_hops": 0}
    found = answer({**request, "typed": "402", "verifiers": verifiers})
    assert (found["prompt"], found["truth"], found["difficulty"]) == ("402=", "204", 3)
    assert len(found["answers"]) == 3
    for one in found["answers"]:
        assert one["kept"]["none"] and one["kept"]["oracle"] == one["right"]
        assert one["right"] == (one["text"] == "204") and 0 <= one["probability"] <= 1
    with pytest.raises(InputError, match="problem = 'x' is refused"):
        answer({**request, "typed": "x", "verifiers": []})


def test_shipped_models_are_half_as_large_and_answer_as_before(tmp_path):
    shape = Shape("0123456789=", layers=1, d_model=32, heads=2)
    (tmp_path / "own").mkdir()
    model = Transformer(shape, seed=4)
    save_model(model, tmp_path / "own" / "model-0.safetensors")
    ship(tmp_path / "own", tmp_path / "shipped")
    own, shipped = (tmp_path / name / "model-0.safetensors" for name in ("own", "shipped"))
    assert shipped.stat().st_size < 0.6 * own.stat().st_size
    read = load_model(shipped, shape)
    for one, other in zip(model.parameters(), read.parameters(), strict=True):
        assert one.dtype == other.dtype
        np.testing.assert_allclose(one.detach(), other.detach(), rtol=1e-3, atol=1e-6)
    with pytest.raises(InputError, match="d_model"):
        load_model(own, Shape("0123456789=", layers=1, d_model=64, heads=2))
    own.write_bytes(b"nothing")
    with pytest.raises(StoreError, match="cannot be read"):
        load_model(own, shape)
