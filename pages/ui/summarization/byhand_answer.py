"""What the models wrote about a text, token by token, and where each summary stands in a pool."""

import json
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd
import streamlit as st

from pages.ui.shared import state
from pages.ui.shared.export import chart, download, export, say
from pages.ui.shared.outside import drawable, plain
from pages.ui.summarization.address import PAGE, PAPER_RATES
from pages.ui.summarization.read_table import SCORES
from pages.ui.summarization.texts import show_text
from synverify_core.experiments.summarization.pool import SummaryPool
from synverify_core.experiments.summarization.ranking import Ranking, hand_place
from synverify_core.figures.summary_by_hand import Mark, places_in_pool, token_chances
from synverify_core.stats.names import display_name, percent
from synverify_core.verifiers.registry import parse
from synverify_core.verifiers.text import words

HUMAN = "human"
PLACES_KEY, TOKENS_KEY = "by-hand-places", "by-hand-tokens"
SEEING_PLACES = (
    "Every verifier scores these summaries as it scored those of the pool. A marker says which "
    "share of the pool scores less; right of a dotted line the verifier keeps it at that rate. "
    "Where the human summary stands left of a model's, that verifier prefers the model's words "
    "to a human's."
)
SEEING_TOKENS = (
    "A model writes one token after another, always the likeliest. A bar is the probability that "
    "it held, given the article and the tokens before; (end) is the decision to stop. The mean of "
    "their logarithms is its own confidence."
)
VERDICTS = {True: "✓", False: "·", None: "tie"}


def show_answer(
    answer: Mapping[str, Any],
    request: Mapping[str, Any],
    names: Mapping[str, str],
    ranking: Ranking | None,
    large: bool,
) -> None:
    """Draw an answer of the service.

    Parameters
    ----------
    names : by key, of the models that wrote.
    ranking : of the pool to compare with, if there is one.
    """
    names = {**names, HUMAN: "Human"}
    facts = {one["key"]: facts_of(request["article"], one) for one in answer["candidates"]}
    _summaries(answer, request, names, facts, large)
    places = pd.DataFrame()
    if ranking is not None:
        places = places_frame(names, facts, ranking)
        _places(places, len(ranking.pool), large)
    _tokens(answer["writers"], names, large)
    _export(answer, request, places)


def facts_of(article: str, candidate: Mapping[str, Any]) -> dict[str, Any]:
    """Return texts and every score of one summary, by the names that a pool has for them."""
    text = candidate["text"]
    one = SummaryPool([article], [text], [""], np.zeros(1), np.zeros(1))
    (lead,) = parse("lead_overlap").score(one, np.random.default_rng(0)).tolist()
    models = {
        name: candidate[name] for name in ("similarity", "log_probability", "weak_log_probability")
    }
    texts = {"articles": article, "summaries": text}
    return {**texts, **models, "lead_overlap": lead, "words": float(len(words(text)))}


def _summaries(
    answer: Mapping[str, Any],
    request: Mapping[str, Any],
    names: Mapping[str, str],
    facts: Mapping[str, Mapping[str, Any]],
    large: bool,
) -> None:
    st.markdown("#### What each model writes")
    written = {one["key"]: one for one in answer["writers"]}
    _say_cut(answer["writers"], names, request["article"])
    for one in answer["candidates"]:
        who, what, scores = st.columns([0.14, 0.5, 0.36], gap="small", vertical_alignment="center")
        who.markdown(f"**{plain(names[one['key']])}**")
        with what:
            show_text(one["text"], one["shared"], size=1.3 if large else 1.1)
            if not written.get(one["key"], {"ended": True})["ended"]:
                st.caption(f"Stopped after {request['max_new_tokens']} tokens, without an end.")
        scores.caption(_score_line(facts[one["key"]]))
    st.caption(
        "Green: words that the human summary has, too, compared by their stems. log P: mean "
        "log-probability per token under the pool's generator and its supervisor, whoever wrote "
        "the text."
    )


def _say_cut(writers: Sequence[Mapping[str, Any]], names: Mapping[str, str], article: str) -> None:
    cut = [one for one in writers if one["read"] < len(article)]
    if cut:
        who = ", ".join(f"{plain(names[one['key']])} {one['read']:,}" for one in cut)
        st.warning(
            f"The article has {len(article):,} characters and is longer than fits beside a "
            f"summary. Characters read from its beginning: {who}.",
            icon=":material/content_cut:",
        )


def _score_line(facts: Mapping[str, Any]) -> str:
    parts = []
    for field, (label, _) in SCORES.items():
        value = facts[field]
        if value is not None:
            parts.append(f"{label} {value:.3g}")
    return " · ".join(parts)


def _places(places: pd.DataFrame, count: int, large: bool) -> None:
    st.markdown("#### Where these summaries would stand in the pool")
    marks = []
    for verifier, who, beaten in places[["verifier", "summary of", "better than"]].itertuples(
        index=False
    ):
        says = f"{drawable(who)}, {verifier}: better than {percent(beaten)}"
        marks.append(Mark(drawable(who), verifier, beaten, says))
    picture, table = st.columns([0.56, 0.44], gap="small")
    chart(places_in_pool(marks, count, large=large), PLACES_KEY, into=picture)
    rates = [f"at {percent(rate)}" for rate in PAPER_RATES]
    table.dataframe(
        places.drop(columns=["score of"]),
        key=f"{PAGE}:places",
        hide_index=True,
        height=520 if large else 380,
        row_height=44 if large else None,
        column_config={
            "better than": st.column_config.NumberColumn(
                format="percent", help="Share of the pool that scores less"
            ),
            **{
                rate: st.column_config.TextColumn(
                    rate.removeprefix("at "),
                    width=56,
                    help=f"✓: kept {rate}; tie: some of equal scores are kept",
                )
                for rate in rates
            },
        },
        alt="Place of each summary in the pool for each verifier, and the rates at which it is "
        "kept.",
    )
    say(SEEING_PLACES)


def places_frame(
    names: Mapping[str, str], facts: Mapping[str, Mapping[str, Any]], ranking: Ranking
) -> pd.DataFrame:
    """Return one row a verifier and summary: its place in the pool, and where it is kept."""
    columns = ["verifier", "summary of", "score of", "better than"]
    columns += [f"at {percent(rate)}" for rate in PAPER_RATES]
    rows = [
        [
            *(display_name(name), names[key], key, place.beaten),
            *(VERDICTS[place.kept(rate)] for rate in PAPER_RATES),
        ]
        for name in ranking.scores
        for key in facts
        if (place := hand_place(ranking, name, facts[key])) is not None
    ]
    return pd.DataFrame(rows, columns=columns)


def _tokens(writers: Sequence[Mapping[str, Any]], names: Mapping[str, str], large: bool) -> None:
    st.markdown("#### Token by token")
    by_key = {one["key"]: one for one in writers}
    asked = state.current(PAGE)["writer"]
    chosen = asked if asked in by_key else _first(list(by_key), names)
    if len(by_key) > 1:
        st.segmented_control(
            "Tokens of",
            list(by_key),
            format_func=lambda one: plain(names[one]),
            label_visibility="collapsed",
            help="Whose summary is shown token by token",
            **state.bind(PAGE, "writer", chosen),
        )
    figure = token_chances(by_key[chosen]["tokens"], writer=drawable(names[chosen]), large=large)
    chart(figure, TOKENS_KEY)
    say(SEEING_TOKENS)


def _first(keys: Sequence[str], names: Mapping[str, str]) -> str:
    """Return the generator's key, if it wrote: it is the one that the pool is of."""
    return next((key for key in keys if names[key].startswith("Generator")), keys[0])


def _export(answer: Mapping[str, Any], request: Mapping[str, Any], frame: pd.DataFrame) -> None:
    with (
        st.container(horizontal=True, horizontal_alignment="right"),
        st.popover("Export", icon=":material/download:", help="Pictures, data and code"),
    ):
        export(PLACES_KEY if len(frame) else TOKENS_KEY, frame)
        text = json.dumps(answer, indent=1)
        download("Answer (JSON)", lambda: text, "by-hand.json", key=f"{PAGE}:hand-json")
        st.caption("The same answer, in Python")
        st.code(python_lines(request), language="python", wrap_lines=True)


def python_lines(request: Mapping[str, Any]) -> str:
    """Return the Python lines that compute an answer again."""
    return (
        "from synverify_core.experiments.summarization.services import summarize\n"
        f"answer = summarize({dict(request)!r})"
    )
