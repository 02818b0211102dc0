"""From a run folder to a `Run`; whatever is damaged is a `StoreError` that names it."""

from functools import lru_cache
from pathlib import Path

from synverify_core.errors import InputError, StoreError, SynverifyError
from synverify_core.experiments import registry
from synverify_core.experiments.base import AnyExperiment
from synverify_core.experiments.config import Config
from synverify_core.runs.record import (
    Meta,
    Progress,
    Record,
    Request,
    Run,
    State,
    Status,
    read_as,
    read_if_there,
)
from synverify_core.runs.rows import read_rows
from synverify_core.runs.state import ENDED_SILENTLY, read_state, shown_status
from synverify_core.runs.uid import run_names


def load_run(folder: Path, *, reference: bool) -> Run:
    """Read a run folder; a shipped one (`reference`) has no status.json but a record.

    Raises
    ------
    StoreError
        If a file is missing, truncated, of another schema, or of an unknown experiment; or if a
        finished run has other rows than its record counted.
    """
    try:
        run = _load(folder, reference)
        _check_rows(run)
    except SynverifyError:
        raise
    except Exception as error:  # one damaged folder must not hide all the others
        raise StoreError(f"{folder} cannot be read: {type(error).__name__}: {error}") from error
    return run


def _load(folder: Path, reference: bool) -> Run:
    request, experiment, config = read_request(folder)
    try:
        meta = read_meta(folder)
    except StoreError:
        meta = Meta()  # a lost name must not hide the rows; the store's `problems` names the file
    state, record = _read_outcome(folder, reference)
    status = shown_status(state)
    died = status is Status.INTERRUPTED and state.status.active
    return Run(
        uid=folder.name,
        experiment=experiment.name,
        config=config,
        status=status,
        progress=_progress(state, status, record),
        record=record,
        name=meta.name,
        note=meta.note,
        archived=meta.archived,
        reference=reference,
        path=folder,
        created=request.created,
        device=record.device if record else state.device or state.requested_device,
        error=ENDED_SILENTLY if died else state.error,
        outdated=folder.name.partition("~")[0] not in run_names(experiment, config),
    )


def _read_outcome(folder: Path, reference: bool) -> tuple[State, Record | None]:
    # The worker writes the record before the status `done`, so it is read in the other order.
    state = None if reference else read_state(folder)
    record = read_if_there(folder / "record.json", Record)
    if state is not None and (record is not None or state.status is not Status.DONE):
        return state, record
    if record is None:
        raise StoreError(f"{folder / 'record.json'} is missing")
    shipped = State(status=record.status, host="", device=record.device, seconds=record.seconds)
    return shipped, record


def read_request(folder: Path) -> tuple[Request, type[AnyExperiment], Config]:
    """Read config.json; a `StoreError` says what today's code cannot do with it."""
    path = folder / "config.json"
    request = read_as(path, Request)
    try:
        experiment = registry.get(request.experiment)
        return request, experiment, experiment.config_type.make(request.config)
    except InputError as error:
        raise StoreError(f"{path} does not fit this version of the code: {error}") from error


def read_meta(folder: Path) -> Meta:
    """Read what the user said about a run: name, note, archived."""
    return read_if_there(folder / "meta.json", Meta) or Meta()


def _check_rows(run: Run) -> None:
    """Refuse a finished run whose rows are not the ones that its record counted."""
    if run.status is not Status.DONE or run.record is None:
        return
    path = run.path / "rows.jsonl"
    found = _count_rows(path, path.stat().st_mtime_ns, path.stat().st_size) if path.exists() else 0
    if found != run.record.n_rows:
        raise StoreError(
            f"{path} holds {found} rows and its record says {run.record.n_rows}: "
            "delete the run and start it again, or bring the file back"
        )


@lru_cache(maxsize=4096)
def _count_rows(path: Path, modified: int, size: int) -> int:
    return len(read_rows(path))


def _progress(state: State, status: Status, record: Record | None) -> Progress:
    if record is not None and status is Status.DONE:
        return Progress("done", state.done, state.total, record.seconds, 0.0)
    eta = state.eta_seconds if status is Status.RUNNING else None
    stage = ", ".join(filter(None, (state.stage, state.detail)))
    return Progress(stage, state.done, state.total, state.seconds, eta, state.within)
