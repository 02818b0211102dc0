"""What is known about a run: its status, its progress, its record."""

import json
import time
import unicodedata
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Any, NamedTuple, TypeVar

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, ValidationError

from synverify_core.errors import StoreError
from synverify_core.experiments.base import Config
from synverify_core.experiments.refusals import first_fault
from synverify_core.files import read_json

SCHEMA = 1
"""Version of the files' layout; another one is refused."""


def plain_text(text: str) -> str:
    """Return the text if every page and terminal can show it; a `ValueError` says what cannot be.

    Refused are control characters (line breaks and tabs apart) and halves of surrogate pairs.
    """
    for character in text:
        if unicodedata.category(character) in ("Cc", "Cs") and character not in "\n\r\t":
            raise ValueError(f"holds the character U+{ord(character):04X}, which cannot be shown")
    return text


def _utc(moment: datetime) -> datetime:
    if not 1970 <= moment.year < 3000:
        raise ValueError("the year must lie in [1970, 2999]")
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


Moment = Annotated[datetime, AfterValidator(_utc)]
"""A time; without a zone it is in UTC."""
PlainText = Annotated[str, AfterValidator(plain_text)]
Count = Annotated[int, Field(ge=0, lt=2**53)]
Seconds = Annotated[float, Field(ge=0, lt=1e12)]


class Status(StrEnum):
    """Where a run stands."""

    QUEUED = "queued"
    RUNNING = "running"
    DONE = "done"
    FAILED = "failed"
    CANCELLED = "cancelled"
    INTERRUPTED = "interrupted"

    @property
    def active(self) -> bool:
        """Whether a worker has it or is about to."""
        return self in (Status.QUEUED, Status.RUNNING)


class Progress(NamedTuple):
    """How far a run is: finished units of work, the share of the one under way, and seconds."""

    stage: str
    done: int
    total: int
    seconds_elapsed: float
    eta_seconds: float | None
    within: float = 0.0


class _File(BaseModel):
    """Contents of a JSON file of a run: every field has the type that it says."""

    model_config = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False, strict=True)

    schema_version: int = SCHEMA


class Request(_File):
    """Contents of config.json: what was asked for."""

    experiment: str
    version: int = Field(description="Version of the experiment's code.")
    created: Moment
    config: dict[str, Any]


class Meta(_File):
    """Contents of meta.json: what the user said about a run."""

    name: PlainText = ""
    note: PlainText = ""
    archived: bool = False


class Record(_File):
    """What is kept of a run that ended: enough to say where its rows come from."""

    uid: str
    experiment: str
    version: int = Field(description="Version of the experiment's code.")
    status: Status
    config: dict[str, Any]
    versions: dict[str, str] = Field(description="Python and the packages that computed it.")
    commit: str = Field(description="Git commit, -dirty if files differed; else the version.")
    device: str
    threads: Count
    started: Moment
    finished: Moment
    seconds: Seconds = Field(description="Time at work, over all sessions (s).")
    n_rows: Count
    error: str | None = None
    command: str = Field(description="Command line that gives the same rows.")


class State(_File):
    """Contents of status.json, written by the worker while it lives."""

    status: Status
    host: str
    pid: int | None = Field(None, gt=0, lt=2**31)
    process_started: Seconds | None = Field(None, description="Start of the process (Unix s).")
    job: str | None = Field(
        None, pattern=r"^\d[\d_+]*$", description="Number of the Slurm job that is to run it."
    )
    heartbeat: Seconds = Field(default_factory=time.time, description="Last sign of life (Unix s).")
    requested_device: str = Field("auto", pattern="^(auto|cpu|cuda)$")
    device: str = Field("", description="What the run holds, once it does.")
    stage: str = ""
    detail: str = Field("", description="How far the unit under way is, in words.")
    within: float = Field(0.0, ge=0, le=1, description="Share of the unit under way.")
    done: Count = 0
    total: Count = 0
    seconds: Seconds = 0.0
    eta_seconds: float | None = None
    started: Moment | None = None
    error: str | None = None


M = TypeVar("M", bound=_File)


def read_as(path: Path, model: type[M]) -> M:
    """Read a JSON file into the model of its contents.

    Raises
    ------
    StoreError
        If it is missing, truncated, of another schema version, or has a wrong field.
    """
    values = read_json(path)
    version = values.get("schema_version", SCHEMA)
    if version != SCHEMA:
        raise StoreError(
            f"{path} has schema_version {str(version)[:40]}, and this Synverify reads {SCHEMA} "
            "only: open it with the version that wrote it, or run it again"
        )
    try:
        return model.model_validate_json(json.dumps(values))
    except (ValidationError, RecursionError) as error:
        why = first_fault(error) if isinstance(error, ValidationError) else error
        raise StoreError(f"{path} is damaged: {why}") from error


def read_if_there(path: Path, model: type[M]) -> M | None:
    """Read a file that a run need not have."""
    try:
        return read_as(path, model)
    except StoreError:
        if path.exists():
            raise
        return None


@dataclass(frozen=True)
class Run:
    """A run as pages and command line show it."""

    uid: str
    experiment: str
    config: Config
    status: Status
    progress: Progress
    record: Record | None
    name: str
    note: str
    archived: bool
    reference: bool
    path: Path
    created: datetime
    device: str
    error: str | None
    outdated: bool
    """Written by another version of the experiment's code: shown, but not continued."""

    @property
    def title(self) -> str:
        """Name given by the user, else the uid."""
        return self.name or self.uid

    @property
    def resumable(self) -> bool:
        """Whether `resume` can go on from the rows that are there."""
        ended = self.status in (Status.FAILED, Status.CANCELLED, Status.INTERRUPTED)
        return ended and not self.reference and not self.outdated
