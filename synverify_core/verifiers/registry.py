"""The verifiers by name. A new one is one file in this folder with `@register` above its class."""

import importlib
import pkgutil
from functools import cache
from typing import TypeVar

from pydantic import ValidationError

from synverify_core import verifiers
from synverify_core.errors import InputError
from synverify_core.verifiers.base import Verifier
from synverify_core.verifiers.spec import split_spec

V = TypeVar("V", bound=Verifier)
_REGISTERED: dict[str, type[Verifier]] = {}


def register(verifier: type[V]) -> type[V]:
    """Class decorator: make the verifier known under its `name`."""
    known = _REGISTERED.get(verifier.name)
    if known is not None and known.__qualname__ != verifier.__qualname__:
        raise ValueError(f"two verifiers are called {verifier.name!r}: {known} and {verifier}")
    _REGISTERED[verifier.name] = verifier
    return verifier


@cache
def _load() -> None:
    for module in pkgutil.iter_modules(verifiers.__path__):
        importlib.import_module(f"{verifiers.__name__}.{module.name}")


def available() -> dict[str, type[Verifier]]:
    """Return every registered verifier, by name in alphabetical order."""
    _load()
    return dict(sorted(_REGISTERED.items()))


def parse(spec: str) -> Verifier:
    """Make the verifier that a text such as `noisy(p_noise=0.1)` names.

    Raises
    ------
    InputError
        If the verifier or a setting is unknown, missing or out of its range.
    """
    name, settings = split_spec(spec)
    known = available()
    if name not in known:
        raise InputError(f"verifier = {spec!r} is unknown; verifiers: {', '.join(known)}")
    try:
        return known[name](**settings)
    except ValidationError as error:
        problems = "; ".join(
            f"{'.'.join(map(str, item['loc']))} = {item['input']!r}: {item['msg']}"
            if item["type"] != "missing"
            else f"{'.'.join(map(str, item['loc']))} is missing"
            for item in error.errors()
        )
        fields = known[name].model_fields
        settings_text = ", ".join(f"{key} ({field.description})" for key, field in fields.items())
        raise InputError(
            f"verifier = {spec!r} is refused: {problems}; settings of {name}: "
            f"{settings_text or 'none'}"
        ) from None
