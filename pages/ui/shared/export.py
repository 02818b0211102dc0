"""A figure with its question, its source and its ways out: PNG, SVG, CSV, config, command."""

import json
from collections.abc import Sequence
from pathlib import Path

import pandas as pd
import plotly.graph_objects as go
import streamlit as st

from pages.ui.shared.provenance import commands, show_provenance
from synverify_core.figures import theme
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
CHART_CONFIG = {
    "displaylogo": False,
    "modeBarButtonsToRemove": ["select2d", "lasso2d", "autoScale2d", "toImage"],
}

save_picture = st.components.v2.component(
    "synverify_save_picture", html=PICTURE_HTML, css=PICTURE_CSS, js=PICTURE_JS
)


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

    `key` names the figure on its page and its files; `large` is the size for a lecture hall.
    """
    if large:
        fig = theme.enlarged(fig)
    st.plotly_chart(
        fig, key=key, config=CHART_CONFIG, alt=fig.layout.meta["alt"], theme="streamlit"
    )
    words, ways_out = st.columns([0.82, 0.18], vertical_alignment="top")
    with words:
        st.markdown(f"**What am I seeing?** {seeing}")
        show_provenance(runs)
    with ways_out, st.popover("Export", icon=":material/download:", width="stretch"):
        export(key, table, runs)


def export(key: str, table: pd.DataFrame, runs: Sequence[Run]) -> None:
    """Offer the picture, its data, the configs and the commands."""
    st.caption("Picture, as it stands on the page, on white")
    save_picture(
        key=f"{key}-picture",
        data={"chart": key, "template": theme.template(dark=False).to_plotly_json()},
    )
    st.caption("Data and settings" if runs else "Data")
    st.download_button(
        "Data (CSV)",
        lambda: table.to_csv(index=False).encode(),
        file_name=f"{key}.csv",
        mime="text/csv",
        key=f"{key}-csv",
        on_click="ignore",
        width="stretch",
    )
    if runs:
        st.download_button(
            "Settings (JSON)",
            lambda: configs_json(runs).encode(),
            file_name=f"{key}-config.json",
            mime="application/json",
            key=f"{key}-json",
            on_click="ignore",
            width="stretch",
        )
        st.caption("Reproduce on the command line")
        st.code(commands(runs), language="bash", wrap_lines=True)


def configs_json(runs: Sequence[Run]) -> str:
    """Return the configs of the runs by uid."""
    configs = {run.uid: run.config.model_dump(mode="json") for run in runs}
    return json.dumps(configs, indent=1)
