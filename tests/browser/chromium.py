"""Find a Chromium for the browser tests, or bring one: they never skip.

`python tests/browser/chromium.py` is what `make test` calls before the tests.
"""

import os
import shutil
import subprocess
import sys
from pathlib import Path

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome")
APPLICATIONS = (
    Path("/Applications/Google Chrome.app/Contents/MacOS/Google Chrome"),
    Path("/Applications/Chromium.app/Contents/MacOS/Chromium"),
    Path("C:/Program Files/Google/Chrome/Application/chrome.exe"),
)
PACKAGE_MANAGERS = (
    ("apt-get", ["apt-get", "update"], ["apt-get", "install", "-y", "chromium"]),
    ("dnf", None, ["dnf", "install", "-y", "chromium"]),
    ("pacman", None, ["pacman", "-Sy", "--noconfirm", "chromium"]),
    ("zypper", None, ["zypper", "--non-interactive", "install", "chromium"]),
    ("brew", None, ["brew", "install", "--cask", "chromium"]),
)


def installed_chromium() -> str | None:
    """Path of a Chromium installed on this machine, or None."""
    on_path = [found for name in NAMES if (found := shutil.which(name))]
    return next(iter(on_path + [str(path) for path in APPLICATIONS if path.exists()]), None)


def playwright_chromium() -> str | None:
    """Path of the Chromium that Playwright downloaded, or None."""
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        path = playwright.chromium.executable_path
    return path if Path(path).exists() else None


def find_chromium() -> str:
    """Path of a Chromium; a RuntimeError says how to get one where there is none."""
    path = installed_chromium() or playwright_chromium()
    if path is None:
        raise RuntimeError(
            "The browser tests need a Chromium: install chromium or Google Chrome, "
            "or run `.venv/bin/python tests/browser/chromium.py`."
        )
    return path


def bring_chromium() -> None:
    """Try Playwright's download, then the system's package manager."""
    download = [sys.executable, "-m", "playwright", "install", "chromium"]
    if subprocess.run(download, check=False).returncode == 0 and playwright_chromium():
        return
    for name, refresh, install in PACKAGE_MANAGERS:
        if shutil.which(name):
            as_root = [] if name == "brew" or os.geteuid() == 0 else ["sudo"]
            if refresh:
                subprocess.run(as_root + refresh, check=False)
            subprocess.run(as_root + install, check=False)
            return


if __name__ == "__main__":
    if not (installed_chromium() or playwright_chromium()):
        bring_chromium()
    print(f"Chromium for the browser tests: {find_chromium()}")
