import pytest

from synverify_core.files import read_json, write_json
from synverify_core.runs.estimate import estimate_seconds, time_left
from synverify_core.runs.export import publish
from tests.runs.fake import Fake, FakeConfig


@pytest.fixture
def timed(finished):
    """Return a finished run whose record says how long it took."""

    def finish(seconds, **settings):
        run = finished(**settings)
        path = run.path / "record.json"
        write_json(path, {**read_json(path), "seconds": seconds, "device": "cpu (Abacus)"})
        return run

    return finish


def test_nothing_to_go_by_is_said(store):
    assert estimate_seconds(store, Fake, FakeConfig()) == (None, "no finished run to go by")


def test_time_scales_with_the_work(store, timed):
    timed(10.0, n_seeds=2)
    seconds, basis = estimate_seconds(store, Fake, FakeConfig(n_seeds=6))
    assert seconds == pytest.approx(30.0)
    assert basis == "from 1 finished run on this machine"


def test_the_runs_nearest_in_work_speak(store, timed):
    for seconds, seed in ((10.0, 1), (20.0, 2), (60.0, 3)):
        timed(seconds, seed=seed)
    timed(1e6, n_seeds=30)
    seconds, basis = estimate_seconds(store, Fake, FakeConfig())
    assert seconds == pytest.approx(20.0)
    assert basis == "from 3 finished runs on this machine"


def test_shipped_records_speak_where_there_are_no_own_runs(store, timed):
    run = timed(10.0)
    publish(store, run.uid)
    store.delete(run.uid)
    seconds, basis = estimate_seconds(store, Fake, FakeConfig(seed=1))
    assert seconds == pytest.approx(10.0)
    assert basis == "from 1 finished run shipped with the project, on cpu (Abacus)"


def test_a_tiny_own_run_yields_to_a_comparable_shipped_one(store, timed):
    run = timed(10.0, n_seeds=60)
    publish(store, run.uid)
    store.delete(run.uid)
    timed(9.0, n_seeds=1)
    assert estimate_seconds(store, Fake, FakeConfig(n_seeds=60)).seconds == pytest.approx(10.0)


def test_a_long_way_from_every_run_is_called_rough(store, timed):
    timed(1.0, n_seeds=1)
    seconds, basis = estimate_seconds(store, Fake, FakeConfig(n_seeds=80))
    assert seconds == pytest.approx(80.0)
    assert basis == "roughly, from 1 finished run on this machine of very different size"


def test_time_left_is_unknown_before_the_first_unit():
    assert time_left(5.0, before=0, done=0, total=4) is None
    assert time_left(5.0, before=0, done=0, total=0) is None


def test_time_left_goes_by_the_rate_of_this_session():
    assert time_left(6.0, before=2, done=4, total=10) == pytest.approx(18.0)


def test_an_expectation_fades_out_as_units_are_finished():
    def left(done):
        return time_left(10.0, before=0, done=done, total=10, expected=100.0)

    assert left(0) == pytest.approx(90.0)
    assert left(5) == pytest.approx(0.5 * 10.0 + 0.5 * 90.0)
    assert left(9) == pytest.approx(0.9 * 10.0 / 9 + 0.1 * 90.0)
    assert left(10) == 0.0


def test_a_resumed_run_expects_its_share_only():
    assert time_left(0.0, before=8, done=8, total=10, expected=100.0) == pytest.approx(20.0)
