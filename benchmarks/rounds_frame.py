"""What one frame of the live rounds costs: playing, scrubbing and dragging 200 rounds.

    python benchmarks/rounds_frame.py [--moves 200]

A real browser, the real page. Every frame's callback is timed where the browser calls it; those
that drew nothing are left out. Printed for each gesture: median and 95 % of the script's
milliseconds in a frame, and frames a second while it lasts. Promised: a median of at most 4 ms.
"""

import argparse
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from playwright.sync_api import Locator, Page, sync_playwright

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from benchmarks.page_changes import HERE, serve
from tests.browser.chromium import find_chromium

ROUNDS = 200
PROMISED_MS = 4.0
TIMED = """(() => {
    const ask = globalThis.requestAnimationFrame.bind(globalThis);
    globalThis.frame_times = [];
    globalThis.requestAnimationFrame = (run) => ask((now) => {
        const begun = performance.now();
        run(now);
        globalThis.frame_times.push(performance.now() - begun);
    });
    globalThis.frames_seen = 0;
    const tick = () => { globalThis.frames_seen += 1; ask(tick); };
    ask(tick);
})()"""
IDLE_MS = 0.15
"""A callback shorter than this drew nothing: it asked for the next frame."""


def measure(page: Page, gesture: Callable[[], None]) -> tuple[float, float, float]:
    """Return median and 95 % of a frame's script in milliseconds, and frames a second."""
    seen = page.evaluate("globalThis.frame_times.length = 0, globalThis.frames_seen")
    begun = time.perf_counter()
    gesture()
    seconds = time.perf_counter() - begun
    frames = page.evaluate("globalThis.frames_seen") - seen
    times = sorted(t for t in page.evaluate("globalThis.frame_times") if t > IDLE_MS)
    return statistics.median(times), times[int(0.95 * len(times))], frames / seconds


def sweep(page: Page, target: Locator, moves: int, along: tuple[float, float]) -> None:
    """Drag from the middle of something, to and fro, one move a frame."""
    box = target.bounding_box()
    assert box is not None
    x, y = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
    page.mouse.move(x, y)
    page.mouse.down()
    for i in range(moves):
        share = abs((i % 40) - 20) / 20 - 0.5
        page.mouse.move(x + share * along[0], y + share * along[1])
        page.evaluate("new Promise(requestAnimationFrame)")
    page.mouse.up()


def main() -> None:
    """Measure the three gestures on one page."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--moves", type=int, default=200, help="moves of each drag (count)")
    moves = parser.parse_args().moves
    with tempfile.TemporaryDirectory() as cache, sync_playwright() as playwright:
        server, address = serve(HERE, cache)
        browser = playwright.chromium.launch(
            executable_path=find_chromium(), args=["--no-sandbox", "--disable-gpu"]
        )
        try:
            time.sleep(6)
            page = browser.new_page(viewport={"width": 1280, "height": 800})
            page.add_init_script(TIMED)
            page.goto(f"{address}/phase_transition?mode=rounds&rounds_n_rounds={ROUNDS}")
            live = page.get_by_test_id("live-rounds")
            live.locator(".chart .simulated").first.wait_for(state="attached", timeout=120_000)
            page.wait_for_timeout(3_000)
            gestures: dict[str, Callable[[], None]] = {
                "playing": lambda: (
                    live.get_by_role("button", name="Play rounds").click(),
                    page.wait_for_timeout(5_000),
                    live.get_by_role("button", name="Pause").click(),
                )[0],
                "scrubbing": lambda: sweep(page, live.locator(".chart"), moves, (200, 0)),
                "dragging": lambda: sweep(
                    page, live.locator(".handle.prune .knob"), moves, (0, 60)
                ),
            }
            for name, gesture in gestures.items():
                middle, high, rate = measure(page, gesture)
                kept = "kept" if middle <= PROMISED_MS else "not kept"
                print(f"{name:10} {middle:5.2f} ms of script a frame (at most 4: {kept}), 95 %: "
                      f"{high:5.2f} ms, {rate:4.0f} frames a second")  # fmt: skip
        finally:
            browser.close()
            server.terminate()
            server.wait(60)


if __name__ == "__main__":
    main()
