"""The live rounds with their simulated models, and the line that says where those come from."""

from collections.abc import Mapping, Sequence
from typing import Any

import streamlit as st

from pages.ui.phase.simulation import assistant, seconds_between_looks
from pages.ui.phase.view import PAGE, rounds_name, rounds_state
from pages.ui.rounds import live_rounds
from pages.ui.shared.assistant import session
from pages.ui.shared.outside import plain
from pages.ui.shared.state import change, current, rerun
from synverify_core.experiments.gaussian.simulate import agreement_with_bayes
from synverify_core.experiments.gaussian.simulate_rounds import SEEDS, WEAK_PENALTY, plan_rounds
from synverify_core.runs.assistant_queue import Task

SERVICE = "gaussian.rounds"
SIMULATED = (
    *("theta_gen", "theta_prune", "azimuth", "n_samples", "dimension", "separation"),
    *("policy", "real", "ridge", "n_rounds"),
)


def show(view: Mapping[str, Any]) -> None:
    """Mount the live rounds, looking for simulated chains only while there are some to come."""
    pending = _task(view).pending

    @st.fragment(run_every=seconds_between_looks() if pending else None)
    def stage() -> None:
        now = current(PAGE)
        task = _task(now)
        released = live_rounds(
            rounds_state(now),
            simulated=series(rounds_state(now), task.answers),
            presentation=now["presentation"],
            key="rounds",
        )
        if released != rounds_state(now):
            change(PAGE, {rounds_name(name): value for name, value in released.items()})
        if not now["presentation"]:
            st.caption(_provenance(rounds_state(current(PAGE)), task))
        # Only a run of the whole page writes the address, and starts or stops the looks.
        if current(PAGE) != view or task.pending != pending:
            rerun()

    stage()


def settings(view: Mapping[str, Any]) -> dict[str, Any]:
    """Return what the chains of a view are asked with."""
    state = rounds_state(view)
    found = {name: state[name] for name in SIMULATED}
    if state["pruning"] == "none":
        found["theta_prune"] = None
    if state["policy"] != "mix":
        found["real"] = 0.0
    return {**found, "seed": view["seed"]}


def series(state: Mapping[str, Any], answers: Sequence[Mapping[str, Any]]) -> dict[str, Any] | None:
    """Return what the live rounds draw as dots: means over the seeds, and their ends."""
    if not answers:
        return None
    points = []
    for place in range(1, min(len(answer["c"]) for answer in answers)):
        cosines = [answer["c"][place] for answer in answers]
        found = [agreement_with_bayes(c, state["separation"]) for c in cosines]
        means = {
            name: sum(answer[name][place] for answer in answers) / len(answers)
            for name in ("c", "b")
        }
        accuracy = sum(found) / len(found)
        ends = {"low": min(found), "high": max(found), "accuracy": accuracy}
        points.append({"round": place, **means, **ends})
    penalty = "λ → ∞" if state["ridge"] == "strong" else f"λ = {WEAK_PENALTY:g}"
    return {"label": f"simulated, {penalty}", "state": dict(state), "points": points}


def _task(view: Mapping[str, Any]) -> Task:
    requests = plan_rounds(settings(view))
    return assistant().submit(SERVICE, requests, session=session(), slot="rounds")


def _provenance(state: Mapping[str, Any], task: Task) -> str:
    if task.error:
        return f"No dots: {plain(str(task.error))}."
    done = f"**Dots: {len(task.answers)} of {SEEDS} chains, simulated here, now**"
    if not task.answers:
        return f"{done}."
    n, d = task.answers[0]["n_fitted"], task.answers[0]["dimension"]
    shrunk = (n, d) != (state["n_samples"], state["dimension"])
    size = f", at n = {n:,} and d = {d}" if shrunk else ""
    if state["ridge"] == "weak":
        what = f"equation 1 with λ = {WEAK_PENALTY:g}, which leaves the law{size}"
    else:
        what = f"the mean classifier, equation 1 for large λ, which the law describes{size}"
    return f"{done}; {what}. Bars: the seeds' ends. Shaded: within 3/√d of chance."
