"""Measured prices: where they are kept, and when they are used."""

from datetime import UTC, datetime, timedelta

import pytest

from synverify_core.errors import InputError
from synverify_core.files import read_json, write_json
from synverify_core.runs.estimate import estimate
from synverify_core.runs.locks import device_lock
from synverify_core.runs.prices import price_list
from synverify_core.runs.threads import worker_threads
from tests.runs.fake import FakeConfig
from tests.runs.speed import SECONDS

A_SEED = 6 * SECONDS  # a verifier's curve and that of true labels, at three sizes
NOTHING = (None, "no finished run to go by")
BUSY = (None, "no finished run to go by; not measured: a run holds the device")


def known(store, **settings):
    """Return what is known without measuring: what pages ask."""
    return estimate(store, "fake", FakeConfig(**settings))


def measured(store, **settings):
    return estimate(store, "fake", FakeConfig(**settings), measure=True)


def kept(store, device="auto"):
    """Return the file of a measurement."""
    return price_list(store, "fake", FakeConfig(), device).path


def test_nothing_is_measured_unless_it_is_asked_for(store):
    assert known(store) == NOTHING
    assert not kept(store).exists()


def test_measured_prices_are_kept_for_all_that_ask_later(store):
    found = measured(store, n_seeds=4)
    assert found.seconds == pytest.approx(4 * A_SEED)
    assert found.basis.startswith("measured at ") and " on cpu (" in found.basis
    assert known(store, n_seeds=4) == found
    assert read_json(kept(store))["prices"]["budget"] == 5.0
    device_lock(store.root).acquire(timeout=0)  # the device is free again


def test_settings_that_prices_do_not_depend_on_share_them(store):
    measured(store)
    assert known(store, n_seeds=10).seconds == pytest.approx(10 * A_SEED)
    assert known(store, label="other") == NOTHING


def test_nothing_is_measured_while_a_run_holds_the_device(store):
    with device_lock(store.root):
        assert measured(store) == BUSY
    assert not kept(store).exists()
    assert measured(store).seconds == pytest.approx(2 * A_SEED)


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
def test_old_and_damaged_prices_are_not_used(store, change):
    measured(store)
    write_json(kept(store), {**read_json(kept(store)), **change})
    assert known(store) == NOTHING
    assert measured(store).seconds == pytest.approx(2 * A_SEED)


def test_another_device_or_number_of_threads_is_another_measurement(store, monkeypatch):
    names = {kept(store), kept(store, "cpu")}
    monkeypatch.setenv("OMP_NUM_THREADS", str(worker_threads() + 7))
    names.add(kept(store))
    assert len(names) == 3


def test_an_unavailable_device_is_refused(store, monkeypatch):
    monkeypatch.setattr("synverify_core.runs.provenance._cuda_works", lambda: False)
    with pytest.raises(InputError, match="not available here"):
        estimate(store, "fake", FakeConfig(), "cuda", measure=True)
