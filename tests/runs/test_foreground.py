"""A run in the caller's own process: found, refused, or carried out like any other."""

import pytest

from synverify_core.errors import InputError, StoreError
from synverify_core.runs.export import publish
from synverify_core.runs.foreground import run_here
from synverify_core.runs.record import Status
from synverify_core.runs.uid import run_names
from synverify_core.runs.worker import execute
from tests.runs.fake import Fake, FakeConfig, Listener


@pytest.fixture
def start(store):
    """Start a config in this process."""
    return lambda listener=None, **settings: run_here(
        store, "fake", FakeConfig(**settings), "cpu", listener or Listener()
    )


@pytest.fixture
def formerly(store, monkeypatch):
    """Make a run under its former name."""

    def make(**settings):
        config = FakeConfig(**settings)
        name = run_names(Fake, config)[1]
        with monkeypatch.context() as patch:
            patch.setattr("synverify_core.runs.store.run_uid", lambda *_: name)
            return store.create("fake", config)

    return make


@pytest.mark.parametrize("refusal", [InputError("no such corpus"), StoreError("disk full")])
def test_a_refused_start_leaves_nothing(store, start, monkeypatch, refusal):
    def refuse(*_):
        raise refusal

    monkeypatch.setattr(Fake, "train_generator", refuse)
    listener = Listener()
    with pytest.raises(type(refusal), match=str(refusal)):
        start(listener)
    assert store.runs() == [] == store.problems
    assert not any("Traceback" in line for line in listener.lines)


def test_a_refusal_after_the_first_row_fails_the_run_without_a_traceback(store, start):
    run = start(Listener(InputError("the corpus is gone"), at=5))
    assert (run.status, run.error) == (Status.FAILED, "the corpus is gone")
    assert len(store.rows(run.uid)) == 5
    assert "Traceback" not in store.log_tail(run.uid, 99)


def test_a_refused_run_with_a_name_stays(store, start, launcher, monkeypatch):
    run = launcher.cancel(launcher.start("fake", FakeConfig(delay=60.0)).uid)
    store.rename(run.uid, "mine")
    monkeypatch.setattr(Fake, "train_generator", lambda *_: 1 / 0)
    assert start(delay=60.0).title == "mine"


def test_a_run_of_a_former_name_goes_on_and_is_found(store, start, formerly, launcher, expected):
    old = formerly()
    with pytest.raises(KeyboardInterrupt):
        execute(old.path, Listener(KeyboardInterrupt(), 9))
    stopped = store.get(old.uid)
    assert stopped.resumable and not stopped.outdated
    done = start()
    assert (done.uid, done.status) == (old.uid, Status.DONE)
    assert [row.value for row in store.rows(old.uid)] == [row.value for row in expected()]
    assert launcher.start("fake", FakeConfig()) == done == start()


def test_a_shipped_record_of_a_former_name_is_a_hit(store, start, formerly, launcher):
    old = formerly()
    execute(old.path)
    publish(store, old.uid)
    store.delete(old.uid)
    for hit in (start(), launcher.start("fake", FakeConfig())):
        assert (hit.uid, hit.reference, hit.outdated) == (old.uid, True, False)
    assert not (store.root / "runs" / old.uid).exists()
    assert store.create("fake", FakeConfig()).uid != old.uid
