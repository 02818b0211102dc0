"""The spelling of a verifier and its settings: `linear(theta_prune=pi/24)`."""

import math
import re
from collections.abc import Mapping
from fractions import Fraction

from synverify_core.errors import InputError

_SPEC = re.compile(r"\s*(?P<name>[a-z][a-z0-9_]*)\s*(?:\((?P<settings>[^()]*)\))?\s*")
_SETTING = re.compile(r"\s*(?P<key>[a-z][a-z0-9_]*)\s*=\s*(?P<value>[^=]+?)\s*")
_ANGLE = re.compile(r"(?P<sign>-?)(?:(?P<times>\d+)\*?)?pi(?:/(?P<over>\d+))?")
_LARGEST_DENOMINATOR = 48


def split_spec(spec: str) -> tuple[str, dict[str, float]]:
    """Split `name(key=value, ...)` into the name and its numbers.

    A value is a number or a share of pi: `0.1`, `pi/24`, `5*pi/24`.

    Raises
    ------
    InputError
        If the text has another form, a value is no number, or a setting is given twice.
    """
    match = _SPEC.fullmatch(spec)
    if match is None:
        raise InputError(
            f"verifier = {spec!r} cannot be read: write a name and its settings, "
            "e.g. oracle or noisy(p_noise=0.1)"
        )
    settings: dict[str, float] = {}
    text = (match["settings"] or "").strip()
    for part in text.split(",") if text else ():
        setting = _SETTING.fullmatch(part)
        if setting is None:
            raise InputError(f"verifier = {spec!r} cannot be read at {part!r}: write setting=value")
        if setting["key"] in settings:
            raise InputError(f"verifier = {spec!r} gives {setting['key']} twice")
        settings[setting["key"]] = _number(setting["value"], spec)
    return match["name"], settings


def format_spec(name: str, settings: Mapping[str, float]) -> str:
    """Write the shortest text that `split_spec` reads back exactly."""
    parts = ", ".join(f"{key}={_shortest(value)}" for key, value in settings.items())
    return f"{name}({parts})" if parts else name


def _number(text: str, spec: str) -> float:
    angle = _ANGLE.fullmatch(text)
    try:
        if angle is None:
            return float(text)
        value = _share_of_pi(int(angle["times"] or 1), int(angle["over"] or 1))
        return -value if angle["sign"] else value
    except (ValueError, ArithmeticError):
        raise InputError(
            f"verifier = {spec!r}: {text!r} is not a number (write e.g. 0.1 or pi/24)"
        ) from None


def _share_of_pi(times: int, over: int) -> float:
    return times * math.pi / over


def _shortest(value: float) -> str:
    if value > 0:
        share = Fraction(value / math.pi).limit_denominator(_LARGEST_DENOMINATOR)
        times, over = share.numerator, share.denominator
        if times and _share_of_pi(times, over) == value:
            return f"{'' if times == 1 else f'{times}*'}pi" + ("" if over == 1 else f"/{over}")
    return repr(float(value)).removesuffix(".0")
