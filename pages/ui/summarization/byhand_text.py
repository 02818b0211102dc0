"""The text to summarize: typed, pasted, or an article of the pool with its human summary."""

from typing import NamedTuple

import numpy as np
import streamlit as st

from pages.ui.shared import state
from pages.ui.shared.press import press
from pages.ui.summarization.address import LONGEST_LINK, PAGE, Passage, change
from synverify_core.experiments.summarization.ranking import Ranking
from synverify_core.experiments.summarization.reading import BEGINNING

EXAMPLE = (
    "logging.Logger.addFilter(filter)\n"
    "Before a record is passed on to the handlers, every filter of the logger is asked in turn. A "
    "filter that says no ends the record's way, and no handler sees it. The same filter is added "
    "only once."
)
EXAMPLE_SUMMARY = "Add the specified filter to this logger."
SEEN_BEFORE = (
    "The supervisor has learnt from the pool's human summaries, the generator from a part of them."
)
ANOTHER_HELP = "An article of the pool at random"
EMPTY_HELP = "Empty both boxes for a text of your own"
LONGEST = 100_000
_GOOD = 0.8
_EMPTY = " "
_ARTICLE_KEY, _HUMAN_KEY = f"{PAGE}:hand-article", f"{PAGE}:hand-human"


class Typed(NamedTuple):
    """What is to be summarized, and the human summary, empty where there is none.

    own : it was typed, and is no article of the pool.
    """

    article: str
    reference: str
    own: bool = False


def edit(ranking: Ranking | None) -> Typed:
    """Draw both texts to be changed, and the ways to another article of the pool."""
    view = state.current(PAGE)
    number = _number(ranking, view["article"])
    offered = _offered(ranking, number)
    # A typed article has no other human summary than a typed one.
    reference = view["human"] or ("" if view["text"] else offered.reference)
    shown = Typed(view["text"] or offered.article, reference.strip(" "))
    st.session_state[_ARTICLE_KEY] = "" if shown.article == _EMPTY else shown.article
    st.text_area(
        "Article",
        height=200,
        max_chars=LONGEST,
        key=_ARTICLE_KEY,
        placeholder="Type or paste a text",
        on_change=_take_article,
        args=(shown, offered),
        help="What the models summarize. They were trained on the pool's kind of articles and "
        "know little else. The answer follows when you leave the box or press Ctrl+Enter.",
    )
    st.session_state[_HUMAN_KEY] = shown.reference
    st.text_area(
        "Human summary (optional)",
        height=76,
        max_chars=LONGEST,
        key=_HUMAN_KEY,
        placeholder="Without one there is no Rouge-1, and no verdict of the perfect check",
        on_change=_take_human,
        help="What the perfect check compares with; judged like the models' summaries",
    )
    _ways(ranking, number, own=bool(view["text"]))
    if not Passage().fits(view["text"] + view["human"]):
        st.caption(
            f"This text is kept while the page is open. It is too long (or too unusual) for the "
            f"address, which carries {LONGEST_LINK:,} characters: a link opens the pool's article."
        )
    article = "" if shown.article == _EMPTY else shown.article
    return shown._replace(article=article, own=bool(view["text"]))


def showcase(ranking: Ranking) -> int:
    """Return the row of a short article with a good summary that is not the human's own.

    It is the first thing that is seen; another one at random is a click away.
    """
    similarity = ranking.pool.scores["similarity"].copy()
    lengths = np.array([len(text) for text in ranking.pool.beginnings])
    similarity[(lengths >= BEGINNING) | (similarity > _GOOD)] = -1
    return int(np.argmax(similarity))


def _number(ranking: Ranking | None, asked: int) -> int:
    """Return the article's number in the pool, from 1; 0 where there is no pool."""
    if ranking is None:
        return 0
    return asked if 1 <= asked <= len(ranking.pool) else showcase(ranking) + 1


def _offered(ranking: Ranking | None, number: int) -> Typed:
    if ranking is None:
        return Typed(EXAMPLE, EXAMPLE_SUMMARY)
    return Typed(ranking.pool.articles[number - 1], ranking.pool.references[number - 1])


def _ways(ranking: Ranking | None, number: int, *, own: bool) -> None:
    """Offer other articles: by number, at random, or an empty page."""
    with st.container(horizontal=True, vertical_alignment="bottom", gap="small", wrap=False):
        if ranking is not None:
            st.number_input(
                "Article of the pool",
                1,
                len(ranking.pool),
                width=150,
                help="Its number; the same one as in the list of summaries. "
                + ("Shown now: your own text" if own else SEEN_BEFORE),
                **state.bind(PAGE, "article", number, text="", human=""),
            )
            count, key = len(ranking.pool), f"{PAGE}:hand-random"
            press("Another", "casino", ANOTHER_HELP, _take_random, count, key=key)
        empty = {"text": _EMPTY, "human": ""}
        key = f"{PAGE}:hand-empty"
        press("Empty", "ink_eraser", EMPTY_HELP, state.change, PAGE, empty, key=key)


def _take_article(before: Typed, offered: Typed) -> None:
    now = st.session_state[_ARTICLE_KEY] or ""
    if now.strip() == offered.article.strip():
        change(text="", human="")
        return
    old, new = set(before.article.split()), set(now.split())
    same_article = bool(old) and len(old & new) >= len(old) / 2
    change(text=now.strip() or _EMPTY, human=before.reference if same_article else "")


def _take_human() -> None:
    change(human=(st.session_state[_HUMAN_KEY] or "").strip())


def _take_random(count: int) -> None:
    change(article=1 + int(np.random.default_rng().integers(count)), text="", human="")
