"""What is known about a run: its status, its progress, its record."""

import time
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from pathlib import Path
from typing import Any, NamedTuple

from pydantic import BaseModel, ConfigDict, Field

from synverify_core.experiments.base import Config

RECORD_SCHEMA = 1
STATE_SCHEMA = 1


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


class Record(BaseModel):
    """What is kept of a run that ended: enough to say where its rows come from."""

    model_config = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False)

    schema_version: int = RECORD_SCHEMA
    uid: str
    experiment: str
    version: int = Field(description="Version of the experiment's code.")
    status: Status
    config: dict[str, Any]
    versions: dict[str, str] = Field(description="Python and the packages that computed it.")
    commit: str = Field(description="Git commit, -dirty if files differed; else the version.")
    device: str
    threads: int
    started: datetime
    finished: datetime
    seconds: float = Field(ge=0, description="Time at work, over all sessions (s).")
    n_rows: int
    error: str | None = None
    command: str = Field(description="Command line that gives the same rows.")


class State(BaseModel):
    """Contents of status.json, written by the worker while it lives."""

    model_config = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False)

    schema_version: int = STATE_SCHEMA
    status: Status
    host: str
    pid: int | None = None
    process_started: float | None = Field(None, description="Start of the process (Unix s).")
    job: str | None = Field(None, description="Number of the Slurm job that is to run it.")
    heartbeat: float = Field(default_factory=time.time, description="Last sign of life (Unix s).")
    requested_device: str = "auto"
    device: str = Field("", description="What the run holds, once it does.")
    stage: str = ""
    detail: str = Field("", description="How far the unit under way is, in words.")
    within: float = Field(0.0, ge=0, le=1, description="Share of the unit under way.")
    done: int = 0
    total: int = 0
    seconds: float = 0.0
    eta_seconds: float | None = None
    started: datetime | None = None
    error: str | None = None


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
