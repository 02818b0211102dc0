"""The second launcher: the same worker command as a job of a Slurm cluster, through submitit."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from synverify_core.errors import InputError, StoreError
from synverify_core.files import make_folder
from synverify_core.runs.launcher import WORKER, Launcher
from synverify_core.runs.provenance import PROJECT
from synverify_core.runs.record import State
from synverify_core.runs.store import Store


class SlurmLauncher(Launcher):
    """Submits workers to Slurm; the store must lie on a disk that the nodes share.

    Parameters
    ----------
    store, worker
        As for every launcher.
    executor : submitit executor, optional
        By default a `submitit.SlurmExecutor` writing into the store's slurm folder.
    parameters
        Of the executor, e.g. partition="gpu", gpus_per_node=1, time=60 (min), cpus_per_task=8.

    Raises
    ------
    InputError
        If submitit is not installed, this is no Slurm machine, or a parameter is unknown.
    """

    def __init__(
        self,
        store: Store,
        worker: Sequence[str] = WORKER,
        executor: Any = None,
        **parameters: Any,
    ) -> None:
        super().__init__(store, worker)
        self._executor = executor or _slurm_executor(store)
        try:
            self._executor.update_parameters(**parameters)
        except (NameError, TypeError, ValueError) as error:  # submitit raises any of them
            raise InputError(f"Slurm parameters {parameters} are refused: {error}") from error

    def _spawn(self, folder: Path, state: State) -> State:
        from submitit.helpers import CommandFunction

        work = CommandFunction([*self._worker, str(folder)], cwd=PROJECT)
        try:
            job = self._executor.submit(work)
        except Exception as error:  # what sbatch refuses has no class of its own
            raise StoreError(f"Slurm does not take the job: {error}") from error
        return state.model_copy(update={"job": str(job.job_id)})


def _slurm_executor(store: Store) -> Any:
    try:
        import submitit
    except ImportError:
        raise InputError("Slurm needs submitit: pip install submitit") from None
    try:
        return submitit.SlurmExecutor(folder=make_folder(store.root / "slurm"))
    except RuntimeError as error:
        raise InputError(f"no Slurm here: {error}") from error
