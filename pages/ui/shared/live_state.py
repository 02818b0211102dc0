"""The state of a picture that moves in the browser: Python hears releases, and can move it, too."""

import json
from collections.abc import Callable, Mapping
from typing import Any

import streamlit as st


def mount_state(
    mount: Callable[..., Any], key: str, wanted: Mapping[str, Any], data: Mapping[str, Any]
) -> dict[str, Any]:
    """Mount a picture at the state `wanted` and return the state that the user released last.

    Pass back what the last call returned, or anything else to move the picture: a state that
    differs from the last one known gets a new revision, and only a new revision overwrites what
    the user set. The picture sends `{...state, revision}` as its state value `state`.

    Parameters
    ----------
    mount : what `st.components.v2.component` returned.
    key : Streamlit key, one for each place where the picture is mounted.
    wanted : its whole state, of values that JSON has; lists come back as lists.
    data : everything else that the picture is told.
    """
    asked = json.loads(json.dumps(dict(wanted)))
    memory = st.session_state.setdefault(f"{key}:shown", {"revision": 0, "state": asked})
    released = _released(key, memory["revision"], asked)
    if asked not in (memory["state"], released):
        memory["revision"] += 1
    elif released is not None:
        asked = released
    told = {**data, "state": asked, "revision": memory["revision"]}
    mount(key=key, data=told, on_state_change=_ignore)
    # Touching the session lets a waiting rerun interrupt here, before this release counts as
    # known to the page, rather than in the page's own assignment, where it would be lost.
    st.session_state[f"{key}:shown"] = {"revision": memory["revision"], "state": asked}
    return dict(asked)


def _released(key: str, revision: int, fields: Mapping[str, Any]) -> dict[str, Any] | None:
    """Return the state released since `revision` was shown, or None."""
    stored = st.session_state.get(key)
    value = stored.get("state") if stored is not None else None
    if value is None or value["revision"] != revision:
        return None
    return {name: value[name] for name in fields}


def _ignore() -> None:
    """Streamlit returns a state value only where a callback is registered for it."""
