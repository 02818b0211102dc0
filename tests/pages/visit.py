"""How the tests open a page, or one section of it, without a browser, and read what it says."""

import re
import subprocess
import sys
from pathlib import Path
from typing import Any

from streamlit.testing.v1 import AppTest

from pages.ui.shared.glossary import tag
from pages.ui.shared.terms import TERMS

ROOT = Path(__file__).resolve().parents[2]
SLOW = 200
SECTION = """
import streamlit as st
from pages.ui.{folder} import {section}
from pages.ui.{folder}.address import FIELDS, PAGE
from pages.ui.shared import state
for message in state.synchronise(PAGE, FIELDS).refused:
    st.warning(message)
{section}.show((), False)
state.publish(PAGE)
"""


def section(folder: str, name: str) -> str:
    """Return a script that is nothing but one section of a page."""
    return SECTION.format(folder=folder, section=name)


def opened(page: str, **params: str) -> AppTest:
    """Open a page by its file's name, or a script, at an address; it must not fall."""
    if "\n" in page:
        app = AppTest.from_string(page, default_timeout=SLOW)
    else:
        app = AppTest.from_file(str(ROOT / "pages" / page), default_timeout=SLOW)
    for name, value in params.items():
        app.query_params[name] = value
    app.run()
    assert not app.exception
    return app


def said(app: AppTest) -> str:
    """Return all that a page says in sentences, as it is read: without Markdown's backslashes."""
    return warned(app, *app.caption, *app.info, *app.markdown)


def warned(app: AppTest, *more: Any) -> str:
    """Return what a page warns of and what went wrong, as it is read."""
    boxes = (*app.error, *app.warning, *more)
    return re.sub(r"\\([^a-zA-Z0-9\s])", r"\1", "\n".join(box.value for box in boxes))


def markup(markdown: str) -> list[str]:
    """Return images, links and tags that would be drawn: outside of code, not escaped."""
    for term in TERMS:  # our own text, made of nothing that comes from outside
        markdown = markdown.replace(tag(term), "")
    without_code = re.sub(r"(?<!\\)(`+)(?!`).*?(?<!`)\1(?!`)", "", markdown)
    return re.findall(r"(?<!\\)(?:!?\[[^\]]*\]\(|<[a-zA-Z/!])", without_code)


def linked(app: AppTest, name: str) -> str:
    """Return a parameter of the address that the page has published."""
    value = app.query_params[name]
    return value if isinstance(value, str) else value[-1]


def assert_light(page: str, folder: Path, shown: str, **params: str) -> None:
    """Open a page in a process of its own: it shows so much, and loads no model library."""
    script = folder / "light.py"
    script.write_text(
        "import sys\n"
        "from tests.pages.visit import opened\n"
        f"page = opened({page!r}, **{params!r})\n"
        f"assert {shown}, page\n"
        "heavy = {'torch', 'transformers', 'sklearn', 'nltk'} & set(sys.modules)\n"
        "assert not heavy, heavy\n"
    )
    command = [sys.executable, "-c", f"exec(open({str(script)!r}).read())"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=SLOW)
    assert done.returncode == 0, done.stderr[-3000:]
