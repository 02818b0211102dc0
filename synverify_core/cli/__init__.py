"""The command line: the same verbs as the pages, without a browser.

Every verb is one module with `add(verbs)`, which declares it; what it needs is imported when it
runs, so that `pstar` does not wait for what `run` needs.
"""

import argparse
import os
import select
import sys
from collections.abc import Sequence

from synverify_core.cli import doctor, pstar, rank, run, runs, worker
from synverify_core.errors import InputError, SynverifyError

BAD_INPUT = 2
FAILURE = 1
INTERRUPTED = 130
NO_READER = 141


def build_parser() -> argparse.ArgumentParser:
    """Return the parser of all verbs; each sets `execute`, a function of its arguments."""
    parser = argparse.ArgumentParser(
        prog="python -m synverify_core",
        description="Verification of synthesized data: closed forms, runs and measurements.",
    )
    verbs = parser.add_subparsers(dest="verb", required=True, metavar="VERB")
    for module in (pstar, run, runs, rank, doctor, worker):
        module.add(verbs)
    return parser


def main(argv: Sequence[str] | None = None) -> int:
    """Carry out one command and return its exit code.

    0, 1 failure, 2 bad input, 130 Ctrl-C, 141 when what reads the output went away (`| head`).
    """
    arguments = build_parser().parse_args(argv)
    try:
        code: int = arguments.execute(arguments)
        sys.stdout.flush()
    except InputError as error:
        print(f"error: {error}", file=sys.stderr)
        return BAD_INPUT
    except SynverifyError as error:
        print(f"error: {error}", file=sys.stderr)
        return FAILURE
    except KeyboardInterrupt:
        return INTERRUPTED
    except BrokenPipeError:
        if not _reader_is_gone():
            raise  # a pipe to a child of ours, which is a failure like any other
        # Python flushes stdout once more when it ends, which would fail in the same way.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return NO_READER
    return code


def _reader_is_gone() -> bool:
    """Tell whether nobody reads our stdout any more."""
    try:
        descriptor = sys.stdout.fileno()
        sys.stdout.flush()
    except BrokenPipeError:
        return True
    except ValueError:  # no file of the system: nobody can close it
        return False
    if not hasattr(select, "poll"):  # Windows
        return False
    # An unbuffered stdout has nothing left that a flush could fail with.
    watch = select.poll()
    watch.register(descriptor, 0)  # errors and hang-ups are always told
    return bool(watch.poll(0))
