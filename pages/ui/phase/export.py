"""Ways out of a figure that was simulated here: picture, data, settings, the code that made it."""

import json
from collections.abc import Mapping, Sequence
from typing import Any

import pandas as pd
import streamlit as st

from pages.ui.shared.export import download, picture
from synverify_core.runs.export import csv_text


def export(
    chart_key: str, kind: str, settings: Mapping[str, Any], points: Sequence[Mapping[str, Any]]
) -> None:
    """Offer PNG, SVG, CSV, JSON and the Python lines that compute the same points again."""
    with st.popover("Export", icon=":material/download:"):
        picture(chart_key)
        st.caption("Data and settings")
        text = json.dumps({"kind": kind, **settings}, indent=1)
        for label, made, ending in (
            ("Data (CSV)", lambda: csv_text(pd.DataFrame(points)), "csv"),
            ("Settings (JSON)", lambda: text, "json"),
        ):
            more = {"key": f"{chart_key}-{ending}", "width": "content", "disabled": not points}
            download(label, made, f"{kind}.{ending}", **more)
        st.caption("The same points again, in Python")
        st.code(code(kind, settings), language="python", wrap_lines=True)


def code(kind: str, settings: Mapping[str, Any]) -> str:
    """Return the Python lines that compute a simulation's points."""
    return (
        "from synverify_core.experiments.gaussian.simulate import compute, plan\n"
        f"points = [compute(request) for request in plan({kind!r}, {dict(settings)!r})]"
    )
