"""A link to any page works on a server that has just started."""

from pathlib import Path
from urllib.parse import quote

import pytest
from playwright.sync_api import expect

pytestmark = pytest.mark.browser
ROOT = Path(__file__).resolve().parents[2]


@pytest.mark.parametrize(
    ("path", "heading"), [("gaussian", "verified synthesized data"), ("runs", "Runs")]
)
def test_first_request_of_a_server_may_be_a_deep_link(page, serve, path, heading):
    address = serve()
    page.goto(f"{address}/{path}")
    expect(page.get_by_role("heading", name=heading).first).to_be_visible()
    links = page.get_by_test_id("stSidebarNavLink")
    expect(links.filter(has_text="Phase transition")).to_be_visible()
    expect(links).to_have_count(len(list((ROOT / "pages").glob("*.py"))))
    expect(page.get_by_text("Page not found")).to_have_count(0)


def test_nothing_is_fetched_from_elsewhere(page, serve):
    address = serve()
    asked = []
    page.on("request", lambda request: asked.append(request.url))
    evil = quote("a` ![x](http://evil.example/a.png) <img src=http://evil.example/b.png>")
    for path in ("", "gaussian", "runs", f"eigenvalues?metric={evil}&{evil}=1&model={evil}"):
        page.goto(f"{address}/{path}")
        expect(page.get_by_role("heading").first).to_be_visible()
        page.wait_for_load_state("networkidle")
    local = (address, "data:", "blob:", address.replace("http", "ws"))
    assert [url for url in asked if not url.startswith(local)] == []
