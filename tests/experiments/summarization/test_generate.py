"""Greedy generation: transformers' tokens, in batches, resumable."""

import copy

import numpy as np
import pytest
import torch

from synverify_core.errors import InputError, StoreError, SynverifyError
from synverify_core.experiments.summarization import generate, greedy, lean
from synverify_core.experiments.summarization.generate import PROGRESS_NAME, counts, summarize
from synverify_core.experiments.summarization.likelihood import mean_log_probability
from synverify_core.experiments.summarization.text import encode_prompt

NEW = 16


@pytest.fixture
def talker(tiny):
    """Make a model that ends at one token in eight, so that rows leave a batch at all times."""
    tiny.model.generation_config.eos_token_id = list(range(0, 320, 8))
    return tiny


def transformers_tokens(loaded, prompt, **options):
    """Let transformers go on behind a prompt."""
    tokens = torch.tensor([prompt])
    mask = torch.ones_like(tokens)
    options |= {"do_sample": False, "max_new_tokens": NEW}
    return loaded.model.generate(tokens, attention_mask=mask, **options)[0, len(prompt) :].tolist()


def write(loaded, articles, **options):
    return summarize(loaded, articles, block_size=64, max_new_tokens=NEW, **options)


def test_every_token_is_that_of_transformers_generate(talker, articles):
    pad = talker.tokenizer.pad_token_id
    summaries = write(talker, articles)
    for article, summary in zip(articles, summaries, strict=True):
        prompt = encode_prompt(talker.tokenizer, article, 64, NEW).tokens
        expected = transformers_tokens(talker, prompt, pad_token_id=pad)
        assert summary.tokens == expected
        assert summary.ended == (expected[-1] % 8 == 0)
    assert len({len(summary.tokens) for summary in summaries}) > 4


def test_the_log_probability_is_that_of_teacher_forcing(talker, articles):
    summaries = write(talker, articles)
    again = mean_log_probability(talker, articles, summaries, block_size=64, reserve=NEW)
    np.testing.assert_allclose(
        [summary.log_probability_mean for summary in summaries], again, atol=1e-4
    )
    assert np.ptp(again) > 0.1


def test_the_batch_size_changes_nothing(talker, articles):
    together = write(talker, articles)
    for batch_size in (1, 5):
        alone = write(talker, articles, batch_size=batch_size)
        assert [one.tokens for one in alone] == [one.tokens for one in together]


def test_an_interrupted_generation_goes_on_behind_what_is_done(
    tiny_llama, articles, tmp_path, monkeypatch
):
    whole = write(tiny_llama, articles)
    calls, decode = [], generate.greedy

    def interrupted(model, prompts, **options):
        if len(calls) == 3:
            raise KeyboardInterrupt
        calls.append(len(prompts))
        return decode(model, prompts, **options)

    with monkeypatch.context() as patch, pytest.raises(KeyboardInterrupt):
        patch.setattr(generate, "greedy", interrupted)
        write(tiny_llama, articles, batch_size=4, workspace=tmp_path)
    path = tmp_path / PROGRESS_NAME
    assert len(path.read_text("utf8").splitlines()) == 1 + 12
    with path.open("a", encoding="utf8") as file:
        file.write('{"place": 3, "tok')  # cut off by the interruption
    seen, told = [], []
    options = {"log": told.append, "progress": lambda *one: seen.append(one[:2])}
    again = write(tiny_llama, articles, batch_size=4, workspace=tmp_path, **options)
    assert [one.tokens for one in again] == [one.tokens for one in whole]
    assert told[0] == "generation goes on behind 12 of 24 articles"
    assert seen[-1] == (24, 24)


def test_a_workspace_of_other_articles_is_refused(tiny_llama, articles, tmp_path):
    write(tiny_llama, articles[:3], workspace=tmp_path)
    with pytest.raises(InputError, match="of another model or of other articles"):
        write(tiny_llama, articles[:4], workspace=tmp_path)
    (tmp_path / PROGRESS_NAME).write_text("{broken\n", encoding="utf8")
    with pytest.raises(StoreError, match="line 1 is not JSON"):
        write(tiny_llama, articles[:3], workspace=tmp_path)


def fails_above(rows):
    """Make greedy decoding run out of memory for larger batches."""
    decode = generate.greedy

    def scarce(model, prompts, **options):
        if len(prompts) > rows:
            raise RuntimeError("DefaultCPUAllocator: can't allocate memory: 1 bytes")
        return decode(model, prompts, **options)

    return scarce


def test_where_memory_runs_out_the_batch_is_halved(tiny_llama, articles, monkeypatch):
    whole = write(tiny_llama, articles)
    monkeypatch.setattr(generate, "greedy", fails_above(7))
    told = []
    halved = write(tiny_llama, articles, log=told.append)
    assert [one.tokens for one in halved] == [one.tokens for one in whole]
    assert told[:2] == [
        "out of memory: 12 articles at a time from here on",
        "out of memory: 6 articles at a time from here on",
    ]
    monkeypatch.setattr(generate, "greedy", fails_above(0))
    with pytest.raises(SynverifyError, match="Out of memory with one article at a time"):
        write(tiny_llama, articles[:2])


def test_an_empty_summary_has_a_finite_log_probability_and_is_counted(tiny_llama, articles):
    end = tiny_llama.tokenizer.eos_token_id
    first = write(tiny_llama, articles[:1])[0].tokens[0]
    tiny_llama.model.generation_config.eos_token_id = [end, first]
    summary = write(tiny_llama, articles[:1])[0]
    assert summary.tokens == [first]
    assert np.isfinite(summary.log_probability_mean)
    # The token that ended it here is a word: only the end token is invisible.
    tiny_llama.model.lm_head.weight.data[end] = tiny_llama.model.lm_head.weight.data[first] * 3
    summary = write(tiny_llama, articles[:1])[0]
    assert summary.text == ""
    assert summary.tokens == [end]
    assert counts([summary]).startswith("1 summaries: 1 empty, 0 without an end")


def test_no_articles_give_nothing_and_too_long_summaries_are_refused(tiny_llama, articles):
    assert write(tiny_llama, []) == []
    with pytest.raises(InputError, match=r"max_new_tokens = 64 is refused: .* \[1, 63\]"):
        summarize(tiny_llama, articles, block_size=64, max_new_tokens=64)


@pytest.mark.parametrize("part", [1, 40])
@pytest.mark.parametrize("rearrange", [True, False])
def test_prompts_of_very_different_lengths_are_read_in_parts_of_their_own_width(
    tiny, monkeypatch, part, rearrange
):
    """A part is narrower than the batch; what its rows never had is never looked at."""
    monkeypatch.setattr(greedy, "_PROMPT_TOKENS_ON_CPU", part)
    monkeypatch.setattr(lean, "_PROMPT_TOKENS", part)
    weights = lean.lean(tiny.model) if rearrange else None
    prompts = [list(range(10, 10 + length)) for length in (40, 39, 17, 17, 16, 3, 2, 1)]
    options = {"ends": {0, 8, 16}, "pad": 1, "max_new_tokens": NEW}
    found = greedy.greedy(tiny.model, prompts, weights=weights, **options)
    for prompt, one in zip(prompts, found, strict=True):
        (alone,) = greedy.greedy(tiny.model, [prompt], **options)
        assert one.tokens == alone.tokens
        assert one.log_probability_mean == pytest.approx(alone.log_probability_mean, abs=1e-4)
        expected = transformers_tokens(tiny, prompt, eos_token_id=[0, 8, 16], pad_token_id=1)
        assert one.tokens == expected


def test_only_a_llama_that_gives_the_same_numbers_is_rearranged(tiny_llama, tiny_gpt2):
    model = tiny_llama.model
    assert isinstance(lean.lean(model), lean.Lean)
    assert lean.lean(tiny_gpt2.model) is None
    assert lean.lean(copy.deepcopy(model).train()) is None
    assert lean.lean(copy.deepcopy(model).bfloat16()) is None
    # Something that stands beside the weights, such as an adapter.
    hook = model.model.layers[1].mlp.register_forward_hook(lambda *given: given[2] * 1.01)
    assert lean.lean(model) is None
    hook.remove()
    assert lean.lean(model) is not None
    del model.model.layers[0].mlp.gate_proj  # as another version might name it
    assert lean.lean(model) is None
