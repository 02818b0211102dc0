"""What a viewer chooses among things that may be gone: runs, tasks, models, pools, metrics."""

from collections.abc import Callable, Iterable, Mapping
from typing import Any

import streamlit as st

from pages.ui.shared import state
from pages.ui.shared.outside import code, plain

MOST_TOLD = 12


def available(
    name: str,
    asked: str,
    options: Iterable[str],
    default: str,
    title: Callable[[str], str] = str,
) -> str:
    """Return what the address asks for if it is among the options; else say so, and the default.

    `name` is the parameter of the address, `title` writes an option for people.
    """
    known = list(options)
    if asked in known:
        return asked
    if asked:
        there = ", ".join(title(one) for one in known if one) if len(known) <= MOST_TOLD else ""
        st.warning(
            f"{code(f'{name} = {asked}')} in the address is not here. Shown instead: "
            f"{plain(title(default) if default else 'nothing')}."
            + (f" There is: {plain(there)}." if there else ""),
            icon=":material/link_off:",
        )
    return default


def choose(
    page: str,
    name: str,
    label: str,
    titles: Mapping[str, str],
    *,
    default: str = "",
    along: Mapping[str, Any],
    explained: str,
    width: int | str = "stretch",
) -> str:
    """Let the viewer choose one of several things by name; the choice is in the page's address.

    Parameters
    ----------
    titles : key -> name on screen.
    default : key that is shown where the address asks for none; empty: the first.
    along : values that start anew with another choice.
    """
    asked = state.current(page)[name]
    chosen = available(name, asked, titles, default or next(iter(titles)), titles.__getitem__)
    st.selectbox(
        label,
        list(titles),
        format_func=lambda key: titles.get(key, key),
        help=explained,
        width=width,
        **state.bind(page, name, chosen, **along),
    )
    return chosen
