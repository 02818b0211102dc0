"""A run in the caller's own process, with the caller's Ctrl-C."""

import time
from contextlib import suppress

from synverify_core.errors import InputError
from synverify_core.experiments import registry
from synverify_core.experiments.base import Config, Reporter
from synverify_core.runs.launcher import fresh_state
from synverify_core.runs.locks import starts_lock
from synverify_core.runs.provenance import check_device
from synverify_core.runs.record import Run, Status
from synverify_core.runs.state import read_state, write_state
from synverify_core.runs.store import Store
from synverify_core.runs.uid import run_uid
from synverify_core.runs.worker import RunBusyError, execute

FOLLOW_POLL = 0.3


def run_here(
    store: Store, experiment_name: str, config: Config, device: str, reporter: Reporter
) -> Run:
    """Do a run and return it as it ended: done, failed, or interrupted by Ctrl-C.

    A run that is done already is returned at once; one that another process is at work on is
    watched to its end.
    """
    uid = run_uid(registry.get(experiment_name), config)
    with suppress(InputError):  # not there yet
        done = store.get(uid)
        if done.status is Status.DONE:
            return done
    with starts_lock(store.root):
        run = store.create(experiment_name, config, device)
        before = read_state(run.path)
        if not run.status.active:
            write_state(run.path, fresh_state(run.path, before, check_device(device)))
    if run.status.active and (before.pid or before.job):
        return _follow(store, uid, reporter)
    try:
        execute(run.path, reporter)
    except RunBusyError:
        return _follow(store, uid, reporter)
    except KeyboardInterrupt:
        return store.get(uid)
    except Exception:
        run = store.get(uid)
        if run.status is not Status.FAILED:  # the disk did not even take the news
            raise
        return run
    return store.get(uid)


def _follow(store: Store, uid: str, reporter: Reporter) -> Run:
    """Watch a run of another process to its end, or until Ctrl-C, which leaves it alone."""
    reporter.log(f"{uid} is at work in another process; watching it (Ctrl-C leaves it running)")
    heard = 0
    run = store.get(uid)
    with suppress(KeyboardInterrupt):
        while run.status.active:
            time.sleep(FOLLOW_POLL)
            run = store.get(uid)
            rows = store.rows(uid)
            for row in rows[heard:]:
                reporter.row(row)
            heard = len(rows)
            reporter.stage(run.progress.stage, run.progress.done, run.progress.total)
    return run
