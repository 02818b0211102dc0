"""Does the server answer a class? Thirty open phase pages, each releasing a control every 10 s.

    python benchmarks/thirty_sessions.py [--sessions 30] [--seconds 60] [--every 10] [--train]

Every session is a page in one headless Chromium. A release is a click on a preset; its answer is
the whole page's rerun, seen as the new address in the page. All pages and the browser run on the
machine of the server, so the browser's own work counts against the server here.
"""

import argparse
import asyncio
import contextlib
import json
import random
import sys
import time
from pathlib import Path

from playwright.async_api import Browser, Page, async_playwright

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from benchmarks.sessions import GIVE_UP_SECONDS, add_options, server, summary, training
from tests.browser.chromium import find_chromium

PRESETS = ("none", "oracle", "strong", "weak", "adversarial", "pair_a", "pair_b")
# The clock is the page's own, so waiting for this script is not counted.
RELEASE = """
async (button, limit) => {
  const preset = button.dataset.preset;
  const started = performance.now();
  button.click();
  while (new URLSearchParams(location.search).get("preset") !== preset) {
    if (performance.now() - started > 1000 * limit) return null;
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
  return (performance.now() - started) / 1000;
}
"""


async def open_page(browser: Browser, address: str) -> Page:
    context = await browser.new_context(viewport={"width": 1280, "height": 800})
    page = await context.new_page()
    page.set_default_timeout(120_000)
    await page.goto(f"{address}/phase_transition")
    await page.locator("[data-preset=weak]").wait_for()
    return page


async def release_often(page: Page, args: argparse.Namespace, number: int) -> list[float | None]:
    """Release every `every` seconds, the sessions spread evenly over that time."""
    waits = []
    rng = random.Random(number)
    begin = time.monotonic() + args.every * number / args.sessions
    end = time.monotonic() + args.seconds
    present = None
    while begin < end:
        await asyncio.sleep(max(0.0, begin - time.monotonic()))
        present = rng.choice([name for name in PRESETS if name != present])
        button = page.locator(f"[data-preset={present}]")
        waits.append(await button.evaluate(RELEASE, GIVE_UP_SECONDS))
        begin += args.every
    return waits


async def measure(address: str, args: argparse.Namespace) -> list[float | None]:
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(
            executable_path=find_chromium(), args=["--no-sandbox", "--disable-gpu"]
        )
        pages = [await open_page(browser, address) for _ in range(args.sessions)]
        with training(args.train):
            jobs = (release_often(page, args, i) for i, page in enumerate(pages))
            waits = await asyncio.gather(*jobs)
        await browser.close()
    return [wait for session in waits for wait in session]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    add_options(parser, sessions=30, every=10.0)
    parser.add_argument("--seconds", type=float, default=60.0)
    parser.add_argument("--train", action="store_true", help="train the Gaussian experiment beside")
    parser.add_argument("--address", help="use a server that runs already")
    args = parser.parse_args()
    with contextlib.nullcontext(args.address) if args.address else server() as address:
        print(json.dumps(summary(asyncio.run(measure(address, args)), args.sessions)))


if __name__ == "__main__":
    main()
