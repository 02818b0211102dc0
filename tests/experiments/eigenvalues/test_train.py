"""Training: resumable bit for bit, and honest when memory or numbers run out."""

import dataclasses
import math

import numpy as np
import pytest
import torch

from synverify_core.errors import InputError, StoreError, SynverifyError
from synverify_core.experiments.eigenvalues import train
from synverify_core.experiments.eigenvalues.checkpoint import load_model, save_model
from synverify_core.experiments.eigenvalues.data import Examples, sample_examples
from synverify_core.experiments.eigenvalues.encodings import get_encoding
from synverify_core.experiments.eigenvalues.model import Transformer
from synverify_core.experiments.eigenvalues.recipe import Recipe, learning_rate
from synverify_core.experiments.eigenvalues.shape import Shape
from synverify_core.experiments.sequence.flat import FlatParameters
from tests.experiments.conftest import Interrupted

SHAPE = Shape("P100", 2, "upper", 1, 1, 16, 2)
RECIPE = Recipe(
    steps=12,
    batch_size=8,
    learning_rate=3e-3,
    warmup_steps=4,
    schedule="cosine",
    clip_norm=5.0,
    precision="float32",
    seed=7,
)


@pytest.fixture(scope="module")
def examples() -> Examples:
    return sample_examples(
        np.random.default_rng(0), 20, dimension=2, encoding=get_encoding("P100"), layout="upper"
    )


def test_an_interrupted_training_ends_with_the_same_bits(examples, tmp_path, monkeypatch):
    whole = Transformer(SHAPE, 3)
    outcome = train.fit(whole, examples, RECIPE)
    monkeypatch.setattr(train, "_CHECKPOINT_SECONDS", 0.0)
    monkeypatch.setattr(train, "_REPORT_SECONDS", 0.0)

    def interrupt(done: int, total: int, speed: float) -> None:
        if done == 6:
            raise Interrupted

    with pytest.raises(Interrupted):
        train.fit(Transformer(SHAPE, 3), examples, RECIPE, workspace=tmp_path, progress=interrupt)
    lines: list[str] = []
    # Other initial weights: everything must come from the checkpoint.
    resumed = Transformer(SHAPE, 99)
    again = train.fit(resumed, examples, RECIPE, workspace=tmp_path, log=lines.append)
    assert lines == ["training goes on from step 5 of 12"]
    for name, value in whole.state_dict().items():
        assert torch.equal(value, resumed.state_dict()[name]), name
    assert again.loss == outcome.loss


def test_a_checkpoint_that_is_another_or_cut_off_is_refused(examples, tmp_path, monkeypatch):
    monkeypatch.setattr(train, "_CHECKPOINT_SECONDS", 0.0)
    train.fit(Transformer(SHAPE), examples, RECIPE, workspace=tmp_path)
    other = dataclasses.replace(RECIPE, learning_rate=0.5)
    with pytest.raises(InputError, match=r"learning_rate = 0.003 \(needed: 0.5\)"):
        train.fit(Transformer(SHAPE), examples, other, workspace=tmp_path)
    path = tmp_path / train.CHECKPOINT_NAME
    path.write_bytes(path.read_bytes()[:200])
    with pytest.raises(StoreError, match=r"training\.safetensors cannot be read"):
        train.fit(Transformer(SHAPE), examples, RECIPE, workspace=tmp_path)


def test_models_are_read_back_exactly_and_only_in_their_own_shape(tmp_path):
    model = Transformer(SHAPE, 5)
    save_model(model, tmp_path / "model.safetensors")
    read = load_model(tmp_path / "model.safetensors", SHAPE)
    for name, value in model.state_dict().items():
        assert torch.equal(value, read.state_dict()[name])
    for field, value in (("encoding", "P1000"), ("d_model", 32)):
        other = dataclasses.replace(SHAPE, **{field: value})
        with pytest.raises(InputError, match=field):
            load_model(tmp_path / "model.safetensors", other)
    with pytest.raises(StoreError, match="cannot be read"):
        load_model(tmp_path / "missing.safetensors", SHAPE)


def test_out_of_memory_halves_the_micro_batch_and_keeps_the_batch(examples, monkeypatch):
    plain, crowded = Transformer(SHAPE, 3), Transformer(SHAPE, 3)
    train.fit(plain, examples, RECIPE)
    loss = Transformer.loss

    def needs_memory(self, source, target):
        if len(source) > most:
            raise RuntimeError("[enforce fail] DefaultCPUAllocator: can't allocate memory")
        return loss(self, source, target)

    monkeypatch.setattr(Transformer, "loss", needs_memory)
    lines, most = [], 3
    outcome = train.fit(crowded, examples, RECIPE, log=lines.append)
    assert outcome.micro_batch == 2
    assert [line.split(":")[1].split()[0] for line in lines] == ["4", "2"]
    assert "the batch stays at 8" in lines[0]
    for name, value in plain.state_dict().items():
        # The bias of attention keys has no effect: its gradient is rounding noise alone.
        if name.endswith(("query.bias", "memory.bias")):
            continue
        torch.testing.assert_close(value, crowded.state_dict()[name], rtol=1e-3, atol=1e-4)
    most = 0
    with pytest.raises(SynverifyError, match="Try a smaller d_model"):
        train.fit(Transformer(SHAPE), examples, RECIPE)


def test_a_loss_that_is_no_number_and_no_examples_end_the_training(examples):
    wild = dataclasses.replace(RECIPE, learning_rate=1e30, warmup_steps=0, steps=30)
    with pytest.raises(SynverifyError, match="Try a smaller learning_rate"):
        train.fit(Transformer(SHAPE), examples, wild)
    none = Examples(examples.source[:0], examples.target[:0])
    with pytest.raises(InputError, match="n_samples = 0"):
        train.fit(Transformer(SHAPE), none, RECIPE)


def test_training_learns_its_examples(examples):
    def loss(**changed):
        recipe = dataclasses.replace(RECIPE, **changed)
        return train.fit(Transformer(SHAPE, 1), examples, recipe).loss

    assert loss(steps=1) > 1.5
    assert loss(steps=400, batch_size=20, learning_rate=1e-2) < 0.1
    assert loss(precision="bfloat16") == pytest.approx(loss(), rel=0.05)


def test_every_epoch_is_a_pass_over_all_examples():
    order = train._Order(10, 4, seed=1)
    drawn = np.concatenate([order.batch(step) for step in range(5)])
    assert sorted(drawn[:10]) == sorted(drawn[10:]) == list(range(10))
    assert drawn[:10].tolist() != drawn[10:].tolist()
    np.testing.assert_array_equal(train._Order(10, 4, seed=1).batch(4), drawn[16:])
    assert len(train._Order(3, 10, seed=1).batch(0)) == 10


def test_learning_rate_warms_up_and_then_is_constant_or_falls_to_zero():
    rates = [learning_rate(step, RECIPE) for step in range(12)]
    assert rates[:4] == pytest.approx([RECIPE.learning_rate * k / 4 for k in (1, 2, 3, 4)])
    assert rates[8] == pytest.approx(RECIPE.learning_rate / 2)
    assert learning_rate(12, RECIPE) == pytest.approx(0, abs=1e-12)
    constant = dataclasses.replace(RECIPE, schedule="constant")
    assert learning_rate(11, constant) == RECIPE.learning_rate


def test_flat_weights_are_the_model_and_clipping_bounds_the_gradient():
    model = Transformer(SHAPE, 2)
    before = {name: value.clone() for name, value in model.state_dict().items()}
    flat = FlatParameters(model)
    for name, value in model.state_dict().items():
        assert torch.equal(value, before[name])
    with torch.no_grad():
        flat.weights.zero_()
    assert all(not parameter.any() for parameter in model.parameters())
    flat.gradient.fill_(2.0)
    norm = flat.clip(1.0)
    assert float(norm) == pytest.approx(2 * math.sqrt(flat.weights.numel()), rel=1e-5)
    assert float(torch.linalg.vector_norm(flat.gradient)) == pytest.approx(1.0, rel=1e-4)


def test_bfloat16_is_chosen_on_a_gpu_only_unless_it_is_asked_for():
    processor, gpu = torch.device("cpu"), torch.device("cuda")
    assert not train.use_bfloat16("auto", processor)
    assert train.use_bfloat16("auto", gpu)
    assert train.use_bfloat16("bfloat16", processor)
    assert not train.use_bfloat16("float32", gpu)
