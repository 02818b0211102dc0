"""Who moved a live picture last: the user, whose release comes back, or Python, with a revision."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import streamlit as st


def moved(
    mount: Callable[..., Any],
    state: Mapping[str, Any],
    default: Mapping[str, Any],
    data: Mapping[str, Any],
    key: str,
) -> dict[str, Any]:
    """Mount a component at `state` and return the state that the user released last.

    Parameters
    ----------
    mount : what `st.components.v2.component` returned.
    state : fields of `default`; missing ones are taken from there.
    data : what else the component needs.
    """
    wanted = {**default, **{name: state[name] for name in default if name in state}}
    memory = st.session_state.setdefault(f"{key}:shown", {"revision": 0, "state": wanted})
    released = _released(key, memory["revision"], default)
    if wanted not in (memory["state"], released):
        memory["revision"] += 1
    elif released is not None:
        wanted = released
    mount(
        key=key,
        data={"state": wanted, "revision": memory["revision"], **data},
        on_state_change=_ignore,
    )
    # Touching the session lets a waiting rerun interrupt here, before this release counts as
    # known to the page, rather than in the page's own assignment, where it would be lost.
    st.session_state[f"{key}:shown"] = {"revision": memory["revision"], "state": wanted}
    return dict(wanted)


def _released(key: str, revision: int, default: Mapping[str, Any]) -> dict[str, Any] | None:
    """Return the state released since `revision` was shown, or None."""
    stored = st.session_state.get(key)
    value = stored.get("state") if stored is not None else None
    if value is None or value["revision"] != revision:
        return None
    return {name: value[name] for name in default}


def _ignore() -> None:
    """Streamlit returns a state value only where a callback is registered for it."""
