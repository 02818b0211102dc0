"""How long a page takes to answer: a changed entry by hand, a tab, a toggle. Browser included.

    python benchmarks/page_changes.py [--root FOLDER ...] [--rounds 10]

Every root is a copy of the project, e.g. one before and one after a change; their servers are
asked in turns, so that whatever else the machine does falls on all of them. Printed: the median
from the press of a key or button until the new state is drawn, and the seconds of the server's
processor that one such change takes. Promised on a quiet machine: each below 0.3 s.
"""

import argparse
import os
import socket
import statistics
import subprocess
import sys
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path

import psutil
from playwright.sync_api import Page, sync_playwright

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from tests.browser.chromium import find_chromium

HERE = Path(__file__).resolve().parents[1]
SLOW = 120_000
TABS = ("Scaling curves", "Accuracy and p*")
ENTRY = "Entry (1, 2)"


def serve(root: Path, cache: str) -> tuple[subprocess.Popen[bytes], str]:
    """Start the app of one copy and return it with its address."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    env = {**os.environ, "SYNVERIFY_CACHE": cache, "PYTHONPATH": str(root)}
    command = [sys.executable, "-m", "streamlit", "run", "app.py", f"--server.port={port}"]
    server = subprocess.Popen(command, cwd=root, env=env, stdout=subprocess.DEVNULL)
    return server, f"http://127.0.0.1:{port}"


def seen(page: Page, text: str) -> None:
    """Wait, looking at every frame, until a figure's text or a code has this in it."""
    page.wait_for_function(
        "text => [...document.querySelectorAll('code, .gtitle, .xtitle')]"
        ".some(node => node.textContent.includes(text))",
        arg=text,
        timeout=SLOW,
    )


def change_entry(page: Page, turn: int) -> None:
    """Type another entry and wait for what the model reads of it."""
    box = page.get_by_role("spinbutton", name=ENTRY)
    value = 1 + turn % 8
    box.fill(str(value))
    box.press("Enter")
    seen(page, f"+ {value}00 E-2")


def open_tab(page: Page, turn: int) -> None:
    """Open the other of two tabs and wait for its figure."""
    tab = TABS[turn % 2]
    page.get_by_role("tab", name=tab).click()
    seen(page, "Selected samples" if turn % 2 == 0 else "Breakdown point")


def choose_tolerance(page: Page, turn: int) -> None:
    """Choose the other of two tolerances and wait for the figure's new title."""
    label = ("1 %", "2 %")[turn % 2]
    button = page.get_by_role("radio", name=f"τ = {label}")
    button.or_(page.get_by_role("button", name=f"τ = {label}")).first.click()
    seen(page, f"accuracy@{label.replace(' ', '')}")


CHANGES: dict[str, tuple[str, str, Callable[[Page, int], None]]] = {
    "changed entry": ("section=byhand", "What the model reads", change_entry),
    "tab": ("section=figure4", "Task", open_tab),
    "tolerance": ("section=figure4", "Task", choose_tolerance),
}


def measure(page: Page, server: psutil.Process, change: Callable[[], None]) -> tuple[float, float]:
    """Return the seconds that a change takes, and those of the server's processor."""
    before, begun = sum(server.cpu_times()[:2]), time.perf_counter()
    change()
    waited = time.perf_counter() - begun
    page.wait_for_timeout(300)  # what the server still does for this change belongs to it
    return waited, sum(server.cpu_times()[:2]) - before


def main() -> None:
    """Measure every change on every copy, in turns, and print medians."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--root", action="append", type=Path, help="copy of the project")
    parser.add_argument("--rounds", type=int, default=10, help="changes of each kind (count)")
    parser.add_argument("--cache", default=str(HERE / "cache"), help="folder of runs")
    given = parser.parse_args()
    roots = [root.resolve() for root in given.root or [HERE]]
    running = [serve(root, given.cache) for root in roots]
    try:
        with sync_playwright() as playwright:
            browser = playwright.chromium.launch(
                executable_path=find_chromium(), args=["--no-sandbox", "--disable-gpu"]
            )
            time.sleep(5)
            for name, (query, ready, change) in CHANGES.items():
                pages = []
                for _, address in running:
                    page = browser.new_page(viewport={"width": 1280, "height": 800})
                    page.goto(f"{address}/eigenvalues?{query}")
                    page.get_by_text(ready).first.wait_for(timeout=SLOW)
                    page.wait_for_timeout(3000)
                    pages.append(page)
                found: list[list[tuple[float, float]]] = [[] for _ in roots]
                for turn in range(given.rounds + 2):
                    for place, page in enumerate(pages):
                        process = psutil.Process(running[place][0].pid)
                        took = measure(page, process, partial(change, page, turn))
                        if turn > 1:  # the first ones fill caches
                            found[place].append(took)
                for root, times in zip(roots, found, strict=True):
                    waited, worked = (statistics.median(one) for one in zip(*times, strict=True))
                    print(f"{name:14} {root.name:12} {waited:6.3f} s, processor {worked:.3f} s")
                for page in pages:
                    page.close()
            browser.close()
    finally:
        for server, _ in running:
            server.terminate()
            server.wait(60)


if __name__ == "__main__":
    main()
