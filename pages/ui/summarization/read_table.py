"""The list of a pool's summaries: found, filtered, sorted, with every score and verdict."""

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

import numpy as np
import pandas as pd
import streamlit as st
from numpy.typing import NDArray

from pages.ui.shared import rows
from pages.ui.shared.export import download
from pages.ui.shared.outside import code
from pages.ui.summarization.address import PAGE, change
from synverify_core.experiments.summarization.ranking import Ranking
from synverify_core.runs.export import csv_text
from synverify_core.stats.names import display_name, full_name, percent

MOST_ROWS = 2_000
TABLE_KEY = f"{PAGE}:summaries-table"
SEEING = (
    "One row is one article of the pool: what the generator wrote, what a human wrote, and ✓ where "
    "a verifier keeps the generated summary at the present rate. Click the box of a row to read it "
    "below. Kept by a second model and dropped by the perfect check are summaries that sound right "
    "to the supervisor and say something else than the human."
)
SCORES = {
    "similarity": ("Rouge-1", "Rouge-1 F against the human summary: the perfect check"),
    "log_probability": (
        "generator log P",
        "Mean log-probability per token under the generator: its own confidence",
    ),
    "weak_log_probability": (
        "supervisor log P",
        "Mean log-probability per token under the supervisor, the second model",
    ),
    "lead_overlap": ("lead", "Share of its words among the article's first 60"),
    "words": ("words", "Words of the generated summary"),
}
"""Score of a pool -> column and what it says."""


class Listed(NamedTuple):
    """What is listed, in its order.

    indices : rows of the pool.
    words : what was asked for, for people.
    """

    indices: NDArray[np.intp]
    words: str


def listed(ranking: Ranking, view: Mapping[str, Any], everything: NDArray[np.intp]) -> Listed:
    """Filter and sort a pool as the view says; a verifier that cannot judge it is ignored."""
    rate, needle = view["selection_rate"], view["find"].strip().lower()
    chosen = np.ones(len(everything), dtype=bool)
    said = []
    for field, wanted in (("kept", True), ("dropped", False)):
        name = view[field]
        if name in ranking.scores:
            chosen &= ranking.keep(name, rate) == wanted
            said.append(f"{field} by {display_name(name)} at {percent(rate)}")
    if needle:
        chosen &= _contains(ranking, needle)
        said.append(f"containing {code(view['find'].strip())}")
    order = everything
    if view["sort"] in ranking.scores:
        order = np.argsort(-ranking.scores[view["sort"]], kind="stable")
    if view["rising"]:
        order = order[::-1]
    return Listed(order[chosen[order]], " and ".join(said))


def _contains(ranking: Ranking, needle: str) -> NDArray[np.bool_]:
    pool = ranking.pool
    texts = zip(pool.summaries, pool.references, pool.beginnings, strict=True)
    return np.array([any(needle in text.lower() for text in row) for row in texts], dtype=bool)


def pool_frame(
    ranking: Ranking, judges: Sequence[str], indices: NDArray[np.intp], rate: float
) -> pd.DataFrame:
    """Return one row an article: number, texts, every score, and a keep bit a verifier."""
    pool = ranking.pool
    columns: dict[str, Any] = {
        "article": indices + 1,
        "generated": [pool.summaries[i] for i in indices],
        "human": [pool.references[i] for i in indices],
    }
    for name in judges:
        columns[name] = ranking.keep(name, rate)[indices]
    for field, (label, _) in SCORES.items():
        if field in pool.scores:
            columns[label] = pool.scores[field][indices]
    columns["article begins"] = [pool.beginnings[i] for i in indices]
    return pd.DataFrame(columns)


def show_table(
    ranking: Ranking,
    judges: Sequence[str],
    found: Listed,
    view: Mapping[str, Any],
    *,
    large: bool,
) -> int | None:
    """Draw the list and return the row of the pool that is read; None: nothing is listed."""
    _count(ranking, judges, found, view["selection_rate"])
    if not len(found.indices):
        st.info(
            "No summary fits all of this. Take something away from the filters, or move the rate.",
            icon=":material/filter_alt_off:",
        )
        return None
    chosen = view["article"] - 1
    if not 0 <= chosen < len(ranking.pool):
        chosen = int(found.indices[0])
    _table(ranking, judges, found.indices[:MOST_ROWS], chosen, view["selection_rate"], large)
    return chosen


def _count(ranking: Ranking, judges: Sequence[str], found: Listed, rate: float) -> None:
    listed_, all_ = len(found.indices), len(ranking.pool)
    text = f"**{listed_:,}** of {all_:,} summaries" + (f" {found.words}" if found.words else "")
    if listed_:
        mean = float(ranking.pool.scores["similarity"][found.indices].mean())
        text += f"; mean Rouge-1 {mean:.3f}"
    if listed_ > MOST_ROWS:
        text += f". Listed: the first {MOST_ROWS:,}"
    with st.container(horizontal=True, wrap=False, vertical_alignment="center"):
        st.markdown(text + ".", width="stretch")
        download(
            "CSV",
            lambda: csv_text(pool_frame(ranking, judges, found.indices, rate)),
            "summaries.csv",
            key=f"{PAGE}:summaries-csv",
            icon=":material/download:",
            width="content",
            disabled=not listed_,
            help="All listed summaries with their scores and the keep bits of the chosen verifiers",
        )


def _table(
    ranking: Ranking,
    judges: Sequence[str],
    indices: NDArray[np.intp],
    chosen: int,
    rate: float,
    large: bool,
) -> None:
    frame = pool_frame(ranking, judges, indices, rate)
    for name in judges:
        frame[name] = frame[name].map({True: "✓", False: "·"})
    here = np.flatnonzero(indices == chosen)
    place = int(here[0]) if here.size else -1
    st.dataframe(
        frame,
        key=rows.key(TABLE_KEY, place, hash(indices.tobytes())),
        hide_index=True,
        column_config=_columns(judges, large),
        height=(560 if large else 320) if len(frame) > 7 else "auto",
        row_height=44 if large else None,
        selection_mode="single-row",
        selection_default={"selection": {"rows": [place] if here.size else []}},
        on_select=lambda: rows.take(TABLE_KEY, lambda row: change(article=int(indices[row]) + 1)),
        alt=f"Table of {len(frame)} summaries with human summaries, verdicts and scores.",
    )


def _columns(judges: Sequence[str], large: bool) -> dict[str, Any]:
    widest = 440 if large else 300
    columns: dict[str, Any] = {
        "article": st.column_config.NumberColumn("#", width=60, help="Number in the pool"),
        "generated": st.column_config.TextColumn(
            "generated summary", width=widest, help="What the generator wrote"
        ),
        "human": st.column_config.TextColumn(
            "human summary", width=widest, help="What a human wrote about this article"
        ),
        "article begins": st.column_config.TextColumn(
            "article begins", width=widest, help="The article's first 300 characters"
        ),
    }
    for name in judges:
        columns[name] = st.column_config.TextColumn(
            display_name(name),
            width=130,
            help=f"✓: {full_name(name)} keeps it at the present rate",
        )
    for label, text in SCORES.values():
        form = "%d" if label == "words" else "%.2f"
        columns[label] = st.column_config.NumberColumn(label, format=form, width=80, help=text)
    return columns


def rank_frame(ranking: Ranking, judges: Sequence[str], index: int, rate: float) -> pd.DataFrame:
    """Return what each verifier says of one summary: rank, share at which it enters, verdict."""
    lines = []
    count = len(ranking.pool)
    for name in judges:
        scores = ranking.scores[name]
        place = int((scores > scores[index]).sum()) + 1
        shared = int((scores == scores[index]).sum())
        lines.append(
            {
                "verifier": display_name(name),
                "rank": f"{place:,}" + (f" (one of {shared:,})" if shared > 1 else ""),
                "enters at": place / count,
                "now": "kept" if ranking.keep(name, rate)[index] else "dropped",
            }
        )
    return pd.DataFrame(lines)
