"""The decoder, its training and its answers."""

import numpy as np
import pytest
import torch

from synverify_core.errors import InputError
from synverify_core.experiments.arithmetic import train
from synverify_core.experiments.arithmetic.decode import answer
from synverify_core.experiments.arithmetic.model import Transformer
from synverify_core.experiments.arithmetic.recipe import Recipe, learning_rate
from synverify_core.experiments.arithmetic.shape import BOS, EOS, Shape
from synverify_core.experiments.arithmetic.tasks import TASKS

SHAPE = Shape("0123456789=", layers=2, d_model=16, heads=2)
RECIPE = Recipe(30, 32, 1e-2, 0.3, 0.5, 1.0, "float32", 3)


def examples(n=200, largest=3):
    rng = np.random.default_rng(0)
    problems = TASKS["copy"]().problems(rng, rng.integers(1, largest + 1, n), easy=True)
    return train.Examples(*problems, np.arange(n) % 2 == 0)


def test_texts_come_back_from_tokens_up_to_their_end():
    texts = np.array([b"12=", b"", b"98765"])
    tokens = SHAPE.encode(texts)
    assert tokens.shape == (3, 5)
    ended = np.concatenate([tokens, np.full((3, 1), EOS)], axis=1)
    ended[0, 3], ended[1, 0] = EOS, EOS
    assert SHAPE.decode(ended).tolist() == texts.tolist()
    assert SHAPE.decode(np.array([[3, 0, BOS, EOS, 5]])).tolist() == [b"0??"]


def test_an_answer_with_a_begin_in_its_middle_can_be_trained_on():
    data = examples()
    odd = data._replace(answers=np.where(np.arange(200) % 3 == 0, b"1??2", data.answers))
    assert SHAPE.encode(odd.answers[:1]).tolist() == [[4, BOS, BOS, 5]]
    assert np.isfinite(train.fit(Transformer(SHAPE), odd, RECIPE))


def test_answers_are_the_likeliest_tokens_of_a_model_that_reads_everything_anew():
    """Remembered keys and values, and prompts of several lengths, change no token."""
    model = Transformer(SHAPE, seed=1).eval()
    prompts = np.array([b"12=", b"7=", b"345=", b"99="])
    found = answer(model, prompts, 4)
    for prompt, text, chance in zip(prompts, *found, strict=True):
        tokens, total = [BOS, *SHAPE.encode(np.array([prompt]))[0]], 0.0
        written = []
        with torch.inference_mode():
            for _ in range(5):
                read = torch.tensor([tokens])
                state = model.hidden(read, torch.arange(read.numel()))[-1]
                scores = model.head(state).log_softmax(-1)
                best = int(scores.argmax())
                total += float(scores[best])
                tokens.append(best)
                written.append(best)
                if best == EOS:
                    break
        assert SHAPE.decode(np.array([written]))[0] == text
        assert chance == pytest.approx(total, abs=1e-4)


def test_the_loss_is_of_the_answers_alone_and_pads_do_not_matter():
    model, batch = Transformer(SHAPE, seed=1), examples(6)
    training = train._Training(model, batch, RECIPE, None, None, None)
    tokens, before, ends = (torch.from_numpy(one).long() for one in training._tokens(np.arange(6)))
    together = model.loss(tokens, before, ends).item()
    alone = 0.0
    for row in range(6):
        own = tokens[row : row + 1, : ends[row]]
        scores = model.head(model.hidden(own[:, :-1], torch.arange(own.numel() - 1))).log_softmax(
            -1
        )
        places = range(int(before[row]) - 1, int(ends[row]) - 1)
        alone -= sum(scores[place, own[0, place + 1]].item() for place in places)
        text = batch.prompts[row] + batch.answers[row]
        assert SHAPE.decode(own[:, 1:].numpy())[0] == text
    assert together == pytest.approx(alone, rel=1e-5)


def test_a_model_learns_to_copy_one_digit():
    model, data = Transformer(SHAPE, seed=2), examples(300, largest=1)
    recipe = Recipe(200, 32, 1e-2, 0.3, 0.5, 1.0, "float32", 3)
    loss = train.fit(model, data, recipe)
    assert loss < 0.05
    prompts = np.array([f"{digit}=".encode() for digit in range(10)])
    assert answer(model, prompts, 3).texts.tolist() == [b"%d" % digit for digit in range(10)]


def test_an_interrupted_training_gives_the_same_weights(tmp_path, monkeypatch):
    whole = Transformer(SHAPE, seed=2)
    train.fit(whole, examples(), RECIPE)
    monkeypatch.setattr(train, "_CHECKPOINT_SECONDS", 0.0)
    monkeypatch.setattr(train, "_REPORT_SECONDS", 0.0)
    resumed, stops = Transformer(SHAPE, seed=2), []

    def stop(done, total, speed):
        if done > 10 and not stops:
            stops.append(done)
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        train.fit(resumed, examples(), RECIPE, workspace=tmp_path, progress=stop)
    resumed = Transformer(SHAPE, seed=2)
    lines = []
    train.fit(resumed, examples(), RECIPE, workspace=tmp_path, log=lines.append)
    assert lines == ["training goes on from step 10 of 30"]
    for one, other in zip(whole.parameters(), resumed.parameters(), strict=True):
        assert torch.equal(one, other)
    with pytest.raises(InputError, match="n_examples"):
        train.fit(resumed, examples(100), RECIPE, workspace=tmp_path)


def test_a_batch_has_the_share_of_original_problems_that_is_asked_for():
    data = examples()
    training = train._Training(Transformer(SHAPE), data, RECIPE, None, None, None)
    rows = training._batch()
    assert data.base[rows].sum() == 16
    assert (np.diff(training.ends[rows]) >= 0).all()
    for base in (np.ones(200, dtype=bool), np.zeros(200, dtype=bool)):
        alone = data._replace(base=base)
        assert len(train._Training(Transformer(SHAPE), alone, RECIPE, None, None, None)._batch())


def test_the_rate_rises_stays_and_falls_to_a_hundredth():
    rates = [learning_rate(step, RECIPE) for step in range(31)]
    assert rates[0] == pytest.approx(1e-2 / 3)
    assert rates[3:21] == [1e-2] * 18
    assert rates[30] == pytest.approx(1e-4)
    assert (np.diff(rates[21:]) < 0).all()


def test_memory_that_runs_out_halves_the_parts_and_changes_no_result_much(monkeypatch):
    calls = []

    def once(work, device, remedy=""):
        calls.append(remedy)
        return None if len(calls) == 1 else work()

    monkeypatch.setattr(train, "attempt", once)
    lines = []
    train.fit(Transformer(SHAPE), examples(), RECIPE, log=lines.append)
    assert lines == ["out of memory: a batch in 6 parts from here on"]
