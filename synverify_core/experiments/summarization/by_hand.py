"""One article: what each model writes about it, token by token, and what the judges say of it."""

import math
from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

import torch

from synverify_core.errors import InputError
from synverify_core.experiments.summarization.generate import Summary, summarize
from synverify_core.experiments.summarization.likelihood import mean_log_probability
from synverify_core.experiments.summarization.models import Loaded
from synverify_core.experiments.summarization.overlap import shared_words
from synverify_core.experiments.summarization.rouge import rouge1
from synverify_core.experiments.summarization.text import (
    PROMPT,
    Encoded,
    encode_prompt,
    end_token,
)

HUMAN = "human"
"""Key of the human summary among the candidates."""
END = "(end)"


class Limits(NamedTuple):
    """Tokens: of prompt and summary together, and of the longest summary."""

    block_size: int
    max_new_tokens: int


class Written(NamedTuple):
    """A summary with its tokens: spelled, and the probability of each."""

    summary: Summary
    tokens: list[dict[str, Any]]
    read: int


def write(loaded: Loaded, article: str, limits: Limits) -> Written:
    """Let a model summarize one article by greedy decoding.

    Raises
    ------
    InputError
        If the article is empty, or there is no room for a summary.
    """
    if not article.strip():
        raise InputError("article = '' is refused: there is nothing to summarize")
    (summary,) = summarize(
        loaded, [article], block_size=limits.block_size, max_new_tokens=limits.max_new_tokens
    )
    prompt = _prompt(loaded, article, limits)
    chances = _probabilities(loaded, prompt.tokens, summary.tokens)
    tokens = [
        {"text": _spell(loaded, token), "probability": chance}
        for token, chance in zip(summary.tokens, chances, strict=True)
    ]
    return Written(summary, tokens, characters_read(loaded, article, limits))


def characters_read(loaded: Loaded, article: str, limits: Limits) -> int:
    """Count the characters of an article that fit into the block beside its summary."""
    prompt = _prompt(loaded, article, limits)
    if not prompt.truncated:
        return len(article)
    before, _, after = PROMPT.partition("{article}")
    text = loaded.tokenizer.decode(prompt.tokens, skip_special_tokens=True).strip()
    read = text.removeprefix(before.strip()).removesuffix(after.strip())
    # Line breaks became spaces: characters between spaces are counted, which stay as they are.
    left = len("".join(read.split()))
    for place, sign in enumerate(article):
        if left == 0:
            return place
        left -= not sign.isspace()
    return len(article)


def judge(
    judges: Mapping[str, Loaded],
    article: str,
    candidates: Mapping[str, Summary | str],
    reference: str,
    limits: Limits,
) -> list[dict[str, Any]]:
    """Score summaries of one article as a pool's samples are scored.

    Parameters
    ----------
    judges : `self` (the pool's generator) and `weak` (its supervisor), those that there are.
    candidates : by writer; the generator's own as it was generated, others as texts.
    reference : human summary; empty: there is none.

    Returns
    -------
    list of dict
        For each candidate `key`, `text`, `similarity` (Rouge-1 F, None without a reference),
        `log_probability` and `weak_log_probability` (None without that judge), and `shared`: begin
        and end of the words that the reference has, too.
    """
    texts = [one if isinstance(one, str) else one.text for one in candidates.values()]
    known = reference.strip() != ""
    similarity = rouge1(texts, [reference] * len(texts)).tolist() if known else None
    own = _score(judges.get("self"), article, list(candidates.values()), limits)
    # The supervisor reads texts in the experiment, too: its tokenizer may be another one.
    ended = [isinstance(one, str) or one.ended for one in candidates.values()]
    weak = _score(judges.get("weak"), article, texts, limits, ended)
    return [
        {
            "key": key,
            "text": text,
            "similarity": similarity[place] if similarity else None,
            "log_probability": own[place] if own else None,
            "weak_log_probability": weak[place] if weak else None,
            "shared": shared_words(text, reference) if known else [],
        }
        for place, (key, text) in enumerate(zip(candidates, texts, strict=True))
    ]


def _prompt(loaded: Loaded, article: str, limits: Limits) -> Encoded:
    block = loaded.block(limits.block_size)
    return encode_prompt(loaded.tokenizer, article, block, limits.max_new_tokens)


def _score(
    loaded: Loaded | None,
    article: str,
    summaries: Sequence[Summary | str],
    limits: Limits,
    ended: Sequence[bool] | None = None,
) -> list[float] | None:
    if loaded is None:
        return None
    numbers = mean_log_probability(
        loaded,
        [article] * len(summaries),
        summaries,
        block_size=limits.block_size,
        reserve=limits.max_new_tokens,
        ended=ended,
    )
    return [float(number) for number in numbers]


@torch.inference_mode()  # type: ignore[untyped-decorator]
def _probabilities(
    loaded: Loaded, prompt: Sequence[int], continuation: Sequence[int]
) -> list[float]:
    """Probability of each token of a continuation, given all before it."""
    row = torch.tensor([[*prompt, *continuation]], device=loaded.device)
    logits = loaded.model(input_ids=row, use_cache=False).logits[0].float()
    logs = logits[len(prompt) - 1 : -1].log_softmax(dim=-1)
    taken = logs[torch.arange(len(continuation)), torch.tensor(continuation, device=row.device)]
    return [math.exp(value) for value in taken.tolist()]


def _spell(loaded: Loaded, token: int) -> str:
    if token == end_token(loaded.tokenizer):
        return END
    return str(loaded.tokenizer.decode([token]))
