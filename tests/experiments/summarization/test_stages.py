"""One training that stops at each size."""

from itertools import pairwise

import pytest
import torch

from synverify_core.experiments.summarization.checkpoints import last_checkpoint
from synverify_core.experiments.summarization.recipe import Recipe
from synverify_core.experiments.summarization.trainer import SummaryTrainer
from synverify_core.experiments.summarization.training import Training, rows_of
from tests.experiments.conftest import Interrupted
from tests.experiments.summarization.conftest import fresh, weights

RECIPE = Recipe(learning_rate=1e-3, schedule="constant", batch_size=4, block_size=64)
SIZES = [5, 12, 24]
STEPS = [2, 4, 7]


@pytest.fixture
def rows(examples):
    """Give the training's rows, one for each of 24 articles."""
    return rows_of(examples, "full")


def stages(loaded, rows, folder, sizes=SIZES, **options):
    """Yield the weights after each size, on a copy of the model."""
    copied = fresh(loaded)
    for outcome in Training(copied, rows, RECIPE, folder, **options).in_stages(sizes):
        assert not copied.model.training
        yield outcome, weights(copied) if outcome else None


def test_a_size_knows_its_own_examples_only(tiny, rows, tmp_path):
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


def test_rows_that_fill_a_batch_teach_nothing(tiny_llama, rows, tmp_path, monkeypatch):
    """Five examples in batches of four and four: as five in one step of one, after one of four."""
    ((_, one),) = stages(tiny_llama, rows[:5], tmp_path / "a", [5])
    monkeypatch.setattr(SummaryTrainer, "_pieces", 4)
    ((_, other),) = stages(tiny_llama, rows[:5], tmp_path / "b", [5])
    torch.testing.assert_close(one, other, rtol=1e-4, atol=1e-5)


@pytest.mark.parametrize("step", [1, 6])
def test_an_interrupted_training_gives_the_same_models(tiny_llama, rows, tmp_path, step):
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


def test_a_finished_stage_is_read_and_not_trained_again(tiny_llama, rows, tmp_path):
    training = stages(tiny_llama, rows, tmp_path)
    first = next(training)[1]
    training.close()
    assert last_checkpoint(tmp_path).name == "checkpoint-2"
    told = []
    outcome, found = next(
        stages(tiny_llama, rows, tmp_path, progress=lambda *one: told.append(one))
    )
    assert torch.equal(found, first)
    assert (outcome.steps, told) == (2, [])
