"""One piece of a run's work, and the curve it is for."""

from typing import Literal, NamedTuple

CLEAN = "clean"
"""The curve that is trained on true labels."""

Verb = Literal["start", "helper", "generator", "pool", "verify", "retrain"]


class Curve(NamedTuple):
    """One line of the picture: a seed, and what is selected of its pools."""

    seed: int
    verifier: str
    selection_rate: float | None

    def __str__(self) -> str:
        rate = "" if self.selection_rate is None else f" at rate {self.selection_rate:g}"
        return f"seed {self.seed}: {self.verifier}{rate}"


class Unit(NamedTuple):
    """One piece of work.

    verb : `start` is loading and what is measured without training; `helper` and `generator` are
        trained and measured; `pool` is synthesized; `verify` scores a pool; `retrain` trains a
        model on `size` samples and measures it.
    round : whose models the unit is for; the generator's is 0.
    name : of the helper; of the verifier (or `clean`) whose curve it is, None for the pool that
        all curves of the first round share.
    """

    verb: Verb
    seed: int
    round: int = 0
    name: str | None = None
    selection_rate: float | None = None
    size: int | None = None
