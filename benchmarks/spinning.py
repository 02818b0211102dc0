"""A program that spins on some cores, and never outlives the benchmark that started it."""

import contextlib
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from typing import NoReturn

# Looks for its parent now and then: one that was killed cannot end its children any more.
_PROGRAM = """
import os, sys
parent = int(sys.argv[1])
while os.getppid() == parent:
    for _ in range(1_000_000):
        pass
"""


@contextlib.contextmanager
def spinning(count: int, *, own_session: bool = False) -> Iterator[list[subprocess.Popen[bytes]]]:
    """Spin in `count` processes until the block is left or this process is gone."""
    command = [sys.executable, "-c", _PROGRAM, str(os.getpid())]
    programs: list[subprocess.Popen[bytes]] = []
    try:
        for _ in range(count):
            programs.append(subprocess.Popen(command, start_new_session=own_session))
        yield programs
    finally:
        for program in programs:
            program.kill()
        for program in programs:
            program.wait()


def end_in_order() -> None:
    """Leave all blocks when told to end or when the terminal closes, as Ctrl-C does."""

    def leave(number: int, _: object) -> NoReturn:
        sys.exit(128 + number)

    for name in ("SIGTERM", "SIGHUP"):  # Windows has no SIGHUP
        if hasattr(signal, name):
            signal.signal(getattr(signal, name), leave)
