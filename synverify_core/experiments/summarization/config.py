"""Settings of the summarization experiment, with what the paper states and what we chose."""

from collections.abc import Mapping
from typing import Any, ClassVar, Literal, Self

from pydantic import Field, field_validator, model_validator

from synverify_core.experiments.config import Config
from synverify_core.experiments.summarization.corpora.spec import check_spec
from synverify_core.experiments.summarization.pool import FIELDS
from synverify_core.experiments.summarization.recipe import Recipe
from synverify_core.experiments.summarization.words import corpus_words, model_words
from synverify_core.verifiers.registry import parse

VERIFIERS = ("oracle", "weak", "self", "random")
# Verifiers that ask the weak supervisor.
SUPERVISED = ("weak", "self_weak")


class SummarizationConfig(Config):
    """Settings of one run of Section 6.2; the defaults are the paper's (Appendix D)."""

    batch_fields: ClassVar[tuple[str, ...]] = FIELDS

    verifiers: tuple[str, ...] = Field(
        VERIFIERS, min_length=1, max_length=20, description="Verifiers to compare (Section 6.2)."
    )
    selection_rates: tuple[float | None, ...] = Field(
        (0.125, 0.25, 0.5),
        min_length=1,
        description="Share of the summaries kept, best scores first (Section 6.2).",
    )
    sizes: tuple[int, ...] = Field(
        (9_579, 19_158, 38_315, 76_630, 153_261, 306_522),
        min_length=1,
        max_length=20,
        description="Selected samples after which a downstream model is tested (count); clean "
        "labels reach the largest, a verifier what it kept.",
    )
    corpus: str = Field(
        "xlsum",
        description="docstrings, digitalgov, jsonl:PATH, csv:PATH, parquet:PATH, xlsum or "
        "hub:OWNER/NAME (Section 6.2: English XL-Sum).",
    )
    article_column: str = Field("text", min_length=1, description="Column of the articles.")
    summary_column: str = Field("summary", min_length=1, description="Column of the summaries.")
    max_train: int = Field(
        0, ge=0, le=10**9, description="Articles to train on at most (count; 0: all of them)."
    )
    n_test: int = Field(
        0, ge=0, le=10**9, description="Articles to test on at most (count; 0: all of them)."
    )
    model: str = Field(
        "meta-llama/Llama-2-7b-hf",
        min_length=1,
        description="Pre-trained model that everything starts from: embedded, fresh (tiny, made on "
        "the spot), a folder, or a hub name (Section 6.2: Llama-2-7B).",
    )
    weak_model: str = Field(
        "meta-llama/Meta-Llama-3-8B",
        description="Pre-trained model of the weak supervisor, trained on all human summaries if "
        "a verifier asks it (Section 6.2: Llama-3); empty: none.",
    )
    dtype: Literal["float32", "bfloat16"] = Field(
        "float32",
        description="Number format of the weights. On a GPU, products of float32 weights are "
        "bfloat16; weights in bfloat16 need a third of the memory and hardly move at a small "
        "learning rate (project choice).",
    )
    generator_share: float = Field(
        0.125,
        gt=0,
        le=1,
        description="Share of the human summaries that train the generator (Section 6.2: 12.5 %).",
    )
    block_size: int = Field(
        1024, ge=16, le=131_072, description="Prompt and summary (tokens, Appendix D: 1024)."
    )
    max_new_tokens: int = Field(
        128, ge=1, le=4096, description="Longest summary generated (tokens, project choice)."
    )
    loss: Literal["full", "completion"] = Field(
        "full", description="Tokens that are learnt: the whole example (Appendix D) or the summary."
    )
    batch_size: int = Field(
        32, ge=1, le=65_536, description="Examples an optimization step (count, Appendix D: 32)."
    )
    learning_rate: float = Field(
        2e-5,
        gt=0,
        le=1,
        description="Learning rate, constant, of retraining and, unless it has its own, of the "
        "generator (Appendix D: 2e-5).",
    )
    epochs: int = Field(
        1,
        ge=1,
        le=100,
        description="Times that generator and retrained models see each of their examples (count, "
        "Appendix D: 1).",
    )
    generator_learning_rate: float | None = Field(
        5e-5,
        gt=0,
        le=1,
        description="Learning rate of the generator, with cosine decay (Appendix D: 5e-5); null: "
        "it is trained as the retrained models are, so that they can be compared.",
    )
    weak_learning_rate: float = Field(
        5e-5, gt=0, le=1, description="Learning rate of the supervisor, cosine (project choice)."
    )
    weak_epochs: float = Field(
        1.0, gt=0, le=100, description="Passes over all pairs for the supervisor (project choice)."
    )
    held_out: Literal["test", "validation"] = Field(
        "test",
        description="Articles that models are measured on: those of the test, or those for "
        "validation, by which settings are chosen; no model is trained on either.",
    )

    @field_validator("corpus")
    @classmethod
    def _corpus_has_a_known_form(cls, corpus: str) -> str:
        check_spec(corpus)
        return corpus

    @model_validator(mode="after")
    def _fields_fit(self) -> Self:
        if self.max_new_tokens >= self.block_size:
            raise ValueError(
                f"max_new_tokens = {self.max_new_tokens} leaves no room for an article in "
                f"block_size = {self.block_size}: it must be smaller"
            )
        if None in self.selection_rates:
            raise ValueError(
                "selection_rates = None is refused: no similarity of texts is exactly right or "
                "wrong, so every rate must be a number in (0, 1]"
            )
        asked = [spec for spec in self.verifiers if parse(spec).name in SUPERVISED]
        if asked and not self.weak_model:
            raise ValueError(f"{asked[0]} asks a supervisor: weak_model must name one")
        if self.max_train and self.sizes[-1] > self.max_train:
            raise ValueError(
                f"sizes ask for {self.sizes[-1]} samples, max_train = {self.max_train} allows no "
                "more than that"
            )
        return self

    @property
    def subject(self) -> str:
        """Corpus and model, without their folders; of many packages, how many."""
        packages = check_spec(self.corpus).target.split(",")
        many = self.corpus.startswith("docstrings:") and len(packages) > 1
        corpus = f"docstrings of {len(packages)} packages" if many else corpus_words(self.corpus)
        return f"{corpus}, {model_words(self.model)}"

    def recipe(self, seed: int) -> Recipe:
        """Return how generator and retrained models are trained."""
        return Recipe(
            learning_rate=self.learning_rate,
            schedule="constant",
            epochs=self.epochs,
            batch_size=self.batch_size,
            block_size=self.block_size,
            loss=self.loss,
            seed=seed,
        )

    @property
    def supervised(self) -> bool:
        """Whether a verifier asks the weak supervisor."""
        return any(parse(spec).name in SUPERVISED for spec in self.verifiers)


# Chosen on validation articles; small models learn nothing from 5e-5 in a few hundred steps.
_SMALL: Mapping[str, Any] = {
    "corpus": "docstrings",
    "model": "embedded",
    "weak_model": "embedded",
    "block_size": 128,
    "max_new_tokens": 32,
    "loss": "completion",
    "batch_size": 8,
    "learning_rate": 5e-4,
    "generator_learning_rate": None,
    "weak_learning_rate": 5e-4,
    "weak_epochs": 3.0,
}

# Sizes hold what the rates keep of max_train articles, and all of them.
PRESETS: Mapping[str, Mapping[str, Any]] = {
    "smoke": {
        **_SMALL,
        "corpus": "docstrings:argparse,email,json,logging,unittest",
        "model": "fresh",
        "weak_model": "fresh",
        "max_train": 160,
        "n_test": 40,
        "sizes": (20, 40, 80, 160),
        "block_size": 96,
        "max_new_tokens": 16,
        "batch_size": 2,
        "epochs": 2,
        "learning_rate": 2e-3,
        "weak_learning_rate": 2e-3,
        "weak_epochs": 1.0,
    },
    # A lesson's length: two packages are read in seconds, nobody has to train a supervisor, and a
    # generator of 36 summaries is bad enough that selection shows.
    "class": {
        **_SMALL,
        "corpus": "docstrings:pandas,scipy",
        "max_train": 1_200,
        "generator_share": 0.03,
        "n_test": 200,
        "selection_rates": (0.125,),
        "sizes": (150,),
        "verifiers": ("oracle", "self", "random"),
        "clean_labels": False,
    },
    "quick": {
        **_SMALL,
        "max_train": 2_048,
        "n_test": 500,
        "sizes": (128, 256, 512, 1_024, 2_048),
        "weak_epochs": 2.0,
    },
    "rounds": {
        **_SMALL,
        "n_rounds": 3,
        "n_seeds": 3,
        "max_train": 2_048,
        "n_test": 500,
        "verifiers": ("oracle", "self"),
        "selection_rates": (0.25,),
        "sizes": (512,),
    },
    "dense": {
        **_SMALL,
        "n_seeds": 5,
        "max_train": 8_000,
        "n_test": 2_000,
        # Of four verifiers no order is too rare to be chance (p = 0.083 at best).
        "verifiers": (*VERIFIERS, "length", "lead_overlap"),
        "sizes": (60, 125, 250, 500, 1_000, 2_000, 4_000, 8_000),
    },
    "gpu": {
        **_SMALL,
        "model": "HuggingFaceTB/SmolLM2-135M",
        "weak_model": "HuggingFaceTB/SmolLM2-135M",
        "max_train": 16_384,
        "sizes": (1_024, 2_048, 4_096, 8_192, 16_384),
        "block_size": 512,
        "max_new_tokens": 64,
        "batch_size": 32,
        "learning_rate": 5e-5,
        "weak_learning_rate": 1e-4,
    },
    "paper": {},
}
