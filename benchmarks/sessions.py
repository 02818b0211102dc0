"""What the benchmarks of the pages share: a server, a run beside it, sessions, a summary.

Sessions speak Streamlit's own protocol over websockets, with the page's automatic reruns while
points are simulated, so that the browsers of a class do not run on the server's cores.
"""

import argparse
import asyncio
import contextlib
import json
import random
import socket
import statistics
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs

from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from websockets.asyncio.client import ClientConnection, connect

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from pages.ui.live import DEFAULT_STATE  # noqa: E402

GIVE_UP_SECONDS = 30.0


@contextlib.contextmanager
def server() -> Iterator[str]:
    """Serve the pages and yield their address."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    command = [sys.executable, "-m", "streamlit", "run", "app.py", f"--server.port={port}"]
    process = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.DEVNULL)
    address = f"http://127.0.0.1:{port}"
    try:
        for _ in range(600):
            with contextlib.suppress(OSError), urllib.request.urlopen(f"{address}/_stcore/health"):
                break
            time.sleep(0.1)
        yield address
    finally:
        process.terminate()
        process.wait(timeout=10)


@contextlib.contextmanager
def training(wanted: bool) -> Iterator[None]:
    """Train beside the sessions, as `Start` on the Gaussian page does."""
    if not wanted:
        yield
        return
    seed = random.randrange(10**6)
    settings = ["--preset", "quick", "--set", f"seed={seed}", "--json"]
    command = [sys.executable, "-m", "synverify_core", "run", "gaussian", *settings]
    process = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.DEVNULL)
    try:
        yield
        if process.poll() not in (None, 0):
            raise RuntimeError(f"the training run failed with exit code {process.returncode}")
    finally:
        process.terminate()
        process.wait(timeout=30)


def add_options(parser: argparse.ArgumentParser, sessions: int, every: float) -> None:
    """Add what all of them can be told: how many sessions release how often."""
    parser.add_argument("--sessions", type=int, default=sessions)
    parser.add_argument("--every", type=float, default=every, help="between two releases (s)")


def percentile_95(waits: Sequence[float | None]) -> float | None:
    """Return the 95 % point of the answered releases (s)."""
    answered = sorted(wait for wait in waits if wait is not None)
    return answered[int(0.95 * (len(answered) - 1))] if answered else None


def summary(waits: Sequence[float | None], sessions: int) -> dict[str, float | int | None]:
    """Return what is printed: how many releases, how many answered, how fast."""
    answered = [wait for wait in waits if wait is not None]
    late = percentile_95(waits)
    return {
        "sessions": sessions,
        "releases": len(waits),
        "unanswered": len(waits) - len(answered),
        "median_seconds": round(statistics.median(answered), 3) if answered else None,
        "p95_seconds": round(late, 3) if late is not None else None,
        "worst_seconds": round(max(answered), 3) if answered else None,
    }


class Session:
    """One tab on the phase page: it keeps widget states, reruns fragments on time, and waits.

    A release sets angles nobody has asked for, so that every one starts a new simulation; its
    answer is the new address, after both of its reruns.
    """

    def __init__(self, socket: ClientConnection) -> None:
        self.socket = socket
        self.page = ""
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
        # By name the first time, which navigates and so forgets every fragment.
        rerun.page_script_hash = self.page
        rerun.page_name = "" if self.page else "phase_transition"
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
            self.page = message.navigation.page_script_hash
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


@contextlib.asynccontextmanager
async def open_session(address: str):
    """Open the phase page and wait until it stands."""
    url = address.replace("http", "ws") + "/_stcore/stream"
    # A server that is starved must be seen as slow, not as gone: no pings.
    options = {"subprotocols": ["streamlit"], "max_size": None, "ping_interval": None}
    async with connect(url, **options) as socket:
        session = Session(socket)
        listening = asyncio.create_task(session.listen())
        try:
            await session.send()
            await asyncio.wait_for(session.finished.wait(), 120)
            yield session
        finally:
            session.stop_looking()
            listening.cancel()


async def release_often(
    session: Session, rng: random.Random, *, delay: float, seconds: float, every: float
) -> list[float | None]:
    """Release every `every` seconds after a delay; return how long each answer took."""
    waits = []
    begin = time.monotonic() + delay
    end = begin + seconds
    while begin < end:
        await asyncio.sleep(max(0.0, begin - time.monotonic()))
        waits.append(await session.release(rng))
        begin += every
    return waits
