"""The page beside a run: does it answer, and does the run get on? Both, and a busy program too.

    python benchmarks/page_beside_training.py [--threads 1 2] [--niceness 0 10] [--rounds 2]

An eigenvalue run (2x2 matrices, the `quick` model) is started as the pages start it. While it
trains, phases follow one another: nobody else; sessions that release a dial on the phase page; a
program that spins on every core. Printed: the page's wait, alone and during the run, and the
run's speed against its own speed with nobody else. Promised: 95 % of the answers within 0.3 s,
and at least 70 % of the undisturbed speed. Every choice of threads and niceness gets a run of its
own, in turns. On a machine that others use, a phase is measured again while they take more than
`--quiet` of its cores.
"""

import argparse
import asyncio
import contextlib
import json
import math
import random
import statistics
import sys
import tempfile
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable
from pathlib import Path
from typing import NamedTuple

import numpy as np
import psutil

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from benchmarks.sessions import (
    Session,
    add_options,
    open_session,
    percentile_95,
    release_often,
    server,
    summary,
)
from benchmarks.spinning import end_in_order, spinning
from synverify_core.experiments.base import make_config
from synverify_core.experiments.registry import get
from synverify_core.runs.launcher import LocalLauncher
from synverify_core.runs.record import Run, Status
from synverify_core.runs.state import read_state
from synverify_core.runs.store import Store
from synverify_core.runs.threads import WORKER_NICENESS, usable_cores

# The niceness is no option of the worker: this process sets it and then is the worker. Where Linux
# groups processes by session (autogroup), a niceness counts within its session only, which is why
# niceness 0 is measured too; here the session gets it as well, so that it counts everywhere.
# And it ends when this process is gone: nobody waits for its run, which would train for hours.
WORKER = """
import os, sys, threading, time
from contextlib import suppress
from synverify_core.runs import threads
from synverify_core.cli import main
threads.WORKER_NICENESS = int(sys.argv[1])
with suppress(OSError), open("/proc/self/autogroup", "w") as session:
    session.write(sys.argv[1])
def watch(parent):
    while os.getppid() == parent:
        time.sleep(1)
    os._exit(1)
threading.Thread(target=watch, args=(os.getppid(),), daemon=True).start()
sys.exit(main(sys.argv[2:]))
"""
Work = Callable[[], Awaitable[list[float | None]]]
POLL_SECONDS = 0.1
TRIES = 6
SETTLE_SECONDS = 1.0
STEPS = 10**6
"""More than any measurement lasts: the run stays in its generator's training."""


class Policy(NamedTuple):
    """How a worker behaves towards others."""

    threads: int
    niceness: int

    @property
    def worker(self) -> tuple[str, ...]:
        """Command of such a worker."""
        program = (sys.executable, "-c", WORKER, str(self.niceness))
        return (*program, "worker", "--threads", str(self.threads))


@contextlib.asynccontextmanager
async def run_of(policy: Policy, root: Path) -> AsyncIterator[Run]:
    """Start a run and wait until it trains; the sessions go on answering the server's pings."""
    config = make_config(
        get("eigenvalues"),
        "quick",
        {"generator_steps": STEPS, "seed": random.randrange(10**6)},
    )
    store = Store(root)
    launcher = LocalLauncher(store, policy.worker)
    run = launcher.start("eigenvalues", config, "cpu")
    try:
        while read_state(run.path).within == 0:
            if store.get(run.uid).status not in (Status.QUEUED, Status.RUNNING):
                raise RuntimeError(store.log_tail(run.uid))
            await asyncio.sleep(POLL_SECONDS)
        yield run
    finally:
        launcher.cancel(run.uid)


class Phase(NamedTuple):
    """Steps per second of the run, seconds that releases took, share of the cores of others."""

    speed: float
    waits: list[float | None]
    others: float


class Phases(NamedTuple):
    """What is measured of one run."""

    alone: list[Phase]
    page: Phase
    busy: Phase
    busy_page: Phase

    @property
    def undisturbed(self) -> float:
        """Its speed with nobody else, before and after the pages are used."""
        return statistics.mean(phase.speed for phase in self.alone)


def cpu_seconds() -> tuple[float, float]:
    """Return the time that all programs have computed, and that our own have (s)."""
    times = psutil.cpu_times()
    everyone = times.user + times.nice + times.system + times.irq + times.softirq
    me = psutil.Process()
    ours = 0.0
    for process in (me, *me.children(recursive=True)):
        with contextlib.suppress(psutil.Error):
            ours += sum(process.cpu_times()[:2])
    return everyone, ours


async def phase(run: Run | None, work: Work, args: argparse.Namespace) -> Phase:
    """Measure one phase, again and again while others use the machine too much."""
    found = [await one_phase(run, work)]
    while found[-1].others > args.quiet and len(found) < TRIES:
        found.append(await one_phase(run, work))
    return min(found, key=lambda one: one.others)


async def one_phase(run: Run | None, work: Work) -> Phase:
    """Watch a run's progress while something else is done."""
    task = asyncio.ensure_future(work())
    seen: list[tuple[float, float]] = []
    await asyncio.sleep(SETTLE_SECONDS)
    began, before = time.monotonic(), cpu_seconds()
    while not task.done():
        share = read_state(run.path).within if run else 0.0
        if not seen or share != seen[-1][1]:
            seen.append((time.monotonic(), share))
        await asyncio.sleep(POLL_SECONDS)
    all_seconds, own = np.subtract(cpu_seconds(), before)
    others = float((all_seconds - own) / (time.monotonic() - began) / usable_cores())
    speed = float("nan")
    if len(seen) > 3:
        times, shares = np.array(seen[1:]).T  # when the first word came is not known
        speed = float(np.polyfit(times - times[0], shares, 1)[0] * STEPS)
    return Phase(speed, await task, others)


async def use_pages(sessions: list[Session], args: argparse.Namespace) -> list[float | None]:
    """Release in all sessions, spread evenly, for a phase."""
    waits = await asyncio.gather(
        *(
            release_often(
                session,
                random.Random(random.random()),
                delay=args.every * number / len(sessions),
                seconds=args.seconds,
                every=args.every,
            )
            for number, session in enumerate(sessions)
        )
    )
    for session in sessions:
        session.stop_looking()
    return [wait for session_waits in waits for wait in session_waits]


async def phases(run: Run, sessions: list[Session], args: argparse.Namespace) -> Phases:
    """Measure one run: alone, beside the pages, alone again, beside a spinning program."""

    async def nothing() -> list[float | None]:
        await asyncio.sleep(args.seconds)
        return []

    async def pages() -> list[float | None]:
        return await use_pages(sessions, args)

    before = await phase(run, nothing, args)
    page = await phase(run, pages, args)
    after = await phase(run, nothing, args)
    # In a session of its own, as a program in another window is.
    with spinning(usable_cores(), own_session=True):
        busy = await phase(run, nothing, args)
        both = await phase(run, pages, args)
    return Phases([before, after], page, busy, both)


async def measure(address: str, root: Path, args: argparse.Namespace) -> None:
    """Measure every policy in turns, and print each round and all together."""
    policies = [Policy(n, niceness) for n in args.threads for niceness in args.niceness]
    found: dict[Policy, list[Phases]] = {policy: [] for policy in policies}
    async with contextlib.AsyncExitStack() as stack:
        sessions = [
            await stack.enter_async_context(open_session(address)) for _ in range(args.sessions)
        ]
        for _ in range(args.rounds):
            alone = await phase(None, lambda: use_pages(sessions, args), args)
            waits = summary(alone.waits, args.sessions)
            print(json.dumps({"no run": waits, "others": round(alone.others, 2)}), flush=True)
            for policy in policies:
                async with run_of(policy, root) as run:
                    found[policy].append(await phases(run, sessions, args))
                print(json.dumps(described(policy, found[policy][-1:])), flush=True)
    print("\nall rounds")
    for policy, rounds in found.items():
        print(json.dumps(described(policy, rounds)))


def described(policy: Policy, rounds: list[Phases]) -> dict[str, object]:
    """Return what is printed of one choice of threads and niceness."""
    page, both = ([wait for one in rounds for wait in one[key].waits] for key in (1, 3))
    return {
        **policy._asdict(),
        "examples_per_second": round(64 * statistics.mean(one.undisturbed for one in rounds)),
        "beside_page": mean(one.page.speed / one.undisturbed for one in rounds),
        "beside_spinning": mean(one.busy.speed / one.undisturbed for one in rounds),
        "page_median": round(statistics.median(w for w in page if w is not None), 3),
        "page_p95": round(percentile_95(page) or float("nan"), 3),
        "page_p95_and_spinning": round(percentile_95(both) or float("nan"), 3),
        "others": mean(
            statistics.mean(phase.others for phase in (*one.alone, one.page, one.busy))
            for one in rounds
        ),
    }


def mean(values: Iterable[float]) -> float | None:
    """Return the mean with two digits; None where a run said too little to tell its speed."""
    found = statistics.mean(values)
    return None if math.isnan(found) else round(found, 2)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    add_options(parser, sessions=5, every=2.5)
    parser.add_argument("--seconds", type=float, default=15.0, help="of each phase")
    parser.add_argument("--threads", type=int, nargs="+", default=[1, usable_cores()])
    parser.add_argument("--niceness", type=int, nargs="+", default=[0, WORKER_NICENESS])
    parser.add_argument("--rounds", type=int, default=2)
    parser.add_argument("--quiet", type=float, default=0.1, help="cores that others may take")
    args = parser.parse_args()
    end_in_order()
    with tempfile.TemporaryDirectory() as folder, server() as address:
        asyncio.run(measure(address, Path(folder), args))


if __name__ == "__main__":
    main()
