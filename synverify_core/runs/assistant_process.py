"""The child of an `Assistant`: reads requests, finds the service, answers; ends with its parent.

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
from typing import Any, TextIO

from synverify_core.errors import SynverifyError

NICENESS = 5
"""Below the page process, above training."""

Service = Callable[[dict[str, Any]], dict[str, Any]]


def find_service(name: str) -> Service:
    """Return the service of this name, e.g. `eigenvalues.inspect`."""
    experiment, _, verb = name.partition(".")
    module = importlib.import_module(f"synverify_core.experiments.{experiment}.services")
    service: Service = module.SERVICES[verb]
    return service


def reply_to(message: dict[str, Any]) -> dict[str, Any]:
    """Answer one request; what goes wrong becomes a message, and the process lives on."""
    try:
        return {"answer": find_service(message["service"])(message["request"])}
    except SynverifyError as error:
        return {"error": str(error), "kind": type(error).__name__}
    except Exception as error:
        traceback.print_exc()
        text = f"{message['service']} failed: {type(error).__name__}: {error}"
        return {"error": text, "kind": SynverifyError.__name__}


def serve(requests: "queue.SimpleQueue[str]", answers: TextIO) -> None:
    """Answer line after line; never returns."""
    while True:
        message = json.loads(requests.get())
        if "warm" in message:
            with contextlib.suppress(Exception):  # what is wrong is said when it is asked
                find_service(message["warm"])
            continue
        answers.write(json.dumps(reply_to(message)) + "\n")
        answers.flush()


def main() -> None:
    """Give way to the pages, keep stdout for answers, then answer until the parent goes away."""
    if hasattr(os, "nice"):
        os.nice(NICENESS)
    # Ctrl-C in the app's terminal reaches this process too; it ends with the pipe instead.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    answers = os.fdopen(os.dup(sys.stdout.fileno()), "w", encoding="utf-8")
    # What a library prints must not come between the answers.
    os.dup2(sys.stderr.fileno(), sys.stdout.fileno())
    requests: queue.SimpleQueue[str] = queue.SimpleQueue()

    def listen() -> None:
        for line in sys.stdin:
            requests.put(line)
        os._exit(0)  # at once, even at work

    threading.Thread(target=listen, daemon=True).start()
    with contextlib.suppress(BrokenPipeError):
        serve(requests, answers)
    os._exit(0)


if __name__ == "__main__":
    main()
