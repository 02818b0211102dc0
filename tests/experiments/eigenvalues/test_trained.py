"""Models to choose from: named for people, damaged ones named and never in the others' way."""

import json
import os
import subprocess
import sys

import pytest

from synverify_core.errors import StoreError
from synverify_core.experiments.eigenvalues.checkpoint import save_model
from synverify_core.experiments.eigenvalues.model import Transformer
from synverify_core.experiments.eigenvalues.shape import Shape
from synverify_core.experiments.eigenvalues.trained import list_models, read_model, read_shape

SMALL = Shape("P1000", 2, "upper", 1, 1, 8, 2)
LARGER = Shape("B1999", 3, "full", 1, 1, 8, 2)


def keep(root, key, shape=SMALL, *, seed=0, n_original=10_000, at=None):
    folder = root / "eigenvalues" / key
    folder.mkdir(parents=True)
    path = folder / "model.safetensors"
    save_model(Transformer(shape), path)
    settings = {"experiment": "eigenvalues", "version": 1, "seed": seed}
    settings["settings"] = {"n_original": n_original}
    (folder / "settings.json").write_text(json.dumps(settings))
    if at is not None:
        os.utime(path, (at, at))
    return path


@pytest.fixture
def roots(tmp_path):
    return tmp_path / "own", tmp_path / "shipped"


def test_models_are_named_for_people_shipped_ones_first(roots):
    own, shipped = roots
    keep(own, "older", at=1_000)
    keep(own, "newer", LARGER, seed=3, n_original=200, at=2_000)
    keep(shipped, "three", LARGER)
    keep(shipped, "two")
    models, problems = list_models(own, shipped)
    assert problems == []
    assert [model.name for model in models] == [
        "2x2, P1000, 10,000 originals, seed 0 (shipped)",
        "3x3, B1999, 10,000 originals, seed 0 (shipped)",
        "3x3, B1999, 200 originals, seed 3",
        "2x2, P1000, 10,000 originals, seed 0",
    ]
    assert [model.key for model in models] == ["two", "three", "newer", "older"]
    assert models[0].shape == SMALL


def test_the_same_settings_are_listed_once(roots):
    own, shipped = roots
    keep(own, "same")
    keep(shipped, "same")
    assert [model.shipped for model in list_models(own, shipped).models] == [True]


def test_a_model_without_settings_is_listed_as_unknown(roots):
    own, shipped = roots
    path = keep(own, "bare")
    (path.parent / "settings.json").unlink()
    (model,) = list_models(own, shipped).models
    assert model.name == "2x2, P1000, settings unknown"
    assert model.seed is None


def test_nothing_there_is_no_problem(roots):
    assert list_models(*roots) == ([], [])


def cut(path):
    path.write_bytes(path.read_bytes()[:-5])


def other_kind(path):
    path.write_bytes(b"\x10\x00\x00\x00\x00\x00\x00\x00" + b'{"a": {"x": 1}} ')


def other_shape(path):
    text = path.read_bytes()
    path.write_bytes(text.replace(b"P1000", b"Q1000"))


def bad_settings(path):
    (path.parent / "settings.json").write_text('{"seed": 1}')


def half_settings(path):
    (path.parent / "settings.json").write_text('{"seed"')


def empty(path):
    path.write_bytes(b"")


@pytest.mark.parametrize(
    "damage", [cut, other_kind, other_shape, bad_settings, half_settings, empty]
)
def test_a_damaged_model_is_named_and_the_others_are_listed(roots, damage):
    own, shipped = roots
    keep(own, "good")
    damage(keep(own, "bad"))
    models, problems = list_models(own, shipped)
    assert [model.key for model in models] == ["good"]
    assert len(problems) == 1
    assert str(own / "eigenvalues" / "bad") in problems[0]


def test_a_model_that_is_being_written_is_passed_over(roots):
    own, shipped = roots
    empty(keep(own, "abc.1234.partial"))
    assert list_models(own, shipped) == ([], [])


def test_a_missing_file_is_named(tmp_path):
    with pytest.raises(StoreError, match=r"gone\.safetensors"):
        read_shape(tmp_path / "gone.safetensors")


def test_a_file_that_was_written_anew_is_another_model(roots):
    path = keep(roots[0], "key", at=1_000)
    before = read_model(path)
    os.utime(path, (1_001, 1_001))
    assert read_model(path) != before


def test_listing_loads_no_torch(roots):
    keep(roots[0], "key")
    script = (
        "import sys; from pathlib import Path\n"
        "from synverify_core.experiments.eigenvalues.trained import list_models\n"
        "assert len(list_models(*map(Path, sys.argv[1:])).models) == 1\n"
        "assert not {'torch', 'safetensors'} & set(sys.modules)\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", script, *map(str, roots)], capture_output=True, text=True
    )
    assert done.returncode == 0, done.stderr
