"""The smallest page that holds the live component, and how the tests read it."""

import json
import re
from typing import Any

from playwright.sync_api import Locator, Page, expect

SCRIPT = """
import json
import math
import streamlit as st
from pages.ui.live import DEFAULT_STATE, live_phase

st.set_page_config(layout="wide")
memory = st.session_state
memory.setdefault("view", dict(DEFAULT_STATE))

def show():
    memory["runs"] = memory.get("runs", 0) + 1
    dots = [{"label": "logistic regression", "state": DEFAULT_STATE,
             "points": [{"p": 0.2, "accuracy": 0.9 + 0.0001 * memory["runs"], "theta_gen": 0.6}]}]
    memory["view"] = live_phase(
        memory["view"], simulated=dots, presentation="present" in st.query_params, key="live",
        sweep="sweep" in st.query_params)
    st.text(json.dumps({**memory["view"], "runs": memory["runs"]}))

if st.button("From Python"):
    memory["view"] = {**DEFAULT_STATE, "theta_gen": math.radians(20), "preset": "strong"}
st.fragment(show, run_every=0.4)() if "tick" in st.query_params else show()
"""


def open_live(page: Page, address: str, query: str = "") -> Locator:
    page.goto(f"{address}/{query}")
    live = page.locator(".live")
    expect(live.locator(".law .law-line")).to_have_attribute("d", re.compile("^M"), timeout=30_000)
    wait_until_still(live)
    return live


def wait_until_still(live: Locator) -> None:
    """Wait until the page has stopped moving the picture, so that a drag meets its handle."""
    last = None
    while (box := live.bounding_box()) != last:
        last = box
        live.page.wait_for_timeout(200)


def grab(live: Locator, name: str) -> None:
    live.page.mouse.move(*centre(live.locator(f".handle.{name} .knob")))
    live.page.mouse.down()
    expect(live.locator(f".handle.{name}")).to_contain_class("held")


def released(page: Page) -> dict[str, Any]:
    return dict(json.loads(page.get_by_test_id("stText").inner_text()))


def wait_released(page: Page, runs: int) -> dict[str, Any]:
    """Wait until Python has run `runs` times, then a moment longer for runs too many."""
    page.wait_for_function(
        "n => JSON.parse(document.querySelector('[data-testid=stText]').innerText).runs >= n",
        arg=runs,
    )
    page.wait_for_timeout(600)
    return released(page)


def centre(target: Locator) -> tuple[float, float]:
    box = target.bounding_box()
    assert box is not None
    return box["x"] + box["width"] / 2, box["y"] + box["height"] / 2


def dial_point(live: Locator, angle: float) -> tuple[float, float]:
    """Where on the screen the generator's tip lies at `angle`."""
    x, y = live.evaluate(
        """(root, angle) => {
            const svg = root.querySelector('.dial');
            const [cx, cy, r, tilt] = [170, 150, 112, 0.26];
            const point = new DOMPoint(
                cx + r * Math.sin(angle), cy - r * Math.cos(angle) * Math.cos(tilt));
            const at = point.matrixTransform(svg.getScreenCTM());
            return [at.x, at.y];
        }""",
        angle,
    )
    return float(x), float(y)


def readout(live: Locator, name: str) -> str:
    return live.locator(f"[data-readout='{name}'] dd").first.inner_text()
