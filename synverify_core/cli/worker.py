"""`worker`: carry out one run from its folder; launchers start it."""

import argparse
import traceback
from pathlib import Path

from synverify_core.cli.output import FAILURE, Verbs, complain
from synverify_core.errors import SynverifyError, brief

MOST_THREADS = 4_096


def add(verbs: Verbs) -> None:
    """Declare the verb."""
    parser = verbs.add_parser(
        "worker",
        help="carry out one run from its folder (launchers use it)",
        description="Do the run in RUN_DIR from its last finished unit to its end.",
    )
    parser.add_argument("run_dir", type=Path, metavar="RUN_DIR", help="folder of the run")
    add_threads(parser)
    parser.set_defaults(execute=execute)


def add_threads(parser: argparse.ArgumentParser) -> None:
    """Add the option --threads."""
    parser.add_argument(
        "--threads",
        type=_thread_count,
        metavar="N",
        help="threads to compute with (default: $OMP_NUM_THREADS, else all cores but one)",
    )


def _thread_count(text: str) -> int:
    count = int(text) if text.isdecimal() else 0
    if not 1 <= count <= MOST_THREADS:
        raise argparse.ArgumentTypeError(
            f"{brief(text)} is refused: it must be a whole number from 1 to {MOST_THREADS}"
        )
    return count


def execute(arguments: argparse.Namespace) -> int:
    """Work with low priority; the log holds whatever goes wrong."""
    from synverify_core.runs.threads import limit_threads, yield_to_others

    limit_threads(arguments.threads)  # before numpy is imported
    yield_to_others()
    from synverify_core.runs.worker import execute as execute_run

    try:
        execute_run(arguments.run_dir)
    except SynverifyError as error:
        complain(error)
        return FAILURE
    except Exception:  # written into the run already; the log of a launcher shows it too
        traceback.print_exc()
        return FAILURE
    return 0
