"""A figure with its question, its source and its ways out: PNG, SVG, CSV, config, command."""

import functools
import json
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import pandas as pd
import plotly.graph_objects as go
import streamlit as st

from pages.ui.shared.provenance import commands, show_provenance
from synverify_core.figures import theme
from synverify_core.figures.direct import name_lines
from synverify_core.runs.export import csv_text
from synverify_core.runs.record import Run

PICTURE_JS = (Path(__file__).parent / "save_picture.js").read_text(encoding="utf-8")
PICTURE_CSS = (Path(__file__).parent / "save_picture.css").read_text(encoding="utf-8")
PICTURE_HTML = """
<div class="row">
  <button type="button" data-format="png">PNG</button>
  <button type="button" data-format="svg">SVG</button>
</div>
<p class="message" role="status"></p>
"""
ASIDE = "aside"
"""Keys of what is not seen in presentation begin so."""
CHART_CONFIG = {
    "displaylogo": False,
    "modeBarButtonsToRemove": ["select2d", "lasso2d", "autoScale2d", "toImage"],
}

save_picture = st.components.v2.component(
    "synverify_save_picture", html=PICTURE_HTML, css=PICTURE_CSS, js=PICTURE_JS
)


def chart(fig: go.Figure, key: str, into: Any = st, config: Any = CHART_CONFIG) -> None:
    """Draw a figure with its alternative text, into a column if one is given."""
    into.plotly_chart(fig, key=key, config=config, alt=fig.layout.meta["alt"])


def say(seeing: str) -> None:
    """Write what one sees in the picture above."""
    st.markdown(f"**What am I seeing?** {seeing}")


def show_figure(
    fig: go.Figure,
    key: str,
    *,
    seeing: str,
    table: pd.DataFrame,
    runs: Sequence[Run],
    large: bool,
) -> None:
    """Draw a figure; under it what is seen, where it comes from, and the export.

    `key` names the figure on its page and its files; `large` is the size for a lecture hall, where
    the figure stands alone.
    """
    if large:
        chart(theme.enlarged(name_lines(fig)), key)
        return
    chart(fig, key)
    words, ways_out = st.columns([0.82, 0.18], vertical_alignment="top")
    with words:
        say(seeing)
        show_provenance(runs)
    with ways_out, st.popover("Export", icon=":material/download:", width="stretch"):
        export(key, table, runs)


def export(key: str, table: pd.DataFrame, runs: Sequence[Run] = ()) -> None:
    """Offer the picture, its data, the configs and the commands."""
    picture(key)
    st.caption("Data and settings" if runs else "Data")
    download("Data (CSV)", lambda: csv_text(table), f"{key}.csv", key=f"{key}-csv")
    if runs:
        name = f"{key}-config.json"
        download("Settings (JSON)", lambda: configs_json(runs), name, key=f"{key}-json")
        st.caption("Reproduce on the command line")
        st.code(commands(runs), language="bash", wrap_lines=True)


@functools.cache
def _on_white() -> dict[str, Any]:
    return dict(theme.template(dark=False).to_plotly_json())


def picture(chart_key: str) -> None:
    """Offer a figure of the page as PNG and SVG."""
    st.caption("Picture, as it stands on the page, on white")
    data = {"chart": chart_key, "template": _on_white()}
    save_picture(key=f"{chart_key}-picture", data=data)


def download(
    label: str, made: Callable[[], str | bytes], name: str, *, key: str, **more: Any
) -> None:
    """Draw a button for a file that is made when it is asked for; it draws nothing anew."""
    st.download_button(
        label,
        lambda: text.encode(errors="replace") if isinstance(text := made(), str) else text,
        file_name=name,
        key=key,
        on_click="ignore",
        **{"width": "stretch", **more},
    )


def configs_json(runs: Sequence[Run]) -> str:
    """Return the configs of the runs by uid."""
    configs = {run.uid: run.config.model_dump(mode="json") for run in runs}
    return json.dumps(configs, indent=1)
