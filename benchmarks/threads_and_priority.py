"""Ratio claim: beside a program that spins on every core, one thread less than cores gets on.

    python benchmarks/threads_and_priority.py [--threads 1 2] [--niceness 0 5 10] [--rounds 2]

The `quick` model trains in a process of its own, alone and beside the spinning program. What is
counted is processor time: the share that the training gets of what both get, and its steps per
second of processor time. Neither depends on who else uses the machine. Their product, against
the same training alone on the cores that it asks for, is the speed that is left.
"""

import argparse
import statistics
import subprocess
import sys
import time
from pathlib import Path
from typing import NamedTuple

import psutil

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from benchmarks.spinning import end_in_order, spinning  # noqa: E402
from synverify_core.runs.threads import limit_threads, usable_cores, worker_threads  # noqa: E402


class Portion(NamedTuple):
    """Steps, their processor time (s), and that of the spinning program meanwhile."""

    steps: float
    seconds: float
    spun: float

    @property
    def efficiency(self) -> float:
        """Steps per second of processor time."""
        return self.steps / self.seconds

    @property
    def share(self) -> float:
        """Part of the processor time of both that the training gets."""
        return self.seconds / (self.seconds + self.spun)


def train(threads: int, niceness: int, seconds: float) -> None:
    """Train for a while once stdin says so, and print steps and processor time."""
    limit_threads(threads)  # before numpy is imported
    psutil.Process().nice(niceness)
    from synverify_core.experiments.base import make_config
    from synverify_core.experiments.eigenvalues import train as training
    from synverify_core.experiments.eigenvalues.data import sample_examples
    from synverify_core.experiments.eigenvalues.encodings import get_encoding
    from synverify_core.experiments.eigenvalues.model import Transformer
    from synverify_core.experiments.registry import get

    config = make_config(get("eigenvalues"), "quick")
    import numpy as np

    examples = sample_examples(
        np.random.default_rng(0),
        10_000,
        dimension=config.dimension,
        encoding=get_encoding(config.encoding),
        layout=config.layout,
    )
    model = Transformer(config.shape())
    training.fit(model, examples, config.recipe(10, seed=0))
    print("ready", flush=True)
    sys.stdin.readline()
    steps, began, before = 0, time.monotonic(), time.process_time()
    while time.monotonic() - began < seconds:
        training.fit(model, examples, config.recipe(5, seed=0))
        steps += 5
    print(steps, time.process_time() - before)


def measure(threads: int, niceness: int, seconds: float, *, beside: bool) -> Portion:
    """Train in a process of its own, beside the spinning program or not."""
    words = [str(number) for number in (threads, niceness, seconds)]
    command = [sys.executable, __file__, "--worker", *words]
    pipe = subprocess.PIPE
    with subprocess.Popen(command, cwd=ROOT, stdin=pipe, stdout=pipe, text=True) as worker:
        assert worker.stdin and worker.stdout
        worker.stdout.readline()
        # In this session, because where Linux groups processes by session (autogroup) a niceness
        # counts against programs of the same session only: the others see niceness 0.
        with spinning(usable_cores() if beside else 0) as program:
            before = spun(program)
            worker.stdin.write("\n")
            worker.stdin.flush()
            steps, cpu = map(float, worker.stdout.readline().split())
            return Portion(steps, cpu, spun(program) - before)


def spun(program: list[subprocess.Popen[bytes]]) -> float:
    """Processor time of the spinning program (s)."""
    return sum(sum(psutil.Process(process.pid).cpu_times()[:2]) for process in program)


def main() -> None:
    if sys.argv[1:2] == ["--worker"]:
        train(int(sys.argv[2]), int(sys.argv[3]), float(sys.argv[4]))
        return
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument(
        "--threads", type=int, nargs="+", default=[worker_threads(), usable_cores()]
    )
    parser.add_argument("--niceness", type=int, nargs="+", default=[0, 5, 10])
    parser.add_argument("--seconds", type=float, default=8.0, help="of each measurement")
    parser.add_argument("--rounds", type=int, default=2)
    options = parser.parse_args()
    end_in_order()
    for threads in options.threads:
        alone, beside = [], {niceness: [] for niceness in options.niceness}
        for _ in range(options.rounds):
            alone.append(measure(threads, 0, options.seconds, beside=False))
            for niceness, found in beside.items():
                found.append(measure(threads, niceness, options.seconds, beside=True))
        full = threads * statistics.mean(one.efficiency for one in alone)
        for niceness, found in beside.items():
            share = statistics.mean(one.share for one in found)
            efficiency = statistics.mean(one.efficiency for one in found)
            left = share * usable_cores() * efficiency / full
            print(
                f"{threads} threads, niceness {niceness}: share {share:.2f}, "
                f"{efficiency:.0f} steps per processor second ({full / threads:.0f} alone), "
                f"speed left {left:.0%}",
                flush=True,
            )


if __name__ == "__main__":
    main()
