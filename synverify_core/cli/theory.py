"""`theory`: any closed form by its name."""

from __future__ import annotations

import argparse
import math
from collections.abc import Sequence
from typing import Any

from synverify_core.cli.output import Verbs, add_json, print_json, say
from synverify_core.errors import InputError, brief


def add(verbs: Verbs) -> None:
    """Declare the verb."""
    parser = verbs.add_parser(
        "theory",
        help="any closed form by its name; `theory list` prints them",
        description="Evaluate a closed form, e.g. `theory pstar --set phi=1 psi=0.5`.",
    )
    parser.add_argument("name", metavar="NAME", help="a closed form, or: list")
    parser.add_argument(
        "--set",
        nargs="+",
        action="extend",
        default=[],
        metavar="FIELD=VALUE",
        help="an input: a number, inf, a list (1,0,0 or [1,0,0]) or a word",
    )
    add_json(parser)
    parser.set_defaults(execute=execute)


def execute(arguments: argparse.Namespace) -> int:
    """Print the value, or the list of names."""
    from synverify_core.theory.catalogue import evaluate, forms

    given = parse(arguments.set)
    if arguments.name == "list":
        if given:
            raise InputError("list takes no field: write theory NAME --set FIELD=VALUE")
        _list(json=arguments.json)
        return 0
    answer = evaluate(arguments.name, given)
    if arguments.json:
        print_json({**answer._asdict(), "inputs": _told(answer.inputs)})
        return 0
    form = forms()[answer.name]
    fields = ", ".join(f"{field}={value}" for field, value in _told(answer.inputs).items())
    say(f"{answer.name}({fields})\n= {_text(answer.value)}\n{form.value} [{form.source}]")
    return 0


def parse(words: Sequence[str]) -> dict[str, Any]:
    """Turn FIELD=VALUE words into numbers, lists of numbers (nested ones, too) and words.

    Raises
    ------
    InputError
        For a word without a field or without a value.
    """
    given: dict[str, Any] = {}
    for word in words:
        field, _, text = word.partition("=")
        if not field.strip() or not text.strip():
            raise InputError(f"{brief(word)} is not a setting: write FIELD=VALUE")
        try:
            given[field.strip()] = _value(text.strip())
        except RecursionError:
            raise InputError(f"{brief(word)} is refused: its lists are too deep") from None
    return given


def _value(text: str) -> Any:
    inner = text[1:-1].strip() if text.startswith("[") and text.endswith("]") else None
    parts = _split(text if inner is None else inner)
    if inner is None and len(parts) == 1:
        return _number(text)
    values = [_value(part) for part in parts if part]
    return text if inner is None and any(isinstance(value, str) for value in values) else values


def _split(text: str) -> list[str]:
    """Split at the commas that stand in no bracket."""
    parts, depth, begin = [], 0, 0
    for place, sign in enumerate(text):
        depth += (sign in "([") - (sign in ")]")
        if sign == "," and depth == 0:
            parts.append(text[begin:place].strip())
            begin = place + 1
    return [*parts, text[begin:].strip()]


def _number(text: str) -> float | int | str:
    try:
        value = float(text)
    except ValueError:
        return text
    return int(value) if value.is_integer() and abs(value) < 2**53 else value


def _told(inputs: dict[str, Any]) -> dict[str, Any]:
    """Write infinities as the word that `--set` reads; fields without a value are left out."""
    return {field: _word(value) for field, value in inputs.items() if value is not None}


def _word(value: Any) -> Any:
    if isinstance(value, list | tuple):
        return [_word(item) for item in value]
    return str(value) if isinstance(value, float) and not math.isfinite(value) else value


def _text(value: Any) -> str:
    if isinstance(value, list):
        return f"[{', '.join(map(_text, value))}]"
    return "undefined" if math.isnan(value) else f"{value:.10g}"


def _list(*, json: bool) -> None:
    from synverify_core.theory.catalogue import forms
    from synverify_core.theory.form import REQUIRED

    if json:
        listed = [
            {
                "name": form.name,
                "inputs": {
                    field: {"text": one.text, "required": one.default is REQUIRED}
                    | ({} if one.default is REQUIRED else {"default": _word(one.default)})
                    for field, one in form.inputs.items()
                },
                "value": form.value,
                "source": form.source,
            }
            for form in forms().values()
        ]
        print_json({"forms": listed})
        return
    for form in forms().values():
        say(f"{form.name}: {form.value} [{form.source}]")
        for field, one in form.inputs.items():
            given = one.default in (REQUIRED, None)
            say(f"    {field}: {one.text}" + ("" if given else f" (default {one.default})"))
