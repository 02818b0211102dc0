"""Teacher forcing against a calculation by hand."""

import numpy as np
import pytest
import torch

from synverify_core.errors import InputError, SynverifyError
from synverify_core.experiments.summarization import likelihood
from synverify_core.experiments.summarization.likelihood import mean_log_probability
from synverify_core.experiments.summarization.text import (
    encode_example,
    encode_prompt,
    encode_summary,
)

SUMMARIES = ["Compute the shape.", "A value of the matrix returns", "x"]


def by_hand(loaded, article, summary):
    example = encode_example(loaded.tokenizer, article, summary, 64)
    with torch.inference_mode():
        scores = loaded.model(torch.tensor([example.tokens])).logits[0].double().log_softmax(-1)
    places = range(example.prompt_length, len(example.tokens))
    return np.mean([float(scores[place - 1, example.tokens[place]]) for place in places])


@pytest.mark.parametrize("keeps_some_logits", [True, False])
def test_it_is_the_mean_over_the_summary_and_its_end(tiny, articles, keeps_some_logits):
    expected = [by_hand(tiny, *pair) for pair in zip(articles, SUMMARIES, strict=False)]
    if not keeps_some_logits:
        forward = tiny.model.forward
        tiny.model.forward = lambda input_ids, use_cache: forward(input_ids=input_ids)
    for size in (0, 1, 2):
        found = mean_log_probability(tiny, articles[:3], SUMMARIES, block_size=64, batch_size=size)
        np.testing.assert_allclose(found, expected, atol=1e-5)
    (empty,) = mean_log_probability(tiny, articles[:1], [""], block_size=64)
    assert np.isfinite(empty) and empty < 0


def test_where_memory_runs_out_the_batch_is_halved(tiny_llama, articles, monkeypatch):
    texts = ["A value of the matrix"] * len(articles)
    expected = mean_log_probability(tiny_llama, articles, texts, block_size=64)
    score, most, told = likelihood._score, 3, []

    def scarce(loaded, batch):
        if len(batch) > most:
            raise RuntimeError("DefaultCPUAllocator: can't allocate memory: 1 bytes")
        return score(loaded, batch)

    monkeypatch.setattr(likelihood, "_score", scarce)
    found = mean_log_probability(tiny_llama, articles, texts, block_size=64, log=told.append)
    np.testing.assert_allclose(found, expected, atol=1e-5)
    assert told[-1] == "out of memory: 3 articles at a time from here on"
    most = 0
    with pytest.raises(SynverifyError, match="one article at a time"):
        mean_log_probability(tiny_llama, articles[:2], texts[:2], block_size=64)


def test_a_summary_that_the_block_does_not_hold_is_scored_by_its_beginning(tiny_llama):
    frame = len(encode_prompt(tiny_llama.tokenizer, "", 64, 1).tokens)
    long, longer = (
        mean_log_probability(tiny_llama, [""], ["array matrix " * times], block_size=64)
        for times in (40, 50)
    )
    whole = encode_summary(tiny_llama.tokenizer, "array matrix " * 40)
    start = tiny_llama.tokenizer.decode(whole[: 64 - frame])
    assert len(whole) > 64 - frame
    assert long == longer
    shown = [*encode_prompt(tiny_llama.tokenizer, "", 64, 1).tokens, *whole[: 64 - frame]]
    with torch.inference_mode():
        logits = tiny_llama.model(torch.tensor([shown])).logits[0].log_softmax(-1)
    expected = [logits[place - 1, shown[place]].item() for place in range(frame, 64)]
    np.testing.assert_allclose(long[0], np.mean(expected), atol=1e-5)
    with pytest.raises(InputError, match="block_size is too small"):
        mean_log_probability(tiny_llama, [""], [start], block_size=frame)
