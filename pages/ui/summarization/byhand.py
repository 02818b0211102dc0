"""Summarize a text: what each model on disk writes about it, and where that stands in a pool.

The models answer in a process of their own; this one draws. All of it is one fragment.
"""

from collections.abc import Mapping, Sequence
from typing import NamedTuple

import streamlit as st

from pages.ui.shared import assistant, state
from pages.ui.shared.export import ASIDE
from pages.ui.shared.outside import code, plain
from pages.ui.summarization import byhand_elsewhere
from pages.ui.summarization.address import PAGE
from pages.ui.summarization.byhand_answer import (
    Answered,
    answered_by,
    show_more,
    show_summaries,
)
from pages.ui.summarization.byhand_text import Typed, edit
from pages.ui.summarization.stored import (
    SECONDS_A_REQUEST,
    choose_pool,
    loadable,
    models,
    pools,
    ranking_of,
)
from synverify_core.errors import SynverifyError
from synverify_core.experiments.summarization.overlap import unseen
from synverify_core.experiments.summarization.ranking import Ranking
from synverify_core.experiments.summarization.sources import EMBEDDED
from synverify_core.experiments.summarization.stored import (
    Judges,
    Model,
    Pool,
    judges_of,
    short_names,
)
from synverify_core.runs.record import Run
from synverify_core.stats.names import display_name

SERVICE = "summarization.summarize"
LOADING = (
    "The models are being loaded in a process of their own; that takes some seconds, once. The "
    "answer appears here."
)
NO_MODEL = (
    "There is no trained model yet. Any run of this experiment leaves its generator and its "
    "supervisor here: start the preset *smoke* (about a minute; they write poorly) or *quick* on "
    "this page, or on the command line:"
)
KNOWS = "These models are **small and know one kind of text**: documentation of Python packages."
KNOWS_HELP = (
    "Of news, people or places they know nothing: a summary of such a text is made of words of "
    "documentation. A larger model can be had under *Models and pool*."
)
EDIT = ":material/edit_note:"
ROOM = {"block_size": 512, "max_new_tokens": 32}
"""Tokens for a text of one's own, and where no pool says how many its generator had."""
LARGE_MODEL = 1_000_000_000


class Scene(NamedTuple):
    """What a text is tried on: a pool with its ranking and judges, where there is one."""

    pool: Pool | None
    ranking: Ranking | None
    judges: Judges


def show(runs: Sequence[Run], large: bool) -> None:
    """Draw the section; the runs do not matter to it, `large` is presentation size."""
    found, damaged = models()
    problems = [*damaged, *pools().problems]
    if assistant.can_begin(SERVICE, "A model or pool", problems, found, NO_MODEL):
        _by_hand(found, large)


@st.fragment
def _by_hand(known: Sequence[Model], large: bool) -> None:
    with st.container(horizontal=True, vertical_alignment="center", key=f"{ASIDE}-hand-models"):
        st.markdown(KNOWS, help=KNOWS_HELP, width="stretch")
        with st.popover("Models and pool", icon=":material/tune:"):
            elsewhere = byhand_elsewhere.choose()
            known = [*known, *([elsewhere] if elsewhere else [])]
            scene = _scene(known)
            writers = _writers(known, scene)
    asked, answered = st.columns(2, gap="medium")
    with asked:
        typed = edit(scene.ranking)
    with answered:
        _warn(typed)
        answer = None
        if not typed.article.strip():
            st.info("Type or paste an article, or take one of the pool.", icon=EDIT)
        elif writers:
            answer = _answer(scene, writers, typed, short_names(known), large)
    if answer is not None:
        show_more(answer, large)
    state.publish(PAGE)


def _scene(known: Sequence[Model]) -> Scene:
    nothing = Scene(None, None, Judges(None, None))
    if not pools().found:
        st.caption("There is no pool of summaries yet to compare with: any run leaves one.")
        return nothing
    pool = choose_pool()
    try:
        return Scene(pool, ranking_of(pool), judges_of(pool, known))
    except SynverifyError as error:
        st.error(plain(error), icon=":material/error:")
        return nothing


def _writers(known: Sequence[Model], scene: Scene) -> list[Model]:
    """Let the viewer choose who writes; by default base, generator and supervisor of the pool."""
    by_key = {model.key: model for model in known}
    asked = state.current(PAGE)["writers"]
    for key in set(asked) - set(by_key):
        st.warning(f"The model {code(key)} in the address is not here.", icon=":material/link_off:")
    names = short_names(known)
    chosen = [key for key in asked if key in by_key]
    chosen = chosen or [model.key for model in _default_writers(known, scene)]
    st.multiselect(
        "Models that write",
        list(by_key),
        format_func=lambda key: names[key],
        max_selections=6,
        placeholder="Choose a model",
        help="Base: before it saw any summary. Generator: the base, fine-tuned on a share of the "
        "human summaries. Supervisor: fine-tuned on all of them; the verifier `weak` asks it.",
        **state.bind(PAGE, "writers", chosen, writer=""),
    )
    return [by_key[key] for key in chosen]


def _default_writers(known: Sequence[Model], scene: Scene) -> list[Model]:
    elsewhere = [model for model in known if model.key == byhand_elsewhere.KEY]
    bases = [model for model in known if model.kind == "base" and model not in elsewhere]
    if scene.pool is not None and scene.pool.origin.settings.get("model") == "fresh":
        bases.sort(key=lambda model: model.key == EMBEDDED)
    found = [*bases[:1], scene.judges.generator, scene.judges.supervisor, *elsewhere]
    if scene.judges.generator is None:
        found += [model for model in known if model.kind == "generator"][:1]
    present = [model for model in found if model is not None]
    return [model for model in present if model.facts < LARGE_MODEL] or present[:1]


def _warn(typed: Typed) -> None:
    unread = [
        name
        for name, text in (("article", typed.article), ("human summary", typed.reference))
        if unseen(text)
    ]
    if unread:
        st.warning(
            f"Rouge-1 reads the letters a to z and digits only: it sees nothing of the "
            f"{' and of the '.join(unread)}, and any comparison with it gives 0. The models here "
            "were trained on English.",
            icon=":material/translate:",
        )


def _answer(
    scene: Scene, writers: Sequence[Model], typed: Typed, names: Mapping[str, str], large: bool
) -> Answered | None:
    """Ask the models, and draw what they write; None while there is no answer."""
    judges = {"self": scene.judges.generator, "weak": scene.judges.supervisor}
    settings = scene.pool.origin.settings if scene.pool else {}
    request = {
        "article": typed.article,
        "reference": typed.reference,
        "writers": [loadable(model) for model in writers],
        "judges": {name: loadable(model) if model else None for name, model in judges.items()},
        **(ROOM | {name: settings[name] for name in ROOM if name in settings}),
    }
    if typed.own:  # an article of the pool is read as the pool's generator read it
        request["block_size"] = ROOM["block_size"]
    answer = assistant.ask_or_say(SERVICE, request, LOADING, timeout=SECONDS_A_REQUEST)
    if answer is None:
        return None
    answered = answered_by(answer, request, names, scene.ranking)
    show_summaries(answered, large)
    missing = [name for name, model in judges.items() if model is None]
    if scene.ranking is not None and missing:
        st.caption(
            f"No verdict of {' or '.join(map(display_name, missing))}: the model that scored this "
            "pool is not here."
        )
    return answered
