"""From a run folder to a `Run`; whatever is damaged is a `StoreError` that names the file."""

from datetime import datetime
from functools import lru_cache
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from synverify_core.errors import InputError, StoreError
from synverify_core.experiments import registry
from synverify_core.experiments.base import Config
from synverify_core.runs.files import check_schema, read_json, read_rows
from synverify_core.runs.record import RECORD_SCHEMA, Progress, Record, Run, State, Status
from synverify_core.runs.state import ENDED_SILENTLY, read_state, shown_status
from synverify_core.runs.uid import run_uid

CONFIG_SCHEMA = 1
NO_META: dict[str, Any] = {"name": "", "note": "", "archived": False}


def load_run(folder: Path, *, reference: bool) -> Run:
    """Read a run folder.

    Parameters
    ----------
    reference : bool
        A shipped run has no status.json: its record says how it ended.

    Raises
    ------
    StoreError
        If a file is missing, truncated, of another schema, or of an unknown experiment.
    """
    values, config, uid = read_config(folder)
    try:
        meta = read_meta(folder)
    except StoreError:
        meta = NO_META  # a lost name must not hide the rows; the store's `problems` names the file
    state, record = _read_outcome(folder, reference)
    status = shown_status(state)
    return Run(
        uid=folder.name,
        experiment=str(values["experiment"]),
        config=config,
        status=status,
        progress=_progress(state, status, record),
        record=record,
        name=str(meta["name"]),
        note=str(meta["note"]),
        archived=bool(meta["archived"]),
        reference=reference,
        path=folder,
        created=datetime.fromisoformat(str(values["created"])),
        device=record.device if record else state.device or state.requested_device,
        error=ENDED_SILENTLY if _died(state, status) else state.error,
        outdated=folder.name.partition("~")[0] != uid,
    )


def _read_outcome(folder: Path, reference: bool) -> tuple[State, Record | None]:
    # The worker writes the record before the status `done`, so it is read in the other order.
    state = None if reference else read_state(folder)
    record = read_record(folder)
    if state is not None and (record is not None or state.status is not Status.DONE):
        return state, record
    if record is None:
        raise StoreError(f"{folder / 'record.json'} is missing")
    shipped = State(status=record.status, host="", device=record.device, seconds=record.seconds)
    return shipped, record


def read_config(folder: Path) -> tuple[dict[str, Any], Config, str]:
    """Return config.json, the validated config, and the uid that today's code gives it."""
    path = folder / "config.json"
    values = read_json(path)
    check_schema(path, values, CONFIG_SCHEMA)
    try:
        experiment = registry.get(str(values["experiment"]))
        config = experiment.config_type.make(values["config"])
        datetime.fromisoformat(str(values["created"]))
    except KeyError as error:
        raise StoreError(f"{path} lacks {error}") from error
    except (InputError, TypeError, ValueError) as error:
        raise StoreError(f"{path} does not fit this version of the code: {error}") from error
    return values, config, run_uid(experiment, config)


def read_record(folder: Path) -> Record | None:
    """Read record.json, or None where there is none yet."""
    path = folder / "record.json"
    try:
        values = read_json(path)
    except StoreError:
        if not path.exists():
            return None
        raise
    check_schema(path, values, RECORD_SCHEMA)
    try:
        return Record(**values)
    except ValidationError as error:
        item = error.errors()[0]
        field = ".".join(str(part) for part in item["loc"])
        raise StoreError(f"{path} is damaged: {field}: {item['msg']}") from error


def read_meta(folder: Path) -> dict[str, Any]:
    """Read what the user said about a run: name, note, archived."""
    path = folder / "meta.json"
    return {**NO_META, **read_json(path)} if path.exists() else dict(NO_META)


def check_rows(run: Run) -> None:
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


def _died(state: State, status: Status) -> bool:
    return status is Status.INTERRUPTED and state.status.active


def folders(parent: Path, problems: list[str]) -> list[Path]:
    """Return the run folders in a parent; an unreadable parent is added to `problems`."""
    try:
        return sorted(path for path in parent.iterdir() if path.is_dir() and path.name[0] != ".")
    except FileNotFoundError:
        return []
    except OSError as error:
        problems.append(f"{parent} cannot be read: {error.strerror}")
        return []
