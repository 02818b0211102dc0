"""Fine-tuning: interrupted or not, in one part or many, with little memory."""

from dataclasses import replace

import pytest
import torch

from synverify_core.errors import InputError, SynverifyError
from synverify_core.experiments.summarization import training
from synverify_core.experiments.summarization.checkpoints import last_checkpoint
from synverify_core.experiments.summarization.recipe import Recipe
from synverify_core.experiments.summarization.training import Training, loss_history, rows_of
from tests.experiments.conftest import Interrupted
from tests.experiments.summarization.conftest import fresh, weights

RECIPE = Recipe(learning_rate=1e-3, epochs=2, batch_size=8, block_size=64, warmup=0.2)


def progress(done, total, speed):
    """Stop in the middle."""
    if done == 4:
        raise Interrupted


def finetune(loaded, examples, recipe, **options):
    return Training(loaded, rows_of(examples, recipe.loss), recipe, **options).run()


def test_an_interrupted_training_ends_with_the_same_weights(tiny_llama, examples, tmp_path):
    whole, again = fresh(tiny_llama), fresh(tiny_llama)
    expected = finetune(whole, examples, RECIPE, workspace=tmp_path / "whole")
    stops = {"workspace": tmp_path / "part", "progress": progress, "checkpoint_seconds": 0}
    with pytest.raises(Interrupted):
        finetune(fresh(tiny_llama), examples, RECIPE, **stops)
    assert last_checkpoint(tmp_path / "part").name == "checkpoint-3"
    (tmp_path / "part" / "checkpoint-5").mkdir()  # cut off before its last file
    told = []
    outcome = finetune(again, examples, RECIPE, workspace=tmp_path / "part", log=told.append)
    assert told[0] == "training goes on from checkpoint-3 of 6"
    assert torch.equal(weights(whole), weights(again))
    assert not torch.equal(weights(whole), weights(tiny_llama))
    assert outcome.loss == expected.loss
    assert expected.steps == 6
    assert not whole.model.training


def scarce(model, rows, after):
    """Run out of memory for more than `rows` examples, after some forward passes."""
    forward, passes = model.forward, []

    def limited(input_ids, **options):
        passes.append(1)
        if len(input_ids) > rows and len(passes) > after:
            raise RuntimeError("DefaultCPUAllocator: can't allocate memory: 1 bytes")
        return forward(input_ids=input_ids, **options)

    model.forward = limited


@pytest.mark.parametrize("loss", ["full", "completion"])
def test_where_memory_runs_out_the_batch_stays_the_same(tiny_llama, examples, tmp_path, loss):
    recipe = replace(RECIPE, loss=loss)
    whole, poor, told = fresh(tiny_llama), fresh(tiny_llama), []
    finetune(whole, examples, recipe, workspace=tmp_path / "a")
    scarce(poor.model, rows=2, after=3)
    found = finetune(poor, examples, recipe, workspace=tmp_path / "b", log=told.append)
    assert found.micro_batch == 2
    assert "out of memory: 2 examples at a time from here on; the batch stays as it is" in told
    torch.testing.assert_close(weights(poor), weights(whole), atol=2e-5, rtol=0)
    poor = fresh(tiny_llama)
    scarce(poor.model, rows=0, after=0)
    with pytest.raises(SynverifyError, match="Out of memory with one example at a time"):
        finetune(poor, examples, recipe, workspace=tmp_path / "c")


def test_training_lowers_the_loss(tiny_llama, examples, tmp_path):
    recipe = replace(RECIPE, epochs=6, schedule="constant", learning_rate=6e-3)
    finetune(tiny_llama, examples, recipe, workspace=tmp_path, checkpoint_seconds=0)
    history = loss_history(tmp_path)
    assert history[-1][1] < 0.5 * history[0][1]
    assert len(list(tmp_path.glob("checkpoint-*"))) == 1


def test_a_workspace_of_another_training_is_refused(tiny_llama, examples, tmp_path):
    finetune(fresh(tiny_llama), examples, RECIPE, workspace=tmp_path)
    with pytest.raises(InputError, match=r"seed = 0 \(needed: 1\)"):
        finetune(fresh(tiny_llama), examples, replace(RECIPE, seed=1), workspace=tmp_path)


def test_a_loss_that_is_no_number_stops_the_training(tiny_llama, examples, tmp_path):
    with torch.no_grad():
        tiny_llama.model.lm_head.weight[5] = torch.inf
    with pytest.raises(SynverifyError, match="The loss is not a number at step 1"):
        finetune(tiny_llama, examples, RECIPE, workspace=tmp_path)


def test_what_cannot_be_trained_is_refused(tiny_llama, examples, tmp_path, monkeypatch):
    with pytest.raises(InputError, match="0 examples are refused"):
        finetune(tiny_llama, [], RECIPE, workspace=tmp_path)
    half = fresh(tiny_llama)
    half.model.half()
    with pytest.raises(InputError, match="dtype = 'float16' is refused"):
        finetune(half, examples, RECIPE, workspace=tmp_path)
    monkeypatch.setattr(training, "is_accelerate_available", lambda: False)
    with pytest.raises(SynverifyError, match="pip install accelerate"):
        finetune(tiny_llama, examples, RECIPE, workspace=tmp_path)


@pytest.mark.parametrize(
    ("field", "value"),
    [("learning_rate", 0.0), ("epochs", -1.0), ("batch_size", 0), ("warmup", 1.0)],
)
def test_a_bad_recipe_is_refused(field, value):
    with pytest.raises(InputError, match=f"{field} = {value} is refused"):
        Recipe(**{field: value})
