"""A cache of its own for a test, and nothing remembered from the test before."""

from collections.abc import Iterator
from pathlib import Path

import pytest
import streamlit as st


@pytest.fixture
def cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """Return an empty cache that the pages use; what they remember of another one is forgotten."""
    monkeypatch.setenv("SYNVERIFY_CACHE", str(tmp_path))
    forget()
    yield tmp_path
    forget()


def forget() -> None:
    """Let the pages look at the disk again."""
    st.cache_resource.clear()
    st.cache_data.clear()
