"""axe-core finds no serious violation on any page, light and dark; each has one h1.

axe.min.js is axe-core 4.14.1 as published, by Deque Systems, under the Mozilla Public License 2.0.
"""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.conftest import looked_at

pytestmark = pytest.mark.browser
ROOT = Path(__file__).resolve().parents[2]
AXE = Path(__file__).with_name("axe.min.js").read_text(encoding="utf8")
PATHS = {
    "home": "",
    **{path.stem: path.stem for path in (ROOT / "pages").glob("*.py") if path.stem != "home"},
    "a presentation": "?presentation=1",
    "a lesson": "phase_transition?lesson=1",
    "rounds": "phase_transition?mode=rounds",
}


@pytest.fixture(scope="module")
def address(serve: Callable[..., str], request: pytest.FixtureRequest) -> str:
    return serve(SYNVERIFY_REFERENCE=str(ROOT / "cache" / "reference"))


def violations(page: Page) -> list[str]:
    """Return what axe-core calls serious or critical: rule, help, and the first place."""
    page.evaluate(AXE)
    found: dict[str, Any] = page.evaluate("axe.run({resultTypes: ['violations']})")
    assert found["testEngine"]["version"] == "4.14.1"
    return [
        f"{rule['id']}: {rule['help']}: {rule['nodes'][0]['html'][:200]}"
        for rule in found["violations"]
        if rule["impact"] in ("serious", "critical")
    ]


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("path", PATHS.values(), ids=PATHS)
def test_no_serious_violation(browser: Browser, address: str, path: str, scheme: str) -> None:
    with looked_at(browser, color_scheme=scheme, reduced_motion="reduce") as page:
        page.goto(f"{address}/{path}")
        expect(page.get_by_role("heading", level=1)).to_have_count(1)
        rested = "[data-testid=stApp][data-test-script-state=notRunning]"
        page.wait_for_selector(rested, timeout=120_000)
        if "phase_transition" in path:
            expect(page.locator(".live .verdict strong")).not_to_be_empty()
        page.wait_for_timeout(2_000)
        assert violations(page) == []


def test_axe_finds_what_is_wrong(page: Page) -> None:
    page.set_content("<main><h1>A</h1><img src='x.png'><button></button></main>")
    rules = [text.partition(":")[0] for text in violations(page)]
    assert {"image-alt", "button-name"} <= set(rules)
