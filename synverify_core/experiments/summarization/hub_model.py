"""Models from elsewhere: a folder, or a hub's model that is missing, coming or ready; no torch."""

import json
import os
import re
import subprocess
import sys
import threading
from collections.abc import Sequence
from fnmatch import fnmatch
from pathlib import Path
from typing import Any, Literal, NamedTuple

import psutil

from synverify_core.errors import InputError, brief
from synverify_core.experiments.summarization.model_sizes import model_sizes
from synverify_core.files import make_folder, write_json

SUGGESTED = "HuggingFaceTB/SmolLM2-135M"
"""The smallest model that writes English about anything."""
# What is loaded: settings, tokenizer and weights; neither other formats nor pictures.
WANTED = ("*.json", "*.safetensors", "*.model", "*.txt")
UNWANTED = ("*/*",)
_BYTES_A_WEIGHT = 2
_NAME = re.compile(r"[\w][\w.-]*/[\w][\w.-]*")
_INDEX = "model.safetensors.index.json"
_LAST = 300
_PROJECT = Path(__file__).resolve().parents[3]


class Found(NamedTuple):
    """Where a model is.

    folder : with config.json, tokenizer and weights, where it is ready.
    done, total : bytes that are here, and of the whole download; 0: not known.
    problem : why the last download ended early.
    """

    state: Literal["missing", "coming", "ready"]
    folder: Path | None = None
    done: int = 0
    total: int = 0
    problem: str = ""


def find(model: str, jobs: Path) -> Found:
    """Look for a model on this machine; nothing is asked of any other.

    Parameters
    ----------
    model : a folder, or a name on the hub (OWNER/NAME).
    jobs : folder that `begin` keeps its notes in.

    Raises
    ------
    InputError
        If it is neither.
    """
    path = Path(model).expanduser()
    if path.is_dir():
        if not _whole(path):
            raise InputError(
                f"model = {brief(model)} is a folder without config.json, tokenizer and weights "
                "(safetensors)"
            )
        return Found("ready", path)
    if not _NAME.fullmatch(model):
        raise InputError(
            f"model = {brief(model)} is neither a folder nor a name on the hub (OWNER/NAME)"
        )
    folder = _snapshot(model)
    if folder:
        return Found("ready", folder)
    job = _job(model, jobs)
    done = sum(file.stat().st_size for file in (_cached(model) / "blobs").glob("*"))
    total = int(job.get("total", 0)) or expected_bytes(model)
    if _alive(job):
        return Found("coming", None, done, total)
    return Found("missing", None, done, total, _last_line(model, jobs) if job else "")


def begin(model: str, jobs: Path) -> None:
    """Download a model into the hub's own cache, in a process of its own.

    One that is under way goes on; an interrupted one goes on from what is there.
    """
    if find(model, jobs).state != "missing":
        return
    make_folder(jobs)
    with _file(model, jobs, "log").open("wb") as log:
        process = subprocess.Popen(
            [sys.executable, "-m", __name__, model, str(jobs)],
            cwd=_PROJECT,
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=subprocess.STDOUT,
            start_new_session=os.name == "posix",
        )
    # Without a wait the ended process would stay a zombie as long as this one lives.
    threading.Thread(target=process.wait, daemon=True).start()
    _note(model, jobs, process.pid, 0)


def stop(model: str, jobs: Path) -> None:
    """End a download; what has come stays, and the next one goes on from it."""
    job = _job(model, jobs)
    if _alive(job):
        psutil.Process(int(job["pid"])).kill()


def expected_bytes(model: str) -> int:
    """Return about how large a download is by the model's name; 0: not known."""
    sizes = model_sizes(model)
    return sizes.parameters * _BYTES_A_WEIGHT if sizes else 0


def fetch(model: str, jobs: Path) -> None:
    """Download a model and note first how large it is; runs in the process that `begin` starts."""
    from huggingface_hub import snapshot_download

    parts: dict[str, Any] = {"allow_patterns": list(WANTED), "ignore_patterns": list(UNWANTED)}
    planned: Any = snapshot_download(model, dry_run=True, **parts)
    _note(model, jobs, psutil.Process().pid, sum(file.file_size for file in planned))
    snapshot_download(model, **parts)


def _note(model: str, jobs: Path, pid: int, total: int) -> None:
    try:
        created = psutil.Process(pid).create_time()
    except psutil.NoSuchProcess:  # it has ended already: its log says why
        created = 0.0
    facts = {"pid": pid, "created": created, "total": total or expected_bytes(model)}
    write_json(_file(model, jobs, "json"), facts, durable=False)


def _alive(job: dict[str, Any]) -> bool:
    try:
        process = psutil.Process(int(job["pid"]))
        same = abs(process.create_time() - float(job["created"])) < 1
        return same and process.status() != psutil.STATUS_ZOMBIE
    except (KeyError, ValueError, psutil.Error):
        return False


def _job(model: str, jobs: Path) -> dict[str, Any]:
    try:
        found = json.loads(_file(model, jobs, "json").read_text(encoding="utf8"))
        return found if isinstance(found, dict) else {}
    except (OSError, ValueError):
        return {}


def _last_line(model: str, jobs: Path) -> str:
    try:
        text = _file(model, jobs, "log").read_text(encoding="utf8", errors="replace")
    except OSError:
        return ""
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    return lines[-1][:_LAST] if lines else "it was stopped"


def _file(model: str, jobs: Path, ending: str) -> Path:
    return jobs / f"{model.replace('/', '--')}.{ending}"


def _cached(model: str) -> Path:
    """Name the hub's own folder of a model."""
    from huggingface_hub import constants

    return Path(constants.HF_HUB_CACHE) / f"models--{model.replace('/', '--')}"


def _snapshot(model: str) -> Path | None:
    """Return the folder of a whole download, that of the newest revision first."""
    cached = _cached(model)
    try:
        newest = cached / "snapshots" / (cached / "refs" / "main").read_text().strip()
    except OSError:
        return None
    return newest if newest.is_dir() and _whole(newest) else None


def _whole(folder: Path) -> bool:
    """Tell whether settings, tokenizer and all parts of the weights are there."""
    names = [file.name for file in folder.iterdir() if file.is_file()]
    if "config.json" not in names or not _any(names, ("tokenizer.json", "tokenizer*.model")):
        return False
    if _INDEX not in names:
        return "model.safetensors" in names
    try:
        parts = json.loads((folder / _INDEX).read_text(encoding="utf8"))["weight_map"].values()
    except (OSError, ValueError, KeyError, AttributeError):
        return False
    return set(parts) <= set(names)


def _any(names: Sequence[str], patterns: Sequence[str]) -> bool:
    return any(fnmatch(name, pattern) for name in names for pattern in patterns)


if __name__ == "__main__":
    fetch(sys.argv[1], Path(sys.argv[2]))
