"""From words like `n_original=150` to configs."""

import itertools
import json
import re
from collections.abc import Sequence
from typing import Any, Literal, get_args, get_origin

from synverify_core.errors import InputError, brief
from synverify_core.experiments import registry
from synverify_core.experiments.base import make_config
from synverify_core.experiments.config import Config

LIST_COMMA = re.compile(r",(?![^(\[]*[)\]])")  # not the commas inside noisy(a=1, b=2)


def parse_configs(
    experiment_name: str,
    preset: str | None = None,
    settings: Sequence[str] = (),
    sweeps: Sequence[str] = (),
) -> list[Config]:
    """Return one config, or one for each combination of the swept values.

    Parameters
    ----------
    settings : sequence of str
        FIELD=VALUE; JSON, a comma-separated list, or plain text.
    sweeps : sequence of str
        FIELD=V1,V2,...; every value gives a config.

    Raises
    ------
    InputError
        Naming the unknown experiment, preset or field, or the refused value and its range.
    """
    experiment = registry.get(experiment_name)
    fields = experiment.config_type.model_fields

    def values(field: str, text: str, *, sweep: bool) -> list[Any]:
        annotation = fields[field].annotation if field in fields else None
        if get_origin(annotation) is tuple:
            items = _as_list(text, texts=_is_text(get_args(annotation)[0]))
            found: list[Any] = [[item] for item in items] if sweep else [items]
        elif sweep:
            found = _as_list(text, texts=_is_text(annotation))
        else:
            found = [text if _is_text(annotation) else _value(text)]
        if not found:
            raise InputError(f"--sweep {field}= has no values: write FIELD=V1,V2")
        return found

    choices = [
        [(field, value) for value in values(field, text, sweep=sweep)]
        for words, sweep in ((settings, False), (sweeps, True))
        for field, text in map(_split, words)
    ]
    return [make_config(experiment, preset, dict(chosen)) for chosen in itertools.product(*choices)]


def parse_parameters(words: Sequence[str]) -> dict[str, Any]:
    """Return FIELD=VALUE words as a mapping, without names that a launcher has for itself."""
    values = {field: _value(text) for field, text in map(_split, words)}
    for name in values.keys() & {"store", "worker", "executor"}:
        raise InputError(f"{name} is refused: it is no parameter of a Slurm job")
    return values


def _is_text(annotation: object) -> bool:
    if get_origin(annotation) is Literal:
        return all(isinstance(choice, str) for choice in get_args(annotation))
    return annotation is str


def _split(word: str) -> tuple[str, str]:
    field, equals, text = word.partition("=")
    if not equals or not field:
        raise InputError(f"{brief(word)} is not a setting: write FIELD=VALUE")
    return field.strip(), text.strip()


def _as_list(text: str, *, texts: bool = False) -> list[Any]:
    """Split a list; `texts`: its items are words, though they may look like numbers or null."""
    value = None if texts and not text.startswith("[") else _value(text)
    if isinstance(value, list):
        return value
    parts = [part.strip() for part in LIST_COMMA.split(text) if part.strip()]
    return parts if texts else [_value(part) for part in parts]


def _value(text: str) -> Any:
    try:
        return json.loads(text)
    except (ValueError, RecursionError):  # not JSON: plain text
        return None if text.lower() == "none" else text
