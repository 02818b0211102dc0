"""Name of a run: its readable settings and a hash over everything that can change its result."""

import hashlib
import json
import re
from typing import Any

from synverify_core.experiments.base import AnyExperiment
from synverify_core.experiments.config import Config

VALUE_LENGTH = 24
READABLE_LENGTH = 100
LATER_FIELDS = ("n_rounds", "policy", "real_fraction", "held_out", "clean_labels")
"""Fields that no former name covers; a field that an old experiment gains is added here."""


def run_uid(experiment: type[AnyExperiment], config: Config) -> str:
    """Return e.g. "gaussian-n_original=150-n_seeds=5-1f3c9a2b", safe as a file name.

    Name and hash cover the fields that differ from their default; the hash covers the experiment's
    version, too. Whoever changes a default raises that version, so that old runs are not taken for
    new ones. Device, threads and launcher take no part: they change no result.
    """
    return _name(experiment, config, changed_fields(config))


def run_names(experiment: type[AnyExperiment], config: Config) -> tuple[str, ...]:
    """Return the names that a run with this config may have, the uid of today first.

    The former name hashed every field of its time. It stands for the same run.
    """
    values, changed = config.model_dump(mode="json"), changed_fields(config)
    uid = run_uid(experiment, config)
    if any(field in changed for field in LATER_FIELDS):
        return (uid,)
    formerly = {field: value for field, value in values.items() if field not in LATER_FIELDS}
    return uid, _name(experiment, config, formerly)


def changed_fields(config: Config) -> dict[str, Any]:
    """Fields that differ from their default, as JSON values."""
    defaults = type(config)().model_dump(mode="json")
    values = config.model_dump(mode="json")
    return {name: value for name, value in values.items() if value != defaults[name]}


def _name(experiment: type[AnyExperiment], config: Config, hashed: dict[str, Any]) -> str:
    everything = json.dumps([experiment.name, experiment.version, hashed], sort_keys=True)
    parts = [experiment.name]
    for field, value in changed_fields(config).items():
        part = f"{field}={_readable(value)}"
        if len("-".join([*parts, part])) > READABLE_LENGTH:
            break
        parts.append(part)
    return "-".join([*parts, hashlib.sha256(everything.encode()).hexdigest()[:8]])


def _readable(value: object) -> str:
    if isinstance(value, list):
        return "+".join(_readable(item) for item in value)[:VALUE_LENGTH].rstrip("+")
    text = f"{value:g}" if isinstance(value, float) else str(value)
    return re.sub(r"[^A-Za-z0-9._=]+", "_", text).strip("_.")[:VALUE_LENGTH]
