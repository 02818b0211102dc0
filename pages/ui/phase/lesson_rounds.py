"""The steps of the lesson that play rounds; their checks follow the law round by round."""

import math
from typing import Any

from pages.ui.phase.lesson_step import Check, Step, View
from pages.ui.phase.view import Numbers, rounds_state
from synverify_core.experiments.gaussian.simulate import agreement_with_bayes
from synverify_core.theory.gaussian_limits import critical_ratio, limit_angle
from synverify_core.theory.gaussian_rounds import Linear, gaussian_rounds

CHANCE = 0.5


def accuracies(state: dict[str, Any]) -> list[float]:
    """Return the accuracy of each model by the law, the first one included."""
    verifier = None if state["pruning"] == "none" else Linear(state["theta_prune"])
    walk = gaussian_rounds(
        k=state["separation"],
        n_over_d=state["n_samples"] / state["dimension"],
        c0=math.cos(state["theta_gen"]),
        side=math.sin(state["theta_gen"]) * math.cos(state["azimuth"]),
        verifier=verifier,
        real=state["real"] if state["policy"] == "mix" else 0.0,
        policy=state["policy"],
        n_rounds=state["n_rounds"],
    )
    return [agreement_with_bayes(float(c), state["separation"]) for c in walk.cosine]


def unverified_rounds_die(view: View, now: Numbers) -> Check:
    """Reached when rounds without a verifier were played down to chance."""
    state = rounds_state(view)
    if view["mode"] != "rounds" or state["pruning"] != "none":
        return Check(False, "there is a verifier: press **Collapse**, or the strip *none*.")
    if state["policy"] != "replace" or state["ridge"] != "strong":
        return Check(False, "choose *replace* and *strong ridge*, which the law is about.")
    found = accuracies(state)
    ratio = state["n_samples"] / state["dimension"]
    critical = float(critical_ratio(state["separation"]))
    rule = f"n/d = {ratio:.2g}, critical {critical:.2g}"
    if found[0] < 0.6:
        return Check(False, f"start with a model that is right on more than {found[0]:.0%}.")
    if ratio > critical or found[-1] > 0.55:
        return Check(False, f"{rule}; round {len(found) - 1} is at {found[-1]:.0%}: find chance.")
    if state["round"] < state["n_rounds"]:
        return Check(False, f"{rule}. Now play all {state['n_rounds']} rounds.")
    half = next(i for i, x in enumerate(found) if x - CHANCE <= 0.5 * (found[0] - CHANCE))
    return Check(
        True,
        f"{rule}. Half of the lead over chance is gone after {half} "
        f"{'round' if half == 1 else 'rounds'}. Above the critical ratio every start better than "
        "chance ends at the same accuracy, and no number of rounds kills it.",
    )


def rounds_beat_their_verifier(view: View, now: Numbers) -> Check:
    """Reached when rounds were played to an end better than their verifier."""
    state = rounds_state(view)
    if view["mode"] != "rounds" or state["pruning"] == "none":
        return Check(False, "there is no verifier: press **Beats its verifier**.")
    if state["ridge"] == "weak":
        return Check(False, "with a weak ridge the dots end at the verifier's own line.")
    own = agreement_with_bayes(math.cos(state["theta_prune"]), state["separation"])
    end = accuracies(state)[-1]
    numbers = f"the last round is right on {end:.0%}, the verifier on {own:.0%}"
    if end < own + 0.02:
        return Check(False, f"{numbers}: give the rounds more data, n.")
    if state["round"] < state["n_rounds"]:
        return Check(False, f"{numbers}. Now play all {state['n_rounds']} rounds.")
    limit = math.degrees(float(limit_angle(state["separation"], state["theta_prune"])))
    return Check(
        True,
        f"{numbers}. With *replace* and ever more data they end {limit:.0f}° from the truth, the "
        f"verifier is {math.degrees(state['theta_prune']):.0f}° away. Switch to the weak ridge: "
        "those rounds copy it.",
    )


ROUNDS_STEPS = (
    Step(
        "How long do unverified rounds live?",
        "Each round learns from the labels of the one before, unchecked. What decides whether they "
        "end at chance?",
        ("the first model", "n/d", "their number"),
        "n/d",
        "Without a verifier, bring the rounds down to chance, then press **Play rounds**.",
        unverified_rounds_die,
        mode="rounds",
    ),
    Step(
        "Can rounds beat their verifier?",
        "The verifier errs in the same way in every round. Can the models become better than it?",
        ("no", "with a strong ridge", "with any ridge"),
        "with a strong ridge",
        "Find rounds that end better than their verifier, and play them.",
        rounds_beat_their_verifier,
        mode="rounds",
    ),
)
