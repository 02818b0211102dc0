"""Table 1 of the paper beside what was measured here."""

import pandas as pd
import streamlit as st

from pages.ui.eigenvalues.tasks import TASKS
from pages.ui.shared.experiment_page import Story
from pages.ui.shared.export import show_figure
from synverify_core.experiments.eigenvalues import paper
from synverify_core.figures.beams import beam_figure
from synverify_core.stats.beams import beam_table

PAPERS = "Paper: 5 × 5, 5 layers of width 512"
SEEING_BEAMS = (
    "The generator is asked for its k likeliest answers. Solid: at least one of them is right, "
    "which only a verifier can tell. Dashed: the likeliest of them is right, which is all that "
    "the model can choose by itself. Left: measured here; right: the paper's printed Table 1, for "
    "larger matrices and a much larger model, so compare the shapes and not the heights."
)


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
