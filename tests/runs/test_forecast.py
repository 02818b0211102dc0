import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from synverify_core.errors import InputError
from synverify_core.experiments.base import make_config
from synverify_core.experiments.gaussian.experiment import EXPERIMENT as GAUSSIAN
from synverify_core.files import read_json, write_json
from synverify_core.runs import forecast as forecasts
from synverify_core.runs.forecast import Forecaster, best_estimate, find_job, measured_estimate
from synverify_core.runs.locks import device_lock
from synverify_core.runs.measure import estimate_here, main
from synverify_core.runs.threads import WORKER_NICENESS, worker_threads
from tests.runs.fake import FakeConfig
from tests.runs.forecast import SECONDS

MEASURE = (sys.executable, str(Path(__file__).with_name("fake_measure.py")))


def stub(script):
    """Return the command of a process that stands for a measurement."""
    return (sys.executable, "-S", "-c", script)


class _Clock:
    now = 0.0

    def __call__(self):
        return self.now


@pytest.fixture
def clock():
    return _Clock()


@pytest.fixture
def page(store, clock):
    """Return what a page asks, for a command that measures; all end with the test."""
    forecasters = []

    def open_page(command=MEASURE):
        forecaster = Forecaster(command, clock)
        forecasters.append(forecaster)

        def ask(**settings):
            return forecaster.estimate(store, "fake", FakeConfig(**settings))

        ask.forecaster = forecaster
        return ask

    yield open_page
    for forecaster in forecasters:
        forecaster.stop()


def under_way(ask):
    """Return the process that measures."""
    return ask.forecaster._under_way.process


def kept(store, **settings):
    """Return the file of a measurement."""
    return find_job(store, "fake", FakeConfig(**settings), "auto").path


def test_a_page_does_not_wait_and_finds_the_measurement_later(store, page):
    ask = page()
    assert ask() is None
    assert under_way(ask).wait(120) == 0
    seconds, basis = ask()
    assert seconds == pytest.approx(2 * SECONDS)
    assert basis.startswith("measured at ") and basis.endswith(": 2 units a second")
    assert "cpu (" in basis
    # It has the threads and the priority of a worker, and the device is free again.
    speeds = read_json(kept(store))["speeds"]
    assert speeds["threads"] == worker_threads()
    assert speeds["niceness"] >= WORKER_NICENESS
    assert speeds["budget"] == 5.0
    device_lock(store.root).acquire(timeout=0)


def test_a_second_look_is_instant_and_settings_that_do_not_matter_share_it(store, page):
    estimate_here(store, "fake", FakeConfig())
    ask = page(stub("pass"))
    assert ask(n_seeds=10).seconds == pytest.approx(10 * SECONDS)
    assert ask.forecaster._under_way is None
    assert ask(label="other") is None


def test_one_configuration_is_measured_at_a_time_and_an_abandoned_one_gives_way(page, clock):
    ask = page(stub("import time; time.sleep(300)"))
    assert ask(label="first") is None
    first = under_way(ask)
    for now, label in ((1.0, "second"), (2.5, "first"), (3.5, "second")):
        clock.now = now
        assert ask(label=label) is None
        assert under_way(ask) is first  # somebody still wants it
    clock.now = 5.0
    assert ask(label="second") is None
    assert first.poll() is not None
    assert under_way(ask) is not first


def test_a_failed_measurement_is_said_and_not_tried_again(page, finished):
    finished()
    ask = page(stub("raise RuntimeError('it exploded')"))
    assert ask() is None
    under_way(ask).wait(60)
    seconds, basis = ask()
    assert seconds is not None
    assert basis.startswith("from 1 finished run on this machine; not measured: ")
    assert basis.endswith("RuntimeError: it exploded")
    assert ask() == (seconds, basis)
    assert ask.forecaster._under_way is None


def test_an_endless_measurement_is_given_up(page, clock):
    ask = page(stub("import time; time.sleep(300)"))
    assert ask() is None
    process = under_way(ask)
    clock.now = forecasts.LIMIT_SECONDS + 1
    basis = "no finished run to go by; not measured: it took more than 60 s"
    assert ask() == (None, basis)
    assert process.poll() is not None


def test_nothing_is_measured_while_a_run_holds_the_device(store, page, finished):
    finished()
    ask = page(stub("pass"))
    with device_lock(store.root):
        seconds, basis = ask()
        assert basis == "from 1 finished run on this machine; not measured: a run holds the device"
        assert seconds is not None
        assert estimate_here(store, "fake", FakeConfig()) == (seconds, basis)
    assert not kept(store).exists()
    assert ask() is None


def test_a_run_that_takes_the_device_before_the_measurement_comes_first(page):
    ask = page(stub(f"raise SystemExit({forecasts.DEVICE_BUSY})"))
    assert ask() is None
    under_way(ask).wait(60)
    assert ask().basis.endswith("not measured: a run holds the device")
    assert ask() is None  # it is tried again


def test_the_measuring_process_leaves_a_held_device_alone(store, monkeypatch):
    monkeypatch.setattr("synverify_core.runs.measure.yield_to_others", lambda: None)
    request = ("fake", FakeConfig().model_dump_json(), "auto")
    with device_lock(store.root):
        assert main(request) == forecasts.DEVICE_BUSY
    assert not kept(store).exists()
    assert main(request) == 0
    assert kept(store).exists()


def test_a_lost_result_is_said(store, page):
    ask = page(stub("pass"))
    assert ask() is None
    under_way(ask).wait(60)
    assert ask().basis.endswith(f"not measured: {kept(store)} cannot be read")


def test_measuring_here_is_kept_for_the_pages(store, page):
    found = estimate_here(store, "fake", FakeConfig(n_seeds=4))
    assert found.seconds == pytest.approx(4 * SECONDS)
    assert page()(n_seeds=4) == found == best_estimate(store, "fake", FakeConfig(n_seeds=4))


@pytest.mark.parametrize("age", [timedelta(days=2), -timedelta(hours=1)])
def test_an_old_measurement_is_made_again(store, page, age):
    estimate_here(store, "fake", FakeConfig())
    values = read_json(kept(store))
    write_json(kept(store), {**values, "measured": (datetime.now(UTC) - age).isoformat()})
    assert page(stub("pass"))() is None


def test_another_device_or_number_of_threads_is_another_measurement(store, monkeypatch):
    names = {find_job(store, "fake", FakeConfig(), device).path for device in ("auto", "cpu")}
    monkeypatch.setenv("OMP_NUM_THREADS", "7")
    names.add(kept(store))
    assert len(names) == 3


def test_an_unavailable_device_is_refused(store, monkeypatch):
    monkeypatch.setattr("synverify_core.runs.provenance._cuda_works", lambda: False)
    with pytest.raises(InputError, match="not available here"):
        estimate_here(store, "fake", FakeConfig(), "cuda")


def test_an_experiment_without_a_forecast_is_estimated_from_finished_runs(store):
    config = make_config(GAUSSIAN, "smoke")
    assert measured_estimate(store, "gaussian", config) == (None, "no finished run to go by")
    assert estimate_here(store, "gaussian", config) == (None, "no finished run to go by")


def test_without_a_measurement_finished_runs_speak(store, finished):
    run = finished()
    assert best_estimate(store, "fake", FakeConfig()).basis == "from 1 finished run on this machine"
    assert best_estimate(store, "fake", run.config).seconds > 0
