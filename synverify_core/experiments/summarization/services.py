"""What an assistant answers for the summarization page."""

from functools import lru_cache
from typing import Any

from synverify_core.experiments.summarization.by_hand import (
    HUMAN,
    Limits,
    Written,
    characters_read,
    judge,
    write,
)
from synverify_core.experiments.summarization.generate import Summary
from synverify_core.experiments.summarization.models import Loaded, load
from synverify_core.experiments.summarization.overlap import shared_words

_MODELS_LOADED = 6


def summarize(request: dict[str, Any]) -> dict[str, Any]:
    """Let models summarize an article, and let a pool's models judge what they wrote.

    Parameters
    ----------
    request : `article`; `reference` (human summary, may be empty); `writers`, models as
        `{key, path, modified, dtype}`; `judges`, the models `self` and `weak` in the same form,
        or null; `block_size` and `max_new_tokens`.

    Returns
    -------
    dict with `writers` (`key`, `text`, `tokens`, `log_probability`, `ended`, `read`: characters of
    the article that fitted in) and `candidates`, as `judge` returns them; the human summary is
    the last of them, if it is there.
    """
    article, reference = request["article"], request["reference"]
    limits = Limits(request["block_size"], request["max_new_tokens"])
    writers = {
        model["key"]: _written(_name(model), article, limits) for model in request["writers"]
    }
    judges = {name: model for name, model in request["judges"].items() if model}
    own = judges.get("self", {}).get("key")
    candidates: dict[str, Summary | str] = {
        key: written.summary if key == own else written.summary.text
        for key, written in writers.items()
    }
    if reference.strip():
        candidates[HUMAN] = reference
    loaded = {name: _model(*_name(model)) for name, model in judges.items()}
    return {
        "writers": [
            {
                "key": key,
                "text": written.summary.text,
                "tokens": written.tokens,
                "log_probability": written.summary.log_probability_mean,
                "ended": written.summary.ended,
                "read": written.read,
            }
            for key, written in writers.items()
        ],
        "candidates": judge(loaded, article, candidates, reference, limits),
    }


def compare(request: dict[str, Any]) -> dict[str, Any]:
    """Mark the words that two summaries share, and how far a model read the article.

    Parameters
    ----------
    request : `summary`, `reference`, `article`; `reader`, a model as in `summarize` or null;
        `block_size` and `max_new_tokens`.
    """
    summary, reference, reader = request["summary"], request["reference"], request["reader"]
    read = None
    if reader:
        loaded = _model(*_name(reader))
        limits = Limits(request["block_size"], request["max_new_tokens"])
        read = characters_read(loaded, request["article"], limits)
    return {
        "summary": shared_words(summary, reference),
        "reference": shared_words(reference, summary),
        "read": read,
    }


def _name(model: dict[str, Any]) -> tuple[str, int, str]:
    return str(model["path"]), int(model["modified"]), str(model["dtype"])


@lru_cache(maxsize=512)
def _written(model: tuple[str, int, str], article: str, limits: Limits) -> Written:
    return write(_model(*model), article, limits)


@lru_cache(maxsize=_MODELS_LOADED)
def _model(path: str, modified: int, dtype: str) -> Loaded:
    """Load a model once; another file under the same name is another model."""
    return load(path, dtype)


SERVICES = {"summarize": summarize, "compare": compare}
