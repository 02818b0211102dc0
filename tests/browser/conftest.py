"""A real Chromium and a real server for every browser test."""

import os
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlparse

import pytest
from playwright.sync_api import Browser, Locator, Page, expect, sync_playwright

from tests.browser.chromium import find_chromium

ROOT = Path(__file__).resolve().parents[2]
CHROMIUM_ARGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    path = find_chromium()
    expect.set_options(timeout=60_000)  # other tests run beside it
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=path, args=CHROMIUM_ARGS)
        yield chromium
        chromium.close()


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    context = browser.new_context(viewport={"width": 1280, "height": 800})
    context.set_default_timeout(30_000)
    context.add_init_script("localStorage.setItem('synverify-swept', '1')")
    yield context.new_page()
    context.close()


@pytest.fixture(scope="session")
def serve(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Callable[..., str]]:
    """Start Streamlit on a cache and return its address; all servers end with the tests.

    It runs the app, or a script given as text; `env` are other variables of its process.
    """
    servers: list[subprocess.Popen[bytes]] = []

    def start(cache: Path | None = None, text: str = "", **env: str) -> str:
        port = free_port()
        folder = tmp_path_factory.mktemp("server")
        env["SYNVERIFY_CACHE"] = str(cache or folder / "cache")
        script, log = ROOT / "app.py", folder / "log.txt"
        if text:
            script = folder / "script.py"
            script.write_text(text, encoding="utf8")
        with log.open("wb") as output:
            server = subprocess.Popen(
                [sys.executable, "-m", "streamlit", "run", str(script), f"--server.port={port}"],
                cwd=ROOT,
                env={**os.environ, "PYTHONPATH": str(ROOT), **env},
                stdout=output,
                stderr=subprocess.STDOUT,
            )
        servers.append(server)
        address = f"http://127.0.0.1:{port}"
        wait_until_healthy(address, server, log)
        return address

    yield start
    for server in servers:
        server.terminate()
        server.wait(timeout=10)


@contextmanager
def looked_at(browser: Browser, **look: Any) -> Iterator[Page]:
    """Open a page in another look, e.g. dark; the browser must not complain of an error."""
    context = browser.new_context(**{"viewport": {"width": 1280, "height": 800}, **look})
    page = context.new_page()
    errors: list[str] = []
    page.on("pageerror", lambda error: errors.append(str(error)))
    yield page
    context.close()
    assert not errors


def in_address(page: Page, name: str) -> str:
    """Return a parameter of the page's address, empty where it is not there."""
    return parse_qs(urlparse(page.url).query).get(name, [""])[0]


def bottom(part: Locator) -> float:
    """Return where a part of the page ends, in pixels from the screen's top."""
    return float(part.evaluate("node => node.getBoundingClientRect().bottom"))


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def wait_until_healthy(address: str, server: subprocess.Popen[bytes], log: Path) -> None:
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline:
        if server.poll() is not None:
            raise RuntimeError(f"the server ended at start:\n{log.read_text()}")
        try:
            with urllib.request.urlopen(f"{address}/_stcore/health", timeout=2) as answer:
                if answer.status == 200:
                    return
        except OSError:
            time.sleep(0.1)
    raise RuntimeError(f"the server did not answer within 60 s:\n{log.read_text()}")
