"""Every closed form of the package by its name; a module joins by exporting `FORMS`."""

from __future__ import annotations

from collections.abc import Mapping
from difflib import get_close_matches
from functools import lru_cache
from importlib import import_module
from importlib.util import find_spec
from typing import Any, NamedTuple

import numpy as np

from synverify_core.errors import InputError, brief
from synverify_core.theory.form import REQUIRED, Form

MODULES = ("rate_forms", "model_forms", "regression", "gaussian_forms", "curation")


class Answer(NamedTuple):
    """What a closed form answers: all its inputs, defaults too, and its value."""

    name: str
    inputs: dict[str, Any]
    value: Any


@lru_cache(maxsize=1)
def forms() -> Mapping[str, Form]:
    """Return every closed form by its name, in the order of `MODULES`."""
    found: dict[str, Form] = {}
    for word in MODULES:
        name = f"synverify_core.theory.{word}"
        for form in import_module(name).FORMS if find_spec(name) else ():
            if form.name in found:
                raise ValueError(f"two closed forms are called {form.name}")
            found[form.name] = form
    return found


def evaluate(name: str, given: Mapping[str, Any]) -> Answer:
    """Evaluate a closed form.

    Parameters
    ----------
    name : str
        One of `forms()`.
    given : mapping
        Field -> number, list or word; fields with a default may be absent.

    Returns
    -------
    Answer
        ``value`` is a float or a (nested) list of floats; NaN where the form is undefined.

    Raises
    ------
    InputError
        For an unknown name or field, a missing field, and whatever the form refuses.
    """
    form = forms().get(name)
    if form is None:
        near = get_close_matches(name, forms(), n=5, cutoff=0.4)
        hint = f"; close to it: {', '.join(near)}" if near else ""
        raise InputError(f"{brief(name)} is no closed form{hint}; `theory list` names them all")
    unknown = [field for field in given if field not in form.inputs]
    if unknown:
        fields = ", ".join(form.inputs)
        raise InputError(f"{brief(unknown[0])} is no field of {name}; its fields: {fields}")
    inputs = {field: given.get(field, one.default) for field, one in form.inputs.items()}
    missing = [field for field, value in inputs.items() if value is REQUIRED]
    if missing:
        texts = "; ".join(f"{field} ({form.inputs[field].text})" for field in missing)
        raise InputError(f"{name} needs {texts}")
    try:
        with np.errstate(all="ignore"):
            value = form.evaluate(**inputs)
    except (ArithmeticError, np.linalg.LinAlgError) as error:
        raise InputError(f"{name} = {brief(error)} cannot be computed at these inputs") from error
    return Answer(name, inputs, plain(value))


def plain(value: Any) -> Any:
    """Turn numpy numbers, arrays and tuples into floats and lists of them."""
    if isinstance(value, list | tuple):
        return [plain(item) for item in value]
    if isinstance(value, np.ndarray | np.generic):
        return plain(value.tolist())
    return float(value)
