"""Self-improvement: a model learns from what a filter keeps of its own answers, round by round."""

from collections.abc import Mapping
from typing import Any

import streamlit as st

from pages.ui.generations import self_by_hand, self_run
from pages.ui.generations.address import PAGE
from pages.ui.shared import state
from pages.ui.shared import store as runs_store
from pages.ui.shared.choices import choose
from pages.ui.shared.export import ASIDE, show_figure
from pages.ui.shared.fields import Word
from pages.ui.shared.outside import plain
from pages.ui.shared.run_panel import run_panel, show_action_error
from synverify_core.experiments import registry
from synverify_core.experiments.base import is_trial
from synverify_core.figures.self_improvement import prices_figure, rounds_figure
from synverify_core.runs.titles import REPEATED, Group, grouped
from synverify_core.runs.uid import changed_fields
from synverify_core.stats.self_improvement import chains, verdict

TITLE = "Self-improvement"
CAPTION = (
    "A small transformer answers problems one digit longer than before, a filter keeps some of its "
    "answers, and it trains on those."
)
EXPERIMENT = "arithmetic"
MORE = {"hand": "By hand", "price": "What it costs", "run": "Run it yourself"}
LAST = 200
"""In the address: whatever the last round is."""
FIELDS: dict[str, state.Field] = {
    "learner": Word(),
    "learner_round": state.Number(LAST, 0, LAST, whole=True),
    "learner_below": state.Choice("hand", tuple(MORE)),
    **self_by_hand.FIELDS,
    **self_run.FIELDS,
}
SEEING = (
    "Above: the lighter, the more answers are exact. Below: p of each round's pool before it "
    "trained, green below p\\*, else a red cross; diamonds tell p from the kept share alone."
)
PRICES = (
    "Length up to which 99 % and 50 % are right; the share of wrong answers that a filter lets "
    "through when the same length comes again; accuracy on the lengths of the original problems."
)
EMPTY = "No run of this experiment has finished a round yet."


def show(view: Mapping[str, Any]) -> None:
    """Draw the section."""
    show_action_error()
    runs = [run for run in runs_store.runs(EXPERIMENT) if not run.outdated]
    for run in runs:
        if run.status.active:
            run_panel(run.uid, run.status)
    groups = {group.key: group for group in _in_order(grouped(runs)) if _has_rounds(group)}
    large = view["presentation"]
    if not groups:
        st.info(EMPTY, icon=":material/info:")
        self_run.show()
        return
    group = groups[_chosen(groups)]
    _picture(group, large)
    with st.container(key=f"{ASIDE}-self-more"):
        st.segmented_control(
            "More",
            list(MORE),
            format_func=MORE.get,
            label_visibility="collapsed",
            required=True,
            **state.bind(PAGE, "learner_below"),
        )
        more = state.current(PAGE)["learner_below"]
        if more == "hand":
            self_by_hand.show(group)
        elif more == "run":
            self_run.show()
        else:
            _prices(group)


def _in_order(groups: list[Group]) -> list[Group]:
    """Put what is no trial first, then what is shipped, nearest to the defaults, of most seeds."""
    kind = registry.get(EXPERIMENT)

    def rank(group: Group) -> tuple[bool, bool, int, int]:
        first = group.runs[0]
        changed = len(changed_fields(first.config).keys() - {*REPEATED})
        trial = is_trial(kind, first.config)
        return trial, not first.reference, changed, -len(group.seeds)

    return sorted(groups, key=rank)


def _has_rounds(group: Group) -> bool:
    table = runs_store.table(list(group.uids))
    return bool(len(table)) and bool((table["n_samples"].notna()).any())


def _chosen(groups: Mapping[str, Group]) -> str:
    titles = {key: group.name for key, group in groups.items()}
    if len(groups) == 1:
        return next(iter(groups))
    with st.container(key=f"{ASIDE}-self-runs"):
        return choose(
            PAGE,
            "learner",
            "Runs",
            titles,
            along={},
            explained="Runs of the same settings, all their seeds together.",
            width=440,
        )


@st.fragment
def _picture(group: Group, large: bool) -> None:
    """Draw the rounds; the slider shows one, the picture's own button plays them all."""
    uids = list(group.uids)
    table = runs_store.table(uids)
    last = int(table["round"].max())
    shown = min(state.current(PAGE)["learner_round"], last)
    st.slider(
        "Round",
        0,
        last,
        help="What had been measured by this round; play in the picture goes through all of them.",
        label_visibility="collapsed",
        **state.bind(PAGE, "learner_round", shown),
    )
    fig = runs_store.figure(uids, rounds_figure, table, upto=shown)
    rows = table[table["metric"].str.startswith("accuracy@")]
    show_figure(
        fig, "self-improvement", seeing=SEEING, table=rows, runs=list(group.runs), large=large
    )
    with st.container(border=True, key="self-verdict"):
        st.markdown(f"**What happened:** {plain(verdict(chains(table)))}")
    state.publish(PAGE)


def _prices(group: Group) -> None:
    uids = list(group.uids)
    table = runs_store.table(uids)
    rows = table[table["metric"].isin(["accuracy", "max_length@0.99", "max_length@0.5"])]
    show_figure(
        runs_store.figure(uids, prices_figure, table),
        "self-improvement-price",
        seeing=PRICES,
        table=rows,
        runs=list(group.runs),
        large=False,
    )
