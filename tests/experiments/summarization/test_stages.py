"""One training that stops at each size."""

import copy
from itertools import pairwise

import pytest
import torch

from synverify_core.experiments.summarization.batches import Row
from synverify_core.experiments.summarization.checkpoints import last_checkpoint
from synverify_core.experiments.summarization.models import Loaded
from synverify_core.experiments.summarization.recipe import Recipe
from synverify_core.experiments.summarization.text import encode_examples
from synverify_core.experiments.summarization.trainer import SummaryTrainer
from synverify_core.experiments.summarization.training import Training

RECIPE = Recipe(learning_rate=1e-3, schedule="constant", batch_size=4, block_size=64)
SIZES = [5, 12, 24]
STEPS = [2, 4, 7]


class Interrupted(Exception):
    """What stops a training here."""


def rows_of(tokenizer, articles):
    summaries = [" ".join(article.split()[:3]) for article in articles]
    examples = encode_examples(tokenizer, articles, summaries, 64)
    return [Row(example.tokens, example.labels()) for example in examples]


def stages(loaded, rows, folder, sizes=SIZES, **options):
    """Yield the weights after each size, on a copy of the model."""
    copied = Loaded(copy.deepcopy(loaded.model), loaded.tokenizer)
    for outcome in Training(copied, rows, RECIPE, folder, **options).in_stages(sizes):
        assert not copied.model.training
        values = [one.detach().flatten() for one in copied.model.parameters()]
        yield outcome, torch.cat(values) if outcome else None


def test_a_size_knows_its_own_examples_only(tiny, tiny_tokenizer, articles, tmp_path):
    rows = rows_of(tiny_tokenizer, articles)
    whole = list(stages(tiny, rows, tmp_path / "whole"))
    assert [outcome.steps for outcome, _ in whole] == STEPS
    changed = [*rows[:12], *rows[:12]]
    (_, five), (_, twelve), (_, last) = stages(tiny, changed, tmp_path / "changed")
    assert torch.equal(five, whole[0][1])
    assert torch.equal(twelve, whole[1][1])
    assert not torch.equal(last, whole[2][1])
    ((_, alone),) = stages(tiny, rows[:5], tmp_path / "alone", [5])
    assert torch.equal(alone, five)
    assert all(not torch.equal(one, other) for (_, one), (_, other) in pairwise(whole))


def test_rows_that_fill_a_batch_teach_nothing(
    tiny_llama, tiny_tokenizer, articles, tmp_path, monkeypatch
):
    """Five examples in batches of four and four: as five in one step of one, after one of four."""
    rows = rows_of(tiny_tokenizer, articles)[:5]
    ((_, one),) = stages(tiny_llama, rows, tmp_path / "a", [5])
    monkeypatch.setattr(SummaryTrainer, "_pieces", 4)
    ((_, other),) = stages(tiny_llama, rows, tmp_path / "b", [5])
    torch.testing.assert_close(one, other, rtol=1e-4, atol=1e-5)


@pytest.mark.parametrize("step", [1, 3, 6])
def test_an_interrupted_training_gives_the_same_models(
    tiny_llama, tiny_tokenizer, articles, tmp_path, step
):
    rows = rows_of(tiny_tokenizer, articles)
    whole = list(stages(tiny_llama, rows, tmp_path / "whole"))

    def progress(done, total, speed):
        if done == step:
            raise Interrupted

    with pytest.raises(Interrupted):
        list(stages(tiny_llama, rows, tmp_path / "part", progress=progress))
    again = list(stages(tiny_llama, rows, tmp_path / "part"))
    # The last stop before it was saved, and what is before that is gone.
    reached = max((stop for stop in STEPS if stop < step), default=0)
    for (before, expected), (outcome, found), stop in zip(whole, again, STEPS, strict=True):
        if stop < reached:
            assert outcome is None
        else:
            assert torch.equal(found, expected)
            assert outcome.loss == before.loss


def test_a_finished_stage_is_read_and_not_trained_again(
    tiny_llama, tiny_tokenizer, articles, tmp_path
):
    rows = rows_of(tiny_tokenizer, articles)
    training = stages(tiny_llama, rows, tmp_path)
    first = next(training)[1]
    training.close()
    assert last_checkpoint(tmp_path).name == "checkpoint-2"
    told = []
    outcome, weights = next(
        stages(tiny_llama, rows, tmp_path, progress=lambda *one: told.append(one))
    )
    assert torch.equal(weights, first)
    assert (outcome.steps, told) == (2, [])
