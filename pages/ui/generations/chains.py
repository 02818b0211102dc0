"""Any experiment over rounds: p and p* before each round, and what training then brought."""

import dataclasses
from collections.abc import Mapping, Sequence
from typing import Any

import pandas as pd
import streamlit as st

from pages.ui.eigenvalues.page import EIGENVALUES
from pages.ui.gaussian.page import GAUSSIAN
from pages.ui.generations.address import PAGE
from pages.ui.shared import state
from pages.ui.shared import store as runs_store
from pages.ui.shared.choices import choose
from pages.ui.shared.experiment_page import ExperimentPage, choose_metric
from pages.ui.shared.export import ASIDE, show_figure
from pages.ui.shared.fields import Word
from pages.ui.shared.form_spec import RunForm
from pages.ui.shared.outside import plain
from pages.ui.shared.run_form import show_form
from pages.ui.shared.run_panel import run_panel
from pages.ui.summarization.page import SUMMARIZATION
from synverify_core.experiments.config import Config
from synverify_core.figures.rounds import rounds_figure
from synverify_core.runs.titles import Group, grouped, setting_text, settings_of, telling
from synverify_core.runs.uid import changed_fields
from synverify_core.stats import names

TITLE = "Any experiment"
CAPTION = (
    "Each round's model labels the pool of the next one; {p} and {p_star} are measured before "
    "training."
)
EXPERIMENTS: Mapping[str, tuple[str, ExperimentPage]] = {
    "gaussian": ("Gaussian mixtures", GAUSSIAN),
    "eigenvalues": ("Eigenvalues", EIGENVALUES),
    "summarization": ("Summarization", SUMMARIZATION),
}
PRESET = "rounds"
FIELDS: dict[str, state.Field] = {
    "experiment": state.Choice("gaussian", tuple(EXPERIMENTS)),
    "settings": Word(),
    "measure": Word(),
    "preset": state.Choice(
        PRESET,
        tuple(
            dict.fromkeys(name for _, page in EXPERIMENTS.values() for name in page.form.presets)
        ),
    ),
    "seed": state.Number(0, 0, 2**31 - 1, whole=True),
}
SEEING = (
    "Above, the share p of wrong labels in a round's pool and the share p* that its verifier can "
    "put right; below, what was learnt. Above p*, more wrong than right labels are kept; below it, "
    "n' samples still teach only so much."
)
BESIDE = {
    "summarization": "The articles are the same in every round: only their summaries are new."
}


def show(view: Mapping[str, Any]) -> None:
    """Draw the section."""
    name, large = view["experiment"], view["presentation"]
    choices = st.container(horizontal=True, vertical_alignment="bottom", key=f"{ASIDE}-chain")
    with choices:
        st.segmented_control(
            "Experiment",
            list(EXPERIMENTS),
            format_func=lambda one: EXPERIMENTS[one][0],
            required=True,
            **state.bind(PAGE, "experiment", settings="", measure="", preset=PRESET),
        )
        group = _choose_chain(name)
    page = EXPERIMENTS[name][1]
    form = _form(page.form)
    preset = view["preset"] if view["preset"] in form.presets else PRESET
    show_form(form, {**view, "preset": preset}, _started)
    for run in group.runs if group else ():
        if run.status.active or run.resumable:
            run_panel(run.uid, run.status)
    if group is None:
        st.info(
            "No run of several rounds has been computed yet. Press **Start** at the left.",
            icon=":material/play_circle:",
        )
    else:
        with choices:
            table = runs_store.table(list(group.uids))
            metric = choose_metric(page.metrics, group.runs[0].config, table, PAGE, "measure")
        _draw(group, table, metric, BESIDE.get(name, ""), large=large)


def _form(form: RunForm) -> RunForm:
    """Return an experiment's form with what makes a chain first."""
    first = [one for one in form.main_fields if one in ("seed", "n_seeds")]
    rest = [one for one in form.main_fields if one not in first]
    return dataclasses.replace(
        form,
        elsewhere=PAGE,
        main_fields=("n_rounds", "policy", *first),
        settings=("real_fraction", *rest, *form.settings),
    )


def _chains(experiment: str) -> list[Group]:
    """Return the chains, shipped ones first, those nearest to the experiment's defaults on top."""
    found = [run for run in runs_store.runs(experiment) if run.config.n_rounds > 1]
    return grouped(
        sorted(found, key=lambda run: (not run.reference, len(changed_fields(run.config)), run.uid))
    )


def _labels(groups: Sequence[Group]) -> dict[str, str]:
    """Name chains by policy and rounds, then by what sets each apart from the others."""
    configs = [group.runs[0].config for group in groups]
    common = [f"{one.policy}, {one.n_rounds} rounds, {one.subject}" for one in configs]
    settings = [settings_of(config) for config in configs]
    labels = {}
    for place, group in enumerate(groups):
        rivals = [s for at, s in enumerate(settings) if common[at] == common[place] and at != place]
        told = telling(settings[place], rivals)
        parts = [setting_text(name, settings[place][name]) for name in told]
        labels[group.key] = ", ".join([common[place], *parts])
    return labels


def _choose_chain(experiment: str) -> Group | None:
    groups = {group.key: group for group in _chains(experiment)}
    if not groups:
        return None
    chosen = choose(
        PAGE,
        "settings",
        "Chain",
        _labels(list(groups.values())),
        along={"measure": ""},
        explained="Runs of several rounds with the same settings; their seeds are averaged.",
    )
    return groups[chosen]


def _started(configs: Sequence[Config], uids: Sequence[str]) -> dict[str, Any]:
    experiment = state.current(PAGE)["experiment"]
    own = [group.key for group in _chains(experiment) if set(uids) & set(group.uids)]
    return {"settings": own[0] if own else "", "measure": ""}


def _draw(group: Group, table: pd.DataFrame, metric: str, beside: str, *, large: bool) -> None:
    if metric not in set(table.get("metric", ())):
        st.info("The first rows are under way.", icon=":material/hourglass_top:")
        return
    fig = runs_store.figure(list(group.uids), rounds_figure, table, metric=metric)
    if not large:
        st.markdown(f"**What happened?** {plain(names.sentence(fig.layout.meta['alt']))}")
    show_figure(
        fig,
        "generations-chain",
        seeing=f"{SEEING} {beside}",
        table=table[table["metric"] == metric],
        runs=group.runs,
        large=large,
    )
