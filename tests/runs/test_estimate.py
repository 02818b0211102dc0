from itertools import pairwise

import pytest

from synverify_core.experiments import registry
from synverify_core.experiments.base import make_config
from synverify_core.experiments.gaussian.experiment import EXPERIMENT as GAUSSIAN
from synverify_core.experiments.plan import plan
from synverify_core.files import read_json, write_json
from synverify_core.runs.estimate import (
    BUSIEST,
    DAY,
    Estimate,
    estimate,
    in_words,
    nominal_seconds,
    shares_of_work,
    time_left,
)
from synverify_core.runs.export import publish
from tests.runs.fake import FakeConfig


@pytest.fixture
def timed(finished):
    """Return a finished run whose record says how long it took."""

    def finish(seconds, **settings):
        run = finished(**settings)
        path = run.path / "record.json"
        write_json(path, {**read_json(path), "seconds": seconds, "device": "cpu (Abacus)"})
        return run

    return finish


@pytest.mark.parametrize("measure", [False, True])
def test_nothing_to_go_by_is_said(store, measure):
    config = make_config(GAUSSIAN, "smoke")
    expected = (None, "no finished run to go by")
    assert estimate(store, "gaussian", config, measure=measure) == expected


def test_time_scales_with_the_work(store, timed):
    timed(10.0, n_seeds=2)
    seconds, basis = estimate(store, "fake", FakeConfig(n_seeds=6))
    assert seconds == pytest.approx(30.0)
    assert basis == "from 1 finished run on this machine"


def test_the_runs_nearest_in_work_speak(store, timed):
    for seconds, seed in ((10.0, 1), (20.0, 2), (60.0, 3)):
        timed(seconds, seed=seed)
    timed(1e6, n_seeds=12)
    seconds, basis = estimate(store, "fake", FakeConfig())
    assert seconds == pytest.approx(20.0)
    assert basis == "from 3 finished runs on this machine"


def test_shipped_records_speak_where_no_own_run_is_comparable(store, timed):
    for seconds, seed in ((10.0, 0), (90.0, 50)):
        run = timed(seconds, n_seeds=24, seed=seed)
        publish(store, run.uid)
        store.delete(run.uid)
    timed(9.0, n_seeds=1)
    seconds, basis = estimate(store, "fake", FakeConfig(n_seeds=24, seed=1))
    assert seconds == pytest.approx(10.0)  # of two machines, the one that was less busy
    assert basis == "from 2 finished runs shipped with the project, on cpu (Abacus)"


def test_a_busy_machine_does_not_make_shipped_runs_long(store, timed):
    run = timed(1e4)
    publish(store, run.uid)
    store.delete(run.uid)
    wanted = FakeConfig(seed=9)
    nominal = nominal_seconds(registry.get("fake"), wanted)
    assert estimate(store, "fake", wanted).seconds == pytest.approx(BUSIEST * nominal)


def test_a_long_way_from_every_run_the_time_is_a_guess(store, timed):
    timed(1.0, n_seeds=1)
    found = estimate(store, "fake", FakeConfig(n_seeds=80))
    assert found == (pytest.approx(80.0), "a guess from 1 finished run on this machine")


def test_runs_that_are_known_are_not_read_again(store, timed):
    timed(10.0, n_seeds=2)
    runs = store.runs()
    wanted = FakeConfig(n_seeds=6)
    assert estimate(store, "fake", wanted, runs=runs) == estimate(store, "fake", wanted)
    assert estimate(store, "fake", wanted, runs=()) == (None, "no finished run to go by")


def test_an_estimate_in_words():
    def words(*seconds, basis="measured on cpu"):
        estimates = [Estimate(one, basis) for one in seconds]
        return in_words(estimates, lambda total: f"{total:.0f} s")

    assert words(1.0, 2.0) == "about 3 s, measured on cpu"
    assert words(1.0, None) == "time unknown: measured on cpu"
    assert words(DAY / 2, DAY) == "days: a GPU's work, measured on cpu"
    assert words(2 * DAY, basis="measured on cuda") == "days, measured on cuda"


@pytest.mark.parametrize(
    ("seconds", "before", "done", "total", "expected", "left"),
    [
        (5.0, 0, 0, 4, None, None),  # unknown before the first unit
        (5.0, 0, 0, 0, None, None),
        (6.0, 2, 4, 10, None, 18.0),  # by the rate of this session
        (0.0, 8, 8, 10, 100.0, 20.0),  # a resumed run expects its share only
    ],
)
def test_time_left_goes_by_this_session(seconds, before, done, total, expected, left):
    found = time_left(seconds, before=before, done=done, total=total, expected=expected)
    assert found == (left and pytest.approx(left))


def test_an_expectation_fades_out_as_units_are_finished():
    def left(done):
        return time_left(10.0, before=0, done=done, total=10, expected=100.0)

    assert left(0) == pytest.approx(90.0)
    assert left(5) == pytest.approx(0.5 * 10.0 + 0.5 * 90.0)
    assert left(9) == pytest.approx(0.9 * 10.0 / 9 + 0.1 * 90.0)
    assert left(10) == 0.0


def test_units_count_by_their_work():
    shares = (0.0, 0.1, 0.2, 1.0)
    assert time_left(10.0, before=0, done=2, total=3, shares=shares) == pytest.approx(40.0)
    assert time_left(10.0, before=0, done=2.5, total=3, shares=shares) == pytest.approx(10 / 1.5)
    # A pipeline that counts otherwise is not weighed.
    assert time_left(10.0, before=0, done=2, total=4, shares=shares) == pytest.approx(10.0)


def test_the_shares_of_a_run_rise_to_one_with_its_units():
    experiment = GAUSSIAN(make_config(GAUSSIAN, "quick"))
    shares = shares_of_work(experiment)
    assert (shares[0], len(shares)) == (0.0, len(plan(experiment)) + 1)
    assert shares == sorted(shares) and shares[-1] == pytest.approx(1.0)
    steps = [after - before for before, after in pairwise(shares)]
    largest = plan(experiment)[steps.index(max(steps))]
    assert (largest.verb, largest.size) in (("pool", None), ("retrain", 1_000_000))
