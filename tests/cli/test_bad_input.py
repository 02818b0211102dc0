"""Bad input to the eigenvalue experiment, from the command line to the last word about it."""

import json
import shutil

import pytest
import torch

from synverify_core.experiments.artifacts import model_artifact
from synverify_core.experiments.base import make_config
from synverify_core.experiments.eigenvalues import train
from synverify_core.experiments.eigenvalues.experiment import MODEL_NAME, Eigenvalues
from synverify_core.experiments.eigenvalues.model import Transformer
from synverify_core.experiments.lineage import Lineage

TINY = {
    "generator_steps": 20,
    "retrain_steps": 4,
    "pool_size": 300,
    "n_test": 100,
    "n_table": 4,
    "sizes": "20",
    "verifiers": "oracle",
}


def run_tiny(call, **settings):
    words = [f"{field}={value}" for field, value in {**TINY, **settings}.items()]
    return call("run", "eigenvalues", "--preset", "smoke", "--set", *words, "--json")


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        ({"tolerance": "0"}, "tolerance = 0 is refused: Input should be greater than 0"),
        ({"tolerance": "-0.01"}, "tolerance = -0.01 is refused"),
        ({"tolerance": "1"}, "tolerance = 1 is refused: Input should be less than 1"),
        ({"tolerance": "NaN"}, "tolerance = nan is refused"),
        (
            {"verifiers": "noisy(p_noise=1.5)"},
            "p_noise = 1.5: Input should be less than or equal to 1",
        ),
        ({"verifiers": "noisy(p_noise=-0.1)"}, "p_noise = -0.1: Input should be greater than"),
        ({"verifiers": "noisy(p_noise=nan)"}, "p_noise = "),
        ({"verifiers": "trace(tolerance=0)"}, "tolerance = 0.0: Input should be greater than 0"),
        ({"sizes": "301"}, "sizes ask for 301 samples, the pool has pool_size = 300"),
        ({"dimension": "0"}, "dimension = 0 is refused"),
        ({"dimension": "100"}, "dimension = 100 is refused"),
        ({"encoding": "P1"}, "encoding = 'P1' is refused"),
        ({"beam_size": "500"}, "beam_size = 500 is refused"),
    ],
    ids=str,
)
def test_a_refused_setting_is_named_with_its_range(call, store, settings, message):
    code, out, err = run_tiny(call, **settings)
    assert (code, out) == (2, "")
    assert message in err
    assert "Config(" not in err and "'seed': 0" not in err
    assert store.runs() == []


def test_more_than_a_verifier_keeps_is_said_and_its_curve_stops(call, store):
    code, out, err = run_tiny(call, sizes="20,60,300", verifiers="noisy(p_noise=0.3),none")
    answer = json.loads(out)
    assert code == 0
    metric = Eigenvalues.primary_metric
    noisy, everything = (
        [row for row in answer["rows"] if (row["verifier"], row["metric"]) == (name, metric)]
        for name in ("noisy(p_noise=0.3)", "none")
    )
    assert [row["n_samples"] for row in noisy] == [20, 60]
    assert [row["n_samples"] for row in everything] == [20, 60, 300]
    told = f"{noisy[0]['kept']} samples are kept, fewer than the 300 asked for; its curve ends"
    assert told in err
    assert told in store.log_tail(answer["uid"], 100)


@pytest.mark.parametrize(("field", "value"), [("encoding", "P1000"), ("d_model", 16)])
def test_a_generator_of_another_encoding_or_size_is_refused(call, store, field, value):
    assert run_tiny(call)[0] == 0

    def folder(**settings):
        config = make_config(Eigenvalues, "smoke", {"generator_steps": 20, **settings})
        return model_artifact(Eigenvalues(config), store.artifacts, Lineage(0)).folder

    there, wanted = folder(), folder(**{field: value})
    shutil.copytree(there, wanted)
    code, out, err = run_tiny(call, **{field: value})
    assert code == 1
    assert json.loads(out)["status"] == "failed"
    assert str(wanted / MODEL_NAME) in err
    assert f"{field} = " in err and f"(needed: {value!r})" in err
    assert "Delete this folder" in err
    shutil.rmtree(wanted)
    assert run_tiny(call, **{field: value})[0] == 0


def test_out_of_memory_halves_what_is_computed_at_once_and_says_so(call, store, monkeypatch):
    loss = Transformer.loss

    def needs_memory(self, source, target):
        if len(source) > 8:
            raise torch.OutOfMemoryError("CUDA out of memory")
        return loss(self, source, target)

    monkeypatch.setattr(Transformer, "loss", needs_memory)
    code, out, err = run_tiny(call)
    assert code == 0
    answer = json.loads(out)
    for text in (err, store.log_tail(answer["uid"], 100)):
        assert "out of memory: 16 examples at a time from here on; the batch stays at 32" in text
        assert "out of memory: 8 examples at a time from here on; the batch stays at 32" in text
    assert answer["rows"]


def test_no_memory_at_all_fails_the_run_with_a_remedy(call, monkeypatch):
    def never(self, source, target):
        raise torch.OutOfMemoryError("CUDA out of memory")

    monkeypatch.setattr(Transformer, "loss", never)
    code, out, err = run_tiny(call)
    assert code == 1
    assert json.loads(out)["status"] == "failed"
    assert "Out of memory with one example at a time. Try a smaller d_model or dimension." in err


def test_an_interrupted_training_of_other_settings_is_not_continued(call, store, monkeypatch):
    monkeypatch.setattr(train, "_CHECKPOINT_SECONDS", 0.0)
    monkeypatch.setattr(train, "_REPORT_SECONDS", 0.0)
    fit = train.fit

    def broken(*args, **kwargs):
        fit(*args, **kwargs)
        raise RuntimeError("the power failed")

    with monkeypatch.context() as patch:
        patch.setattr(train, "fit", broken)
        assert run_tiny(call)[0] == 1
    (run,) = store.runs()
    (left,) = run.path.glob("checkpoints/*/" + train.CHECKPOINT_NAME)
    train.write_tensors(left, *_of_another_encoding(left))
    code, _, err = run_tiny(call)
    assert code == 1
    assert f"{left} was made with other settings: encoding = 'P10' (needed: 'P100')" in err


def _of_another_encoding(path):
    tensors, facts = train.read_tensors(path)
    return tensors, {**facts, "identity": {**facts["identity"], "encoding": "P10"}}
