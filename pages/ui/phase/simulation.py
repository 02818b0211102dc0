"""Simulated points of this session, from an assistant of their own that all sessions share."""

import math
from collections.abc import Mapping
from typing import Any, NamedTuple

import streamlit as st

from pages.ui.phase.view import live_state, world_settings
from pages.ui.shared.assistant import session
from synverify_core.errors import InputError
from synverify_core.experiments.gaussian.simulate import plan
from synverify_core.runs.assistant import Assistant

SERVICE = "gaussian.point"
MODELS = ("mean", "logistic")
AZIMUTH = math.pi / 2
"""Figure 2's verifiers err independently of the generator; the fall's place is the same for any."""


class Simulated(NamedTuple):
    """Points so far, how many there will be, and why there are none."""

    points: list[dict[str, Any]]
    total: int
    refusal: str | None

    @property
    def pending(self) -> bool:
        """True while points are still to come."""
        return self.refusal is None and len(self.points) < self.total


@st.cache_resource(show_spinner=False, on_release=lambda assistant: assistant.close())
def assistant() -> Assistant:
    """Return the one assistant for simulations, started before its first point is asked for."""
    found = Assistant()
    found.warm(SERVICE)
    return found


def seconds_between_looks() -> float:
    """Return how often a page looks for new points: a class shares one server."""
    return max(0.3, 0.15 * assistant().sessions_waiting())


def dial_points(view: Mapping[str, Any]) -> Simulated:
    """Return both models at the dial's setting first, then along theta_gen."""
    verifier = view["theta_prune"] if view["pruning"] == "supervised" else None
    azimuth = view["azimuth"] if verifier is not None else 0.0
    settings = {"theta_prune": verifier, "azimuth": azimuth, **world_settings(view)}
    here = _points("here", "here", {**settings, "theta_gen": view["theta_gen"]})
    sweep = _points("sweep", "sweep", settings)
    return Simulated(
        here.points + sweep.points, here.total + sweep.total, here.refusal or sweep.refusal
    )


def figure_settings(view: Mapping[str, Any]) -> dict[str, Any]:
    """Return what the open figure's simulation is asked with."""
    settings = world_settings(view, "figure_")
    return {**settings, "azimuth": AZIMUTH} if view["figure"] == "figure2" else settings


def figure_points(view: Mapping[str, Any]) -> Simulated:
    """Return the points of the figure that is open; the figures' slot asks for one at a time."""
    return _points("figure", view["figure"], figure_settings(view))


def live_series(view: Mapping[str, Any], simulated: Simulated) -> list[dict[str, Any]]:
    """Return the series that the live component draws as dots, one a downstream model."""
    return [
        {
            "label": label(model, view, simulated),
            "state": live_state(view),
            "points": [
                {name: point[name] for name in ("p", "accuracy", "theta_gen")}
                for point in simulated.points
                if point["model"] == model and point["accuracy"] is not None
            ],
        }
        for model in MODELS
        if any(point["model"] == model for point in simulated.points)
    ]


def label(model: str, view: Mapping[str, Any], simulated: Simulated) -> str:
    """Name a downstream model, and its sample size where it is not the dial's."""
    name = "mean classifier" if model == "mean" else f"logistic, λ = {view['penalty']:g}"
    fitted = next((q["n_fitted"] for q in simulated.points if q["model"] == model), None)
    return name if fitted in (None, view["n_samples"]) else f"{name}, n = {fitted:,}"


def _points(slot: str, kind: str, settings: Mapping[str, Any]) -> Simulated:
    try:
        task = assistant().submit(SERVICE, plan(kind, settings), session=session(), slot=slot)
    except InputError as error:
        assistant().release(session(), slot)
        return Simulated([], 0, str(error))
    return Simulated(list(task.answers), task.total, str(task.error) if task.error else None)
