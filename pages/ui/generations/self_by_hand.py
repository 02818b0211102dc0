"""Type a problem: what the model of each round answers, and which filters keep it."""

from collections.abc import Mapping
from typing import Any

import pandas as pd
import streamlit as st

from pages.ui.generations.address import PAGE
from pages.ui.shared import assistant, state
from pages.ui.shared import store as runs_store
from pages.ui.shared.choices import choose
from pages.ui.shared.fields import Word
from pages.ui.shared.outside import code
from synverify_core.experiments.arithmetic.by_hand_examples import EXAMPLES
from synverify_core.experiments.arithmetic.stored import Chains, list_chains
from synverify_core.runs.titles import Group
from synverify_core.stats.names import display_name, order, percent, sentence

SERVICE = "arithmetic.answer"
FILTERS = ("answer_length", "cycle", "oracle")
FIELDS: dict[str, state.Field] = {"learner_problem": Word(), "learner_filter": Word()}
LOADING = "The models of all rounds are being loaded in a process of their own, once."
NO_MODEL = "No model of these runs is on this machine. A run leaves its models here:"


@st.cache_resource(ttl=2.0, show_spinner=False)
def models(task: str) -> Chains:
    """Return the chains of a task; all sessions share one look at the disk."""
    store = runs_store.store()
    return list_chains(store.artifacts, store.reference_root / "artifacts", task)


@st.fragment
def show(group: Group) -> None:
    """Draw the input and one line a round."""
    config = group.runs[0].config
    found = models(config.task)
    ready = assistant.can_begin(SERVICE, "A model", found.problems, [*found.by_filter], NO_MODEL)
    if not ready:
        return
    typing, filtering = st.columns([0.5, 0.5])
    with typing:
        shown = state.current(PAGE)["learner_problem"] or EXAMPLES[config.task]
        st.text_input(
            f"Problem ({config.subject})",
            max_chars=80,
            help=f"As in {code(EXAMPLES[config.task])}; longer ones than the model was trained on "
            "show what its rounds have taught it.",
            **state.bind(PAGE, "learner_problem", shown),
        )
    with filtering:
        chain = _chain(found)
    request = {
        "models": [{"path": str(one.path), "modified": one.modified} for one in chain],
        "task": config.task,
        "maze_nodes": config.maze_nodes,
        "maze_hops": config.maze_hops,
        "typed": shown,
        "verifiers": list(FILTERS),
    }
    answer = assistant.ask_or_say(SERVICE, request, LOADING)
    if answer is not None:
        _table(answer)
    state.publish(PAGE)


def _chain(found: Chains) -> list[Any]:
    keys = {f"{verifier}~{seed}": (seed, verifier) for seed, verifier in found.by_filter}
    seeds = {seed for seed, _ in found.by_filter}
    ranked = order(verifier for _, verifier in found.by_filter)
    titles = {
        key: sentence(display_name(verifier)) + (f", seed {seed}" if len(seeds) > 1 else "")
        for key, (seed, verifier) in sorted(
            keys.items(), key=lambda item: (item[1][0], ranked.index(item[1][1]))
        )
    }
    chosen = choose(
        PAGE,
        "learner_filter",
        "Trained on what this filter kept",
        titles,
        default=next((key for key in titles if key.startswith("cycle~")), ""),
        along={},
        explained="The chain of models that a filter made; round 0 is the generator of them all.",
    )
    return found.by_filter[keys[chosen]]


def _table(answer: Mapping[str, Any]) -> None:
    st.caption(f"Right is {code(answer['truth'])}.")
    lines = [
        {
            "Round": round_,
            "Answer": one["text"],
            "Right": one["right"],
            "Sure": percent(one["probability"]),
            **{sentence(display_name(spec)): kept for spec, kept in one["kept"].items()},
        }
        for round_, one in enumerate(answer["answers"])
    ]
    st.dataframe(pd.DataFrame(lines), hide_index=True, key="self-hand")
    right = [line["Round"] for line in lines if line["Right"]]
    told = f"round {right[0]}" if right else "no round"
    st.markdown(f"{len(right)} of {len(lines)} models are right, the first one that of {told}.")
