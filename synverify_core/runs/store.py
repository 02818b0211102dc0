"""The runs on disk: the user's own and those shipped with the project."""

import os
import shutil
import socket
from collections import deque
from datetime import UTC, datetime
from pathlib import Path
from uuid import uuid4

from synverify_core.errors import InputError, StoreError
from synverify_core.experiments import registry
from synverify_core.experiments.base import Config
from synverify_core.experiments.row import Row
from synverify_core.runs.files import make_folder, read_rows, store_errors, write_json
from synverify_core.runs.locks import starts_lock
from synverify_core.runs.provenance import PROJECT, check_device
from synverify_core.runs.reading import (
    CONFIG_SCHEMA,
    check_rows,
    folders,
    load_run,
    read_meta,
)
from synverify_core.runs.record import Run, State, Status
from synverify_core.runs.state import read_state, shown_status, write_state
from synverify_core.runs.uid import run_uid

ARTIFACTS = "artifacts"


class Store:
    """Reads, creates and keeps run folders.

    Parameters
    ----------
    root : Path, optional
        Folder of the user's own runs, trash and artifacts; $SYNVERIFY_CACHE or the project's
        cache. It is created when it is first written to.
    """

    def __init__(self, root: Path | None = None) -> None:
        self.root = Path(root or os.environ.get("SYNVERIFY_CACHE") or PROJECT / "cache").resolve()
        reference = os.environ.get("SYNVERIFY_REFERENCE") or PROJECT / "cache" / "reference"
        self.reference_root = Path(reference).resolve()

    @property
    def artifacts(self) -> Path:
        """Folder of trained generators and synthesized pools, shared by all runs."""
        return self.root / ARTIFACTS

    @property
    def reference_artifacts(self) -> Path:
        """Folder of the generators that are shipped with the project."""
        return self.reference_root / ARTIFACTS

    def runs(self, include_archived: bool = False) -> list[Run]:
        """All readable runs, newest first; what is damaged is named in `problems`."""
        runs, _ = self._scan()
        return [run for run in runs if include_archived or not run.archived]

    @property
    def problems(self) -> list[str]:
        """One message for every damaged run folder, with the path and what is wrong."""
        return self._scan()[1]

    def _scan(self) -> tuple[list[Run], list[str]]:
        runs: dict[str, Run] = {}
        problems: list[str] = []
        for reference, parent in ((True, self.reference_root), (False, self.root / "runs")):
            for folder in folders(parent, problems):
                if folder in (self.reference_artifacts, self.reference_root / "models"):
                    continue
                try:
                    run = load_run(folder, reference=reference)
                    check_rows(run)
                    runs[run.uid] = run
                    read_meta(folder)
                except StoreError as error:
                    if folder.exists():  # else it was deleted a moment ago
                        problems.append(str(error))
        return sorted(runs.values(), key=lambda run: run.created, reverse=True), problems

    def get(self, uid: str) -> Run:
        """Return one run; the user's own copy is preferred to the shipped one.

        Raises
        ------
        InputError
            If there is no such run.
        StoreError
            If its folder is damaged.
        """
        folder = self.folder(uid)
        run = load_run(folder, reference=folder.parent == self.reference_root)
        check_rows(run)
        return run

    def folder(self, uid: str) -> Path:
        """Return the folder of a run, damaged or not."""
        if _is_plain_name(uid):
            for parent in (self.root / "runs", self.reference_root):
                if (parent / uid).is_dir():
                    return parent / uid
        raise InputError(f"uid = {uid!r}: there is no such run in {self.root / 'runs'}")

    def rows(self, uid: str) -> list[Row]:
        """Rows measured so far; a half-written last line is left out."""
        return read_rows(self.folder(uid) / "rows.jsonl")

    def log_tail(self, uid: str, lines: int = 20) -> str:
        """Return the last lines of the run's log; empty if it has none."""
        path = self.folder(uid) / "log.txt"
        if not path.exists():
            return ""
        with store_errors(path, "read"), path.open(encoding="utf-8", errors="replace") as file:
            return "".join(deque(file, maxlen=lines))

    def create(self, experiment_name: str, config: Config, device: str = "auto") -> Run:
        """Make the run's folder, queued and without a worker; an existing one stays as it is."""
        check_device(device)
        experiment = registry.get(experiment_name)
        folder = self.root / "runs" / run_uid(experiment, config)
        if not folder.exists():
            values = {
                "schema_version": CONFIG_SCHEMA,
                "experiment": experiment.name,
                "version": experiment.version,
                "created": datetime.now(UTC).isoformat(),
                "config": config.model_dump(mode="json"),
            }
            state = State(status=Status.QUEUED, host=socket.gethostname(), requested_device=device)
            _make_run_folder(folder, values, state)
        run = load_run(folder, reference=False)
        if run.config != config:
            raise StoreError(f"{folder} holds another config of the same name: delete it first")
        return run

    def rename(self, uid: str, name: str) -> None:
        """Give a run a name to show instead of its uid; an empty one takes it away."""
        self._change_meta(uid, "name", " ".join(name.split()))

    def set_note(self, uid: str, text: str) -> None:
        """Keep a free text with the run."""
        self._change_meta(uid, "note", text)

    def archive(self, uid: str, archived: bool = True) -> None:
        """Hide a run from the default list, or show it again."""
        self._change_meta(uid, "archived", archived)

    def _change_meta(self, uid: str, key: str, value: object) -> None:
        folder = self._own_folder(uid)
        write_json(folder / "meta.json", {**read_meta(folder), key: value})

    def _own_folder(self, uid: str) -> Path:
        folder = self.folder(uid)
        if folder.parent == self.reference_root:
            raise StoreError(f"{folder} is shipped with the project and read-only")
        return folder

    def delete(self, uid: str) -> str:
        """Move a run to the trash, damaged or not, and return its name there."""
        with starts_lock(self.root):
            folder = self._own_folder(uid)
            if _is_active(folder):
                raise InputError(f"{uid} is running or queued: cancel it first")
            trash = make_folder(self.root / "trash")
            target = trash / uid
            copies = 1
            while target.exists():
                copies += 1
                target = trash / f"{uid}~{copies}"
            with store_errors(folder, f"moved to {trash}"):
                shutil.move(folder, target)
            return target.name

    def trash(self) -> list[Run]:
        """Return the deleted runs that can still be restored, by their name in the trash."""
        runs = []
        for folder in folders(self.root / "trash", []):
            try:
                runs.append(load_run(folder, reference=False))
            except StoreError:
                continue  # `problems` named it before it was deleted; purge takes its name
        return sorted(runs, key=lambda run: run.created, reverse=True)

    def restore(self, uid: str) -> Run:
        """Bring a run back from the trash by its name there."""
        with starts_lock(self.root):
            source = self._trashed(uid)
            target = self.root / "runs" / uid.partition("~")[0]
            if target.exists():
                raise InputError(f"{target.name} exists again: delete it before restoring")
            make_folder(target.parent)
            with store_errors(source, f"moved to {target.parent}"):
                shutil.move(source, target)
        return self.get(target.name)

    def purge(self, uid: str) -> None:
        """Remove a run from the trash for good."""
        folder = self._trashed(uid)
        with store_errors(folder, "removed"):
            shutil.rmtree(folder)

    def _trashed(self, uid: str) -> Path:
        folder = self.root / "trash" / uid
        if not _is_plain_name(uid) or not folder.is_dir():
            raise InputError(f"uid = {uid!r}: there is no such run in the trash")
        return folder


def _make_run_folder(folder: Path, config: dict[str, object], state: State) -> None:
    """Fill a folder under another name and rename it, so that nobody meets it half made."""
    temporary = make_folder(folder.with_name(f".new-{uuid4().hex}"))
    try:
        write_json(temporary / "config.json", config)
        write_state(temporary, state)
        with store_errors(folder, "created"):
            try:
                temporary.rename(folder)
            except OSError:
                if not folder.exists():  # else another process was faster
                    raise
    finally:
        shutil.rmtree(temporary, ignore_errors=True)


def _is_plain_name(uid: str) -> bool:
    return uid == Path(uid).name and uid not in ("", ".", "..")


def _is_active(folder: Path) -> bool:
    try:
        return shown_status(read_state(folder)).active
    except StoreError:
        return False
