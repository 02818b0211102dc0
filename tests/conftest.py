"""What all tests share: no shipped records, the same property-test examples everywhere."""

import os
import signal
from collections.abc import Iterator

import pytest
from hypothesis import settings

# Two processes with two threads each on two cores would wait for each other.
os.environ.setdefault("OMP_NUM_THREADS", "1")

settings.register_profile("synverify", deadline=None, derandomize=True)
settings.load_profile("synverify")


@pytest.fixture(scope="session", autouse=True)
def nothing_shipped(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """Keep the tests apart from the records that the project ships; some name them themselves."""
    before = os.environ.get("SYNVERIFY_REFERENCE")
    os.environ["SYNVERIFY_REFERENCE"] = str(tmp_path_factory.mktemp("none-shipped"))
    yield
    if before is None:
        del os.environ["SYNVERIFY_REFERENCE"]
    else:
        os.environ["SYNVERIFY_REFERENCE"] = before


@pytest.fixture(scope="session", autouse=True)
def interrupts_are_heard() -> Iterator[None]:
    """Programs that tests start hear Ctrl-C, also where the tests run in a shell's background."""
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    yield
    signal.signal(signal.SIGINT, before)
