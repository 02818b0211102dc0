"""A progress bar on a terminal; elsewhere a line at every new stage."""

import shutil
import time
from collections.abc import Callable, Sequence
from types import TracebackType
from typing import Self, TextIO

from synverify_core.cli.output import duration, shown
from synverify_core.experiments.row import Row
from synverify_core.runs.estimate import Estimate, in_words, time_left

WIDTH = 24
REDRAW_SECONDS = 0.1


class ProgressBar:
    """Hears a run and draws how far it is; asks how long it will take when it begins."""

    def __init__(
        self,
        stream: TextIO,
        ask: Callable[[], Estimate] | None = None,
        shares: Sequence[float] = (),
    ) -> None:
        self._stream = stream
        self._ask, self._shares = ask, shares
        self._expected: float | None = None
        self._live = stream.isatty()
        self._started = time.monotonic()
        self._first: int | None = None
        self._drawn = 0.0
        self._shown = False
        self._stage = ("", 0, 0)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if self._live and self._shown:
            self._stream.write("\n")
            self._stream.flush()

    def stage(self, name: str, done: int, total: int) -> None:
        """Draw the stage and the number of finished units."""
        if self._ask is not None:
            found, self._ask = self._ask(), None
            self._expected = found.seconds
            self.log(in_words([found], duration))
        self._stage = (name, done, total)
        if total and self._first is None:
            self._first, self._started = done, time.monotonic()
        self._draw(name, done, total)

    def within(self, share: float, text: str) -> None:
        """Draw how far the unit under way is."""
        name, done, total = self._stage
        self._draw(f"{name}, {text}", done + share, total)

    def _draw(self, name: str, done: float, total: int) -> None:
        now = time.monotonic()
        if not self._live or (now - self._drawn < REDRAW_SECONDS and done < total):
            return
        self._drawn, self._shown = now, True
        filled = int(WIDTH * done / total) if total else 0
        bar = "#" * filled + "." * (WIDTH - filled)
        text = f"[{bar}] {int(done)}/{total}{self._left(now, done, total)}: {name}"
        columns = shutil.get_terminal_size().columns
        self._stream.write(f"\r\033[K{shown(text)[: columns - 1]}")
        self._stream.flush()

    def _left(self, now: float, done: float, total: int) -> str:
        left = time_left(
            now - self._started,
            before=self._first or 0,
            done=done,
            total=total,
            expected=self._expected,
            shares=self._shares,
        )
        return f", {duration(left)} left" if left else ""

    def row(self, row: Row) -> None:
        """Rows are printed at the end."""

    def log(self, message: str) -> None:
        """Print a line above the bar."""
        self._stream.write(("\r\033[K" if self._live else "") + f"{shown(message)}\n")
        self._stream.flush()
