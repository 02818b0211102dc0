"""What the models wrote about a text, token by token, and where each summary stands in a pool."""

import json
from collections.abc import Mapping, Sequence
from functools import partial
from typing import Any, NamedTuple

import numpy as np
import pandas as pd
import streamlit as st

from pages.ui.shared import state
from pages.ui.shared.export import ASIDE, chart, download, export
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
RATE = 0.25
SEEING = (
    f"Green: words that the human summary has, too. Kept: among the best {percent(RATE)} of the "
    "pool by that verifier's score. Scores are in the help of each name."
)
PLACES_HELP = "Which share of the pool each verifier puts below these summaries"
TOKENS_HELP = "How likely each token was to the model that wrote it"
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


class Answered(NamedTuple):
    """An answer of the service and what follows from it.

    names : of the models that wrote, and of the human, by key.
    facts : texts and scores of every summary, by key.
    places : of every summary in the pool, one row a verifier; empty without a pool.
    """

    answer: Mapping[str, Any]
    request: Mapping[str, Any]
    names: Mapping[str, str]
    facts: Mapping[str, Mapping[str, Any]]
    places: pd.DataFrame
    pool_size: int


def answered_by(
    answer: Mapping[str, Any],
    request: Mapping[str, Any],
    names: Mapping[str, str],
    ranking: Ranking | None,
) -> Answered:
    """Score what was written, and place it in the pool to compare with, if there is one."""
    names = {**names, HUMAN: "Human"}
    facts = {one["key"]: facts_of(request["article"], one) for one in answer["candidates"]}
    places = places_frame(names, facts, ranking) if ranking is not None else pd.DataFrame()
    size = len(ranking.pool) if ranking is not None else 0
    return Answered(answer, request, names, facts, places, size)


def show_more(answered: Answered, large: bool) -> None:
    """Offer what stands behind the summaries: their places in the pool, tokens, the ways out."""
    view = state.current(PAGE)
    with st.container(horizontal=True, vertical_alignment="center", key=f"{ASIDE}-hand-more"):
        if len(answered.places):
            st.toggle("Places in the pool", help=PLACES_HELP, **state.bind(PAGE, "places"))
        st.toggle("Token by token", help=TOKENS_HELP, **state.bind(PAGE, "tokens"))
        _export(answered.answer, answered.request, answered.places)
    if view["places"] and len(answered.places):
        _places(answered.places, answered.pool_size, large)
    if view["tokens"]:
        _tokens(answered.answer["writers"], answered.names, large)


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


def show_summaries(answered: Answered, large: bool) -> None:
    """Write every summary, under it its Rouge-1 and the verifiers that would keep it."""
    answer, request, names = answered.answer, answered.request, answered.names
    written = {one["key"]: one for one in answer["writers"]}
    _say_cut(answer["writers"], names, request["article"])
    for one in answer["candidates"]:
        key = one["key"]
        with st.container(gap="xxsmall"):
            st.markdown(f"**{plain(names[key])}**", help=_score_line(answered.facts[key]))
            show_text(one["text"], one["shared"], size=1.2 if large else 1.05)
            st.caption(plain(_verdict_line(answered, key)))
            if not written.get(key, {"ended": True})["ended"]:
                st.caption(f"Stopped after {request['max_new_tokens']} tokens, without an end.")
    with st.container(key=f"{ASIDE}-hand-seeing"):
        st.caption(f"**What am I seeing?** {SEEING}")


def _verdict_line(answered: Answered, key: str) -> str:
    """Say a summary's Rouge-1, and which verifiers keep it at the rate of the page."""
    rouge = answered.facts[key]["similarity"]
    parts = [f"Rouge-1 {rouge:.2f}"] if rouge is not None and key != HUMAN else []
    if len(answered.places):
        own = answered.places[answered.places["key"] == key]
        keep = list(own.loc[own[f"at {percent(RATE)}"] == VERDICTS[True], "verifier"])
        parts.append(f"kept by {', '.join(keep) or 'none'}")
    return " · ".join(parts)


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
        places.drop(columns=["key"]),
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
    st.caption(SEEING_PLACES)


def places_frame(
    names: Mapping[str, str], facts: Mapping[str, Mapping[str, Any]], ranking: Ranking
) -> pd.DataFrame:
    """Return one row a verifier and summary: its place in the pool, and where it is kept."""
    columns = ["verifier", "summary of", "key", "better than"]
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
    st.caption(SEEING_TOKENS)


def _first(keys: Sequence[str], names: Mapping[str, str]) -> str:
    """Return the generator's key, if it wrote: it is the one that the pool is of."""
    return next((key for key in keys if names[key].startswith("Generator")), keys[0])


def _export(answer: Mapping[str, Any], request: Mapping[str, Any], frame: pd.DataFrame) -> None:
    with st.popover("Export", icon=":material/download:", help="Pictures, data and code"):
        export(PLACES_KEY if len(frame) else TOKENS_KEY, frame)
        text = partial(json.dumps, answer, indent=1)
        download("Answer (JSON)", text, "by-hand.json", key=f"{PAGE}:hand-json")
        st.caption("The same answer, in Python")
        st.code(python_lines(request), language="python", wrap_lines=True)


def python_lines(request: Mapping[str, Any]) -> str:
    """Return the Python lines that compute an answer again."""
    return (
        "from synverify_core.experiments.summarization.services import summarize\n"
        f"answer = summarize({dict(request)!r})"
    )
