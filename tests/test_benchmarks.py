"""What benchmarks start must not outlive them."""

import signal
import subprocess
import sys
import time
from pathlib import Path

import psutil
import pytest

ROOT = Path(__file__).resolve().parents[1]
PROGRAM = """
import sys, time
sys.path.insert(0, ".")
from benchmarks.spinning import end_in_order, spinning
end_in_order()
with spinning(1, own_session=True) as programs:
    print(programs[0].pid, flush=True)
    time.sleep(60)
"""


@pytest.mark.skipif(sys.platform == "win32", reason="signals of other systems")
@pytest.mark.parametrize("name", ["SIGINT", "SIGTERM", "SIGHUP", "SIGKILL"])
def test_a_spinning_program_ends_with_its_benchmark(name):
    with subprocess.Popen(
        [sys.executable, "-c", PROGRAM],
        cwd=ROOT,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    ) as benchmark:
        child = int(benchmark.stdout.readline())
        assert psutil.pid_exists(child)
        benchmark.send_signal(getattr(signal, name))
        benchmark.wait(20)
    until = time.monotonic() + 20
    while _works(child) and time.monotonic() < until:
        time.sleep(0.1)
    assert not _works(child)


def _works(pid):
    try:
        return psutil.Process(pid).status() != psutil.STATUS_ZOMBIE  # nobody may collect an orphan
    except psutil.NoSuchProcess:
        return False
