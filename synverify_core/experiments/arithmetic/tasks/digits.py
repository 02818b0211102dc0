"""Copy and reverse: `40217=` -> `40217` or `71204`."""

from typing import ClassVar

import numpy as np

from synverify_core.experiments.arithmetic.tasks.base import (
    DIGITS,
    ZERO,
    Block,
    Task,
    constant,
    drawn,
    refuse,
    texts,
)


class Copy(Task):
    """Write the digits again; difficulty is their number."""

    name: ClassVar[str] = "copy"
    title: ClassVar[str] = "copy"
    alphabet: ClassVar[str] = DIGITS + "="
    step: ClassVar[int] = 1
    """Order in which the digits are written: 1 as they stand, -1 from the last one on."""

    def block(self, rng: np.random.Generator, n: int, difficulty: int) -> Block:
        """Draw digits of one length."""
        digits = drawn(rng, n, difficulty, number=False) + ZERO
        return Block(texts([digits, constant(n, "=")]), texts([digits[:, :: self.step]]))

    def longest(self, difficulty: int) -> int:
        """Return the number of digits."""
        return difficulty

    def back(self, prompt: str, answer: str) -> tuple[str, str] | None:
        """Ask about the answer: what comes back must be the question."""
        return (f"{answer}=", prompt[:-1]) if answer.isdigit() else None

    def read(self, typed: str) -> tuple[str, str, int]:
        """Read digits."""
        digits = typed.strip().removesuffix("=")
        if not (digits.isascii() and digits.isdigit()):
            raise refuse(typed, "40217")
        return f"{digits}=", digits[:: self.step], len(digits)


class Reverse(Copy):
    """Write the digits from the last to the first."""

    name: ClassVar[str] = "reverse"
    title: ClassVar[str] = "reverse"
    step: ClassVar[int] = -1
