"""Removes what killed processes left half written."""

import os
import shutil
import time
from contextlib import suppress
from pathlib import Path

import psutil

from synverify_core.files import PARTIAL

OLD_SECONDS = 24 * 3600.0
"""Nothing is written for so long under a temporary name."""
PLACES = ("runs", "runs/*", "artifacts/*", "prices")
"""Where temporary names occur, as patterns below the store's root."""
NAMES = (f"*{PARTIAL}", ".new-*", ".*.json.*-*")
"""The last two are of earlier versions: .new-TOKEN for a run, .NAME.PID-THREAD for a file."""


def sweep(root: Path) -> list[Path]:
    """Remove old temporary files and folders, unless their process lives; return what is gone."""
    removed = []
    for pattern in (f"{place}/{name}" for place in PLACES for name in NAMES):
        for path in root.glob(pattern):
            with suppress(OSError):  # what cannot be removed takes space and does no harm
                if time.time() - _changed(path) > OLD_SECONDS and not _owner_lives(path):
                    shutil.rmtree(path) if path.is_dir() else path.unlink()
                    removed.append(path)
    return removed


def _changed(path: Path) -> float:
    """Return when a file, or anything in a folder, was last written (Unix s)."""
    inside = path.rglob("*") if path.is_dir() and not path.is_symlink() else ()
    return max(os.lstat(one).st_mtime for one in (path, *inside))


def _owner_lives(path: Path) -> bool:
    pid = path.name.removesuffix(PARTIAL).rpartition(".")[2].partition("-")[0]
    return pid.isdecimal() and psutil.pid_exists(int(pid))
