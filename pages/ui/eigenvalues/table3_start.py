"""Starting the runs of a small Table 3 from the page."""

import streamlit as st

from pages.ui.eigenvalues.form import FORM
from pages.ui.shared import state
from pages.ui.shared import store as runs_store
from pages.ui.shared.run_panel import attempt
from pages.ui.shared.run_start import estimate_text
from synverify_core.experiments.base import Config
from synverify_core.experiments.eigenvalues.table3 import DATA, MODELS, cell
from synverify_core.runs.record import Status
from synverify_core.runs.uid import run_names

KEY = "table3"


def show_start() -> None:
    """Draw the choice of cells and the button that computes those that are missing."""
    with st.container():
        st.markdown("**Compute cells for small matrices**, one run each; they join the table above")
        with st.container(horizontal=True, vertical_alignment="bottom"):
            data = st.multiselect("Data", DATA, default=["rejection", "beam 1"], key=f"{KEY}-data")
            models = st.multiselect("Start from", MODELS, default=MODELS, key=f"{KEY}-models")
            seed = st.number_input(
                "Seed", 0, 2**31 - 1, 0, 1, key=f"{KEY}-seed", format="%d", width=120
            )
        cells = [cell(row, column, seed or 0) for row in data for column in models]
        missing = [config for config in cells if not computed(config)]
        label = f"Start {len(missing)} run{'s' * (len(missing) != 1)}"
        if st.button(label, key=f"{KEY}-start", disabled=not missing, icon=":material/play_arrow:"):
            start(missing)
            state.rerun()
        st.caption(words(cells, missing))


def computed(config: Config) -> bool:
    """Whether a run with these settings is done, or on its way."""
    names = run_names(FORM.kind, config)
    known = (run for run in runs_store.runs(archived=True) if run.uid in names)
    return any(run.status is Status.DONE or run.status.active for run in known)


def words(cells: list[Config], missing: list[Config]) -> str:
    """Say what is there and how long the rest will take."""
    if not cells:
        return "Choose at least one row and one column."
    there = f"{len(cells) - len(missing)} of {len(cells)} are there or on their way. "
    return there + (estimate_text(FORM, missing, "auto") if missing else "")


def start(configs: list[Config]) -> None:
    """Start one run a cell; they wait for each other."""

    def work() -> None:
        for config in configs:
            runs_store.launcher().start(FORM.experiment, config, "auto")

    attempt(work)
