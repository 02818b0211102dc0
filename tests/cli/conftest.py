"""The store and the fake experiment of the runs' tests, and the command line in this process."""

import pytest

from synverify_core.cli import main
from synverify_core.experiments import registry
from synverify_core.runs.threads import PASSIVE_WAITING, THREAD_VARIABLES
from tests.runs.conftest import (  # noqa: F401
    expected,
    fake_experiment,
    finished,
    launcher,
    store,
    wait_for,
    wait_for_rows,
)
from tests.runs.fake import Fake


@pytest.fixture(autouse=True)
def keep_environment(monkeypatch, store):  # noqa: F811
    """Stay in a store of our own, and undo what `run` does to the threads of its process."""
    for name in (*THREAD_VARIABLES, *PASSIVE_WAITING):
        monkeypatch.setenv(name, "1")
    monkeypatch.setattr(registry, "experiments", lambda: {"fake": Fake})


@pytest.fixture
def call(capsys):
    """Carry out a command; return exit code, stdout and stderr."""

    def call_main(*words):
        try:
            code = main([str(word) for word in words])
        except SystemExit as end:
            code = end.code
        captured = capsys.readouterr()
        return code, captured.out, captured.err

    return call_main
