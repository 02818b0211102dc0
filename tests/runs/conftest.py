"""A store in a temporary folder, and the fake experiment in the registry."""

import sys
import time
from functools import cache
from pathlib import Path

import pytest

from synverify_core.experiments import registry
from synverify_core.runs.launcher import LocalLauncher
from synverify_core.runs.store import Store
from synverify_core.runs.worker import execute
from tests.runs.fake import FakeConfig, known

FAKE_CLI = (sys.executable, str(Path(__file__).with_name("fake_cli.py")))


@pytest.fixture(autouse=True)
def fake_experiment(monkeypatch):
    monkeypatch.setattr(registry, "get", known)


@pytest.fixture(autouse=True)
def store(tmp_path, monkeypatch):
    monkeypatch.setenv("SYNVERIFY_REFERENCE", str(tmp_path / "reference"))
    monkeypatch.setenv("SYNVERIFY_CACHE", str(tmp_path / "cache"))
    return Store()


@pytest.fixture
def launcher(store):
    launcher = LocalLauncher(store, worker=(*FAKE_CLI, "worker"))
    yield launcher
    for run in store.runs():
        launcher.cancel(run.uid)


@pytest.fixture
def finished(store):
    """Carry out a run here and return it."""

    def finish(**settings):
        run = store.create("fake", FakeConfig(**settings))
        execute(run.path)
        return store.get(run.uid)

    return finish


def wait_until(store, uid, condition, seconds=60):
    """Wait for a condition of a run; fail with its log if that takes too long."""
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, (store.get(uid), store.log_tail(uid))
        time.sleep(0.03)
    return store.get(uid)


@pytest.fixture
def wait_for(store):
    """Wait until a run has a status."""
    return lambda uid, *statuses: wait_until(store, uid, lambda: store.get(uid).status in statuses)


@pytest.fixture
def wait_for_rows(store):
    """Wait until a run has written some rows."""
    return lambda uid, count: wait_until(store, uid, lambda: len(store.rows(uid)) >= count)


@pytest.fixture(scope="session")
def expected(tmp_path_factory):
    """Rows of an uninterrupted run with these settings, computed elsewhere."""

    @cache
    def rows(**settings):
        elsewhere = Store(tmp_path_factory.mktemp("elsewhere"))
        run = elsewhere.create("fake", FakeConfig(**settings))
        execute(run.path)
        return elsewhere.rows(run.uid)

    return rows
