"""What to do when memory runs out: recognise it, give back what is not needed. Loads torch."""

import gc
from collections.abc import Callable
from typing import TypeVar

import torch

from synverify_core.errors import SynverifyError

T = TypeVar("T")
# A processor's allocator, cuBLAS, CUDA's own calls and MPS raise a plain RuntimeError.
_WORDS = ("can't allocate memory", "CUBLAS_STATUS_ALLOC_FAILED", "out of memory")


def out_of_memory(error: BaseException) -> bool:
    """Tell missing memory from other errors."""
    if isinstance(error, torch.OutOfMemoryError):
        return True
    return isinstance(error, RuntimeError) and any(words in str(error) for words in _WORDS)


def attempt(work: Callable[[], T], device: torch.device, *, remedy: str = "") -> T | None:
    """Do some work; None where memory ran out, for the caller to do it in smaller pieces.

    Parameters
    ----------
    remedy : said where the pieces cannot be smaller: it makes missing memory an error.

    Raises
    ------
    SynverifyError
        If memory runs out and there is a remedy to name.
    """
    try:
        return work()
    except RuntimeError as error:
        if not out_of_memory(error):
            raise
        if remedy:
            raise SynverifyError(f"Out of memory with {remedy}.") from error
    # Outside the handler: the error holds on to the tensors that filled the memory.
    release(device)
    return None


def release(device: torch.device) -> None:
    """Give back what is no longer held."""
    gc.collect()
    if device.type == "cuda":
        torch.cuda.empty_cache()
