"""Measured prices: where they are kept, and the process that measures them for a page."""

import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from synverify_core.errors import InputError
from synverify_core.files import read_json, write_json
from synverify_core.runs.estimate import estimate
from synverify_core.runs.locks import device_lock
from synverify_core.runs.price_process import LIMIT_SECONDS, Estimator
from synverify_core.runs.prices import main, price_list
from synverify_core.runs.threads import WORKER_NICENESS, worker_threads
from tests.runs.fake import FakeConfig
from tests.runs.speed import SECONDS

MEASURE = (sys.executable, str(Path(__file__).with_name("fake_prices.py")))
A_SEED = 6 * SECONDS  # a verifier's curve and that of true labels, at three sizes
BUSY = "no finished run to go by; not measured: a run holds the device"


def stub(script):
    """Return the command of a process that stands for a measurement."""
    return (sys.executable, "-S", "-c", script)


ENDLESS = stub("import time; time.sleep(300)")


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
    estimators = []

    def open_page(command=MEASURE):
        estimator = Estimator(command, clock)
        estimators.append(estimator)

        def ask(**settings):
            return estimator.estimate(store, "fake", FakeConfig(**settings))

        ask.under_way = lambda: estimator._process
        return ask

    yield open_page
    for estimator in estimators:
        estimator.stop()


def measured(store, **settings):
    return estimate(store, "fake", FakeConfig(**settings), measure=True)


def kept(store, device="auto"):
    """Return the file of a measurement."""
    return price_list(store, "fake", FakeConfig(), device).path


def test_a_page_does_not_wait_and_finds_the_prices_later(store, page):
    ask = page()
    assert ask() is None
    assert ask.under_way().wait(120) == 0
    seconds, basis = ask()
    assert seconds == pytest.approx(2 * A_SEED)
    assert basis.startswith("measured at ") and " on cpu (" in basis
    # It has the threads and the priority of a worker, and the device is free again.
    prices = read_json(kept(store))["prices"]
    assert prices["threads"] == worker_threads()
    assert prices["niceness"] >= WORKER_NICENESS
    assert prices["budget"] == 5.0
    device_lock(store.root).acquire(timeout=0)


def test_settings_that_prices_do_not_depend_on_share_them(store, page):
    measured(store)
    ask = page(stub("pass"))
    assert ask(n_seeds=10).seconds == pytest.approx(10 * A_SEED)
    assert ask.under_way() is None
    assert ask(label="other") is None


def test_one_configuration_is_measured_at_a_time_and_an_abandoned_one_gives_way(page, clock):
    ask = page(ENDLESS)
    assert ask(label="first") is None
    first = ask.under_way()
    for now, label in ((1.0, "second"), (2.5, "first"), (3.5, "second")):
        clock.now = now
        assert ask(label=label) is None
        assert ask.under_way() is first  # somebody still wants it
    clock.now = 5.0
    assert ask(label="second") is None
    assert first.poll() is not None
    assert ask.under_way() not in (first, None)


@pytest.mark.parametrize(
    ("script", "reason"),
    [
        ("raise RuntimeError('it exploded')", "RuntimeError: it exploded"),
        ("raise SystemExit(7)", "exit code 7 without prices in {}"),
        ("pass", "exit code 0 without prices in {}"),
    ],
)
def test_a_failed_measurement_is_said_and_tried_again_after_a_minute(
    store, page, clock, script, reason
):
    ask = page(stub(script))
    assert ask() is None
    ask.under_way().wait(60)
    seconds, basis = ask()
    assert seconds is None
    assert basis.startswith("no finished run to go by; not measured: ") and basis.endswith(
        reason.format(kept(store))
    )
    assert ask() == (seconds, basis)
    assert ask.under_way() is None
    clock.now = LIMIT_SECONDS + 1
    assert ask() is None


def test_an_endless_measurement_is_given_up(page, clock):
    ask = page(ENDLESS)
    assert ask() is None
    process = ask.under_way()
    clock.now = LIMIT_SECONDS + 1
    assert ask().basis == "no finished run to go by; not measured: it took more than 60 s"
    assert process.poll() is not None


def test_nothing_is_measured_while_a_run_holds_the_device(store, page, monkeypatch, capsys):
    ask = page()
    monkeypatch.setattr("synverify_core.runs.prices.yield_to_others", lambda: None)
    with device_lock(store.root):
        assert ask() is None
        ask.under_way().wait(60)
        assert ask() == measured(store) == (None, BUSY)
        assert main(("fake", FakeConfig().model_dump_json(), "auto")) == 1
        assert capsys.readouterr().err == "a run holds the device\n"
    assert not kept(store).exists()
    assert main(("fake", FakeConfig().model_dump_json(), "auto")) == 0
    assert kept(store).exists()


def test_measuring_here_is_kept_for_the_pages(store, page):
    found = measured(store, n_seeds=4)
    assert found.seconds == pytest.approx(4 * A_SEED)
    assert page()(n_seeds=4) == found == estimate(store, "fake", FakeConfig(n_seeds=4))


@pytest.mark.parametrize(
    "change",
    [
        {"measured": (datetime.now(UTC) - timedelta(days=2)).isoformat()},
        {"measured": (datetime.now(UTC) + timedelta(hours=1)).isoformat()},
        {"measured": "yesterday"},
        {"prices": [1]},
        {"prices": {"models": "dear"}},
        {"schema_version": 1},
    ],
)
def test_old_and_damaged_prices_are_measured_again(store, page, change):
    measured(store)
    write_json(kept(store), {**read_json(kept(store)), **change})
    assert page(stub("pass"))() is None


def test_another_device_or_number_of_threads_is_another_measurement(store, monkeypatch):
    names = {kept(store), kept(store, "cpu")}
    monkeypatch.setenv("OMP_NUM_THREADS", "7")
    names.add(kept(store))
    assert len(names) == 3


def test_an_unavailable_device_is_refused(store, monkeypatch):
    monkeypatch.setattr("synverify_core.runs.provenance._cuda_works", lambda: False)
    with pytest.raises(InputError, match="not available here"):
        estimate(store, "fake", FakeConfig(), "cuda", measure=True)
