"""The rows of a run on disk: one JSON line each, only ever appended."""

import json
import os
from pathlib import Path

from pydantic import ValidationError

from synverify_core.errors import StoreError
from synverify_core.experiments.refusals import first_fault
from synverify_core.experiments.row import Key, Row
from synverify_core.files import read_bytes, store_errors


def read_rows(path: Path) -> list[Row]:
    """Rows in the order of writing; a half-written last line and repeated points are left out.

    Raises
    ------
    StoreError
        If a line is damaged; the message names the file and the line.
    """
    if not path.exists():
        return []
    rows: dict[Key, Row] = {}
    for number, line in enumerate(read_bytes(path).split(b"\n")[:-1], start=1):
        try:
            values = json.loads(line.decode())
            if b"\\u" in line:  # halves of surrogate pairs are no text
                json.dumps(values, ensure_ascii=False).encode()
            row = Row.model_validate(values)
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
