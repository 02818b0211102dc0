"""How verifiers, metrics, settings and numbers are written for people."""

import functools
import math
from collections.abc import Iterable, Sequence
from typing import Any

import numpy as np
import pandas as pd

from synverify_core.errors import InputError, cut
from synverify_core.verifiers.registry import available, parse
from synverify_core.verifiers.spec import split_spec

# What rows name in the place of a verifier; in this order in legends, after all verifiers.
BASELINES = ("clean", "generator", "base", "bayes")
LONGEST_NAME = 48
"""Characters of a run's name in a legend."""
TITLES = {
    "clean": "true labels",
    "generator": "generator",
    "base": "base model",
    "bayes": "Bayes",
    "beam": "best of {k:g}",
}
"""What people call them."""
FIELD_NAMES = {"n_original": "N₀", "n_samples": "n'", "theta_prune": "θ_prune"}
# Name on screen with its unit, and whether the paper draws it on a log axis.
METRICS = {
    "relative_error": ("Relative error to Bayes (share)", True),
    "accuracy": ("Accuracy (share)", False),
    "error": ("Error rate (share)", True),
    "rouge1": ("Rouge-1 F (mean, 0 to 1)", False),
    "words": ("Words in a summary (mean)", False),
    "empty": ("Empty summaries (share)", False),
}
SHORT = {"rouge1": "Rouge-1", "words": "number of words", "empty": "share of empty summaries"}


def split_label(label: str) -> tuple[str, dict[str, float]]:
    """Split a row's verifier into name and settings; what is no verifier's label has none."""
    try:
        return split_spec(label)
    except InputError:
        return label, {}


@functools.cache
def display_name(verifier: str) -> str:
    """Return the name of a verifier or baseline for people: checker 7.5° off, trace check (2 %)."""
    name, settings = split_label(verifier)
    if name in TITLES:
        return TITLES[name].format_map(settings)
    try:
        return parse(verifier).spoken()
    except InputError:
        return verifier


def full_name(verifier: str) -> str:
    """Return the name for people and, where that differs, the spec that a config has."""
    title = display_name(verifier)
    return title if title == verifier else f"{title}, {verifier}"


def sentence(text: str) -> str:
    """Let a text begin with a capital letter."""
    return text[:1].upper() + text[1:]


def blind_text(verifiers: Iterable[str]) -> str:
    """Tell verifiers apart that look at nothing, where there are several; else nothing."""
    kinds = available()
    named = [(one, kinds.get(split_label(one)[0])) for one in order(verifiers)]
    blind = [(one, kind) for one, kind in named if kind is not None and kind.kind == "blind"]
    told = "; ".join(f"{display_name(one)} {kind.summary}" for one, kind in blind)
    return f"{sentence(told)}: of both the same share is wrong." if len(blind) > 1 else ""


def order(verifiers: Iterable[str]) -> list[str]:
    """Order verifiers for a legend: baselines last, families together by their setting."""
    places = {name: kind.place for name, kind in available().items()}
    places |= {name: 200 + place for place, name in enumerate(BASELINES)}

    def rank(label: str) -> tuple[int, str, tuple[float, ...], str]:
        name, settings = split_label(label)
        return places.get(name, 50), name, tuple(settings.values()), label

    return sorted(dict.fromkeys(verifiers), key=rank)


def metric_name(metric: str) -> str:
    """Return a metric's axis name with its unit."""
    return METRICS[metric][0] if metric in METRICS else metric.replace("_", " ").capitalize()


def short_metric(metric: str) -> str:
    """Return a metric's name inside a sentence."""
    return SHORT.get(metric, metric.replace("_", " "))


def on_log_axis(metric: str) -> bool:
    """Whether the paper draws the metric on a log axis."""
    return METRICS.get(metric, ("", False))[1]


def is_error(metric: str) -> bool:
    """Whether lower values are better."""
    return "error" in metric or "loss" in metric or metric == "empty"


def value_label(field: str | None, value: Any) -> str:
    """Write one setting, e.g. `N₀ = 500`; angles are shown in degrees."""
    if field is None:
        return ""
    if field == "verifier":
        return display_name(str(value))
    if field == "run":
        return cut(str(value), LONGEST_NAME)
    if field == "selection_rate":
        return "own rule" if pd.isna(value) else f"best {100 * value:g} %"
    shown = text(value)
    if isinstance(value, float) and np.isfinite(value):
        shown = f"{math.degrees(value):.3g}°" if field.startswith("theta") else f"{value:g}"
    return f"{FIELD_NAMES.get(field, field)} = {shown}"


def text(value: object) -> str:
    """Return a value as text; all ways to write a missing one are the same."""
    missing = value is None or value is pd.NA or (isinstance(value, float) and np.isnan(value))
    return "not set" if missing else str(value)


def seeds_text(counts: Sequence[int]) -> str:
    """Say the number of seeds: `5 seeds`, `3 to 5 seeds`."""
    if len(counts) == 0:
        return "no seeds"
    low, high = int(min(counts)), int(max(counts))
    return f"{high} seed{'s' if high != 1 else ''}" if low == high else f"{low} to {high} seeds"


def size_text(n_samples: float) -> str:
    """Write a sample count as people read it: 500, 10,000, 10⁶."""
    exponent = np.log10(n_samples) if n_samples > 0 else np.nan
    if n_samples >= 1e5 and float(exponent).is_integer():
        return "10" + str(int(exponent)).translate(str.maketrans("0123456789", "⁰¹²³⁴⁵⁶⁷⁸⁹"))
    return f"{n_samples:,.0f}"


def percent(share: float, least: float = 0.0) -> str:
    """Write a share: `12.5 %`; what would round to all of it is `over 99.9 %`.

    A share in (0, `least`) is only said to be under it; without a number there is `not known`.
    """
    if not math.isfinite(share):
        return "not known" if math.isnan(share) else "∞"
    if share > 10:
        return "over 1000 %"
    if 0.9995 < share < 1:
        return "over 99.9 %"
    return f"under {100 * least:g} %" if 0 < share < least else f"{100 * share:.3g} %"


def is_share(metric: str) -> bool:
    """Whether values are shares, written in percent."""
    return metric == "empty" or any(word in metric for word in ("accuracy", "error", "rate"))


def value_text(value: float, metric: str) -> str:
    """Write a share in percent, anything else with three digits."""
    return percent(value) if is_share(metric) else f"{value:.3g}"


def spread_text(row: Any, metric: str) -> str:
    """Write a mean over seeds with its smallest and largest value."""
    mean, low, high = (value_text(row[name], metric) for name in ("mean", "low", "high"))
    return f"mean {mean}, {low} to {high} over {seeds_text([row['n_seeds']])}"
