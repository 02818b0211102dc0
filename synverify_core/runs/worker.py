"""Carries out one run in this process, from its folder alone."""

import os
import shutil
import sys
import time
import traceback
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import NamedTuple

from filelock import FileLock, Timeout

from synverify_core.errors import InputError, StoreError, SynverifyError
from synverify_core.experiments.base import AnyExperiment, Reporter
from synverify_core.experiments.config import Config
from synverify_core.experiments.pipeline import run_pipeline
from synverify_core.files import make_folder, store_errors, write_json
from synverify_core.runs import provenance
from synverify_core.runs.estimate import estimate, shares_of_work
from synverify_core.runs.locks import device_lock, store_lock
from synverify_core.runs.reading import read_request
from synverify_core.runs.record import Record, State, Status
from synverify_core.runs.reporter import RunReporter
from synverify_core.runs.rows import read_rows
from synverify_core.runs.state import read_state, shown_status
from synverify_core.runs.store import Store
from synverify_core.runs.sweep import sweep
from synverify_core.runs.threads import usable_cores
from synverify_core.runs.uid import run_names

DEVICE_POLL = 0.25
JOB_VARIABLES = ("SLURM_JOB_ID", "SUBMITIT_LOCAL_JOB_ID")


class RunBusyError(StoreError):
    """Another process is at work on this run."""


def execute(run_dir: Path, reporter: Reporter | None = None) -> None:
    """Do a run from its last finished unit to its end, waiting for the device if need be.

    Parameters
    ----------
    run_dir : Path
        Folder root/runs/uid with config.json and status.json.
    reporter : Reporter, optional
        Hears everything that is written into the folder, e.g. to draw a progress bar.

    Raises
    ------
    RunBusyError
        If another process has this run; nothing was changed.
    Exception
        Whatever ended the run, after it was written into the folder as failed; an interrupt
        from the keyboard leaves the run interrupted, to be resumed.
    """
    run_dir = Path(os.path.realpath(run_dir))
    _, experiment, config = read_request(run_dir)
    names = run_names(experiment, config)
    if run_dir.name not in names:
        raise InputError(
            f"{run_dir.name} was made by another version of {experiment.name}; "
            f"today's code calls the same settings {names[0]}: start it anew"
        )
    with store_lock(run_dir.parent.parent):
        before = read_state(run_dir)
        _refuse_busy(run_dir, before)
        writer = RunReporter(run_dir, before, reporter)
    session = _Session(run_dir, experiment, config, writer)
    try:
        session.work(before.requested_device)
        writer.stop()
        shutil.rmtree(run_dir / "checkpoints", ignore_errors=True)
        session.write_record(Status.DONE)
        writer.finish(Status.DONE)
    except KeyboardInterrupt:
        session.end(Status.INTERRUPTED, "interrupted from the keyboard; it can be resumed")
        raise
    except SynverifyError as error:
        session.end(Status.FAILED, str(error))
        raise
    except BaseException as error:
        writer.log(traceback.format_exc())
        session.end(Status.FAILED, f"{type(error).__name__}: {error}")
        raise


def _refuse_busy(run_dir: Path, before: State) -> None:
    ours = before.job is not None and before.job in (os.environ.get(name) for name in JOB_VARIABLES)
    if ours and before.status is Status.CANCELLED:
        raise RunBusyError(f"{run_dir.name} was cancelled before its job began")
    # A launcher writes our number before we come here; on Windows, that of our interpreter's own
    # launcher. A run without a worker was created a moment ago, and any process may take it.
    ours |= before.pid in (os.getpid(), os.getppid())
    ours |= before.pid is None and before.job is None
    if shown_status(before).active and not ours:
        who = f"process {before.pid}" if before.pid else f"Slurm job {before.job}"
        raise RunBusyError(f"{run_dir.name} is {before.status} already, in {who}")


class _Session(NamedTuple):
    """A run under way in this process, until it ends or is interrupted."""

    folder: Path
    experiment: type[AnyExperiment]
    config: Config
    writer: RunReporter

    def work(self, requested_device: str) -> None:
        """Hold the device, then run the pipeline over what is not done yet."""
        root = self.folder.parent.parent
        lock = _wait_for_device(root, self.writer)
        try:
            (self.folder / "record.json").unlink(missing_ok=True)  # of a session that failed
            device = provenance.resolve_device(requested_device)
            name = self.experiment.name
            sweep(root)
            expected = estimate(Store(root), name, self.config, requested_device).seconds
            experiment = self.experiment(self.config, device)
            self.writer.begin(provenance.device_name(device), expected, shares_of_work(experiment))
            done = read_rows(self.folder / "rows.jsonl")
            self.writer.log(f"{self.folder.name} begins on {device} with {len(done)} rows")
            run_pipeline(
                experiment,
                uid=self.folder.name,
                artifacts=make_folder(root / "artifacts"),
                checkpoints=make_folder(self.folder / "checkpoints"),
                reporter=self.writer,
                done=done,
            )
        finally:
            lock.release()

    def write_record(self, status: Status, error: str | None = None) -> None:
        """Write record.json: where the rows come from and how the run ended."""
        now = datetime.now(UTC)
        state = self.writer.state
        record = Record(
            uid=self.folder.name,
            experiment=self.experiment.name,
            version=self.experiment.version,
            status=status,
            config=self.config.model_dump(mode="json"),
            versions=provenance.package_versions(),
            commit=provenance.code_commit(),
            device=state.device or state.requested_device,
            threads=int(os.environ.get("OMP_NUM_THREADS") or usable_cores()),
            started=state.started or now,
            finished=now,
            seconds=round(self.writer.seconds, 3),
            n_rows=len(read_rows(self.folder / "rows.jsonl")),
            error=error,
            command=provenance.run_command(self.experiment, self.config, state.requested_device),
        )
        write_json(self.folder / "record.json", record.model_dump(mode="json"))

    def end(self, status: Status, message: str) -> None:
        """Write why the run ended early; the disk may refuse even that, and stderr takes it."""
        steps: list[Callable[[], None]] = [self.writer.stop]
        if status is Status.FAILED:
            steps.append(lambda: self.write_record(status, message))
        steps.append(lambda: self.writer.finish(status, message))
        for step in steps:
            try:
                step()
            except StoreError as error:
                print(f"error: {error}", file=sys.stderr)


def _wait_for_device(root: Path, writer: RunReporter) -> FileLock:
    lock = device_lock(root)
    waiting = False
    with store_errors(Path(lock.lock_file), "locked"):
        while True:
            try:
                lock.acquire(timeout=0)
                return lock
            except Timeout:
                if not waiting:
                    writer.log("waiting: another run holds the device")
                    writer.stage("waiting for the device", 0, 0)
                waiting = True
                time.sleep(DEVICE_POLL)
