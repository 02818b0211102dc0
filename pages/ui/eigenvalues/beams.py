"""Table 1 of the paper beside what was measured here."""

import math
import re

import pandas as pd
import streamlit as st

from pages.ui.eigenvalues.tasks import TASKS
from pages.ui.shared.experiment_page import Story
from pages.ui.shared.export import show_figure
from synverify_core.experiments.eigenvalues import paper
from synverify_core.figures.beams import beam_figure
from synverify_core.stats.beams import beam_table

PAPERS = "The paper: 5 × 5"
SEEING_BEAMS = (
    "The generator writes its k likeliest answers to each question. Green: a right one is among "
    "them, which only a verifier can tell. Orange: the likeliest is right, which is all that the "
    "model can choose by itself. The green area is what a verifier finds."
)
PER_CENT = re.compile(r"@([\d.]+)%")


def show_beams(story: Story) -> None:
    """Draw Table 1: all beams verified against the likeliest, here and in the paper."""
    measured = beam_table(story.table)
    if measured.empty:
        st.info("No beams were searched in these runs yet.", icon=":material/hourglass_empty:")
        return
    settings = TASKS.settings_of(story.runs[0].config)
    size = settings["dimension"]
    here = f"Here: {size} × {size}, {settings['n_table']:,} matrices"
    found = PER_CENT.search(story.metric)
    show_figure(
        beam_figure(
            [(here, measured), (PAPERS, printed_table_1())],
            tolerance=float(found[1]) if found else math.nan,
        ),
        "eigenvalues-beams",
        seeing=SEEING_BEAMS,
        table=measured,
        runs=story.runs,
        large=story.large,
    )
    with story.aside(), st.expander("Table 1, here and in the paper", icon=":material/table:"):
        st.markdown(f"**{here}**, mean over seeds, in per cent")
        st.table(readable_beams(measured), border="horizontal")
        st.caption(
            f"Greedy (one beam) is measured on all {settings['n_test']:,} test matrices, beams on "
            f"the first {settings['n_table']:,} of them. The paper's matrices and model are much "
            "larger: compare the shapes and not the heights."
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
