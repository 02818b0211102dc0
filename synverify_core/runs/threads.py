"""How many threads a worker takes, and with which priority; called before numpy is imported.

Every product of a small model waits for its slowest thread, and a thread that shares its core with
another program is slow (`benchmarks/threads_and_priority.py`). So a core is left free, for the
pages too, and the niceness is low: it need not protect the pages, only be polite.
"""

import os
import sys

THREAD_VARIABLES = (
    "OMP_NUM_THREADS",
    "OPENBLAS_NUM_THREADS",
    "MKL_NUM_THREADS",
    "VECLIB_MAXIMUM_THREADS",
    "NUMEXPR_NUM_THREADS",
)
WORKER_NICENESS = 5
# Threads that spin while they wait slow a second process on the same cores twentyfold.
PASSIVE_WAITING = {"OMP_WAIT_POLICY": "PASSIVE", "KMP_BLOCKTIME": "0", "GOMP_SPINCOUNT": "0"}


def usable_cores() -> int:
    """Cores that this process may use (a Slurm job or a container may have fewer)."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def worker_threads() -> int:
    """Threads that a worker takes: what OMP_NUM_THREADS says, else all cores but one."""
    set_already = os.environ.get("OMP_NUM_THREADS", "")
    return int(set_already) if set_already.isdigit() else max(1, usable_cores() - 1)


def thread_environment(threads: int) -> dict[str, str]:
    """Return the variables that limit BLAS, OpenMP and torch to so many threads."""
    return {**dict.fromkeys(THREAD_VARIABLES, str(threads)), **PASSIVE_WAITING}


def limit_threads(threads: int | None = None) -> int:
    """Set the threads of BLAS, OpenMP and torch by environment.

    Parameters
    ----------
    threads : int, optional
        Number of threads; by default `worker_threads()`.
    """
    chosen = worker_threads() if threads is None else threads
    os.environ.update(thread_environment(chosen))
    return chosen


def yield_to_others() -> None:
    """Lower the priority of this process, so that the page stays responsive."""
    import psutil

    process = psutil.Process()
    if sys.platform == "win32":
        process.nice(psutil.BELOW_NORMAL_PRIORITY_CLASS)
    else:
        process.nice(max(process.nice(), WORKER_NICENESS))
