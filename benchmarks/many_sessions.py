"""Does the server answer a class? Thirty sessions on the phase page, each releasing every 10 s.

    python benchmarks/many_sessions.py [--sessions 30] [--seconds 60] [--every 10] [--train]

Sessions speak Streamlit's own protocol (`sessions.py`); `thirty_sessions.py` measures with real
browsers, whose work counts against the server.
"""

import argparse
import asyncio
import json
import random
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from benchmarks.sessions import add_options, open_session, release_often, server, summary, training


async def attend(address: str, number: int, args: argparse.Namespace) -> list[float | None]:
    async with open_session(address) as session:
        # All pages stand before the first release; then the sessions are spread evenly.
        delay = args.every * (1 + number / args.sessions)
        rng = random.Random(number)
        return await release_often(
            session, rng, delay=delay, seconds=args.seconds, every=args.every
        )


async def measure(address: str, args: argparse.Namespace) -> list[float | None]:
    with training(args.train):
        sessions = (attend(address, number, args) for number in range(args.sessions))
        waits = await asyncio.gather(*sessions)
    return [wait for session in waits for wait in session]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    add_options(parser, sessions=30, every=10.0)
    parser.add_argument("--seconds", type=float, default=60.0)
    parser.add_argument("--train", action="store_true", help="train the Gaussian experiment beside")
    args = parser.parse_args()
    with server() as address:
        print(json.dumps(summary(asyncio.run(measure(address, args)), args.sessions)))


if __name__ == "__main__":
    main()
