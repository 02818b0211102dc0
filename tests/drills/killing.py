"""Kill a run at random moments and finish it: no row is lost, none is different."""

import json
import os
import random
import signal
import subprocess
import sys
import time
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from synverify_core.runs.store import Store
from tests.drills.ground import ROOT, Trial, ground

COMMAND = (
    *(sys.executable, "-m", "synverify_core", "run", "gaussian", "--preset", "smoke", "--json"),
    *("--threads", "1", "--set", "pool_size=20000", "dimension=20", "n_seeds=4"),
    "verifiers=random,oracle",
)


def start(cache: Path) -> subprocess.Popen[bytes]:
    """Start the run in a cache of its own, in a process of its own."""
    where = {"cwd": ROOT, "stdout": subprocess.PIPE, "stderr": subprocess.DEVNULL}
    environment = {**os.environ, "SYNVERIFY_CACHE": str(cache)}
    return subprocess.Popen(COMMAND, env=environment, start_new_session=True, **where)


def finish(cache: Path) -> list[str]:
    """Carry the run to its end and return its rows, in an order of their own."""
    out, _ = start(cache).communicate(timeout=300)
    return sorted(json.dumps(row) for row in json.loads(out)["rows"])


@contextmanager
def killing(folder: Path) -> Iterator[Trial]:
    """Yield a trial that kills a run one to three times and finishes it."""
    with ground(folder):
        began = time.monotonic()
        expected = finish(folder / "first")
        seconds = time.monotonic() - began

        def trial(rng: random.Random) -> None:
            cache = folder / uuid.uuid4().hex
            moments = [seconds * rng.uniform(0.3, 1.0) for _ in range(rng.randint(1, 3))]
            for moment in moments:
                with start(cache) as process:
                    time.sleep(moment)
                    os.killpg(process.pid, signal.SIGKILL)
            when, store = f"killed at {moments} s", Store(cache)
            for run in store.runs():
                rows = {json.dumps(row.as_json()) for row in store.rows(run.uid)}
                assert rows <= set(expected), f"{when}: a row is different"
            assert store.problems == [], f"{when}: {store.problems}"
            assert finish(cache) == expected, f"{when}: the rows are not the same"

        yield trial
