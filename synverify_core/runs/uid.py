"""Name of a run: its readable settings and a hash over everything that can change its result."""

import hashlib
import json
import re
from typing import Any

from synverify_core.experiments.base import Config, Experiment

AnyExperiment = Experiment[Any, Any, Any]

VALUE_LENGTH = 24
READABLE_LENGTH = 100


def run_uid(experiment: type[AnyExperiment], config: Config) -> str:
    """Return e.g. "gaussian-n_original=150-n_seeds=5-1f3c9a2b", safe as a file name.

    The fields that differ from their default are readable; the hash covers all fields and the
    experiment's version. Device, threads and launcher take no part: they change no result.
    """
    values = config.model_dump(mode="json")
    changed = changed_fields(config)
    for name in ("n_rounds", "policy", "real_fraction"):
        if name not in changed:
            del values[name]
    everything = json.dumps([experiment.name, experiment.version, values], sort_keys=True)
    digest = hashlib.sha256(everything.encode()).hexdigest()[:8]
    parts = [experiment.name]
    for field, value in changed_fields(config).items():
        part = f"{field}={_readable(value)}"
        if len("-".join([*parts, part])) > READABLE_LENGTH:
            break
        parts.append(part)
    return "-".join([*parts, digest])


def changed_fields(config: Config) -> dict[str, Any]:
    """Fields that differ from their default, as JSON values."""
    defaults = type(config)().model_dump(mode="json")
    values = config.model_dump(mode="json")
    return {name: value for name, value in values.items() if value != defaults[name]}


def _readable(value: object) -> str:
    if isinstance(value, list):
        return "+".join(_readable(item) for item in value)[:VALUE_LENGTH].rstrip("+")
    text = f"{value:g}" if isinstance(value, float) else str(value)
    return re.sub(r"[^A-Za-z0-9._=]+", "_", text).strip("_.")[:VALUE_LENGTH]
