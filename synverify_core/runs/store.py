"""The runs on disk: the user's own and those shipped with the project."""

import os
import shutil
import socket
from datetime import UTC, datetime
from pathlib import Path

from synverify_core.errors import InputError, StoreError, printable
from synverify_core.experiments import registry
from synverify_core.experiments.config import Config
from synverify_core.experiments.row import Row
from synverify_core.files import make_folder, read_bytes, store_errors, whole_folder, write_json
from synverify_core.runs.locks import store_lock
from synverify_core.runs.provenance import PROJECT, check_device
from synverify_core.runs.reading import load_run, read_meta
from synverify_core.runs.record import Request, Run, State, Status, plain_text
from synverify_core.runs.rows import read_rows
from synverify_core.runs.state import read_state, shown_status, write_state
from synverify_core.runs.uid import run_names, run_uid

NAME_LENGTH = 255
"""Longest name of a folder that common file systems take (bytes)."""
ARTIFACTS = "artifacts"


class Store:
    """Reads, creates and keeps run folders.

    Parameters
    ----------
    root : Path, optional
        Folder of the user's own runs, trash and artifacts; $SYNVERIFY_CACHE or the project's
        cache. It is created when it is first written to.
    """

    def __init__(self, root: Path | str | None = None) -> None:
        root = root or os.environ.get("SYNVERIFY_CACHE") or PROJECT / "cache"
        reference = os.environ.get("SYNVERIFY_REFERENCE") or PROJECT / "cache" / "reference"
        # Unlike Path.resolve, it takes links that lead in a circle: using them names the path.
        self.root, self.reference_root = (Path(os.path.realpath(one)) for one in (root, reference))
        self._own = self.root / "runs"
        self._parents = (self._own, self.reference_root)

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
        return [run for run in self.scan()[0] if include_archived or not run.archived]

    @property
    def problems(self) -> list[str]:
        """One message for every damaged run folder, with the path and what is wrong."""
        return self.scan()[1]

    def scan(self) -> tuple[list[Run], list[str]]:
        """Return all readable runs, newest first, and one message for every damaged one."""
        return self._read_all(self.reference_root, self._own)

    def _read_all(self, *parents: Path) -> tuple[list[Run], list[str]]:
        runs: dict[str, Run] = {}
        problems: list[str] = []
        for parent in parents:
            try:
                entries = sorted(path for path in parent.iterdir() if path.name[0] != ".")
            except OSError as error:
                entries = []
                if not isinstance(error, FileNotFoundError):
                    problems.append(f"{parent} cannot be read: {error.strerror}")
            for folder in entries:
                if folder in (self.reference_artifacts, self.reference_root / "models"):
                    continue
                try:
                    if folder.is_dir():
                        runs[folder.name] = self._load(folder)
                        read_meta(folder)
                except (StoreError, OSError) as error:
                    if folder.exists():  # else it was deleted a moment ago
                        problems.append(printable(error))
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
        return self._load(self.folder(uid))

    def find(self, experiment_name: str, config: Config) -> Run | None:
        """Return the run of a config, by any name that it may have; the user's own is preferred.

        Raises
        ------
        InputError
            If the experiment is unknown.
        StoreError
            If its folder is damaged or holds another config.
        """
        names = run_names(registry.get(experiment_name), config)
        for folder in (parent / name for parent in self._parents for name in names):
            if folder.is_dir():
                run = self._load(folder)
                if run.config != config:
                    raise StoreError(f"{folder} holds another config of the same name: delete it")
                return run
        return None

    def folder(self, uid: str) -> Path:
        """Return the folder of a run, damaged or not."""
        for parent in self._parents:
            if _is_plain_name(uid) and (parent / uid).is_dir():
                return parent / uid
        raise InputError(f"uid = {uid[:100]!r}: there is no such run in {self._own}")

    def _load(self, folder: Path) -> Run:
        if not _is_plain_name(folder.name):
            raise StoreError(f"{folder} has a name that no run can have")
        return load_run(folder, reference=folder.parent == self.reference_root)

    def rows(self, uid: str) -> list[Row]:
        """Rows measured so far; a half-written last line is left out."""
        return read_rows(self.folder(uid) / "rows.jsonl")

    def log_tail(self, uid: str, lines: int = 20) -> str:
        """Return the last lines of the run's log; empty if it has none."""
        path = self.folder(uid) / "log.txt"
        if not path.exists():
            return ""
        text = read_bytes(path).decode(errors="replace")
        return "".join(text.splitlines(keepends=True)[-lines:])

    def create(self, experiment_name: str, config: Config, device: str = "auto") -> Run:
        """Make the run's folder, queued and without a worker; an existing one stays as it is."""
        check_device(device)
        run = self.find(experiment_name, config)
        if run is not None and not run.reference:
            return run
        experiment = registry.get(experiment_name)
        values = config.model_dump(mode="json")
        for field, value in values.items():
            _refuse_unshowable(field, value)
        request = Request(
            experiment=experiment.name,
            version=experiment.version,
            created=datetime.now(UTC),
            config=values,
        )
        state = State(status=Status.QUEUED, host=socket.gethostname(), requested_device=device)
        folder = self._own / run_uid(experiment, config)
        with whole_folder(folder) as partial:
            write_json(partial / "config.json", request.model_dump(mode="json"))
            write_state(partial, state)
        return self._load(folder)

    def rename(self, uid: str, name: str) -> None:
        """Give a run a name to show instead of its uid; an empty one takes it away.

        An `InputError` refuses control characters and halves of surrogate pairs.
        """
        self._change_meta(uid, "name", " ".join(name.split()))

    def set_note(self, uid: str, text: str) -> None:
        """Keep a free text with the run; the same characters are refused as in a name."""
        self._change_meta(uid, "note", text)

    def archive(self, uid: str, archived: bool = True) -> None:
        """Hide a run from the default list, or show it again."""
        self._change_meta(uid, "archived", archived)

    def _change_meta(self, uid: str, field: str, value: str | bool) -> None:
        folder = self._own_folder(uid)
        _refuse_unshowable(field, value)
        with store_lock(self.root):
            meta = read_meta(folder).model_copy(update={field: value})
            write_json(folder / "meta.json", meta.model_dump())

    def _own_folder(self, uid: str) -> Path:
        folder = self.folder(uid)
        if folder.parent == self.reference_root:
            raise StoreError(f"{folder} is shipped with the project and read-only")
        return folder

    def delete(self, uid: str) -> str:
        """Move a run to the trash, damaged or not, and return its name there."""
        with store_lock(self.root):
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
        return self._read_all(self.root / "trash")[0]

    def restore(self, uid: str) -> Run:
        """Bring a run back from the trash by its name there."""
        with store_lock(self.root):
            source = self._trashed(uid)
            target = self._own / uid.partition("~")[0]
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
        if not _is_plain_name(uid) or not (self.root / "trash" / uid).is_dir():
            raise InputError(f"uid = {uid[:100]!r}: there is no such run in the trash")
        return self.root / "trash" / uid


def _refuse_unshowable(field: str, value: object) -> None:
    try:
        plain_text(value if isinstance(value, str) else "")
    except ValueError as error:
        raise InputError(f"{field} = {str(value)[:100]!r} is refused: it {error}") from None


def _is_plain_name(uid: str) -> bool:
    plain = uid.isprintable() and len(uid.encode(errors="replace")) <= NAME_LENGTH
    return plain and uid == Path(uid).name and uid not in ("", ".", "..")


def _is_active(folder: Path) -> bool:
    try:
        return shown_status(read_state(folder)).active
    except StoreError:
        return False
