"""Settings of one run, of whichever experiment."""

from collections.abc import Mapping
from typing import Any, ClassVar, Literal, Self, get_args

from pydantic import (
    BaseModel,
    ConfigDict,
    Field,
    ValidationError,
    ValidationInfo,
    field_validator,
    model_validator,
)

from synverify_core.errors import InputError
from synverify_core.experiments.refusals import describe_validation
from synverify_core.verifiers.registry import parse

Policy = Literal["replace", "accumulate", "subsample", "mix"]


class Config(BaseModel):
    """Settings of one run; frozen, and validated where it is made.

    Every field that can change a result takes part in the run's uid.
    """

    model_config = ConfigDict(
        frozen=True, extra="forbid", allow_inf_nan=False, validate_default=True
    )

    batch_fields: ClassVar[tuple[str, ...]] = ()
    """What the experiment's pools offer to verifiers."""

    seed: int = Field(0, ge=0, le=2**31 - 1, description="First random seed of the run.")
    n_seeds: int = Field(
        1, ge=1, le=100, description="Number of repetitions: seed, seed + 1, ... (count)."
    )
    verifiers: tuple[str, ...] = Field(
        ("random",), min_length=1, description="Verifiers to compare, e.g. noisy(p_noise=0.1)."
    )
    sizes: tuple[int, ...] = Field(
        (100,), min_length=1, description="Selected samples n' to train on (count, Section 5)."
    )
    selection_rates: tuple[float | None, ...] = Field(
        (None,),
        min_length=1,
        description="Share of the pool kept, best scores first; None: each verifier's own rule.",
    )
    clean_labels: bool = Field(
        True,
        description="Whether models are trained on true labels, too, beside the selected samples.",
    )
    n_rounds: int = Field(
        1,
        ge=1,
        le=200,
        description="Rounds of synthesize, verify and retrain (count); 1 is the paper's run.",
    )
    policy: Policy = Field(
        "replace",
        description="What a round trains on: its kept samples (replace), also the original and all "
        "earlier ones (accumulate), as many drawn from all of these (subsample), or partly "
        "original ones (mix).",
    )
    real_fraction: float = Field(
        0.5,
        ge=0,
        le=1,
        description="Share of original samples under policy = mix, in [0, 1]; else without effect.",
    )

    @field_validator("*", mode="before")
    @classmethod
    def _no_bool_for_a_number(cls, value: Any, info: ValidationInfo) -> Any:
        allowed = cls.model_fields[str(info.field_name)].annotation
        items = value if isinstance(value, list | tuple) else [value]
        if bool not in (allowed, *get_args(allowed)) and any(
            item is True or item is False for item in items
        ):
            raise ValueError("true and false are no values of this field")
        return value

    @field_validator("verifiers")
    @classmethod
    def _verifiers_exist(cls, specs: tuple[str, ...]) -> tuple[str, ...]:
        verifiers = [parse(spec) for spec in specs]
        for verifier in verifiers:
            missing = verifier.missing(cls.batch_fields)
            if missing:
                raise ValueError(
                    f"{verifier.label()} needs {', '.join(missing)}, which this "
                    f"experiment's samples do not have; they have {', '.join(cls.batch_fields)}"
                )
        # One spelling for one verifier: the same settings must give the same uid.
        return tuple(dict.fromkeys(verifier.label() for verifier in verifiers))

    @field_validator("sizes")
    @classmethod
    def _sizes_increase(cls, sizes: tuple[int, ...]) -> tuple[int, ...]:
        if min(sizes) < 1:
            raise ValueError(f"{min(sizes)} is not a sample count: every size must be at least 1")
        return tuple(sorted(set(sizes)))

    @field_validator("selection_rates")
    @classmethod
    def _rates_are_shares(cls, rates: tuple[float | None, ...]) -> tuple[float | None, ...]:
        for rate in rates:
            if rate is not None and not 0 < rate <= 1:
                raise ValueError(f"{rate} is not a share: every rate must lie in (0, 1]")
        return tuple(dict.fromkeys(rates))

    @model_validator(mode="after")
    def _rule_or_rate(self) -> Self:
        if None in self.selection_rates:
            for verifier in map(parse, self.verifiers):
                if verifier.threshold is None:
                    raise ValueError(
                        f"{verifier.label()} has no rule of its own: "
                        "selection_rates must be numbers in (0, 1]"
                    )
        return self

    @model_validator(mode="after")
    def _fraction_is_of_a_mix(self) -> Self:
        default = type(self).model_fields["real_fraction"].default
        if self.policy != "mix" and self.real_fraction != default:
            raise ValueError(
                f"real_fraction = {self.real_fraction:g} has no effect under policy = "
                f"{self.policy}: leave it at {default:g}, or set policy = mix"
            )
        return self

    @property
    def subject(self) -> str:
        """What a run is about, in few words, e.g. "2 × 2"; empty where nothing needs to be said."""
        return ""

    @property
    def seeds(self) -> range:
        """Seeds of the repetitions."""
        return range(self.seed, self.seed + self.n_seeds)

    @classmethod
    def make(cls, values: Mapping[str, Any]) -> Self:
        """Build a config; an `InputError` names every refused field, its value and its range."""
        try:
            return cls(**values)
        except ValidationError as error:
            raise InputError(describe_validation(error, cls)) from None
