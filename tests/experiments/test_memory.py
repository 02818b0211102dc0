"""What is done when memory runs out."""

import pytest
import torch

from synverify_core.errors import SynverifyError
from synverify_core.experiments.memory import attempt

CPU = torch.device("cpu")


def failing(error):
    def work():
        raise error

    return work


@pytest.mark.parametrize(
    "error",
    [
        torch.OutOfMemoryError("CUDA out of memory. Tried to allocate 2.00 GiB"),
        RuntimeError("[enforce fail] DefaultCPUAllocator: can't allocate memory"),
        RuntimeError("CUDA error: CUBLAS_STATUS_ALLOC_FAILED when calling `cublasCreate(handle)`"),
        RuntimeError("CUDA error: out of memory"),
        RuntimeError("MPS backend out of memory (MPS allocated: 8.00 GB)"),
    ],
)
def test_missing_memory_is_nothing_to_stop_for_until_there_is_a_remedy_to_name(error):
    assert attempt(failing(error), CPU) is None
    with pytest.raises(SynverifyError, match=r"^Out of memory with one cat\. Try a dog\.$"):
        attempt(failing(error), CPU, remedy="one cat. Try a dog")


def test_what_works_is_returned_and_other_errors_are_raised():
    assert attempt(lambda: 3, CPU) == 3
    with pytest.raises(RuntimeError, match="shapes"):
        attempt(failing(RuntimeError("shapes do not match")), CPU)


def test_the_memory_of_a_failed_attempt_is_free_before_the_next(monkeypatch):
    held = []

    class Large:
        def __del__(self):
            held.remove(self.name)

    def work():
        large = Large()
        large.name = "activations"
        held.append(large.name)
        raise torch.OutOfMemoryError("CUDA out of memory")

    monkeypatch.setattr("gc.collect", lambda: held.append("looked") if not held else None)
    assert attempt(work, CPU) is None
    assert held == ["looked"]
