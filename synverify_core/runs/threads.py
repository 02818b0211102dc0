"""How many threads a worker takes; to be called before numpy is imported."""

import os
import sys

THREAD_VARIABLES = (
    "OMP_NUM_THREADS",
    "OPENBLAS_NUM_THREADS",
    "MKL_NUM_THREADS",
    "VECLIB_MAXIMUM_THREADS",
    "NUMEXPR_NUM_THREADS",
)
WORKER_NICENESS = 10
# Threads that spin while they wait slow a second process on the same cores twentyfold.
PASSIVE_WAITING = {"OMP_WAIT_POLICY": "PASSIVE", "KMP_BLOCKTIME": "0", "GOMP_SPINCOUNT": "0"}


def usable_cores() -> int:
    """Cores that this process may use (a Slurm job or a container may have fewer)."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def limit_threads(threads: int | None = None) -> int:
    """Set the threads of BLAS, OpenMP and torch by environment; one core is left to the page.

    Parameters
    ----------
    threads : int, optional
        Number of threads; by default what OMP_NUM_THREADS says, else all cores but one.
    """
    if threads is None:
        set_already = os.environ.get("OMP_NUM_THREADS", "")
        threads = int(set_already) if set_already.isdigit() else max(1, usable_cores() - 1)
    for variable in THREAD_VARIABLES:
        os.environ[variable] = str(threads)
    os.environ.update(PASSIVE_WAITING)
    return threads


def yield_to_others() -> None:
    """Lower the priority of this process, so that the page stays responsive."""
    import psutil

    process = psutil.Process()
    if sys.platform == "win32":
        process.nice(psutil.BELOW_NORMAL_PRIORITY_CLASS)
    else:
        process.nice(max(process.nice(), WORKER_NICENESS))
