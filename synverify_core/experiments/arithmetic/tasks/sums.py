"""Addition: `85+76=` -> `521` from the lowest digit on (58 + 67), or `58+67=` -> `125`."""

import re
from typing import ClassVar

import numpy as np
from numpy.typing import NDArray

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

_SUM = re.compile(r"\s*([0-9]+)\s*\+\s*([0-9]+)\s*=?\s*")


class ReverseAddition(Task):
    """Lowest digit first, the sum filled up with a zero to one digit more than the operands."""

    name: ClassVar[str] = "reverse_addition"
    title: ClassVar[str] = "reverse addition"
    alphabet: ClassVar[str] = DIGITS + "+="
    lowest_first: ClassVar[bool] = True

    def block(self, rng: np.random.Generator, n: int, difficulty: int) -> Block:
        """Draw operands that both have this many digits."""
        return self._written(*(drawn(rng, n, difficulty, number=True) for _ in range(2)))

    def easy(self, rng: np.random.Generator, n: int, difficulty: int) -> Block:
        """Draw operands of which the longer one has this many digits."""
        shorter = rng.integers(1, difficulty + 1, n)
        first, second = (drawn(rng, n, difficulty, number=True) for _ in range(2))
        second[np.arange(difficulty) < difficulty - shorter[:, np.newaxis]] = 0
        swap = rng.random(n) < 0.5
        first[swap], second[swap] = second[swap], first[swap]
        return self._written(first, second)

    def _written(self, first: NDArray[np.int64], second: NDArray[np.int64]) -> Block:
        """Write sums of numbers given by their digits, highest first, shape (n, digits)."""
        total = np.zeros((len(first), first.shape[1] + 1), dtype=np.int64)
        total[:, 1:] = first + second
        for place in range(total.shape[1] - 1, 0, -1):
            total[:, place - 1] += total[:, place] // 10
            total[:, place] %= 10
        n = len(first)
        if self.lowest_first:
            # Operands of different length are filled up with zeros, as the sum is.
            first, second, total = (one[:, ::-1] for one in (first, second, total))
            signs = constant(n, "+"), constant(n, "=")
            prompts = texts([first + ZERO, signs[0], second + ZERO, signs[1]])
            return Block(prompts, texts([total + ZERO]))
        numbers = [_spelled(one) for one in (first, second, total)]
        prompts = np.strings.add(np.strings.add(numbers[0], b"+"), np.strings.add(numbers[1], b"="))
        return Block(prompts, numbers[2])

    def longest(self, difficulty: int) -> int:
        """Return a digit more than the operands have."""
        return difficulty + 1

    def back(self, prompt: str, answer: str) -> tuple[str, str] | None:
        """Ask for the sum of the operands in the other order: it must be the same."""
        first, second = prompt[:-1].split("+")
        return f"{second}+{first}=", answer

    def read(self, typed: str) -> tuple[str, str, int]:
        """Read `58+67`, whatever the order in which the task writes its digits."""
        found = _SUM.fullmatch(typed)
        if found is None:
            raise refuse(typed, "58+67")
        digits = max(map(len, found.groups()))
        first, second = (
            np.array([list(one.zfill(digits))], dtype=np.int64) for one in found.groups()
        )
        prompts, answers = self._written(first, second)
        return prompts[0].decode(), answers[0].decode(), digits


class ForwardAddition(ReverseAddition):
    """Highest digit first, without filling up."""

    name: ClassVar[str] = "forward_addition"
    title: ClassVar[str] = "forward addition"
    lowest_first: ClassVar[bool] = False


def _spelled(digits: NDArray[np.int64]) -> NDArray[np.bytes_]:
    """Write numbers given by their digits, (n, digits), without leading zeros."""
    stripped = np.strings.lstrip(texts([digits + ZERO]), b"0")
    return np.where(np.strings.str_len(stripped) == 0, b"0", stripped)
