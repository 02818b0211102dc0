"""An assistant's process with services that need no model; started by test_assistant."""

import os
import time
from typing import Any

from synverify_core.errors import InputError, StoreError
from synverify_core.runs import assistant_process

_calls: list[Any] = []


def echo(request: dict[str, Any]) -> dict[str, Any]:
    """Say what was asked, and what this process is."""
    _calls.append(request)
    print("a library says something", flush=True)
    return {
        "request": request,
        "calls": list(_calls),
        "threads": os.environ["OMP_NUM_THREADS"],
        "nice": os.nice(0),
    }


def sleep(request: dict[str, Any]) -> dict[str, Any]:
    time.sleep(request["seconds"])
    return {}


def refuse(request: dict[str, Any]) -> dict[str, Any]:
    raise InputError("beams = 0 is refused: it must lie in [1, 50]")


def damaged(request: dict[str, Any]) -> dict[str, Any]:
    raise StoreError("model.safetensors cannot be read")


def bug(request: dict[str, Any]) -> dict[str, Any]:
    return {"quotient": 1 / 0}


def crash(request: dict[str, Any]) -> dict[str, Any]:
    os._exit(3)


SERVICES = {f.__name__: f for f in (echo, sleep, refuse, damaged, bug, crash)}

if __name__ == "__main__":
    assistant_process.find_service = lambda name: SERVICES[name.removeprefix("fake.")]
    assistant_process.main()
