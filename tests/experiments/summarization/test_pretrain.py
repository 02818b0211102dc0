"""The embedded base: packed blocks, continued after a kill, with its provenance."""

import dataclasses
import json

import pytest
import torch

from synverify_core.errors import NotEnoughDataError
from synverify_core.experiments.summarization.models import load
from synverify_core.experiments.summarization.muon import Muon, orthogonal
from synverify_core.experiments.summarization.pretrain import (
    PROVENANCE_NAME,
    BaseShape,
    _blocks,
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
RECIPE = Recipe(learning_rate=3e-3, epochs=3, batch_size=4, block_size=32, optimizer="muon")


def test_blocks_are_full_and_in_order():
    assert pack([[1, 2, 3], [4, 5], [6, 7]], 3) == [[1, 2, 3], [4, 5, 6]]


def test_long_texts_stay_in_whole_blocks_and_short_ones_in_halves():
    encoded = [[number] * size for number, size in enumerate((30, 4, 34, 6, 6))]
    blocks = _blocks(encoded, dataclasses.replace(RECIPE, block_size=16))
    assert sorted(map(len, blocks)) == [8, 8, 16, 16, 16, 16]
    assert {token for block in blocks if len(block) == 16 for token in block} == {0, 2}
    assert {token for block in blocks if len(block) == 8 for token in block} == {1, 3, 4}


def test_muon_steps_along_an_orthogonal_matrix():
    matrix = torch.randn(24, 40, generator=torch.Generator().manual_seed(0))
    for one in (matrix, matrix.T):
        left, _, right = torch.linalg.svd(one, full_matrices=False)
        values = torch.linalg.svdvals(orthogonal(one))
        assert 0.6 < values.min() and values.max() < 1.3
        assert (left.T @ orthogonal(one) @ right.T).diagonal().min() > 0.6


def test_muon_moves_matrices_by_the_rate_alone_and_the_rest_as_adamw_does(tiny_llama):
    model = tiny_llama.model
    before = {name: weight.detach().clone() for name, weight in model.named_parameters()}
    tokens = torch.randint(2, 300, (2, 20), generator=torch.Generator().manual_seed(0))
    model(input_ids=tokens, labels=tokens).loss.backward()
    Muon(model, 0.01, 0.0, 0.98).step()
    moves = {name: weight.detach() - before[name] for name, weight in model.named_parameters()}
    down = moves["model.layers.0.mlp.down_proj.weight"]
    assert down.square().mean().sqrt() == pytest.approx(0.01 * 0.2, rel=0.3)
    embedded = model.get_input_embeddings().weight
    adam = torch.optim.AdamW([embedded], lr=0.01, betas=(0.9, 0.98), weight_decay=0.0)
    with torch.no_grad():
        embedded.copy_(before["model.embed_tokens.weight"])
    adam.step()
    expected = embedded.detach() - before["model.embed_tokens.weight"]
    assert torch.allclose(moves["model.embed_tokens.weight"], expected, atol=1e-6)


def test_texts_end_and_are_cut(tiny_tokenizer):
    short, long = encode_texts(tiny_tokenizer, ["array\n of", "array " * 50], 5)
    end = tiny_tokenizer.eos_token_id
    assert tiny_tokenizer.decode(short) == "array of" + tiny_tokenizer.eos_token
    assert (len(long), long[-1], long.count(end)) == (6, end, 1)


def test_a_killed_pretraining_goes_on_and_writes_the_same_base(articles, tmp_path):
    held_out = {"articles": [" ".join(articles)] * 4}

    def base(name, workspace, **options):
        options |= {"workspace": tmp_path / workspace, "shape": SHAPE, "held_out": held_out}
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
    assert 0 < facts["held_out"]["articles"]["nats_a_token"] < 6
    assert set(facts["versions"]) == {"torch", "transformers", "tokenizers", "accelerate"}


def test_the_mean_loss_of_a_model_is_that_of_transformers(tiny_llama):
    blocks = torch.randint(2, 300, (5, 20), generator=torch.Generator().manual_seed(0))
    expected = tiny_llama.model(input_ids=blocks, labels=blocks).loss.detach()
    assert mean_loss(tiny_llama.model, blocks.tolist()) == pytest.approx(float(expected), rel=1e-5)


def test_too_few_texts_are_refused(tmp_path):
    with pytest.raises(NotEnoughDataError, match="do not fill a block of 512 tokens"):
        pretrain(["short"], tmp_path, base_recipe(1), workspace=tmp_path, shape=SHAPE)
