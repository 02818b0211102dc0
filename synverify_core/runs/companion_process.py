"""The model helper itself: reads requests, finds the service, answers; ends with its page process.

A service is a function of plain values to plain values. `experiment.name` is `SERVICES["name"]`
in `synverify_core/experiments/<experiment>/services.py`, which may import torch: it is imported
here only.
"""

import contextlib
import importlib
import json
import os
import queue
import signal
import sys
import threading
import traceback
from collections.abc import Callable
from pathlib import Path
from typing import Any, TextIO

from synverify_core import experiments
from synverify_core.errors import InputError, SynverifyError

NICENESS = 5
"""Below the page process, above training."""

Service = Callable[[dict[str, Any]], dict[str, Any]]


def providers() -> list[str]:
    """Names of the experiments that offer services."""
    (folder,) = experiments.__path__
    return sorted(path.parent.name for path in Path(folder).glob("*/services.py"))


def find_service(name: str) -> Service:
    """Return the service of this name.

    Raises
    ------
    InputError
        If there is none; the message names those that there are.
    """
    experiment, _, verb = name.partition(".")
    if experiment not in providers() or not verb:
        raise InputError(f"service = {name!r} is unknown; some are of {', '.join(providers())}")
    module = importlib.import_module(f"{experiments.__name__}.{experiment}.services")
    services: dict[str, Service] = module.SERVICES
    if verb not in services:
        known = ", ".join(f"{experiment}.{verb}" for verb in services)
        raise InputError(f"service = {name!r} is unknown; known: {known}")
    return services[verb]


def reply_to(message: dict[str, Any]) -> dict[str, Any]:
    """Answer one request; what goes wrong becomes a message, and the helper lives on."""
    try:
        return {"answer": find_service(message["service"])(message["request"])}
    except SynverifyError as error:
        return {"error": str(error), "kind": type(error).__name__}
    except Exception as error:
        traceback.print_exc()
        return {
            "error": f"{message['service']} failed: {type(error).__name__}: {error}",
            "kind": "SynverifyError",
        }


def serve(requests: "queue.SimpleQueue[str]", answers: TextIO) -> None:
    """Answer line after line; never returns."""
    while True:
        message = json.loads(requests.get())
        if "warm" in message:
            with contextlib.suppress(InputError):  # an unknown service is named when it is asked
                find_service(message["warm"])
            continue
        answers.write(json.dumps(reply_to(message)) + "\n")
        answers.flush()


def _listen(requests: "queue.SimpleQueue[str]") -> None:
    """Pass on the lines of the page process; when it goes away, so does this process, at once."""
    for line in sys.stdin:
        requests.put(line)
    os._exit(0)


def main() -> None:
    """Be the helper: give way to the pages, keep stdout for answers, then answer."""
    if hasattr(os, "nice"):
        os.nice(NICENESS)
    # Ctrl-C in the app's terminal reaches this process too; it ends with the pipe instead.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    answers = os.fdopen(os.dup(sys.stdout.fileno()), "w", encoding="utf-8")
    # What a library prints must not come between the answers.
    os.dup2(sys.stderr.fileno(), sys.stdout.fileno())
    requests: queue.SimpleQueue[str] = queue.SimpleQueue()
    threading.Thread(target=_listen, args=(requests,), daemon=True).start()
    try:
        serve(requests, answers)
    except BrokenPipeError:
        os._exit(0)


if __name__ == "__main__":
    main()
