"""What every verifier is worth on a pool at the present rate, before any retraining."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import pandas as pd
import plotly.graph_objects as go
import streamlit as st

from pages.ui.shared.export import chart, export, say
from pages.ui.summarization.address import PAGE
from pages.ui.summarization.stored import ranking_of
from synverify_core.experiments.summarization.ranking import Ranking, curve
from synverify_core.experiments.summarization.stored import Pool
from synverify_core.figures.summary_by_hand import pstar_against_rate
from synverify_core.stats.names import display_name, percent

CHART_KEY = "summaries-pstar"
SEEING = "Above 1/2, what a verifier keeps is better than the pool."
COLUMNS = {
    "p*": ("%.3f", "φ/(φ+ψ) of what is kept now (Appendix C); 1/2: no better than the pool"),
    "φ": (
        "%.3f",
        "E[q s]/(1-p), keep bits q, Rouge-1 s: share of the pool's Rouge-1 that is kept",
    ),
    "ψ": ("%.3f", "E[q (1-s)]/p: share of what Rouge-1 lacks to 1 that is kept"),
    "Rouge-1": ("%.3f", "Mean Rouge-1 of the summaries that are kept now"),
}


def show_worth(
    pool: Pool, ranking: Ranking, judges: Sequence[str], rate: float, large: bool
) -> None:
    """Draw p* of the chosen verifiers at one rate as a table, and at all rates as lines."""
    first = worth_frame(pool, judges, rate)
    points = dict(zip(first["verifier"], first["p*"], strict=True))
    figure = _figure(pool.path, pool.modified, tuple(judges), rate, large, ranking, points)
    if large:
        chart(figure, CHART_KEY)
        return
    table, picture = st.columns([0.46, 0.54], gap="medium")
    with table:
        similarity = ranking.pool.scores["similarity"]
        st.markdown(
            f"Of {len(ranking.pool):,} summaries each verifier keeps "
            f"**{int(first['kept'].max()):,}**; error rate **p = {1 - similarity.mean():.3f}**",
            help="p is 1 less the mean Rouge-1 of the pool",
        )
        _table(first)
        say(SEEING)
    with picture:
        chart(figure, CHART_KEY)
        with (
            st.container(horizontal=True, horizontal_alignment="right"),
            st.popover("Export", icon=":material/download:", help="Picture, data and code"),
        ):
            export(CHART_KEY, curves_frame(ranking, judges))
            st.caption("The same numbers, in Python")
            st.code(python_lines(pool, rate), language="python", wrap_lines=True)


def _table(frame: pd.DataFrame) -> None:
    columns: dict[str, Any] = {
        name: st.column_config.NumberColumn(name, format=form, help=text)
        for name, (form, text) in COLUMNS.items()
    }
    columns["95 %"] = st.column_config.TextColumn(
        "95 %", help="95 % bootstrap interval on p*, from 1,000 resamples of the pool"
    )
    ends = zip(frame["low"], frame["high"], strict=True)
    shown = frame.assign(
        verifier=frame["verifier"].map(display_name),
        **{"95 %": [f"{low:.2f} to {high:.2f}" for low, high in ends]},
    )
    st.dataframe(
        shown,
        key=f"{PAGE}:worth",
        hide_index=True,
        column_config=columns,
        column_order=("verifier", "p*", "95 %", "φ", "ψ", "Rouge-1"),
        alt="p*, its interval, φ, ψ, mean Rouge-1 and number of the summaries that each verifier "
        "keeps at the present rate.",
    )


def worth_frame(pool: Pool, judges: Sequence[str], rate: float) -> pd.DataFrame:
    """Return one row a verifier: p*, its interval, φ, ψ, mean Rouge-1 and number of the kept."""
    return pd.DataFrame(
        {
            "verifier": name,
            **_measured(pool.path, pool.modified, pool.origin.seed, name, rate, pool),
        }
        for name in judges
    )


@st.cache_data(max_entries=2048, show_spinner=False)
def _measured(
    path: Path, modified: int, seed: int, name: str, rate: float, _pool: Pool
) -> dict[str, float]:
    """Measure one verifier at one rate, once for all sessions: resampling takes a while."""
    ranking = ranking_of(_pool)
    found, (low, high) = ranking.measured(name, rate), ranking.interval(name, rate)
    return {
        "p*": found.p_star,
        "low": low,
        "high": high,
        "φ": found.phi,
        "ψ": found.psi,
        "Rouge-1": found.precision_kept,
        "kept": found.kept,
    }


def curves_frame(ranking: Ranking, judges: Sequence[str]) -> pd.DataFrame:
    """Return p* of each verifier at every rate, one row a point."""
    parts = []
    for name in judges:
        rates, p_star = curve(ranking, name)
        parts.append(pd.DataFrame({"verifier": name, "selection_rate": rates, "p_star": p_star}))
    return pd.concat(parts, ignore_index=True)


@st.cache_data(max_entries=256, show_spinner=False)
def _figure(
    path: Path,
    modified: int,
    judges: tuple[str, ...],
    rate: float,
    large: bool,
    _ranking: Ranking,
    _points: Mapping[str, float],
) -> go.Figure:
    curves = {name: tuple(curve(_ranking, name)) for name in judges}
    return pstar_against_rate(curves, _points, rate, large=large)


def python_lines(pool: Pool, rate: float) -> str:
    """Return the Python lines that compute the table again."""
    return (
        "from pathlib import Path\n"
        "from synverify_core.experiments.summarization.ranking import rank\n"
        "from synverify_core.experiments.summarization.reading import read_pool\n"
        f"ranking = rank(read_pool(Path({str(pool.path)!r})), seed={pool.origin.seed})\n"
        f"{{name: ranking.measured(name, {rate!r}) for name in ranking.scores}}  # {percent(rate)}"
    )
