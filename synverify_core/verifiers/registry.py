"""The verifiers by name. A new one is one file in this folder with `@register` above its class."""

import importlib
import pkgutil
from collections.abc import Collection
from functools import cache
from itertools import product
from typing import TypeVar

import numpy as np
from pydantic import ValidationError

from synverify_core import verifiers
from synverify_core.errors import InputError
from synverify_core.verifiers.base import Verifier
from synverify_core.verifiers.spec import split_spec

V = TypeVar("V", bound=Verifier)
_REGISTERED: dict[str, type[Verifier]] = {}


def register(verifier: type[V]) -> type[V]:
    """Class decorator: make the verifier known under its `name`.

    Answers reach 1e60, so that products overflow: no score warns of it, and `select` drops the
    samples whose score is not finite.
    """
    known = _REGISTERED.get(verifier.name)
    if known is not None and known.__qualname__ != verifier.__qualname__:
        raise ValueError(f"two verifiers are called {verifier.name!r}: {known} and {verifier}")
    verifier.score = np.errstate(all="ignore")(verifier.score)  # type: ignore[method-assign]
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


def fitting(fields: Collection[str], *, by_rate: bool) -> tuple[str, ...]:
    """Offer the verifiers that can select among samples with these fields, the paper's first.

    A verifier with settings of its own stands once for each example that they give.

    Parameters
    ----------
    fields : what the samples have, e.g. `Config.batch_fields`.
    by_rate : whether a share is asked for (those that rank), or each keeps by its own rule.
    """
    able = [
        kind
        for kind in available().values()
        if not kind.missing(fields) and (kind.ranks if by_rate else kind.threshold is not None)
    ]
    able.sort(key=lambda kind: (not kind.paper, kind.place, kind.name))
    return tuple(label for kind in able for label in _examples(kind))


def checks(fields: Collection[str], tolerance: float) -> tuple[str, ...]:
    """Name the checks without a solver for samples with these fields, each at this tolerance."""
    found = [one for one in map(parse, fitting(fields, by_rate=False)) if one.kind == "check"]
    return tuple(
        one.model_copy(update={"tolerance": tolerance} if hasattr(one, "tolerance") else {}).label()
        for one in found
    )


def _examples(kind: type[Verifier]) -> list[str]:
    asked = {key: field for key, field in kind.model_fields.items() if field.is_required()}
    choices = product(*(field.examples or () for field in asked.values()))
    return [kind(**dict(zip(asked, values, strict=True))).label() for values in choices]


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
