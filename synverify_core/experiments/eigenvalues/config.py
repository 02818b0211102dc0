"""Settings of the eigenvalue experiment, with what the paper states and what we chose."""

from typing import ClassVar, Literal, Self

from pydantic import Field, field_validator, model_validator

from synverify_core.experiments.config import Config
from synverify_core.experiments.eigenvalues.data import (
    LARGEST_DIMENSION,
    Entries,
    Layout,
    source_length,
)
from synverify_core.experiments.eigenvalues.encodings import get_encoding
from synverify_core.experiments.eigenvalues.pool import FIELDS
from synverify_core.experiments.eigenvalues.recipe import Precision, Recipe, Schedule
from synverify_core.experiments.eigenvalues.shape import Shape
from synverify_core.verifiers.registry import parse

VERIFIERS = (
    "oracle",
    "noisy(p_noise=0.1)",
    "noisy(p_noise=0.3)",
    "none",
    "trace",
    "self",
)
LARGEST_SOURCE = 1024


class EigenvaluesConfig(Config):
    """Settings of one run of Sections 3 and 6.1; the defaults are the paper's model and data."""

    batch_fields: ClassVar[tuple[str, ...]] = FIELDS

    verifiers: tuple[str, ...] = Field(
        VERIFIERS,
        min_length=1,
        max_length=20,
        description="Verifiers to compare; none is p_noise = 1 (Section 6.1).",
    )
    sizes: tuple[int, ...] = Field(
        (1_000_000, 5_000_000, 10_000_000),
        min_length=1,
        max_length=20,
        description="Selected samples to train on (count, Figure 4).",
    )
    dimension: int = Field(
        5, ge=1, le=LARGEST_DIMENSION, description="Rows of a matrix (count, Section 3: 5)."
    )
    entries: Entries = Field(
        "uniform",
        description="Matrix entries: uniform in [-10, 10] (Section 3) or normal with the same "
        "variance.",
    )
    encoding: Literal["P10", "P100", "P1000", "B1999", "FP15"] = Field(
        "P1000", description="How numbers become tokens (Appendix B: P1000; P100 is ours)."
    )
    layout: Layout = Field(
        "full",
        description="What the model reads: the full matrix (Appendix B) or its upper triangle "
        "(ours: the same information in fewer tokens).",
    )
    encoder_layers: int = Field(4, ge=1, le=24, description="Encoder layers (count, Appendix B).")
    decoder_layers: int = Field(1, ge=1, le=24, description="Decoder layers (count, Appendix B).")
    d_model: int = Field(512, ge=8, le=4096, description="Width (dimensions, Appendix B: 512).")
    heads: int = Field(8, ge=1, le=64, description="Attention heads (count, Appendix B: 8).")
    ffn_factor: int = Field(
        4, ge=1, le=16, description="Width of the inner layer over d_model (project choice: 4)."
    )
    precision: Precision = Field(
        "auto", description="Arithmetic of products; auto: bfloat16 on a GPU, else float32."
    )
    batch_size: int = Field(
        64, ge=1, le=65_536, description="Examples an optimization step (count, project choice)."
    )
    learning_rate: float = Field(
        5e-5, gt=0, le=1, description="Adam's learning rate after warm-up (Appendix B: 5e-5)."
    )
    warmup_steps: int = Field(
        10_000, ge=0, le=10_000_000, description="Linear warm-up (steps, Appendix B: 10,000)."
    )
    schedule: Schedule = Field(
        "constant", description="Learning rate after warm-up: constant (Appendix B) or cosine to 0."
    )
    clip_norm: float = Field(
        5.0, gt=0, le=1e6, description="Largest Euclidean norm of a gradient (project choice)."
    )
    n_original: int = Field(
        200_000, ge=1, le=100_000_000, description="Examples of the generator (count, Section 3)."
    )
    generator_steps: int = Field(
        203_125,
        ge=1,
        le=10_000_000,
        description="Optimization steps of the generator (count; Section 3: 65 epochs).",
    )
    retrain_steps: int = Field(
        203_125,
        ge=1,
        le=10_000_000,
        description="Optimization steps of every downstream model, the same for all verifiers "
        "and sizes (count, project choice).",
    )
    pool_size: int = Field(
        60_000_000,
        ge=1,
        le=200_000_000,
        description="Matrices that the generator labels (count, project choice: enough for "
        "10 M within 1 %).",
    )
    synthesis: Literal["greedy", "best_of_beam"] = Field(
        "greedy",
        description="The generator's answer: greedy (Section 6.1) or the beam's nearest to the "
        "truth (Appendix B.1).",
    )
    beam_size: int = Field(
        50, ge=2, le=200, description="Beams of best_of_beam (count, Appendix B.1: 5 to 50)."
    )
    start: Literal["scratch", "generator", "base"] = Field(
        "scratch",
        description="Where downstream models start: fresh weights, the generator (Table 3, model "
        "A), or another model trained on true eigenvalues (B, C, D).",
    )
    base_original: int = Field(
        0,
        ge=0,
        le=100_000_000,
        description="Own examples of the base model (count; Table 3: B, C, D differ in accuracy).",
    )
    base_steps: int = Field(
        0, ge=0, le=10_000_000, description="Optimization steps of the base model (count)."
    )
    weak_d_model: int = Field(
        0,
        ge=0,
        le=4096,
        description="Width of the smaller model that the verifier weak asks (dimensions; 0: none).",
    )
    tolerance: float = Field(
        0.01, gt=0, lt=1, description="Relative L1 error of a right answer (tau, Section 6.1: 1 %)."
    )
    n_test: int = Field(
        100_000, ge=100, le=10_000_000, description="Held-out matrices (count, project choice)."
    )
    held_out: Literal["test", "validation"] = Field(
        "test",
        description="Matrices that models are judged on: the test set, or others, of which no "
        "figure shows anything, to choose settings by (project choice).",
    )
    table_beams: tuple[int, ...] = Field(
        (5, 10, 25, 35, 50), description="Beam sizes of Table 1, for the generator (count)."
    )
    n_table: int = Field(
        10_000, ge=1, le=1_000_000, description="Matrices of Table 1 (count, project choice)."
    )

    @field_validator("table_beams")
    @classmethod
    def _beams_in_range(cls, beams: tuple[int, ...]) -> tuple[int, ...]:
        for width in beams:
            if not 2 <= width <= 200:
                raise ValueError(f"{width} is not a beam size: each must lie in [2, 200]")
        return tuple(sorted(set(beams)))

    @model_validator(mode="after")
    def _fields_fit(self) -> Self:
        if self.d_model % self.heads:
            raise ValueError(
                f"d_model = {self.d_model} cannot be split into heads = {self.heads}: "
                "it must be a multiple"
            )
        length = source_length(self.dimension, get_encoding(self.encoding), self.layout)
        if length > LARGEST_SOURCE:
            raise ValueError(
                f"dimension = {self.dimension} makes {length} input tokens in {self.encoding}: "
                f"at most {LARGEST_SOURCE} are allowed"
            )
        if (self.start == "base") != (min(self.base_original, self.base_steps) > 0):
            raise ValueError(
                f"start = {self.start!r} with base_original = {self.base_original} and base_steps "
                f"= {self.base_steps}: start = 'base' needs both above 0, the others need 0"
            )
        asked = any(parse(spec).name in ("weak", "self_weak") for spec in self.verifiers)
        if asked != (self.weak_d_model > 0):
            raise ValueError(
                f"weak_d_model = {self.weak_d_model} does not fit the verifiers: it must be above "
                "0 exactly if weak or self_weak is among them"
            )
        if self.weak_d_model % self.heads:
            raise ValueError(
                f"weak_d_model = {self.weak_d_model} cannot be split into heads = {self.heads}"
            )
        if self.sizes[-1] > self.pool_size:
            raise ValueError(
                f"sizes ask for {self.sizes[-1]} samples, the pool has pool_size = {self.pool_size}"
            )
        return self

    @property
    def subject(self) -> str:
        """Size of the matrices, e.g. "2 × 2"."""
        return f"{self.dimension} × {self.dimension}"

    def shape(self, d_model: int | None = None) -> Shape:
        """Return the sizes of the models, or of one of another width."""
        return Shape(
            encoding=self.encoding,
            dimension=self.dimension,
            layout=self.layout,
            encoder_layers=self.encoder_layers,
            decoder_layers=self.decoder_layers,
            d_model=d_model or self.d_model,
            heads=self.heads,
            ffn_factor=self.ffn_factor,
        )

    def recipe(self, steps: int, seed: int) -> Recipe:
        """Return how models are trained."""
        return Recipe(
            steps=steps,
            batch_size=self.batch_size,
            learning_rate=self.learning_rate,
            warmup_steps=self.warmup_steps,
            schedule=self.schedule,
            clip_norm=self.clip_norm,
            precision=self.precision,
            seed=seed,
        )
