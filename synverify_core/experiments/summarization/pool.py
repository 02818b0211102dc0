"""Articles with the generator's summaries."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from synverify_core.errors import InputError

FIELDS = ("articles", "summaries", "similarity", "log_probability", "weak_log_probability")


@dataclass(frozen=True)
class SummaryPool:
    """Synthesized samples, one an article.

    articles, summaries, references : what was read, what the generator wrote, what a human wrote.
    similarity : Rouge-1 F of the generator's summary against the human one, in [0, 1] (n,).
    log_probability : mean log-probability per token of the summary under its generator (n,),
        natural logarithm.
    weak_log_probability : the same under the weak supervisor, if there is one.
    """

    articles: Sequence[str]
    summaries: Sequence[str]
    references: Sequence[str]
    similarity: NDArray[np.float64]
    log_probability: NDArray[np.float64]
    weak_log_probability: NDArray[np.float64] | None = None

    def __getitem__(self, field: str) -> Any:
        if field not in FIELDS:
            known = ", ".join(FIELDS)
            raise InputError(f"{field} is not a field of these samples; they have {known}")
        values = getattr(self, field)
        if values is None:
            raise InputError(f"{field} was not computed for these samples")
        return values

    def __len__(self) -> int:
        return len(self.articles)
