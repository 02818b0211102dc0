"""What is on disk: named for people, damaged folders named and never in the others' way."""

import json
import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from synverify_core.errors import StoreError
from synverify_core.experiments import catalogue
from synverify_core.experiments.catalogue import read_header, read_origin
from synverify_core.experiments.eigenvalues import stored as matrices
from synverify_core.experiments.eigenvalues.checkpoint import save_model
from synverify_core.experiments.eigenvalues.model import Transformer
from synverify_core.experiments.eigenvalues.shape import Shape
from synverify_core.experiments.summarization import stored as summaries
from tests.experiments.summarization.kept import (
    keep_generator,
    keep_pool,
    tiny_model,
    write_settings,
)

SMALL = Shape("P1000", 2, "upper", 1, 1, 8, 2)
LARGER = Shape("B1999", 3, "full", 1, 1, 8, 2)
STEPS = (("weak", 0.25, 512), ("oracle", None, 2048))


def keep(root, key, shape=SMALL, *, at=None, n_original=10_000, **origin):
    folder = root / "eigenvalues" / key
    folder.mkdir(parents=True)
    save_model(Transformer(shape), folder / "model.safetensors")
    settings = {"settings": {"n_original": n_original}, "seed": 0, "steps": [], **origin}
    (folder / "settings.json").write_text(json.dumps(settings))
    if at is not None:
        os.utime(folder / "model.safetensors", (at, at))
    return folder


@pytest.fixture
def roots(tmp_path):
    return tmp_path / "own", tmp_path / "shipped"


@pytest.fixture(autouse=True)
def no_base(tmp_path, monkeypatch):
    monkeypatch.setenv("SYNVERIFY_REFERENCE", str(tmp_path / "nothing"))


def test_models_are_named_for_people_shipped_ones_first(roots):
    own, shipped = roots
    keep(own, "older", at=1_000)
    keep(own, "newer", LARGER, seed=3, n_original=200, at=2_000)
    keep(own, "model-2", steps=STEPS, at=3_000)
    keep(own, "helper-weak-1")
    keep(own, "pool-1")
    keep(own, "written.1234.partial")
    keep(shipped, "three", LARGER)
    keep(shipped, "two")
    keep(own, "two")
    found, problems = matrices.list_models(own, shipped)
    assert problems == []
    assert [(model.key, matrices.name_of(model)) for model in found] == [
        ("two", "2x2, P1000, 10,000 originals, seed 0 (shipped)"),
        ("three", "3x3, B1999, 10,000 originals, seed 0 (shipped)"),
        ("newer", "3x3, B1999, 200 originals, seed 3"),
        ("older", "2x2, P1000, 10,000 originals, seed 0"),
        ("model-2", "2x2, P1000, 10,000 originals, seed 0, round 2 after oracle 2,048"),
    ]
    assert found[0].facts == SMALL


def test_pools_are_named_for_people_shipped_ones_first(roots):
    own, shipped = roots
    keep_pool(own, "a", seed=2)
    keep_pool(shipped, "c", seed=1)
    keep_pool(shipped, "b", seed=0)
    keep_pool(own, "b")
    later = keep_pool(own, "later")
    write_settings(later, {}, 2, steps=STEPS[:1])
    found, problems = summaries.list_pools(own, shipped)
    assert problems == []
    assert [pool.key for pool in found] == ["pool-b", "pool-c", "pool-a", "pool-later"]
    assert [summaries.name_of_pool(pool) for pool in (found[0], found[3])] == [
        "Seed 0, docstrings of argparse, email, json and 2 more, fresh base, 40 articles (shipped)",
        "Seed 2, round 1 after weak 512 at 25 %, 40 articles",
    ]


@pytest.mark.parametrize(
    "look", [matrices.list_models, summaries.list_models, summaries.list_pools]
)
def test_nothing_there_is_no_problem(roots, look):
    assert look(*roots) == ([], [])


def replaced(**values):
    def damage(path):
        settings = json.loads(path.read_text())
        path.write_text(json.dumps({**settings, **values}))

    return damage


def written(text):
    return lambda path: path.write_bytes(text.encode() if isinstance(text, str) else text)


def cut(path):
    path.write_bytes(path.read_bytes()[:-5])


def flipped(path):
    """Change a byte in the middle, where an archive has its numbers."""
    data = bytearray(path.read_bytes())
    data[len(data) // 3] ^= 255
    path.write_bytes(data)


def pipe(path):
    path.unlink()
    os.mkfifo(path)


def other_encoding(path):
    path.write_bytes(path.read_bytes().replace(b"P1000", b"Q1000"))


def huge(path):
    path.write_bytes(path.read_bytes().replace(b'dimension\\": 2', b'dimension\\":99'))


DEEP = "[" * 200_000
SETTINGS = {
    "half": written('{"seed"'),
    "no settings": written('{"seed": 1}'),
    "infinite seed": replaced(seed=float("inf")),
    "seed of text": replaced(seed="0"),
    "wrong steps": replaced(steps=[["oracle"]]),
    "settings of another kind": replaced(settings=[]),
    "wrong type of a field": replaced(settings={"batch_size": "many"}),
    "value out of range": replaced(settings={"batch_size": -3}),
    "deep": written(DEEP),
    "lone surrogate": written('{"settings": {}, "seed": 0, "helper": "\\ud800"}'),
    "pipe": pipe,
    "gone": Path.unlink,
}
WEIGHTS = {
    "cut": cut,
    "empty": written(""),
    "gone": Path.unlink,
    "pipe": pipe,
    "header of another kind": written(b"\x10" + bytes(7) + b'{"a": {"x": 1}} '),
    "long header": written(b"\xff" * 30),
}
SHAPES = {"other encoding": other_encoding, "huge": huge}
CONFIG = {
    "gone": Path.unlink,
    "half": written("{"),
    "deep": written(DEEP),
    "list": written("[]"),
    "no type": written("{}"),
    "wrong type": written('{"model_type": "llama", "vocab_size": "300"}'),
    "negative": written('{"model_type": "llama", "hidden_size": -1}'),
}
SCORES = {
    "no archive": written("nothing"),
    "gone": Path.unlink,
    "wrong sum": flipped,
    "cut": cut,
    "empty": lambda path: np.savez(path, similarity=np.zeros(0)),
    "other names": lambda path: np.savez(path, other=np.zeros(3)),
    "other lengths": lambda path: np.savez(
        path, similarity=np.zeros(3), log_probability=np.zeros(2)
    ),
    "no similarity": lambda path: np.savez(path, similarity=np.array([np.nan, 2.0])),
    "objects": lambda path: np.savez(path, similarity=np.array([{}])),
}


def cases(name, damages):
    return [pytest.param(name, damage, id=f"{name}: {what}") for what, damage in damages.items()]


@pytest.mark.parametrize(
    ("name", "damage"),
    [
        *cases("settings.json", SETTINGS),
        *cases("model.safetensors", WEIGHTS | SHAPES),
    ],
)
def test_a_damaged_model_of_matrices_is_named_and_the_others_are_listed(roots, name, damage):
    own, shipped = roots
    keep(own, "good")
    bad = keep(own, "0123456789abcdef")
    damage(bad / name)
    found, problems = matrices.list_models(own, shipped)
    assert [model.key for model in found] == ["good"]
    assert len(problems) == 1 and str(bad) in problems[0]
    assert len(problems[0]) < 500 and "\n" not in problems[0]


@pytest.mark.parametrize(
    ("name", "damage"),
    [
        *cases("settings.json", SETTINGS),
        *cases("scores.npz", SCORES),
        *cases("texts.jsonl", {"gone": Path.unlink, "pipe": pipe}),
    ],
)
def test_a_damaged_pool_is_named_and_the_others_are_listed(roots, name, damage):
    own, shipped = roots
    keep_pool(own, "good")
    bad = keep_pool(own, "bad")
    damage(bad / name)
    found, problems = summaries.list_pools(own, shipped)
    assert [pool.key for pool in found] == ["pool-good"]
    assert len(problems) == 1 and str(bad) in problems[0]


@pytest.fixture(scope="module")
def tiny():
    return tiny_model()


@pytest.mark.parametrize(
    ("name", "damage"), [*cases("config.json", CONFIG), *cases("model.safetensors", WEIGHTS)]
)
def test_a_damaged_language_model_is_named_and_the_others_are_listed(roots, tiny, name, damage):
    own, shipped = roots
    bad = keep_generator(own, "bad", tiny) / "model"
    damage(bad / name)
    found, problems = summaries.list_models(own, shipped)
    assert [model.key for model in found] == ["helper-weak-bad"]
    assert len(problems) == 1 and str(bad) in problems[0]


def test_a_file_that_was_written_anew_is_another_model(roots):
    folder = keep(roots[0], "key", at=1_000)
    before = matrices.list_models(*roots).found
    os.utime(folder / "model.safetensors", (1_001, 1_001))
    assert matrices.list_models(*roots).found != before


def test_a_missing_file_is_named(tmp_path):
    with pytest.raises(StoreError, match=r"gone\.safetensors"):
        read_header(tmp_path / "gone.safetensors")
    with pytest.raises(StoreError, match=r"settings\.json"):
        read_origin(tmp_path, "eigenvalues")


def test_the_name_of_a_folder_says_what_it_holds():
    names = ("helper-weak-1f", "pool-1f", "model-1f", "fresh-1f", "0123456789abcdef")
    kinds = ["helper", "pool", "model", "base", "generator"]
    assert [catalogue.kind_of(Path(name)) for name in names] == kinds


def test_what_an_experiment_keeps_beside_its_models_is_no_damaged_model(roots):
    (roots[0] / "summarization" / "corpora").mkdir(parents=True)
    assert summaries.list_models(*roots) == ([], [])


def test_listing_loads_no_torch(roots, tiny):
    keep(roots[0], "key")
    keep_generator(roots[0], "key", tiny)
    keep_pool(roots[0], "key")
    script = (
        "import sys; from pathlib import Path\n"
        "from synverify_core.experiments.eigenvalues import stored as matrices\n"
        "from synverify_core.experiments.summarization import stored as summaries\n"
        "roots = list(map(Path, sys.argv[1:]))\n"
        "for look in (matrices.list_models, summaries.list_models, summaries.list_pools):\n"
        "    found, problems = look(*roots)\n"
        "    assert found and not problems, problems\n"
        "assert not {'torch', 'transformers', 'nltk'} & set(sys.modules)\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", script, *map(str, roots)], capture_output=True, text=True
    )
    assert done.returncode == 0, done.stderr
