"""The command line: the same verbs as the pages, without a browser.

Every verb is one module with `add(verbs)`, which declares it; what it needs is imported when it
runs, so that `pstar` does not wait for what `run` needs.
"""

import argparse
import os
import select
import sys
from collections.abc import Sequence
from contextlib import suppress
from typing import NoReturn

from synverify_core.cli import doctor, pstar, rank, run, runs, theory, worker
from synverify_core.cli.output import BAD_INPUT, INTERRUPTED, NO_READER, complain
from synverify_core.errors import InputError, SynverifyError, brief, cut


class _Parser(argparse.ArgumentParser):
    """A parser whose complaints are as safe and as short as all others."""

    def error(self, message: str) -> NoReturn:
        """Say what is wrong with the command line and end."""
        self.print_usage(sys.stderr)
        complain(message)
        sys.exit(BAD_INPUT)


def build_parser() -> argparse.ArgumentParser:
    """Return the parser of all verbs; each sets `execute`, a function of its arguments."""
    parser = _Parser(
        prog="python -m synverify_core",
        description="Verification of synthesized data: closed forms, runs and measurements.",
    )
    verbs = parser.add_subparsers(dest="verb", required=True, metavar="VERB")
    for module in (pstar, theory, run, runs, rank, doctor, worker):
        module.add(verbs)
    return parser


def main(argv: Sequence[str] | None = None) -> int:
    """Carry out one command and return its exit code.

    0, 1 failure, 2 what is refused or cannot be read or written, 130 Ctrl-C, 141 when what reads
    the output went away (`| head`).
    """
    words = sys.argv[1:] if argv is None else argv
    try:
        _refuse_broken_text(words)
        arguments = build_parser().parse_args(words)
        code: int = arguments.execute(arguments)
        sys.stdout.flush()
    except SynverifyError as error:
        complain(error)
        return BAD_INPUT
    except KeyboardInterrupt:
        return INTERRUPTED
    except OSError as error:
        if isinstance(error, BrokenPipeError):
            if not _reader_is_gone():
                raise  # a pipe to a child of ours, which is a failure like any other
        else:
            complain(f"{cut(str(error.filename or 'the output'), 300)}: {error.strerror or error}")
        _drop_output()
        return NO_READER if isinstance(error, BrokenPipeError) else BAD_INPUT
    return code


def _refuse_broken_text(words: Sequence[str]) -> None:
    """Refuse what no file, no JSON and no screen takes: bytes that are no text (surrogates)."""
    for word in words:
        try:
            word.encode()
        except UnicodeEncodeError:
            raise InputError(f"{brief(word)} is refused: it must be valid Unicode text") from None


def _drop_output() -> None:
    """Let the flush at Python's end succeed: it would fail as the last one did."""
    with suppress(OSError, ValueError):
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


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
