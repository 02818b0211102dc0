"""The long form: `python -m tests.drills --minutes 30 --seed 1`."""

import argparse
import faulthandler
import sys
import tempfile
from pathlib import Path

from tests.drills.ground import repeat
from tests.drills.test_drills import LONG


def main() -> int:
    """Carry out the drills, print tried / survived / lost, and return 1 if any was lost."""
    parser = argparse.ArgumentParser(prog="python -m tests.drills", description=__doc__)
    parser.add_argument("--minutes", type=float, default=30.0, help="time for all drills together")
    parser.add_argument("--seed", type=int, default=1, help="seed of what is tried")
    parser.add_argument("--first", type=int, default=0, help="number of the first trial")
    parser.add_argument("--only", choices=list(LONG), help="one drill instead of all")
    arguments = parser.parse_args()
    faulthandler.dump_traceback_later(60 * arguments.minutes + 900, exit=True)  # where it hangs
    names = [arguments.only] if arguments.only else list(LONG)
    seconds = 60 * arguments.minutes / len(names)
    every = []
    for name in names:
        with tempfile.TemporaryDirectory() as folder, LONG[name](Path(folder) / "d") as trial:
            tried, lost = repeat(trial, arguments.seed, seconds, arguments.first)
        print(f"{name}: {tried} tried, {tried - len(lost)} survived, {len(lost)} lost")
        print("".join(f"  {text}\n" for text in lost[:20]), end="", flush=True)
        every += lost
    return int(bool(every))


sys.exit(main())
