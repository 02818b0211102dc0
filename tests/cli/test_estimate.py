"""What `run` says of its time before it starts, and `run --estimate`."""

import json

import pytest

from synverify_core.runs.locks import device_lock
from tests.runs.speed import SECONDS

A_SEED = 6 * SECONDS


def test_an_estimate_is_measured_and_nothing_is_run(call, store):
    code, out, err = call("run", "fake", "--estimate", "--set", "n_seeds=8", "--json")
    found = json.loads(out)
    assert (code, err) == (0, "")
    assert list(found) == ["uid", "seconds", "basis"]
    assert found["seconds"] == pytest.approx(8 * A_SEED)
    assert found["basis"].startswith("measured at ")
    assert store.runs() == []


def test_an_estimate_in_words_for_every_run_of_a_sweep(call):
    code, out, _ = call("run", "fake", "--estimate", "--sweep", "n_seeds=20,200")
    first, second = out.splitlines()
    assert code == 0
    assert ": about 30 s, measured at " in first
    assert ": about 5:00 min, measured at " in second
    found = json.loads(call("run", "fake", "--estimate", "--sweep", "n_seeds=20", "--json")[1])
    assert [one["seconds"] for one in found["estimates"]] == [30.0]


def test_nothing_is_measured_beside_a_run(call, store):
    with device_lock(store.root):
        code, out, _ = call("run", "fake", "--estimate")
    assert code == 0
    reason = "no finished run to go by; not measured: a run holds the device"
    assert out.strip().endswith(f"time unknown: {reason}")


def test_a_run_says_at_its_start_how_long_it_will_take(call):
    assert "time unknown: no finished run to go by\n" in call("run", "fake")[2]
    assert call("run", "fake")[2] == ""  # it is there already
    assert "from 1 finished run on this machine\n" in call("run", "fake", "--set", "seed=7")[2]
    call("run", "fake", "--set", "seed=8", "n_seeds=3", "--estimate")
    err = call("run", "fake", "--set", "seed=8", "n_seeds=3")[2]
    assert "about 4 s, measured at " in err


def test_another_machine_is_not_estimated(call):
    code, _, err = call("run", "fake", "--estimate", "--slurm", "time=60")
    assert code == 2
    assert "says nothing of a Slurm job's time" in err
