"""What a task is: it writes problems of a difficulty, and questions that check an answer."""

from abc import ABC, abstractmethod
from collections.abc import Sequence
from typing import Any, ClassVar, NamedTuple

import numpy as np
from numpy.typing import NDArray

from synverify_core.errors import InputError

Bytes = NDArray[np.bytes_]
DIGITS = "0123456789"
ZERO = ord("0")


class Block(NamedTuple):
    """Problems: prompts that end with `=`, and right answers, byte texts of shape (n,) each."""

    prompts: Bytes
    answers: Bytes


class Task(ABC):
    """One task in the format of Lee et al. 2025 (arXiv 2502.01612)."""

    name: ClassVar[str]
    title: ClassVar[str]
    unit: ClassVar[str] = "digits"
    """What a difficulty counts."""
    alphabet: ClassVar[str]
    """Characters of prompts and answers."""

    @abstractmethod
    def block(self, rng: np.random.Generator, n: int, difficulty: int) -> Block:
        """Draw n problems of exactly this difficulty."""

    def easy(self, rng: np.random.Generator, n: int, difficulty: int) -> Block:
        """Draw n problems of this difficulty as the original data have them."""
        return self.block(rng, n, difficulty)

    @abstractmethod
    def longest(self, difficulty: int) -> int:
        """Return the length of the longest right answer (in what `size` counts)."""

    def size(self, answers: Bytes) -> NDArray[np.integer[Any]]:
        """Measure answers as the length check does, shape (n,): in characters."""
        return np.strings.str_len(answers)

    def most_characters(self, difficulty: int) -> int:
        """Return the characters after which an answer is cut off: more than a right one has."""
        return self.longest(difficulty) + 2

    @abstractmethod
    def back(self, prompt: str, answer: str) -> tuple[str, str] | None:
        """Return a question whose answer follows from this answer, and that answer.

        None where the answer is not of a form that can be asked about.
        """

    def agrees(self, answer: str, expected: str) -> bool:
        """Tell whether the answer to the question back is what it must be."""
        return answer == expected

    @abstractmethod
    def read(self, typed: str) -> tuple[str, str, int]:
        """Return prompt, right answer and difficulty of a problem typed by hand.

        Raises
        ------
        InputError
            Where it is no problem of the task, with an example.
        """

    def problems(
        self, rng: np.random.Generator, difficulties: NDArray[np.integer[Any]], *, easy: bool
    ) -> Block:
        """Draw a problem for each of the difficulties, shape (n,)."""
        draw = self.easy if easy else self.block
        found, places = [], []
        for difficulty in np.unique(difficulties):
            where = np.flatnonzero(difficulties == difficulty)
            found.append(draw(rng, len(where), int(difficulty)))
            places.append(where)
        order = np.argsort(np.concatenate(places), kind="stable")
        return Block(*(np.concatenate(column)[order] for column in zip(*found, strict=True)))


def texts(columns: Sequence[NDArray[Any]]) -> Bytes:
    """Join columns of character codes, (n, any) each, to byte texts, shape (n,)."""
    joined = np.ascontiguousarray(np.concatenate(columns, axis=1), dtype=np.uint8)
    return joined.view(f"S{joined.shape[1]}")[:, 0]


def constant(n: int, text: str) -> NDArray[np.uint8]:
    """Return the same characters n times, shape (n, len(text))."""
    return np.tile(np.frombuffer(text.encode(), dtype=np.uint8), (n, 1))


def drawn(rng: np.random.Generator, n: int, length: int, *, number: bool) -> NDArray[np.int64]:
    """Draw digits, shape (n, length); a number of several digits does not begin with 0."""
    digits = rng.integers(0, 10, (n, length))
    if number and length > 1:
        digits[:, 0] = rng.integers(1, 10, n)
    return digits


def refuse(typed: str, example: str, why: str = "") -> InputError:
    """Return the error for something typed that is no problem of a task."""
    return InputError(f"problem = {typed[:40]!r} is refused: {why or 'write e.g.'} {example}")
