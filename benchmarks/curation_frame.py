"""Script time of a frame of the Curation picture: 400 points, 3 groups, in a real Chromium.

    python benchmarks/curation_frame.py [--candidates inf 2 16]

While all rounds play, and while a group's peak is dragged with the last round shown: the
processor's time of all script in the page (Chromium's ScriptDuration in thread time, which other
programs do not change) over the frames drawn, and the median of what a frame took by the clock.
Promised: at most 4 ms a frame.
"""

import argparse
import statistics
import sys
from collections.abc import Callable
from pathlib import Path

from playwright.sync_api import Browser, Page, sync_playwright

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from benchmarks.sessions import server
from tests.browser.chromium import find_chromium

PROMISED_MS = 4.0
GROUPS = "-2:0.6:0.4,0.5:1.2:0.35,2.3:0.6:0.25"
TIMED = """
globalThis.frames_ms = [];
const later = globalThis.requestAnimationFrame.bind(globalThis);
globalThis.requestAnimationFrame = (draw) => later((time) => {
  const begin = performance.now();
  draw(time);
  globalThis.frames_ms.push([time, performance.now() - begin]);
});
"""


def play(page: Page) -> None:
    """Play all rounds."""
    page.get_by_role("button", name="Play").click()
    done = page.locator(".verdict strong", has_text="After 60 rounds")
    done.wait_for(timeout=90_000)


def drag(page: Page) -> None:
    """Drag a peak to and fro."""
    box = page.get_by_role("slider", name="Peak of group B").locator(".knob").bounding_box()
    assert box is not None
    x, y = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
    page.mouse.move(x, y)
    page.mouse.down()
    for turn in range(6):
        page.mouse.move(x + (120 if turn % 2 else -120), y, steps=30)


def measure(browser: Browser, place: str, do: Callable[[Page], None]) -> tuple[float, float, int]:
    """Return milliseconds of script a frame, the median by the clock, and the frames."""
    page = browser.new_page(viewport={"width": 1280, "height": 800})
    page.add_init_script(TIMED)
    page.goto(place)
    page.get_by_test_id("people").locator(".verdict strong").wait_for()
    page.wait_for_timeout(2_000)
    inside = page.context.new_cdp_session(page)
    inside.send("Performance.enable", {"timeDomain": "threadTicks"})

    def script() -> float:
        metrics = inside.send("Performance.getMetrics")["metrics"]
        return next(one["value"] for one in metrics if one["name"] == "ScriptDuration")

    page.evaluate("frames_ms.length = 0")
    before = script()
    do(page)
    spent = script() - before
    found = page.evaluate("frames_ms")
    page.close()
    frames = len({time for time, _ in found})
    return 1_000 * spent / frames, statistics.median(ms for _, ms in found), frames


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--candidates", nargs="+", default=["inf", "2", "16"])
    asked = parser.parse_args()
    with server() as address, sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=find_chromium(), args=["--no-sandbox", "--disable-gpu"]
        )
        for candidates in asked.candidates:
            for do, shown in ((play, 0), (drag, 60)):
                place = f"{address}/generations?section=curation&people={GROUPS}"
                place += f"&candidates={candidates}&people_round={shown}"
                spent, median, frames = measure(browser, place, do)
                print(
                    f"K = {candidates}, {do.__name__}: {spent:.2f} ms of script a frame (promised "
                    f"{PROMISED_MS:g} ms), {median:.2f} ms by the clock; {frames} frames"
                )
        browser.close()


if __name__ == "__main__":
    main()
