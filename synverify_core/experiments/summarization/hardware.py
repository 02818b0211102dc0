"""What this machine has for a model, asked without torch."""

import subprocess
from functools import cache
from typing import NamedTuple

import psutil

_SECONDS = 5.0


class Gpu(NamedTuple):
    """A GPU and its memory in bytes."""

    name: str
    memory: int


@cache
def first_gpu() -> Gpu | None:
    """Ask NVIDIA's tool for the first GPU; None where there is no such tool or no GPU."""
    command = ["nvidia-smi", "--query-gpu=name,memory.total", "--format=csv,noheader,nounits"]
    try:
        done = subprocess.run(command, capture_output=True, text=True, timeout=_SECONDS, check=True)
        name, _, mebibytes = done.stdout.splitlines()[0].rpartition(",")
        return Gpu(name.strip(), int(mebibytes) * 2**20)
    except (OSError, subprocess.SubprocessError, ValueError, IndexError):
        return None


def main_memory() -> int:
    """Bytes of main memory."""
    return int(psutil.virtual_memory().total)
