"""View state in the URL: what a link says becomes validated values, and values become a link.

A parameter that cannot be used is refused with a message and its default is shown instead; the
page stays usable. Angles are radians in the URL, as on the command line.
"""

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, NamedTuple, Protocol

import streamlit as st

from pages.ui.shared.outside import code, plain

_OWN = "view:own"


class Refused(ValueError):
    """Why a text is not a value of the field: its range."""


class Field(Protocol):
    """One parameter of the URL."""

    @property
    def default(self) -> Any:
        """Value where the URL says nothing, or nothing usable."""
        ...

    def parse(self, text: str) -> Any:
        """Turn the URL's text into a value, or raise `Refused`."""
        ...

    def show(self, value: Any) -> str:
        """Write a value as the URL's text."""
        ...


@dataclass(frozen=True)
class Number:
    """A number in [low, high]; `whole` for counts and seeds."""

    default: float | int
    low: float
    high: float
    whole: bool = False
    unit: str = ""

    def parse(self, text: str) -> float | int:
        """Read a number; NaN, infinity and anything outside the range are refused."""
        unit = f" {self.unit}" if self.unit else ""
        kind = "a whole number" if self.whole else "a number"
        low, high = (f"{end:,}" if self.whole else f"{end:.6g}" for end in (self.low, self.high))
        allowed = f"it must be {kind} from {low} to {high}{unit}"
        try:
            value = float(text)
        except ValueError:
            raise Refused(allowed) from None
        # A pi typed by hand is rounded, perhaps upwards.
        if self.high < value <= self.high + 1e-6 and not self.whole:
            value = float(self.high)
        inside = math.isfinite(value) and self.low <= value <= self.high
        if not inside or (self.whole and value != int(value)):
            raise Refused(allowed)
        return int(value) if self.whole else value

    def show(self, value: float | int) -> str:
        """Write every digit: a rounded angle can lie on the other side of a breakdown point."""
        return str(int(value)) if self.whole else repr(float(value)).removesuffix(".0")


@dataclass(frozen=True)
class Choice:
    """One of a few words."""

    default: str
    options: tuple[str, ...]

    def parse(self, text: str) -> str:
        """Take a word that is one of the options."""
        if text not in self.options:
            raise Refused("it must be one of " + ", ".join(o or "(nothing)" for o in self.options))
        return text

    def show(self, value: str) -> str:
        """Write the word."""
        return value


@dataclass(frozen=True)
class Flag:
    """On or off, 1 or 0 in the URL."""

    default: bool = False

    def parse(self, text: str) -> bool:
        """Take 0 or 1."""
        if text not in ("0", "1"):
            raise Refused("it must be 0 or 1")
        return text == "1"

    def show(self, value: bool) -> str:
        """Write 0 or 1."""
        return "1" if value else "0"


class View(NamedTuple):
    """What a link says: every field's value, and what was refused."""

    values: dict[str, Any]
    refused: list[str]


def read(fields: Mapping[str, Field], params: Mapping[str, str]) -> View:
    """Return validated values of a URL's parameters; what is refused gets its default."""
    values = {name: field.default for name, field in fields.items()}
    refused = []
    for name, text in params.items():
        field = fields.get(name)
        if field is None:
            refused.append(
                f"{code(name)} is not a setting of this page and was ignored; its settings "
                f"are {', '.join(fields)}."
            )
            continue
        try:
            values[name] = field.parse(text)
        except Refused as reason:
            refused.append(
                f"{code(f'{name} = {text}')} in the address is refused: {plain(reason)}. "
                f"Shown instead: {name} = {_short(field, field.default)}."
            )
    return View(values, refused)


def link(fields: Mapping[str, Field], values: Mapping[str, Any]) -> dict[str, str]:
    """Return the URL parameters that re-open these values."""
    return {name: field.show(values[name]) for name, field in fields.items()}


def short_link(page: str) -> dict[str, str]:
    """Return the parameters of a link to show around: what differs from the defaults.

    Without what somebody pasted (fields that are `pasted`), and without presentation size, which
    is the room's screen and not what it shows.
    """
    record = st.session_state[f"{page}:view"]
    values: Mapping[str, Any] = record["values"]
    shown = {
        name: field
        for name, field in record["fields"].items()
        if name != "presentation" and not getattr(field, "pasted", False)
    }
    return {
        name: text
        for name, text in link(shown, values).items()
        if text != shown[name].show(shown[name].default)
    }


def synchronise(page: str, fields: Mapping[str, Field]) -> View:
    """Return this session's values for a page; a link that was opened or gone back to wins.

    Coming back from another page, whose address says nothing about this one, keeps the values.
    What was changed since the last run stands in the address before the page is drawn: whoever
    reloads as soon as something is seen gets that.
    """
    key = f"{page}:view"
    params = st.query_params.to_dict()
    own = st.session_state.pop(_OWN, False)
    record = st.session_state.get(key)
    if record is None or (params and params != record["link"] and not own):
        view = read(fields, params)
        record = {"values": view.values, "refused": view.refused, "link": params}
    st.session_state[key] = {**record, "fields": fields}
    publish(page)
    return View(dict(record["values"]), list(record["refused"]))


def change(page: str, values: Mapping[str, Any]) -> None:
    """Set some of a page's values; messages about the address have been read by then."""
    record = st.session_state[f"{page}:view"]
    record["values"] = {**record["values"], **values}
    record["refused"] = []
    keep()


def keep() -> None:
    """Let the coming run of the whole page keep the session's values, whatever its address.

    A browser that has not yet taken up the last published address sends the one before, which
    must not be mistaken for a link: every widget outside a fragment and every `st.rerun` says so.
    """
    st.session_state[_OWN] = True


def rerun() -> None:
    """Draw the whole page again, with the session's values."""
    keep()
    st.rerun()


def current(page: str) -> dict[str, Any]:
    """Return a page's present values, e.g. in a fragment that runs alone."""
    return dict(st.session_state[f"{page}:view"]["values"])


def bind(page: str, name: str, shown: Any = None, **along: Any) -> dict[str, Any]:
    """Return the keyword arguments that tie a widget to a page's value, in both directions.

    Parameters
    ----------
    shown : what the widget starts from where that is not the value itself, e.g. because the
        address asks for something that is not there.
    along : other values that are set when this one changes.
    """
    key = f"{page}:{name}"
    # At every run: a widget in a closed popover is mounted later, with what the last run said.
    st.session_state[key] = current(page)[name] if shown is None else shown
    return {"key": key, "on_change": _take, "args": (page, name, along)}


def _take(page: str, name: str, along: Mapping[str, Any]) -> None:
    value = st.session_state[f"{page}:{name}"]
    # A choice can arrive empty, for example while its options are redrawn: `bind` restores it.
    if value is not None:
        change(page, {name: tuple(value) if isinstance(value, list) else value, **along})


def publish(page: str) -> None:
    """Write the page's values into the URL; an untouched first visit keeps its short address."""
    st.session_state.pop(_OWN, None)  # from now on the address says them
    record = st.session_state[f"{page}:view"]
    fields = record["fields"]
    target = link(fields, record["values"])
    untouched = not st.query_params and target == link(
        fields, {name: field.default for name, field in fields.items()}
    )
    if untouched or record["refused"]:
        return
    if st.query_params.to_dict() != target:
        st.query_params.from_dict(target)
    record["link"] = target


def _short(field: Field, value: Any) -> str:
    return f"{value:.6g}" if isinstance(value, float) else field.show(value) or "(nothing)"
