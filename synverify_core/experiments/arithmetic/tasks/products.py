"""Multiplication with its partial products: `21*543=` -> `060+0840(0450)+00630=04140`.

12 x 345, every number from its lowest digit on: 12 x 5, then 12 x 40 with the sum so far in
brackets, then 12 x 300, and the product.
"""

import re
from math import isqrt
from typing import ClassVar

import numpy as np

from synverify_core.experiments.arithmetic.tasks.base import (
    DIGITS,
    Block,
    Task,
    drawn,
    refuse,
)

_PRODUCT = re.compile(r"\s*([0-9]+)\s*[*x]\s*([0-9]+)\s*=?\s*")


class Multiplication(Task):
    """Difficulty is a place in the order 1x1, 1x2, 2x1, 2x2, 1x3, 3x1, 2x3, 3x2, 3x3, ..."""

    name: ClassVar[str] = "multiplication"
    title: ClassVar[str] = "multiplication"
    unit: ClassVar[str] = "size steps"
    alphabet: ClassVar[str] = DIGITS + "*=+()"

    def block(self, rng: np.random.Generator, n: int, difficulty: int) -> Block:
        """Draw factors of the lengths that stand at this place."""
        pair = [drawn(rng, n, length, number=True) for length in lengths(difficulty)]
        rows = [
            (int("".join(map(str, a))), int("".join(map(str, b))))
            for a, b in zip(pair[0].tolist(), pair[1].tolist(), strict=True)
        ]
        sizes = lengths(difficulty)
        found = [_written(a, b, *sizes) for a, b in rows]
        prompts, answers = zip(*found, strict=True)
        return Block(np.array(prompts, dtype="S"), np.array(answers, dtype="S"))

    def longest(self, difficulty: int) -> int:
        """Return the characters of the partial products, sums and product."""
        first, second = lengths(difficulty)
        return len(_written(10**first - 1, 10**second - 1, first, second)[1])

    def back(self, prompt: str, answer: str) -> tuple[str, str] | None:
        """Ask for the factors in the other order: the product at the end must be the same."""
        first, second = prompt[:-1].split("*")
        return f"{second}*{first}=", answer

    def agrees(self, answer: str, expected: str) -> bool:
        """Tell whether both end with the same product; the ways there differ."""
        return answer.rpartition("=")[2] == expected.rpartition("=")[2]

    def read(self, typed: str) -> tuple[str, str, int]:
        """Read `12*345`."""
        found = _PRODUCT.fullmatch(typed)
        if found is None:
            raise refuse(typed, "12*345")
        first, second = found.groups()
        sizes = len(first), len(second)
        return (*_written(int(first), int(second), *sizes), place(*sizes))


def lengths(difficulty: int) -> tuple[int, int]:
    """Return the digits of both factors at a place in the order, which begins at 1."""
    longer = isqrt(difficulty - 1) + 1
    rest = difficulty - (longer - 1) ** 2 - 1
    shorter = rest // 2 + 1
    return (longer, shorter) if rest % 2 else (shorter, longer)


def place(first: int, second: int) -> int:
    """Return the place in the order of factors with so many digits."""
    longer, shorter = max(first, second), min(first, second)
    swapped = first > second
    return (longer - 1) ** 2 + 2 * (shorter - 1) + 1 + swapped


def _written(first: int, second: int, first_size: int, second_size: int) -> tuple[str, str]:
    steps, total = [], 0
    for power, digit in enumerate(_backwards(second, second_size)):
        part, size = first * int(digit) * 10**power, first_size + 1 + power
        total += part
        steps.append(_backwards(part, size))
        if 0 < power < second_size - 1:
            steps[-1] += f"({_backwards(total, size)})"
    prompt = f"{_backwards(first, first_size)}*{_backwards(second, second_size)}="
    return prompt, f"{'+'.join(steps)}={_backwards(total, first_size + second_size)}"


def _backwards(number: int, size: int) -> str:
    return str(number).zfill(size)[::-1]
