"""How likely a model finds given summaries: one forward pass a batch, summary tokens only."""

from collections.abc import Sequence
from functools import partial
from typing import NamedTuple

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from synverify_core.experiments.memory import attempt
from synverify_core.experiments.summarization.generate import ONE_ARTICLE, Log, Summary
from synverify_core.experiments.summarization.models import Loaded, leaves_out_logits
from synverify_core.experiments.summarization.text import encode_prompt, encode_summary, end_token

_TOKENS_ON_CPU, _TOKENS_ON_GPU = 8_192, 65_536


class _Scored(NamedTuple):
    tokens: list[int]
    prompt_length: int


def mean_log_probability(
    loaded: Loaded,
    articles: Sequence[str],
    summaries: Sequence[Summary | str],
    *,
    block_size: int,
    reserve: int = 0,
    ended: Sequence[bool] | None = None,
    batch_size: int = 0,
    log: Log | None = None,
) -> NDArray[np.float64]:
    """Mean log-probability per token of each summary after its article, (n,), natural logarithm.

    A `Summary` is scored by the tokens that were generated, so the generator's own numbers are
    found again. A text is encoded (by this model's tokenizer) and followed by the end token, so
    an empty text is scored by its end alone, and one that the block does not hold by its beginning.
    A text that did not end is one that was cut: it is scored without an end.

    Parameters
    ----------
    block_size : most tokens of prompt and summary together.
    reserve : tokens kept free for the summary when the article is cut; that of the generation
        (`max_new_tokens`) to see the same prompts. A longer summary takes what it needs.
    ended : whether each text is whole; None: all are.
    batch_size : most articles at once; 0: as many as a budget of tokens allows.

    Raises
    ------
    InputError
        If the block does not even hold the prompt's frame.
    SynverifyError
        If one article alone does not fit into memory.
    """
    tokens = _tokens(loaded, summaries, ended)
    scored = _encoded(loaded, articles, tokens, loaded.block(block_size), reserve)
    order = sorted(range(len(scored)), key=lambda place: len(scored[place].tokens), reverse=True)
    budget = _TOKENS_ON_GPU if loaded.device.type == "cuda" else _TOKENS_ON_CPU
    most = batch_size or budget
    found = np.empty(len(scored))
    while order:
        rows = most if batch_size else min(most, budget // len(scored[order[0]].tokens))
        batch = order[: max(1, rows)]
        score = partial(_score, loaded, [scored[place] for place in batch])
        numbers = attempt(score, loaded.device, remedy=ONE_ARTICLE if len(batch) == 1 else "")
        if numbers is not None:
            found[batch] = numbers
            order = order[len(batch) :]
            continue
        most = len(batch) // 2
        if log:
            log(f"out of memory: {most} articles at a time from here on")
    return found


def _encoded(
    loaded: Loaded,
    articles: Sequence[str],
    summaries: Sequence[list[int]],
    block: int,
    reserve: int,
) -> list[_Scored]:
    room = block - len(encode_prompt(loaded.tokenizer, "", block, 1).tokens)
    return [
        _encode(loaded, article, summary[:room], block, reserve)
        for article, summary in zip(articles, summaries, strict=True)
    ]


def _tokens(
    loaded: Loaded, summaries: Sequence[Summary | str], ended: Sequence[bool] | None
) -> list[list[int]]:
    """Return the tokens to be scored of each summary; a text without words is its end alone."""
    end = end_token(loaded.tokenizer)
    found = []
    for summary, whole in zip(summaries, ended or [True] * len(summaries), strict=True):
        if isinstance(summary, str):
            tokens = encode_summary(loaded.tokenizer, summary)
            found.append(tokens if tokens and not whole else [*tokens, end])
        else:
            found.append(summary.tokens)
    return found


def _encode(
    loaded: Loaded, article: str, tokens: list[int], block_size: int, reserve: int
) -> _Scored:
    prompt = encode_prompt(loaded.tokenizer, article, block_size, max(reserve, len(tokens)))
    return _Scored([*prompt.tokens, *tokens], prompt.prompt_length)


@torch.inference_mode()  # type: ignore[untyped-decorator]
def _score(loaded: Loaded, batch: Sequence[_Scored]) -> NDArray[np.float64]:
    """Score a batch, padded on the right, where a causal model cannot see it: without a mask."""
    width = max(len(one.tokens) for one in batch)
    pad = int(loaded.tokenizer.pad_token_id)
    rows = [one.tokens + [pad] * (width - len(one.tokens)) for one in batch]
    tokens = torch.tensor(rows, device=loaded.device)
    # The position before the first summary token of any row, to the last but one.
    first = min(one.prompt_length for one in batch) - 1
    wanted = torch.arange(first, width - 1, device=loaded.device)
    logits = _logits(loaded, tokens, wanted).float()
    targets = tokens[:, first + 1 :]
    losses = torch.nn.functional.cross_entropy(
        logits.flatten(0, 1), targets.flatten(), reduction="none"
    ).view(targets.shape)
    starts = torch.tensor([one.prompt_length for one in batch], device=loaded.device)
    ends = torch.tensor([len(one.tokens) for one in batch], device=loaded.device)
    places = (wanted + 1).unsqueeze(0)
    inside = (places >= starts.unsqueeze(1)) & (places < ends.unsqueeze(1))
    means = -(losses * inside).sum(dim=1) / inside.sum(dim=1)
    numbers: NDArray[np.float64] = means.double().cpu().numpy()
    return numbers


def _logits(loaded: Loaded, tokens: Tensor, wanted: Tensor) -> Tensor:
    """Logits at the wanted positions; elsewhere they are not computed, where the model can."""
    model = loaded.model
    if leaves_out_logits(model):
        kept: Tensor = model(input_ids=tokens, use_cache=False, logits_to_keep=wanted).logits
        return kept
    every: Tensor = model(input_ids=tokens, use_cache=False).logits
    return every[:, wanted]
