"""The embedded base: packed blocks, continued after a kill, with its provenance."""

import json

import pytest
import torch

from synverify_core.errors import NotEnoughDataError
from synverify_core.experiments.summarization.models import load
from synverify_core.experiments.summarization.pretrain import (
    PROVENANCE_NAME,
    BaseShape,
    base_recipe,
    encode_texts,
    mean_loss,
    pack,
    pretrain,
)
from synverify_core.experiments.summarization.recipe import Recipe
from tests.experiments.conftest import Interrupted
from tests.experiments.summarization.conftest import weights

SHAPE = BaseShape(vocabulary=320, layers=1, width=32, heads=2, mlp_width=48, context=64)
RECIPE = Recipe(learning_rate=3e-3, epochs=3, batch_size=4, block_size=32)


def test_blocks_are_full_and_in_order():
    assert pack([[1, 2, 3], [4, 5], [6, 7]], 3) == [[1, 2, 3], [4, 5, 6]]


def test_texts_end_and_are_cut(tiny_tokenizer):
    short, long = encode_texts(tiny_tokenizer, ["array\n of", "array " * 50], 5)
    end = tiny_tokenizer.eos_token_id
    assert tiny_tokenizer.decode(short) == "array of" + tiny_tokenizer.eos_token
    assert (len(long), long[-1], long.count(end)) == (6, end, 1)


def test_a_killed_pretraining_goes_on_and_writes_the_same_base(articles, tmp_path):
    def base(name, workspace, **options):
        options |= {"workspace": tmp_path / workspace, "shape": SHAPE, "held_out": 0.2}
        return pretrain(articles, tmp_path / name, RECIPE, facts={"commit": "abc"}, **options)

    def kill(done, total, speed):
        if done == 7:
            raise Interrupted

    with pytest.raises(Interrupted):
        base("unused", "part", progress=kill, checkpoint_seconds=0)
    told = []
    base("again", "part", log=told.append)
    base("whole", "other")
    assert any(line.startswith("training goes on from checkpoint-6") for line in told)
    again, whole = (load(str(tmp_path / name)) for name in ("again", "whole"))
    assert torch.equal(weights(again), weights(whole))
    facts = json.loads((tmp_path / "whole" / PROVENANCE_NAME).read_text("utf8"))
    assert facts["commit"] == "abc"
    assert facts["texts"] == len(articles)
    assert facts["parameters"] == sum(p.numel() for p in whole.model.parameters())
    assert 0 < facts["held_out_loss"] < 6
    assert set(facts["versions"]) == {"torch", "transformers", "tokenizers", "accelerate"}


def test_the_mean_loss_of_a_model_is_that_of_transformers(tiny_llama):
    blocks = torch.randint(2, 300, (5, 20), generator=torch.Generator().manual_seed(0))
    expected = tiny_llama.model(input_ids=blocks, labels=blocks).loss.detach()
    assert mean_loss(tiny_llama.model, blocks.tolist()) == pytest.approx(float(expected), rel=1e-5)


def test_too_few_texts_are_refused(tmp_path):
    with pytest.raises(NotEnoughDataError, match="do not fill a block of 256 tokens"):
        pretrain(["short"], tmp_path, base_recipe(1), workspace=tmp_path, shape=SHAPE)
