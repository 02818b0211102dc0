"""Settings of arithmetic self-improvement, with what Lee et al. 2025 state and what we chose."""

from typing import ClassVar, Literal, Self

from pydantic import Field, field_validator, model_validator

from synverify_core.experiments.arithmetic.pool import FIELDS
from synverify_core.experiments.arithmetic.recipe import Precision, Recipe
from synverify_core.experiments.arithmetic.shape import Shape
from synverify_core.experiments.arithmetic.tasks import TASKS, Task
from synverify_core.experiments.config import Config, Policy
from synverify_core.verifiers.registry import parse

VERIFIERS = ("none", "answer_length", "cycle", "oracle")
TaskName = Literal[
    "copy", "reverse", "reverse_addition", "forward_addition", "multiplication", "maze"
]


class ArithmeticConfig(Config):
    """Settings of one run; the defaults are the miniature for a processor."""

    batch_fields: ClassVar[tuple[str, ...]] = FIELDS

    verifiers: tuple[str, ...] = Field(
        VERIFIERS, min_length=1, max_length=20, description="Filters to compare."
    )
    sizes: tuple[int, ...] = Field(
        (2_500,),
        min_length=1,
        max_length=20,
        description="Kept answers that a round trains on, at most (count).",
    )
    clean_labels: bool = Field(
        False, description="Whether a chain with right answers is trained beside the others."
    )
    n_rounds: int = Field(8, ge=1, le=200, description="Rounds of answer, verify, retrain (count).")
    policy: Policy = Field(
        "accumulate",
        description="What a round trains on: kept answers alone (replace), also the original "
        "problems and earlier kept answers (accumulate), as many of these as are kept "
        "(subsample), or partly original ones (mix).",
    )
    task: TaskName = Field("reverse", description="What is asked (Lee et al. 2025).")
    maze_nodes: int = Field(30, ge=2, le=99, description="Nodes of a maze (count).")
    maze_hops: int = Field(
        0,
        ge=0,
        le=98,
        description="Hops of a maze's path (count), where the difficulty is the number of nodes; "
        "0: the difficulty is the hops.",
    )
    first_difficulty: int = Field(
        1, ge=1, le=200, description="Easiest original problems, e.g. digits (count)."
    )
    base_difficulty: int = Field(
        8, ge=1, le=200, description="Hardest original problems, e.g. digits (count)."
    )
    jump: int = Field(
        1, ge=1, le=100, description="How much harder a round is than the one before (count)."
    )
    schedule: Literal["fixed", "when_accepted"] = Field(
        "when_accepted",
        description="When the next round is harder: always, or when the verifier keeps enough.",
    )
    accept_share: float = Field(
        0.5,
        ge=0,
        le=1,
        description="Share that must be kept before problems get harder, under when_accepted.",
    )
    n_original: int = Field(
        100_000, ge=1, le=20_000_000, description="Original problems, with answers (count)."
    )
    pool_size: int = Field(
        2_500, ge=1, le=10_000_000, description="Problems that a round answers (count)."
    )
    layers: int = Field(2, ge=1, le=24, description="Layers of the decoder (count).")
    d_model: int = Field(64, ge=8, le=2048, description="Width of the decoder (dimensions).")
    heads: int = Field(4, ge=1, le=64, description="Attention heads (count).")
    batch_size: int = Field(128, ge=1, le=65_536, description="Problems a step (count).")
    base_steps: int = Field(
        2_000, ge=1, le=10_000_000, description="Steps on the original problems (count)."
    )
    base_learning_rate: float = Field(
        2e-3, gt=0, le=1, description="Largest learning rate on the original problems."
    )
    retrain_steps: int = Field(
        150, ge=1, le=10_000_000, description="Steps of each round, for all verifiers (count)."
    )
    learning_rate: float = Field(7e-4, gt=0, le=1, description="Largest learning rate of a round.")
    base_share: float = Field(
        0.45,
        ge=0,
        le=1,
        description="Share of each batch that is original problems, where a round has any.",
    )
    start: Literal["scratch", "previous"] = Field(
        "previous", description="Where a round starts: fresh weights, or the last round's model."
    )
    voters: int = Field(
        1, ge=1, le=9, description="Models of a chain, trained alike from different seeds (count)."
    )
    damage: float = Field(
        0.0, ge=0, le=1, description="Share of labels whose digits are drawn anew, in [0, 1]."
    )
    damage_at: int = Field(
        0, ge=0, le=400, description="Difficulty at which labels are damaged; 0: nowhere."
    )
    precision: Precision = Field(
        "auto", description="Arithmetic of products; auto: bfloat16 on a GPU, else float32."
    )
    n_test: int = Field(
        256, ge=10, le=100_000, description="Held-out problems of each difficulty (count)."
    )
    test_difficulties: tuple[int, ...] = Field(
        tuple(range(1, 15)),
        min_length=1,
        max_length=200,
        description="Difficulties to test (count).",
    )

    @field_validator("test_difficulties")
    @classmethod
    def _difficulties_increase(cls, values: tuple[int, ...]) -> tuple[int, ...]:
        if not 1 <= min(values) <= max(values) <= 400:
            raise ValueError("every difficulty must lie in [1, 400]")
        return tuple(sorted(set(values)))

    @model_validator(mode="after")
    def _fields_fit(self) -> Self:
        if self.d_model % self.heads:
            raise ValueError(
                f"d_model = {self.d_model} cannot be split into heads = {self.heads}: "
                "it must be a multiple"
            )
        if self.first_difficulty > self.base_difficulty:
            raise ValueError(
                f"first_difficulty = {self.first_difficulty} is above base_difficulty = "
                f"{self.base_difficulty}: it must be at most that"
            )
        asked = any(parse(spec).name == "vote" for spec in self.verifiers)
        if asked and self.voters < 2:
            raise ValueError(
                f"voters = {self.voters} cannot vote: the verifier vote needs at least 2"
            )
        if (self.damage > 0) != (self.damage_at > 0):
            raise ValueError(
                f"damage = {self.damage:g} at damage_at = {self.damage_at}: "
                "either both are above 0, or neither is"
            )
        self._require_mazes()
        return self

    def _require_mazes(self) -> None:
        """Refuse trees without a path of so many hops."""
        if self.task != "maze":
            return
        hardest = max(self.base_difficulty + self.n_rounds * self.jump, *self.test_difficulties)
        least = min(self.first_difficulty, *self.test_difficulties)
        nodes, hops = (least, self.maze_hops) if self.maze_hops else (self.maze_nodes, hardest)
        if nodes <= hops or hardest > 98 + bool(self.maze_hops):
            raise ValueError(
                f"mazes of {nodes} nodes have no paths of {hops} hops: nodes must lie in "
                "[hops + 1, 99] at every difficulty that is asked"
            )

    @property
    def subject(self) -> str:
        """Name of the task."""
        return TASKS[self.task].title

    @property
    def made_task(self) -> Task:
        """The task with its settings."""
        if self.task == "maze":
            return TASKS["maze"](self.maze_nodes, self.maze_hops)  # type: ignore[call-arg]
        return TASKS[self.task]()

    @property
    def shape(self) -> Shape:
        """Sizes of the models."""
        return Shape(TASKS[self.task].alphabet, self.layers, self.d_model, self.heads)

    def recipe(self, *, base: bool, seed: int) -> Recipe:
        """Return how models are trained on the original problems, or in a round."""
        return Recipe(
            steps=self.base_steps if base else self.retrain_steps,
            batch_size=self.batch_size,
            learning_rate=self.base_learning_rate if base else self.learning_rate,
            decay=0.6 if base else 0.3,
            base_share=self.base_share,
            clip_norm=1.0,
            precision=self.precision,
            seed=seed,
        )
