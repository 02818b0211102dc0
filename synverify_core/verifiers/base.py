"""What a verifier is: scores for a batch, and its own rule for what to keep."""

import math
from abc import ABC, abstractmethod
from collections.abc import Collection
from typing import Any, ClassVar, Literal, NamedTuple, Protocol, TypeAlias

import numpy as np
from numpy.typing import NDArray
from pydantic import BaseModel, ConfigDict

from synverify_core.errors import InputError
from synverify_core.verifiers.spec import format_spec

Need: TypeAlias = str | tuple[str, ...]
"""A field that a verifier reads, or alternatives of which it takes the first that is there."""

Scores: TypeAlias = NDArray[np.floating]
"""A score a sample, shape (n,)."""
Kind: TypeAlias = Literal["truth", "model", "check", "blind"]
"""What a verifier asks: true answers, trained models, nothing but question and answer, or nothing.

A check needs no solver.
"""


class Ramp(NamedTuple):
    """A colour that moves with a setting, so that one setting has one colour on every page.

    anchors : values of the setting in increasing order, each with its #rrggbb.
    """

    setting: str
    anchors: tuple[tuple[float, str], ...]


class Batch(Protocol):
    """Named fields of synthesized samples; asking for a missing one is an `InputError`.

    A field has one entry a sample: numbers in an array, or texts in a list.
    """

    def __getitem__(self, field: str) -> Any: ...

    def __len__(self) -> int: ...


class Verifier(BaseModel, ABC):
    """A frozen setting of one verifier; higher scores are kept first.

    Its fields are its settings, so that `noisy(p_noise=0.1)` names it on every page.
    """

    model_config = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False)

    name: ClassVar[str]
    title: ClassVar[str] = ""
    """Name for people, with settings in braces: `checker {theta_prune} off`; empty: `name`."""
    summary: ClassVar[str]
    """One sentence for people that goes on after the name: `keeps every sample`."""
    kind: ClassVar[Kind]
    needs: ClassVar[tuple[Need, ...]]
    threshold: ClassVar[float | None] = None
    """Scores above it are kept when no selection rate is asked for; None: a rate is needed."""
    ranks: ClassVar[bool] = True
    """Whether a selection rate finds an order to follow; where not, it draws among equal scores."""
    paper: ClassVar[str] = ""
    """Section of Feng et al. 2024 that has it; empty where it is not of the paper."""
    colour: ClassVar[str | Ramp | None] = None
    """On every figure, as #rrggbb; None: one that follows from the name."""
    place: ClassVar[int] = 50
    """In legends: smaller comes first, equal ones by name."""

    @classmethod
    def missing(cls, fields: Collection[str]) -> list[str]:
        """Name what samples with these fields lack, e.g. `["trace", "one_field or another"]`."""
        wanted = [(need,) if isinstance(need, str) else need for need in cls.needs]
        return [" or ".join(names) for names in wanted if not set(names).intersection(fields)]

    def spoken(self) -> str:
        """Name for people: `checker 7.5° off`, `trace check (2 %)`.

        Settings that the title has no place for follow in brackets where they differ from their
        defaults, so that two settings never have one name.
        """
        title = self.title or self.name.replace("_", " ")
        texts = {key: self.setting_text(key, value) for key, value in self.model_dump().items()}
        changed = self.model_dump(exclude_defaults=True)
        rest = [texts[key] for key in changed if f"{{{key}}}" not in title]
        return title.format_map(texts) + (f" ({', '.join(rest)})" if rest else "")

    @classmethod
    def setting_text(cls, key: str, value: float) -> str:
        """Write one setting: angles in degrees, shares in per cent."""
        if key.startswith("theta"):
            return f"{math.degrees(value):.3g}°"
        limits = cls.model_fields[key].metadata
        share = any(getattr(limit, "le", None) == 1 for limit in limits)
        return f"{100 * value:.4g} %" if share else f"{value:g}"

    @abstractmethod
    def score(self, batch: Batch, rng: np.random.Generator) -> Scores:
        """Score every sample, shape (len(batch),)."""

    def label(self) -> str:
        """Registry name and settings, as rows and pages show it; `parse` reads it back exactly.

        A setting that has its default value is left out: `random`, `random(keep_rate=0.25)`.
        """
        return format_spec(self.name, self.model_dump(exclude_defaults=True))


def first_of(batch: Batch, *fields: str) -> tuple[str, Any]:
    """Return name and values of the first of the fields that the samples have.

    Raises
    ------
    InputError
        If they have none of them, with what each lacks.
    """
    reasons = []
    for field in fields:
        try:
            return field, batch[field]
        except InputError as reason:
            reasons.append(str(reason))
    raise InputError("; ".join(reasons))
