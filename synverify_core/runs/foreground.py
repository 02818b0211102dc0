"""The third launcher: a run in the caller's own process, with the caller's Ctrl-C."""

import os
import shutil
import time
from contextlib import suppress
from pathlib import Path

from synverify_core.errors import SynverifyError
from synverify_core.experiments.base import Reporter
from synverify_core.experiments.config import Config
from synverify_core.runs.launcher import Launcher, with_process
from synverify_core.runs.record import Run, State
from synverify_core.runs.rows import read_rows
from synverify_core.runs.store import Store
from synverify_core.runs.worker import RunBusyError, execute

FOLLOW_POLL = 0.3


def run_here(
    store: Store, experiment_name: str, config: Config, device: str, reporter: Reporter
) -> Run:
    """Do a run and return it as it ended: done, failed, or interrupted by Ctrl-C.

    A run that is done already is returned at once; one that another process is at work on is
    watched to its end.

    Raises
    ------
    SynverifyError
        If the run is refused before it has made anything: nothing of it is left, then.
    """
    foreground = _Foreground(store)
    run = foreground.start(experiment_name, config, device)
    if not run.status.active:
        return run
    if foreground.took is None:
        return _follow(store, run, reporter)
    try:
        execute(run.path, reporter)
    except RunBusyError:
        return _follow(store, run, reporter)
    except (KeyboardInterrupt, Exception) as error:
        never_began = foreground.took.started is None
        if isinstance(error, SynverifyError) and never_began and not _has_made(run.path):
            shutil.rmtree(run.path, ignore_errors=True)
            raise
        ended = store.get(run.uid)
        if ended.status.active:  # the disk did not even take the news
            raise
        return ended
    return store.get(run.uid)


class _Foreground(Launcher):
    """Makes this process the worker of a run, which is carried out once the start is over."""

    took: State | None = None
    """The run's state as it was taken over; None where another process has the run."""

    def _spawn(self, folder: Path, state: State) -> State:
        self.took = with_process(state, os.getpid())
        return self.took


def _has_made(folder: Path) -> bool:
    """Tell whether a run has a generator's row, a training to go on with, or a name or note."""
    rows = read_rows(folder / "rows.jsonl")  # the first ones are known without training
    files = (path for path in (folder / "checkpoints").rglob("*") if path.is_file())
    measured = any(row.verifier == "generator" for row in rows)
    return measured or any(files) or (folder / "meta.json").exists()


def _follow(store: Store, run: Run, reporter: Reporter) -> Run:
    """Watch a run of another process to its end, or until Ctrl-C, which leaves it alone."""
    reporter.log(f"{run.uid} is at work in another process; watching it (Ctrl-C leaves it running)")
    heard = 0
    with suppress(KeyboardInterrupt):
        while run.status.active:
            time.sleep(FOLLOW_POLL)
            run = store.get(run.uid)
            rows = store.rows(run.uid)
            for row in rows[heard:]:
                reporter.row(row)
            heard = len(rows)
            reporter.stage(run.progress.stage, run.progress.done, run.progress.total)
    return run
