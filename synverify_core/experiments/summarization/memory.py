"""What to do when memory runs out: recognise it, and give back what is not needed."""

import gc

import torch


def out_of_memory(error: BaseException) -> bool:
    """Tell missing memory from other errors; a processor's allocator raises a RuntimeError."""
    return isinstance(error, torch.OutOfMemoryError) or "can't allocate memory" in str(error)


def release(device: torch.device) -> None:
    """Give back what the failed attempt held."""
    gc.collect()
    if device.type == "cuda":
        torch.cuda.empty_cache()
