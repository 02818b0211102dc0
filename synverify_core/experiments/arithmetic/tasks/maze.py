"""Mazes: `start>end#node:nbr,nbr-...=` -> `a>b>c`, the path through a random tree."""

import re
from typing import Any, ClassVar

import numpy as np
from numpy.typing import NDArray

from synverify_core.experiments.arithmetic.tasks.base import (
    DIGITS,
    Block,
    Bytes,
    Task,
    refuse,
)

_LABELS = 99
_MAZE = re.compile(r"\s*([0-9]{1,2})>([0-9]{1,2})#((?:[0-9]{1,2}:[0-9,]+-?)+)=?\s*")
_TRIES = 10_000


class Maze(Task):
    """Uniform random trees (Wilson 1996) with labels 1 to 99.

    Parameters
    ----------
    nodes : of each tree (count), where the difficulty is the number of hops.
    hops : on each path (count), where the difficulty is the number of nodes; 0: it is the hops.
    """

    name: ClassVar[str] = "maze"
    title: ClassVar[str] = "maze"
    unit: ClassVar[str] = "hops or nodes"
    alphabet: ClassVar[str] = DIGITS + ">#:,-="

    def __init__(self, nodes: int = 30, hops: int = 0) -> None:
        self.nodes, self.hops = nodes, hops

    def block(self, rng: np.random.Generator, n: int, difficulty: int) -> Block:
        """Draw trees and two nodes that lie so many hops apart."""
        found = [self._one(rng, difficulty) for _ in range(n)]
        prompts, answers = zip(*found, strict=True)
        return Block(np.array(prompts, dtype="S"), np.array(answers, dtype="S"))

    def _one(self, rng: np.random.Generator, difficulty: int) -> tuple[str, str]:
        nodes, hops = (difficulty, self.hops) if self.hops else (self.nodes, difficulty)
        for _ in range(_TRIES):
            tree = _wilson(rng, nodes)
            for start in rng.permutation(nodes).tolist():
                parents, depth = _walked(tree, start)
                ends = np.flatnonzero(depth == hops)
                if len(ends):
                    labels = 1 + rng.choice(_LABELS, nodes, replace=False)
                    path = _path(parents, int(rng.choice(ends)))
                    return _written(tree, labels.tolist(), path[::-1], rng)
        raise refuse(str(difficulty), f"{nodes - 1}", f"no tree of {nodes} nodes has a path of")

    def longest(self, difficulty: int) -> int:
        """Return the nodes on the path."""
        return (self.hops or difficulty) + 1

    def size(self, answers: Bytes) -> NDArray[np.integer[Any]]:
        """Count the nodes of each answer."""
        return np.strings.count(answers, b">") + 1

    def most_characters(self, difficulty: int) -> int:
        """Return the characters of one node more than a right answer has."""
        return 3 * self.longest(difficulty) + 2

    def back(self, prompt: str, answer: str) -> tuple[str, str] | None:
        """Ask for the way from the end to the start: it must be the same path."""
        ends, _, rest = prompt.partition("#")
        start, _, end = ends.partition(">")
        return f"{end}>{start}#{rest}", ">".join(reversed(answer.split(">")))

    def read(self, typed: str) -> tuple[str, str, int]:
        """Read a maze as the task writes it."""
        found = _MAZE.fullmatch(typed)
        example = "1>3#1:2-2:1,3-3:2"
        if found is None:
            raise refuse(typed, example)
        start, end, listed = found.groups()
        near = {
            node: [one for one in others.split(",") if one]
            for node, _, others in (part.partition(":") for part in listed.rstrip("-").split("-"))
        }
        path = _searched(near, start, end)
        if path is None:
            raise refuse(typed, example, f"no path leads from {start} to {end}; write e.g.")
        difficulty = len(near) if self.hops else len(path) - 1
        return f"{start}>{end}#{listed.rstrip('-')}=", ">".join(path), difficulty


def _wilson(rng: np.random.Generator, nodes: int) -> list[list[int]]:
    """Draw a uniform spanning tree of the complete graph; neighbours of each node."""
    near: list[list[int]] = [[] for _ in range(nodes)]
    inside, following = [True] + [False] * (nodes - 1), [0] * nodes
    for first in range(1, nodes):
        node = first
        while not inside[node]:
            following[node] = (node + int(rng.integers(1, nodes))) % nodes
            node = following[node]
        node = first
        while not inside[node]:
            inside[node] = True
            near[node].append(following[node])
            near[following[node]].append(node)
            node = following[node]
    return near


def _walked(tree: list[list[int]], start: int) -> tuple[list[int], NDArray[np.int64]]:
    """Return each node's predecessor and its distance (hops) from the start."""
    parents, depth = [-1] * len(tree), np.full(len(tree), -1)
    depth[start], queue = 0, [start]
    for node in queue:
        for other in tree[node]:
            if depth[other] < 0:
                parents[other], depth[other] = node, depth[node] + 1
                queue.append(other)
    return parents, depth


def _path(parents: list[int], end: int) -> list[int]:
    path = [end]
    while parents[path[-1]] >= 0:
        path.append(parents[path[-1]])
    return path


def _written(
    tree: list[list[int]], labels: list[int], path: list[int], rng: np.random.Generator
) -> tuple[str, str]:
    listed = "-".join(
        f"{labels[node]}:{','.join(str(labels[other]) for other in tree[node])}"
        for node in rng.permutation(len(tree)).tolist()
    )
    answer = ">".join(str(labels[node]) for node in path)
    return f"{labels[path[0]]}>{labels[path[-1]]}#{listed}=", answer


def _searched(near: dict[str, list[str]], start: str, end: str) -> list[str] | None:
    """Return the shortest path by label, or None."""
    queue, seen = [[start]], {start}
    for path in queue:
        if path[-1] == end:
            return path
        for other in near.get(path[-1], []):
            if other not in seen:
                seen.add(other)
                queue.append([*path, other])
    return None
