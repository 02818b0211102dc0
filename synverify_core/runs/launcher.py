"""Starts, cancels and resumes runs in processes of their own."""

import os
import shutil
import socket
import subprocess
import sys
import threading
from abc import ABC, abstractmethod
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path

import psutil

from synverify_core.errors import InputError, StoreError
from synverify_core.experiments.base import Config
from synverify_core.files import store_errors
from synverify_core.runs.locks import store_lock
from synverify_core.runs.provenance import PROJECT, check_device
from synverify_core.runs.record import Run, State, Status
from synverify_core.runs.state import CANCEL_FILE, find_process, read_state, write_state
from synverify_core.runs.store import Store

WORKER = (sys.executable, "-m", "synverify_core", "worker")
END_SECONDS = 3.0


class Launcher(ABC):
    """What every launcher shares: one config is one run, whoever starts it.

    Parameters
    ----------
    store : Store
        Where the run folders are.
    worker : sequence of str
        Command that, with the run folder appended, carries out the run.
    """

    def __init__(self, store: Store, worker: Sequence[str] = WORKER) -> None:
        self.store = store
        self._worker = tuple(worker)

    def start(self, experiment_name: str, config: Config, device: str = "auto") -> Run:
        """Start a run, or return the one that is queued, running or done with this config.

        A run that failed, was cancelled or was interrupted goes on from its last finished unit.
        """
        check_device(device)
        run = self.store.find(experiment_name, config)
        if run is not None and run.status is Status.DONE:
            return run
        with store_lock(self.store.root):
            run = self.store.create(experiment_name, config, device)
            if run.status is Status.DONE or (run.status.active and _has_worker(run.path)):
                return run
            self._launch(run.path, device)
        return self.store.get(run.uid)

    def resume(self, uid: str) -> Run:
        """Go on with a run that failed, was cancelled or was interrupted."""
        run = self.store.get(uid)
        if run.status.active or run.status is Status.DONE:
            return run
        if not run.resumable:
            why = "is read-only" if run.reference else "was made by another version of its code"
            raise InputError(f"{uid} {why} and cannot be resumed: start its config anew")
        return self.start(run.experiment, run.config, read_state(run.path).requested_device)

    def cancel(self, uid: str) -> Run:
        """End a queued or running run with all its processes; what has ended stays as it is."""
        with store_lock(self.store.root):
            run = self.store.get(uid)
            if not run.reference and run.status.active:
                with suppress(OSError):  # a full disk must not keep a worker alive
                    (run.path / CANCEL_FILE).touch()
                end_worker(read_state(run.path))
                after = read_state(run.path)
                if after.status.active:
                    news = {"status": Status.CANCELLED, "pid": None, "eta_seconds": None}
                    write_state(run.path, after.model_copy(update=news))
        return self.store.get(uid)

    def _launch(self, folder: Path, device: str) -> None:
        before = read_state(folder)
        end_worker(before)  # a worker that hangs may still be there
        with store_errors(folder / CANCEL_FILE, "removed"):
            (folder / CANCEL_FILE).unlink(missing_ok=True)
        kept = before.model_dump(include={"done", "total", "seconds", "started"})
        state = State(
            status=Status.QUEUED,
            host=socket.gethostname(),
            requested_device=device,
            stage="starting",
            **kept,
        )
        try:
            write_state(folder, self._spawn(folder, state))
        except StoreError as error:
            news = {"status": Status.FAILED, "error": str(error)}
            with suppress(StoreError):  # the first error is the one to report
                write_state(folder, state.model_copy(update=news))
            raise

    @abstractmethod
    def _spawn(self, folder: Path, state: State) -> State:
        """Start the worker and return the state completed by what identifies it."""


class LocalLauncher(Launcher):
    """Workers on this machine; they outlive the process that started them."""

    def _spawn(self, folder: Path, state: State) -> State:
        path = folder / "log.txt"
        with store_errors(path, "written"), path.open("ab") as log:
            process = subprocess.Popen(
                [*self._worker, str(folder)],
                cwd=PROJECT,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                start_new_session=os.name == "posix",
                creationflags=_windows_flags(),
            )
        # Without a wait the ended worker would stay a zombie as long as the page process lives.
        threading.Thread(target=process.wait, daemon=True).start()
        return with_process(state, process.pid)


def with_process(state: State, pid: int) -> State:
    """Return the state with what identifies the worker's process."""
    started = 0.0
    with suppress(psutil.NoSuchProcess):
        started = psutil.Process(pid).create_time()
    return state.model_copy(update={"pid": pid, "process_started": started})


def end_worker(state: State) -> None:
    """End the worker that a state names, if it still lives; a job of Slurm through scancel.

    A worker on another machine that neither reaches sees the cancel file and ends itself.
    """
    process = find_process(state)
    if process is not None:
        end_tree(process)
    scancel = shutil.which("scancel")
    if state.job is not None and state.status.active and scancel:
        done = subprocess.run([scancel, state.job], capture_output=True, text=True, check=False)
        if done.returncode:
            raise StoreError(f"scancel {state.job} failed: {done.stderr.strip()}")


def end_tree(process: psutil.Process) -> None:
    """End a process and all it started: politely first, then by force."""
    with suppress(psutil.NoSuchProcess):
        family = [process, *process.children(recursive=True)]
        for force in (False, True):
            for member in family:
                with suppress(psutil.NoSuchProcess):
                    member.kill() if force else member.terminate()
            _, family = psutil.wait_procs(family, timeout=END_SECONDS)
        if family:
            raise StoreError(f"process {family[0].pid} does not end: end it by hand")


def _has_worker(folder: Path) -> bool:
    state = read_state(folder)
    return state.pid is not None or state.job is not None


def _windows_flags() -> int:
    if sys.platform == "win32":
        return subprocess.DETACHED_PROCESS | subprocess.CREATE_NEW_PROCESS_GROUP
    return 0
