"""The tasks: problems as text, their answers, and a question back that checks an answer."""

from synverify_core.experiments.arithmetic.tasks.base import Block, Task
from synverify_core.experiments.arithmetic.tasks.digits import Copy, Reverse
from synverify_core.experiments.arithmetic.tasks.maze import Maze
from synverify_core.experiments.arithmetic.tasks.products import Multiplication
from synverify_core.experiments.arithmetic.tasks.sums import ForwardAddition, ReverseAddition

TASKS: dict[str, type[Task]] = {
    kind.name: kind
    for kind in (Copy, Reverse, ReverseAddition, ForwardAddition, Multiplication, Maze)
}

__all__ = ["TASKS", "Block", "Task"]
