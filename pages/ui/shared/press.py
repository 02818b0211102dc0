"""A button that does something to the page, the runs or a text."""

from collections.abc import Callable
from typing import Any

import streamlit as st


def press(
    label: str, icon: str, explained: str, do: Callable[..., None], *given: Any, **more: Any
) -> None:
    """Draw a button with a Material icon (empty: none) and a help text; a click calls `do(*given)`.

    `more` are arguments of `st.button`, e.g. `key` and `disabled`.
    """
    symbol = f":material/{icon}:" if icon else None
    st.button(label, icon=symbol, help=explained, on_click=do, args=given, **more)
