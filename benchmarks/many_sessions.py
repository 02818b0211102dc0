"""Does the server answer a class? Thirty sessions on the phase page, each releasing every 10 s.

    python benchmarks/many_sessions.py [--sessions 30] [--seconds 60] [--every 10] [--train]

Sessions speak Streamlit's own protocol over websockets, with the page's automatic reruns while
points are simulated, so that the browsers of thirty laptops do not run on the server's cores;
`thirty_sessions.py` measures with real browsers. A release sets angles nobody has asked for, so
that every one starts a new simulation; its answer is the new address, after both of its reruns.
"""

import argparse
import asyncio
import json
import random
import sys
import time
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs

from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from websockets.asyncio.client import ClientConnection, connect

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from benchmarks.thirty_sessions import GIVE_UP_SECONDS, report, server, training
from pages.ui.live import DEFAULT_STATE


class Session:
    """One browser tab: it keeps widget states, reruns fragments on time, and waits for answers."""

    def __init__(self, socket: ClientConnection) -> None:
        self.socket = socket
        self.widget = ""
        self.fragment = ""
        self.value = "{}"
        self.query = ""
        self.looks: dict[str, asyncio.Task[None]] = {}
        self.finished = asyncio.Event()
        self.answered = asyncio.Event()
        self.wanted = ""

    async def send(self, fragment: str = "", *, automatic: bool = False) -> None:
        """Ask for a rerun of the page, or of one fragment."""
        message = BackMsg()
        rerun = message.rerun_script
        rerun.query_string, rerun.fragment_id = self.query, fragment
        rerun.is_auto_rerun = automatic
        if self.widget:
            state = rerun.widget_states.widgets.add()
            state.id, state.json_value = self.widget, self.value
        await self.socket.send(message.SerializeToString())

    async def listen(self) -> None:
        """Take what the server sends until the socket closes."""
        async for raw in self.socket:
            message = ForwardMsg()
            message.ParseFromString(raw)
            self.take(message, message.WhichOneof("type"))

    def take(self, message: ForwardMsg, kind: str | None) -> None:
        """React as the browser does."""
        if kind == "navigation":  # only a run of the whole page sends it
            self.stop_looking()
        elif kind == "delta":
            component = message.delta.new_element.bidi_component
            if component.component_name == "synverify_live_phase":
                self.widget, self.fragment = component.id, message.delta.fragment_id
        elif kind == "auto_rerun":
            fragment = message.auto_rerun.fragment_id
            if fragment not in self.looks:
                look = self.look(fragment, message.auto_rerun.interval)
                self.looks[fragment] = asyncio.create_task(look)
        elif kind == "page_info_changed":
            self.query = message.page_info_changed.query_string
            if parse_qs(self.query).get("theta_gen") == [self.wanted]:
                self.answered.set()
        elif kind == "script_finished":
            self.finished.set()

    async def look(self, fragment: str, interval: float) -> None:
        """Rerun a fragment again and again, as `run_every` asks."""
        while True:
            await asyncio.sleep(interval)
            await self.send(fragment, automatic=True)

    def stop_looking(self) -> None:
        """Forget the timers: a run of the whole page starts them afresh."""
        for task in self.looks.values():
            task.cancel()
        self.looks.clear()

    async def release(self, rng: random.Random) -> float | None:
        """Let go of the dial at new angles; return the seconds until the new address."""
        gen, prune = rng.uniform(0.2, 2.9), rng.uniform(0.1, 1.5)
        state: dict[str, Any] = {**DEFAULT_STATE, "separation": 2.0, "revision": 0}
        self.value = json.dumps({"state": {**state, "theta_gen": gen, "theta_prune": prune}})
        self.wanted = repr(gen)
        self.answered.clear()
        started = time.perf_counter()
        await self.send(self.fragment)
        try:
            await asyncio.wait_for(self.answered.wait(), GIVE_UP_SECONDS)
        except TimeoutError:
            return None
        return time.perf_counter() - started


async def attend(address: str, number: int, args: argparse.Namespace) -> list[float | None]:
    rng = random.Random(number)
    url = address.replace("http", "ws") + "/_stcore/stream"
    async with connect(url, subprotocols=["streamlit"], max_size=None) as socket:
        session = Session(socket)
        listening = asyncio.create_task(session.listen())
        await session.send()
        await asyncio.wait_for(session.finished.wait(), 120)
        waits = []
        begin = time.monotonic() + args.every * (1 + number / args.sessions)
        end = begin + args.seconds
        while begin < end:
            await asyncio.sleep(max(0.0, begin - time.monotonic()))
            waits.append(await session.release(rng))
            begin += args.every
        session.stop_looking()
        listening.cancel()
    return waits


async def measure(address: str, args: argparse.Namespace) -> list[float | None]:
    with training(args.train):
        sessions = (attend(address, number, args) for number in range(args.sessions))
        waits = await asyncio.gather(*sessions)
    return [wait for session in waits for wait in session]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--sessions", type=int, default=30)
    parser.add_argument("--seconds", type=float, default=60.0)
    parser.add_argument("--every", type=float, default=10.0)
    parser.add_argument("--train", action="store_true", help="train the Gaussian experiment beside")
    args = parser.parse_args()
    with server() as address:
        print(json.dumps(report(asyncio.run(measure(address, args)), args)))


if __name__ == "__main__":
    main()
