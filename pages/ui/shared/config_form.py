"""A form from the fields of an experiment's Config: label, help and kind come from the field."""

import types
from collections.abc import Mapping, Sequence
from typing import Any, Literal, Union, get_args, get_origin

import streamlit as st
from pydantic.fields import FieldInfo

from pages.ui.shared.outside import plain
from synverify_core.errors import InputError
from synverify_core.experiments.base import Config

LABELS = {
    "n_original": "Original samples N₀",
    "n_seeds": "Repetitions",
    "seed": "First seed",
    "sizes": "Selected samples n'",
    "verifiers": "Verifiers",
    "selection_rates": "Selection rates",
    "n_rounds": "Rounds",
    "policy": "A round trains on",
    "real_fraction": "Share of original samples",
    "pool_size": "Pool size",
    "labels": "Generator's labels",
    "gradient_tolerance": "Gradient tolerance",
}
Choices = Mapping[str, Sequence[str]]
BOUNDS = {"ge": "at least", "gt": "above", "le": "at most", "lt": "below"}


def field_input(
    config_type: type[Config],
    name: str,
    value: Any,
    key: str,
    labels: Mapping[str, str],
    choices: Choices,
) -> Any:
    """Draw the input of one field, starting at `value`; returns what the Config is given.

    `labels` are an experiment's own names of fields, `choices` what a list is usually made of; any
    other entry may be typed. The input itself refuses nothing: the Config does, and its message
    names the range.
    """
    field = config_type.model_fields[name]
    kind = without_none(field.annotation)
    state_key = f"{key}-{name}"
    if state_key not in st.session_state:
        st.session_state[state_key] = to_widget(value, kind, chosen=name in choices)
    common = {
        "label": {**LABELS, **labels}.get(name, name.replace("_", " ").capitalize()),
        "key": state_key,
        "help": help_text(field),
        "persist_state": "session",
    }
    if name in choices:
        options = list(dict.fromkeys([*choices[name], *st.session_state[state_key]]))
        return tuple(st.multiselect(options=options, accept_new_options=True, **common))
    if get_origin(kind) is Literal:
        return st.segmented_control(options=get_args(kind), required=True, **common)
    if kind is bool:
        return st.toggle(**common)
    if kind is int:
        return st.number_input(step=1, format="%d", **common)
    if kind is float:
        text = st.text_input(**common)
        return None if kind is not field.annotation and not text.strip() else read_number(text)
    if get_origin(kind) is tuple:
        return read_list(st.text_area(height="content", **common), get_args(kind)[0])
    return st.text_input(**common)


def without_none(annotation: Any) -> Any:
    """Return X for the annotation X | None."""
    if get_origin(annotation) in (Union, types.UnionType):
        return next(part for part in get_args(annotation) if part is not type(None))
    return annotation


def to_widget(value: Any, kind: Any, *, chosen: bool = False) -> Any:
    """Write a field's value as its input shows it: lists one item a line, None as nothing.

    `chosen` says that the items of a list are chosen among others.
    """
    if chosen:
        return list(value)
    if get_origin(kind) is tuple:
        return "\n".join("own rule" if item is None else to_text(item) for item in value)
    if kind is float:
        return "" if value is None else to_text(value)
    return value


def to_text(item: Any) -> str:
    """Write a number without losing digits."""
    return f"{item:g}" if isinstance(item, float) and float(f"{item:g}") == item else str(item)


def read_number(text: str) -> float | str:
    """Return the number, or the text itself for the Config to refuse by name."""
    try:
        return float(text)
    except ValueError:
        return text


def read_list(text: str, item: Any) -> tuple[Any, ...]:
    """Read one item a line; numbers may also stand on one line with commas between."""
    numeric = without_none(item) in (int, float)
    lines = [part.strip() for part in text.splitlines()]
    if numeric:
        lines = [part for line in lines for part in line.replace(";", ",").split(",")]
        lines = [part.strip().replace("_", "") for part in lines]
    lines = [part for part in lines if part]
    if not numeric:
        return tuple(lines)
    return tuple(None if part == "own rule" else whole(read_number(part)) for part in lines)


def whole(number: float | str) -> float | int | str:
    """Return 1e6 as the count 1000000."""
    is_whole = isinstance(number, float) and number.is_integer()
    return int(number) if is_whole else number


def help_text(field: FieldInfo) -> str:
    """Return the field's description with its range."""
    limits = [
        f"{word} {getattr(part, name):g}"
        for part in field.metadata
        for name, word in BOUNDS.items()
        if isinstance(getattr(part, name, None), int | float)
    ]
    text = field.description or ""
    return f"{text} Range: {', '.join(limits)}." if limits else text


def reset_form(config_type: type[Config], start: Config, key: str, choices: Choices) -> None:
    """Set every input of the form to the values of a config, e.g. of a preset."""
    for name, field in config_type.model_fields.items():
        kind = without_none(field.annotation)
        value = to_widget(getattr(start, name), kind, chosen=name in choices)
        st.session_state[f"{key}-{name}"] = value


def refused(error: InputError) -> None:
    """Show what the Config refused; the inputs keep what was typed."""
    st.error(plain(error), icon=":material/error:")
