"""Files of a run: JSON replaced atomically, rows appended one line each."""

import errno
import json
import os
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from synverify_core.errors import StoreError
from synverify_core.experiments.refusals import first_fault
from synverify_core.experiments.row import Row


@contextmanager
def store_errors(path: Path, action: str) -> Iterator[None]:
    """Turn an `OSError` into a `StoreError` that names the path and the reason."""
    try:
        yield
    except OSError as error:
        reason = error.strerror or str(error)
        if error.errno in (errno.ENOSPC, errno.EDQUOT):
            reason += "; free some space and resume the run"
        raise StoreError(f"{path} cannot be {action}: {reason}") from error


def make_folder(path: Path) -> Path:
    """Create a folder and its parents; a `StoreError` says why it cannot be."""
    with store_errors(path, "created"):
        path.mkdir(parents=True, exist_ok=True)
    return path


def write_json(path: Path, values: Any, *, durable: bool = True) -> None:
    """Replace a JSON file atomically: readers see the old text or the new one, never a part.

    Parameters
    ----------
    durable : bool
        Wait until the disk holds it; heartbeats do without.

    Raises
    ------
    StoreError
        If the disk is full or the folder cannot be written.
    """
    text = json.dumps(values, indent=1, allow_nan=False, ensure_ascii=False) + "\n"
    temporary = path.with_name(f".{path.name}.{os.getpid()}-{threading.get_ident()}")
    with store_errors(path, "written"):
        try:
            with temporary.open("w", encoding="utf-8") as file:
                file.write(text)
                if durable:
                    file.flush()
                    os.fsync(file.fileno())
            os.replace(temporary, path)
        except OSError:
            with suppress(OSError):  # the first error is the one to report
                temporary.unlink()
            raise
        if durable:
            _sync_folder(path.parent)


def _sync_folder(folder: Path) -> None:
    """Make a rename durable; Windows cannot open folders and needs none of it."""
    if os.name == "posix":
        handle = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)


def overwrite_json(path: Path, values: Any) -> None:
    """Write into the blocks that the file already holds: the last resort on a full disk."""
    text = json.dumps(values, allow_nan=False).encode()
    with store_errors(path, "written"), path.open("r+b") as file:
        file.write(text.ljust(os.fstat(file.fileno()).st_size))
        file.truncate()


def read_json(path: Path) -> dict[str, Any]:
    """Read a JSON object; a missing, truncated or foreign file is a `StoreError` naming it."""
    with store_errors(path, "read"):
        data = path.read_bytes()
    try:
        values = json.loads(data)
    except ValueError as error:
        raise StoreError(f"{path} is truncated or not JSON: {error}") from error
    if not isinstance(values, dict):
        raise StoreError(f"{path} does not hold a JSON object")
    return values


def check_schema(path: Path, values: dict[str, Any], known: int) -> None:
    """Refuse a file of another schema version, naming both."""
    version = values.get("schema_version")
    if version != known:
        raise StoreError(
            f"{path} has schema_version {version!r}, and this Synverify reads {known} only: "
            "open it with the version that wrote it, or run it again"
        )


def read_rows(path: Path) -> list[Row]:
    """Rows in the order of writing; a half-written last line and repeated points are left out."""
    if not path.exists():
        return []
    with store_errors(path, "read"):
        lines = path.read_bytes().split(b"\n")[:-1]
    rows: dict[tuple[object, ...], Row] = {}
    for number, line in enumerate(lines, start=1):
        try:
            row = Row.model_validate(json.loads(line))
        except ValidationError as error:
            raise StoreError(f"{path}, line {number}, is damaged: {first_fault(error)}") from error
        except (ValueError, RecursionError) as error:
            raise StoreError(f"{path}, line {number}, is damaged: {error}") from error
        rows.setdefault(row.key, row)
    return list(rows.values())


class RowWriter:
    """Appends rows to a file; a line that a crash left half-written is cut off first."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._seen = {row.key for row in read_rows(path)}
        with store_errors(path, "written"):
            self._file = path.open("ab", buffering=0)
            self._file.truncate(path.read_bytes().rfind(b"\n") + 1)

    def append(self, row: Row) -> None:
        """Add one row, unless the same point is there already."""
        if row.key in self._seen:
            return
        line = json.dumps(row.as_json(), allow_nan=False).encode() + b"\n"
        with store_errors(self._path, "written"):
            while line:
                line = line[self._file.write(line) :]
        self._seen.add(row.key)

    def sync(self) -> None:
        """Wait until the disk holds every row."""
        with store_errors(self._path, "written"):
            os.fsync(self._file.fileno())

    def close(self) -> None:
        """Close the file."""
        self._file.close()
