"""Prompts that are read for their end alone."""

import pytest
import torch
from transformers import DynamicCache

from synverify_core.experiments.summarization.greedy import greedy
from synverify_core.experiments.summarization.prompt_end import only_the_end

NEW = 12


@torch.inference_mode()
def test_the_last_position_and_all_keys_are_what_they_were(tiny_llama):
    model = tiny_llama.model
    tokens = torch.tensor([[7, 0, 3, 4, 5], [5, 6, 7, 8, 9]])
    mask = torch.tensor([[0, 0, 1, 1, 1], [1, 1, 1, 1, 1]])
    for seen in (None, mask):
        whole, part = DynamicCache(), DynamicCache()
        options = {"attention_mask": seen, "use_cache": True}
        expected = model(tokens, past_key_values=whole, **options).logits[:, -1]
        with only_the_end(model):
            found = model(tokens, past_key_values=part, logits_to_keep=1, **options).logits
        assert found.shape[1] == 1
        torch.testing.assert_close(found[:, 0], expected)
        for one, other in zip(part.layers, whole.layers, strict=True):
            columns = slice(None) if seen is None else slice(2, None)
            torch.testing.assert_close(one.keys[:, :, columns], other.keys[:, :, columns])
            torch.testing.assert_close(one.values[:, :, columns], other.values[:, :, columns])
    again = model(tokens).logits
    assert again.shape[1] == 5  # afterwards the model is whole again
    assert torch.equal(again[:, -1], model(tokens).logits[:, -1])


def test_other_architectures_are_left_alone(tiny_gpt2):
    with only_the_end(tiny_gpt2.model):
        assert tiny_gpt2.model(torch.tensor([[1, 2, 3]])).logits.shape[1] == 3


@pytest.mark.parametrize("part", [1, 40, 10_000])
def test_prompts_of_very_different_lengths_are_read_in_parts_of_their_own_width(
    tiny, monkeypatch, part
):
    """A part is narrower than the batch; what its rows never had is never looked at."""
    monkeypatch.setattr(
        "synverify_core.experiments.summarization.greedy._PROMPT_TOKENS_ON_CPU", part
    )
    prompts = [list(range(10, 10 + length)) for length in (40, 39, 17, 16, 3, 2, 1)]
    found = greedy(tiny.model, prompts, ends={0, 8, 16}, pad=1, max_new_tokens=NEW)
    for prompt, one in zip(prompts, found, strict=True):
        (alone,) = greedy(tiny.model, [prompt], ends={0, 8, 16}, pad=1, max_new_tokens=NEW)
        assert one.tokens == alone.tokens
        assert one.log_probability_mean == pytest.approx(alone.log_probability_mean, abs=1e-4)
        expected = tiny.model.generate(
            torch.tensor([prompt]),
            attention_mask=torch.ones((1, len(prompt)), dtype=torch.long),
            do_sample=False,
            max_new_tokens=NEW,
            eos_token_id=[0, 8, 16],
            pad_token_id=1,
        )[0, len(prompt) :].tolist()
        assert one.tokens == expected
