"""Numbers as tokens: the encodings of Charton 2022 and a two-digit one, and their grammar.

All write three significant digits (P100: two). 2.3 is `+ 230 E-2` in P1000: the mantissa always
has three digits. Feng et al. 2024 (Appendix B) print `+ 23 E - 1` for it, which is neither three
digits nor one token for the exponent.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray

from synverify_core.errors import InputError
from synverify_core.experiments.eigenvalues.rounding import (
    MAX_EXPONENT,
    Parts,
    parts_to_values,
    round_parts,
)

Tokens = NDArray[np.int16]

BOS = 0
_FP15_LOWEST, _FP15_EXPONENTS = -9, 16


class Slot(NamedTuple):
    """Which tokens may stand at one position of a number: ids first .. first + size - 1.

    `zero` is the offset of the token that the number zero has there; `lead` says that this
    token decides whether the number is zero.
    """

    kind: str
    first: int
    size: int
    zero: int
    lead: bool


@dataclass(frozen=True)
class Encoding:
    """One way to write numbers as a fixed number of tokens, vectorised both ways.

    The tokens that are legal at a position have consecutive ids, so that a model's output there
    is a slice of the vocabulary and decoding cannot leave the grammar.
    """

    name: str
    digits: int
    kinds: tuple[str, ...]

    @property
    def tokens_per_number(self) -> int:
        """Length of a number in tokens."""
        return len(self.kinds)

    @cached_property
    def slots(self) -> tuple[Slot, ...]:
        """The grammar, one slot a position; equal kinds share their tokens."""
        firsts: dict[str, int] = {}
        used = BOS + 1
        for kind in self.kinds:
            if kind not in firsts:
                firsts[kind] = used
                used += self._size(kind)
        lead = next(i for i, kind in enumerate(self.kinds) if kind != "sign")
        return tuple(
            Slot(kind, firsts[kind], self._size(kind), self._zero(kind), i == lead)
            for i, kind in enumerate(self.kinds)
        )

    @property
    def vocabulary_size(self) -> int:
        """Number of token ids, the beginning-of-sequence token included."""
        return max(slot.first + slot.size for slot in self.slots)

    def encode(self, values: ArrayLike) -> Tokens:
        """Round and write numbers.

        Parameters
        ----------
        values : array_like, shape (..., n_numbers); finite.

        Returns
        -------
        tokens : ndarray of int16, shape (..., n_numbers * tokens_per_number)
        """
        return self.encode_parts(round_parts(values, self.digits))

    def encode_parts(self, parts: Parts) -> Tokens:
        """Write numbers that are rounded already; shapes as in `encode`."""
        shape = parts.mantissa.shape
        tokens = np.empty((*shape, self.tokens_per_number), dtype=np.int16)
        for position, slot in enumerate(self.slots):
            tokens[..., position] = self._offsets(position, parts) + np.int16(slot.first)
        return tokens.reshape(*shape[:-1], -1)

    def decode(self, tokens: ArrayLike) -> NDArray[np.float64]:
        """Read numbers back, shape (..., n_numbers).

        Raises
        ------
        InputError
            If the length is no multiple of a number's, or a token stands where it may not.
        """
        given = np.asarray(tokens)
        if given.ndim < 1 or given.shape[-1] % self.tokens_per_number:
            raise InputError(
                f"{self.name}: {given.shape} tokens are no whole numbers of "
                f"{self.tokens_per_number} tokens each"
            )
        numbers = given.reshape(*given.shape[:-1], -1, self.tokens_per_number)
        negative = np.zeros(numbers.shape[:-1], dtype=np.bool_)
        mantissa = np.zeros(numbers.shape[:-1], dtype=np.int64)
        exponent = np.zeros(numbers.shape[:-1], dtype=np.int64)
        for position, slot in enumerate(self.slots):
            offset = numbers[..., position].astype(np.int64) - slot.first
            if offset.size and not (offset.min() >= 0 and offset.max() < slot.size):
                raise InputError(f"{self.name}: a token at position {position} is no {slot.kind}")
            sign, more, power = self._read(slot.kind, offset)
            negative |= sign
            mantissa = mantissa * (10 if slot.kind == "digit" else 1) + more
            exponent += power
        return parts_to_values(
            Parts(negative & (mantissa > 0), mantissa.astype(np.int16), exponent.astype(np.int16))
        )

    def words(self, tokens: Sequence[int]) -> list[str]:
        """Spell the tokens of whole numbers as the literature does: `-`, `314`, `E-2`, `N-314e7`.

        Raises
        ------
        InputError
            As `decode` does.
        """
        self.decode(np.asarray(tokens))
        slots = self.slots
        return [
            self.spell(slots[i % len(slots)], int(token) - slots[i % len(slots)].first)
            for i, token in enumerate(tokens)
        ]

    def spell(self, slot: Slot, offset: int) -> str:
        """Spell one token of a slot."""
        kind = slot.kind
        if kind == "sign":
            return "+-"[offset]
        if kind == "exponent":
            return f"E{offset - MAX_EXPONENT}"
        negative, mantissa, level = self._read(kind, np.array(offset))
        text = f"{'-' if negative else ''}{int(mantissa)}"
        if kind == "signed":
            return f"N{text}"
        if kind == "float":
            return f"N{text}e{int(level) - _FP15_LOWEST}" if mantissa else "N0e0"
        return text

    @property
    def _low(self) -> int:
        return int(10 ** (self.digits - 1))

    @property
    def _mantissas(self) -> int:
        return 9 * self._low

    def _size(self, kind: str) -> int:
        return {
            "sign": 2,
            "digit": 10,
            "mantissa": 1 + self._mantissas,
            "signed": 1 + 2 * self._mantissas,
            "exponent": 2 * MAX_EXPONENT + 1,
            "float": 1 + 2 * self._mantissas * _FP15_EXPONENTS,
        }[kind]

    def _zero(self, kind: str) -> int:
        return MAX_EXPONENT if kind == "exponent" else 0

    def _offsets(self, position: int, parts: Parts) -> Tokens:
        kind = self.kinds[position]
        negative, mantissa, exponent = parts
        if kind == "sign":
            return negative.astype(np.int16)
        if kind == "exponent":
            return np.asarray(exponent + np.int16(MAX_EXPONENT))
        if kind == "digit":
            place = self.digits - self.kinds[: position + 1].count("digit")
            return np.asarray(mantissa // np.int16(10**place) % np.int16(10))
        index: Tokens = np.maximum(mantissa - np.int16(self._low - 1), np.int16(0))
        if kind == "mantissa":
            return index
        index = index + negative * np.int16(self._mantissas)
        if kind == "signed":
            return index
        level = exponent - np.int16(_FP15_LOWEST)
        # A number out of FP15's range of exponents is written as zero, as elsewhere.
        inside = (index > 0) & (level >= 0) & (level < _FP15_EXPONENTS)
        return np.where(inside, level * np.int16(2 * self._mantissas) + index, np.int16(0))

    def _read(
        self, kind: str, offset: NDArray[np.int64]
    ) -> tuple[NDArray[np.bool_], NDArray[np.int64], NDArray[np.int64]]:
        """Sign, what is added to the mantissa, and what is added to the exponent."""
        none = np.zeros_like(offset)
        if kind == "sign":
            return offset == 1, none, none
        if kind == "exponent":
            return none > 0, none, offset - MAX_EXPONENT
        if kind == "digit":
            return none > 0, offset, none
        index, level = offset, none
        if kind == "float":
            both = 2 * self._mantissas
            index = np.where(offset > 0, (offset - 1) % both + 1, 0)
            level = np.where(offset > 0, (offset - 1) // both + _FP15_LOWEST, 0)
        negative = index > self._mantissas
        size = np.where(negative, index - self._mantissas, index)
        return negative, np.where(size > 0, size + self._low - 1, 0), level


ENCODINGS: dict[str, Encoding] = {
    encoding.name: encoding
    for encoding in (
        Encoding("P10", 3, ("sign", "digit", "digit", "digit", "exponent")),
        Encoding("P100", 2, ("sign", "mantissa", "exponent")),
        Encoding("P1000", 3, ("sign", "mantissa", "exponent")),
        Encoding("B1999", 3, ("signed", "exponent")),
        Encoding("FP15", 3, ("float",)),
    )
}


def get_encoding(name: str) -> Encoding:
    """Return the encoding with this name; an `InputError` lists the names."""
    if name not in ENCODINGS:
        raise InputError(f"encoding = {name!r} is unknown; encodings: {', '.join(ENCODINGS)}")
    return ENCODINGS[name]
