"""One measured point of a run, as a line of rows.jsonl and of every table."""

import math
from typing import Any, Self

from pydantic import BaseModel, ConfigDict, Field, field_validator, model_validator

RATES = ("p", "phi", "psi", "p_star", "coverage", "distinct")
"""Columns of what was selected, measured before any retraining; null where not defined."""
INTERVAL = ("p_star low", "p_star high")
"""Metrics of the 95 % interval of a curve's p_star, written where counts alone do not give it."""
STRATUM = "stratum "
"""Metric `stratum NAME`: share of what a curve keeps that lies there; `clean` keeps the pool."""
KEPT_WORDS = "kept words"
"""Metric: mean length of the answers that a curve keeps (words)."""
Key = tuple[int, int, str, float | None, int | None, str]


def of_selection(metric: str) -> bool:
    """Tell whether a metric is of what was selected, and not of a model that was trained."""
    return metric in (*INTERVAL, KEPT_WORDS) or metric.startswith(STRATUM)


class Row(BaseModel):
    """One measured point; None where a column does not apply.

    A column that this version does not know is left out, so that a record of a later one opens.
    """

    model_config = ConfigDict(frozen=True, extra="ignore", strict=True)

    experiment: str
    uid: str
    verifier: str = Field(description="Registry name with its settings, or a baseline.")
    selection_rate: float | None = Field(None, description="Share asked for; None: own rule.")
    n_samples: int | None = Field(None, description="Selected samples trained on (count).")
    seed: int
    round: int = Field(ge=0, description="Rounds behind the model (count); 0: no retraining.")
    metric: str
    value: float = Field(description="Not a number where the metric is not defined.")
    p: float | None = None
    phi: float | None = None
    psi: float | None = None
    p_star: float | None = None
    kept: int | None = None
    pool_size: int | None = None
    coverage: float | None = Field(
        None, description="Overlap of what is kept with the pool, in shares of strata, in [0, 1]."
    )
    distinct: float | None = Field(
        None, description="Different answers over kept answers, in (0, 1]."
    )
    difficulty: int | None = Field(None, description="Of the round's pool, e.g. digits (count).")
    policy: str | None = Field(None, description="What a round trained on; None: no retraining.")

    @model_validator(mode="before")
    @classmethod
    def _round_of_old_rows(cls, values: Any) -> Any:
        """Fill in the round of a row that was written before there were rounds."""
        if isinstance(values, dict) and "round" not in values:
            return {**values, "round": 0 if values.get("pool_size") is None else 1}
        return values

    @field_validator("value", mode="before")
    @classmethod
    def _null_is_nan(cls, value: Any) -> Any:
        return math.nan if value is None else value

    @model_validator(mode="after")
    def _no_infinity(self) -> Self:
        for name in ("value", "selection_rate", *RATES):
            number = getattr(self, name)
            if number is not None and (
                math.isinf(number) or (name != "value" and number != number)
            ):
                raise ValueError(f"{name} = {number} is not a finite number")
        return self

    @property
    def key(self) -> Key:
        """What tells a point from all others of its run."""
        return (
            self.seed,
            self.round,
            self.verifier,
            self.selection_rate,
            self.n_samples,
            self.metric,
        )

    def as_json(self) -> dict[str, Any]:
        """Plain values; a not-a-number becomes None because JSON has none."""
        values = dict(self)
        return {**values, "value": None if math.isnan(self.value) else self.value}
