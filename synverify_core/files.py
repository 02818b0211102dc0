"""Files that are whole or not there at all; what goes wrong with one is an error that names it.

Whatever is under way has a name of the form .NAME.PID-TOKEN.partial until it is complete.
"""

import errno
import json
import os
import shutil
import stat
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from uuid import uuid4

from synverify_core.errors import StoreError

PARTIAL = ".partial"


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


@contextmanager
def whole_file(path: Path, *, durable: bool = False) -> Iterator[Path]:
    """Yield a name to write to; the file there replaces `path` when the block ends well.

    A `StoreError` says that the disk is full or the folder cannot be written; the old file stays.
    With `durable` the disk holds the new one when the block is left.
    """
    partial = _partial(path)
    with store_errors(path, "written"):
        try:
            yield partial
            if durable:
                _sync(partial)
            os.replace(partial, path)
            if durable and os.name == "posix":  # Windows cannot open folders and needs none of it
                _sync(path.parent)
        finally:
            partial.unlink(missing_ok=True)


@contextmanager
def whole_folder(folder: Path) -> Iterator[Path]:
    """Yield an empty folder that gets its name when the block ends well.

    Where another process made the same folder meanwhile, that one stays. A `StoreError` says that
    it cannot be written.
    """
    partial = _partial(folder)
    with store_errors(folder, "written"):
        try:
            partial.mkdir(parents=True)
            yield partial
            try:
                partial.rename(folder)
            except OSError:
                if not folder.is_dir():
                    raise
        finally:
            shutil.rmtree(partial, ignore_errors=True)


def write_json(path: Path, values: Any, *, durable: bool = True) -> None:
    """Replace a JSON file as `whole_file` does; heartbeats need not be durable."""
    text = json.dumps(values, indent=1, allow_nan=False, ensure_ascii=False) + "\n"
    with whole_file(path, durable=durable) as partial:
        # The name of a file, quoted in an error, may hold what UTF-8 cannot.
        partial.write_bytes(text.encode(errors="replace"))


def overwrite_json(path: Path, values: Any) -> None:
    """Write into the blocks that the file already holds: the last resort on a full disk."""
    text = json.dumps(values, allow_nan=False).encode()
    with store_errors(path, "written"), path.open("r+b") as file:
        file.write(text.ljust(os.fstat(file.fileno()).st_size))
        file.truncate()


def read_bytes(path: Path) -> bytes:
    """Read a file; a `StoreError` names one that is missing, or a pipe that would never end."""
    with store_errors(path, "read"):
        if not stat.S_ISREG(path.stat().st_mode):
            raise StoreError(f"{path} is not a regular file")
        return path.read_bytes()


def read_json(path: Path) -> dict[str, Any]:
    """Read a JSON object; a missing, truncated or foreign file is a `StoreError` naming it."""
    data = read_bytes(path)
    try:
        values = json.loads(data)
    except (ValueError, RecursionError) as error:
        raise StoreError(f"{path} is truncated or not JSON: {error}") from error
    if not isinstance(values, dict):
        raise StoreError(f"{path} does not hold a JSON object")
    return values


def _partial(path: Path) -> Path:
    return path.with_name(f".{path.name}.{os.getpid()}-{uuid4().hex[:8]}{PARTIAL}")


def _sync(path: Path) -> None:
    handle = os.open(path, os.O_RDONLY if path.is_dir() else os.O_RDWR)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
