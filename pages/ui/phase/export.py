"""Ways out of a figure that was simulated here: picture, data, settings, the code that made it."""

import csv
import functools
import io
import json
from collections.abc import Mapping, Sequence
from typing import Any

import streamlit as st

from pages.ui.shared.export import save_picture
from synverify_core.figures import theme


def export(
    chart_key: str, kind: str, settings: Mapping[str, Any], points: Sequence[Mapping[str, Any]]
) -> None:
    """Offer PNG, SVG, CSV, JSON and the Python lines that compute the same points again."""
    with st.popover("Export", icon=":material/download:"):
        st.caption("Picture, as it stands on the page, on white")
        save_picture(
            key=f"{chart_key}-picture",
            data={"chart": chart_key, "template": _on_white()},
        )
        st.caption("Data and settings")
        for name, text, mime in (
            ("Data (CSV)", csv_text(points), "text/csv"),
            ("Settings (JSON)", json.dumps({"kind": kind, **settings}, indent=1), "text/json"),
        ):
            st.download_button(
                name,
                text,
                file_name=f"{kind}.{mime.removeprefix('text/')}",
                mime=mime,
                key=f"{chart_key}-{mime}",
                on_click="ignore",
                disabled=not points,
            )
        st.caption("The same points again, in Python")
        st.code(code(kind, settings), language="python", wrap_lines=True)


@functools.cache
def _on_white() -> dict[str, Any]:
    return dict(theme.template(dark=False).to_plotly_json())


def csv_text(points: Sequence[Mapping[str, Any]]) -> str:
    """Return the points as CSV, one a line; empty without points."""
    if not points:
        return ""
    out = io.StringIO()
    writer = csv.DictWriter(out, list(points[0]), lineterminator="\n")
    writer.writeheader()
    writer.writerows(points)
    return out.getvalue()


def code(kind: str, settings: Mapping[str, Any]) -> str:
    """Return the Python lines that compute a simulation's points."""
    return (
        "from synverify_core.experiments.gaussian.simulate import compute, plan\n"
        f"points = [compute(request) for request in plan({kind!r}, {dict(settings)!r})]"
    )
