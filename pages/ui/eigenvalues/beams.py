"""Tables 1 and 3 of the paper beside what was measured here."""

from collections.abc import Sequence

import pandas as pd
import streamlit as st

from pages.ui.eigenvalues.tasks import TASKS
from pages.ui.shared import store as runs_store
from pages.ui.shared.experiment_page import Story
from pages.ui.shared.export import show_figure
from synverify_core.experiments.eigenvalues import paper
from synverify_core.figures.beams import beam_figure
from synverify_core.runs.record import Run
from synverify_core.stats.beams import beam_table
from synverify_core.stats.finetuning import SETTINGS, finetuning_table
from synverify_core.stats.tables import joined

PAPERS = "Paper: 5 × 5, 5 layers of width 512"
SEEING_BEAMS = (
    "The generator is asked for its k likeliest answers. Solid: at least one of them is right, "
    "which only a verifier can tell. Dashed: the likeliest of them is right, which is all that "
    "the model can choose by itself. Left: measured here; right: the paper's printed Table 1, for "
    "larger matrices and a much larger model, so compare the shapes and not the heights."
)
COMMAND = "python -m synverify_core run eigenvalues --preset quick --set "
COMMANDS = {
    "Model A, the generator itself, on rejection data": "start=generator",
    "From scratch on beam data": "synthesis=best_of_beam beam_size=10",
    "Model A on beam data": "start=generator synthesis=best_of_beam beam_size=10",
    "Model B, as good as the generator": "start=base base_original=10000 base_steps=2000",
    "Model C, better": "start=base base_original=200000 base_steps=8000",
    "Model D, worse": "start=base base_original=10000 base_steps=500",
}


def show_beams(story: Story) -> None:
    """Draw Table 1: all beams verified against the likeliest, here and in the paper."""
    measured = beam_table(story.table)
    if measured.empty:
        st.info("No beams were searched in these runs yet.", icon=":material/hourglass_empty:")
        return
    settings = TASKS.settings_of(story.runs[0].config)
    size = settings["dimension"]
    here = f"Here: {size} × {size}, {settings['n_table']:,} matrices"
    show_figure(
        beam_figure([(here, measured), (PAPERS, printed_table_1())]),
        "eigenvalues-beams",
        seeing=SEEING_BEAMS,
        table=measured,
        runs=story.runs,
        large=story.large,
    )
    st.markdown(f"**{here}**, mean over seeds, in per cent")
    st.table(readable_beams(measured), border="horizontal")
    st.caption(
        f"Greedy (one beam) is measured on all {settings['n_test']:,} test matrices, beams on "
        f"the first {settings['n_table']:,} of them."
    )
    st.markdown("**The paper's Table 1**, 5 × 5, as printed, in per cent")
    st.table(readable_beams(printed_table_1()), border="horizontal")


def printed_table_1() -> pd.DataFrame:
    """Return the paper's Table 1 in the columns of `beam_table`."""
    return pd.DataFrame(
        [
            {
                "n_beams": n_beams,
                "kind": kind,
                "tolerance": 100 * tolerance,
                **dict.fromkeys(("mean", "low", "high"), printed / 100),
                "n_seeds": 0,
            }
            for n_beams, row in paper.TABLE_1.items()
            for kind, values in (("any", row.any_beam), ("best", row.best_beam))
            for tolerance, printed in zip(paper.TABLE_1_TOLERANCES, values, strict=True)
        ]
    )


def readable_beams(beams: pd.DataFrame) -> pd.DataFrame:
    """Return one line a beam size, the widest first, as the paper prints it."""
    wide = beams.pivot_table(index="n_beams", columns=["kind", "tolerance"], values="mean")
    wide = wide.sort_index(ascending=False)
    columns = [
        (kind, tolerance)
        for kind in ("any", "best")
        for tolerance in sorted(beams["tolerance"].unique(), reverse=True)
        if (kind, tolerance) in wide.columns
    ]
    words = {"any": "any", "best": "likeliest"}
    return pd.DataFrame(
        {
            f"{words[kind]}, {tolerance:g} %": [cell(value) for value in wide[kind, tolerance]]
            for kind, tolerance in columns
        },
        index=pd.Index(["greedy" if n == 1 else str(n) for n in wide.index], name="Beams"),
    )


def cell(share: float) -> str:
    """Write a share in per cent for a table; a dash where it was not measured."""
    return "–" if pd.isna(share) else f"{100 * share:.1f}"


def show_finetuning(runs: Sequence[Run], large: bool) -> None:
    """Show Table 3 as printed, and the same of the runs that are here."""
    st.markdown(
        "**The paper's Table 3**, 5 × 5, as printed: accuracy (%) at τ = 2 % after training on one "
        "million of the generator's answers, by the model that training starts from"
    )
    st.table(printed_table_3(), border="horizontal")
    st.markdown(
        "A: the generator itself. B, C, D: models trained on other true eigenvalues to about the "
        "same, a higher and a lower accuracy. *rejection*: the greedy answers that the oracle "
        "keeps; *beam k*: the oracle's pick among k beams. The paper concludes that only a start "
        f"of higher accuracy than A's helps; in its numbers B, too, is above training from scratch "
        f"in {better_than_scratch('B')} of {len(paper.TABLE_3)} rows."
    )
    st.subheader("Measured here", anchor=False)
    tables = [found for group in finetuning_groups(runs) if len(found := measured_table(group))]
    if tables:
        st.table(pd.concat(tables, ignore_index=True), border="horizontal", hide_index=True)
    if not any((found["Training starts from"] != "scratch").any() for found in tables):
        st.info(
            "No run here has started from a pre-trained model yet. Each of the commands below "
            "computes one cell of the table for small matrices; what they compute joins this page.",
            icon=":material/terminal:",
        )
    with st.expander("Commands for the cells of this table", icon=":material/terminal:"):
        for what, settings in COMMANDS.items():
            st.caption(what)
            st.code(COMMAND + settings, language="bash", wrap_lines=True)


def printed_table_3() -> pd.DataFrame:
    """Return the paper's Table 3 with its header."""
    start = paper.TABLE_3_START
    names = [
        f"{model}, {start[model]:g} % before" if model in start else "from scratch"
        for model in paper.TABLE_3_MODELS
    ]
    return pd.DataFrame(
        {name: [f"{row[index]:.1f}" for row in paper.TABLE_3.values()]
         for index, name in enumerate(names)},
        index=pd.Index(list(paper.TABLE_3), name="Data"),
    )  # fmt: skip


def better_than_scratch(model: str) -> int:
    """Count the rows of the paper's Table 3 in which a start beats training from scratch."""
    place, last = paper.TABLE_3_MODELS.index(model), len(paper.TABLE_3_MODELS) - 1
    return sum(row[place] > row[last] for row in paper.TABLE_3.values())


def finetuning_groups(runs: Sequence[Run]) -> list[list[Run]]:
    """Group runs that differ in the settings of Table 3, seeds and sizes only."""
    groups: dict[str, list[Run]] = {}
    for same in TASKS.by_task(runs).values():
        settings = TASKS.settings_of(same[0].config)
        rest = {name: value for name, value in settings.items() if name not in SETTINGS}
        groups.setdefault(repr(sorted(rest.items())), []).extend(same)
    return list(groups.values())


def measured_table(runs: Sequence[Run]) -> pd.DataFrame:
    """Return the cells of Table 3 that runs of one kind give, for people."""
    kinds = ([run.uid for run in same] for same in TASKS.by_task(runs).values())
    tables = [joined(table) for uids in kinds if len(table := runs_store.table(uids))]
    if not tables:
        return pd.DataFrame()
    found = finetuning_table(pd.concat(tables, ignore_index=True))
    size = TASKS.settings_of(runs[0].config)["dimension"]
    return pd.DataFrame(
        {
            "Matrices": f"{size} × {size}",
            "Data": found["data"],
            "Training starts from": found["model"],
            "Before": [cell(value) for value in found["before"]],
            "After (%, τ = 2 %)": [cell(value) for value in found["after"]],
            "Smallest to largest": [
                f"{cell(low)} to {cell(high)}"
                for low, high in zip(found["low"], found["high"], strict=True)
            ],
            "n'": [f"{size:,.0f}" for size in found["n_samples"]],
            "Seeds": found["n_seeds"].astype(str),
        }
    )
