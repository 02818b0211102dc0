"""Rounds: difficulties, damage, votes, the way back, and what is refused."""

import numpy as np
import pytest

from synverify_core.errors import InputError
from synverify_core.experiments.arithmetic import answers
from synverify_core.experiments.arithmetic.decode import Written
from synverify_core.experiments.arithmetic.experiment import Arithmetic
from synverify_core.experiments.arithmetic.model import Transformer
from synverify_core.experiments.arithmetic.presets import OFFICIAL_TASKS, PRESETS
from synverify_core.experiments.arithmetic.scoring import accuracies, reach
from synverify_core.experiments.arithmetic.tasks import TASKS
from synverify_core.experiments.base import make_config
from synverify_core.verifiers.registry import parse


def made(**values):
    return Arithmetic(make_config(Arithmetic, "smoke", values))


def test_difficulty_goes_on_when_enough_is_kept_or_always():
    waits = made(accept_share=0.5, jump=2)
    assert waits.next_difficulty(None, 1.0) == 4
    assert [waits.next_difficulty(4, share) for share in (0.49, 0.5)] == [4, 6]
    assert made(schedule="fixed").next_difficulty(7, 0.0) == 8


class Solver:
    """Stands for a model: answers by a rule, without weights."""

    def __init__(self, rule):
        self.rule = rule


@pytest.fixture
def solvers(monkeypatch):
    """Let rules answer in the place of models."""

    def answer(model, prompts, most):
        texts = np.array([model.rule(prompt.decode()) for prompt in prompts], dtype="S")
        return Written(texts, np.zeros(len(prompts), dtype=np.float32))

    monkeypatch.setattr(answers, "answer", answer)


def pool_of(*rules, n=40, difficulty=5, **options):
    task = TASKS["reverse"]()
    problems = task.block(np.random.default_rng(1), n, difficulty)
    return answers.answered(task, [Solver(rule) for rule in rules], problems, difficulty, **options)


def right(prompt):
    return prompt[-2::-1]


def short(prompt):
    return prompt[-2:0:-1]


def swapped(prompt):
    """Exchange the last two digits of the answer: undone by doing it again from behind."""
    text = right(prompt)
    return text[1::-1] + text[2:]


def kept(spec, pool):
    verifier = parse(spec)
    return (verifier.score(pool, np.random.default_rng(0)) > verifier.threshold).mean()


@pytest.mark.usefixtures("solvers")
def test_checks_know_what_they_can_know():
    good, bad, odd = pool_of(right), pool_of(short), pool_of(swapped)
    assert good.similarity.mean() == 1 and bad.similarity.mean() == 0
    assert [kept("answer_length", pool) for pool in (good, bad, odd)] == [1, 0, 1]
    assert kept("answer_length(lacking=2)", bad) == 1
    assert kept("cycle", good) == 1
    assert kept("cycle", bad) == 0
    assert kept("cycle", odd) < 0.5


@pytest.mark.usefixtures("solvers")
def test_the_label_is_what_most_models_say_and_the_first_in_a_tie():
    pool = pool_of(short, right, right)
    assert pool.similarity.mean() == 1
    np.testing.assert_allclose(pool.votes, 2 / 3, rtol=1e-6)
    assert kept("vote(share=0.6)", pool) == 1 and kept("vote", pool) == 0
    assert pool_of(short, right).similarity.mean() == 0


@pytest.mark.usefixtures("solvers")
def test_damage_hits_the_share_asked_for_and_keeps_lengths():
    pool = pool_of(right, n=2_000, damage=0.3, rng=np.random.default_rng(2))
    assert pool.similarity.mean() == pytest.approx(0.7, abs=0.035)
    assert kept("answer_length", pool) == 1
    assert kept("cycle", pool) == pytest.approx(0.7, abs=0.035)


def test_reach_is_the_last_difficulty_without_a_gap_below():
    found = {1: 1.0, 2: 0.99, 3: 0.6, 4: 1.0, 5: 0.2}
    assert [reach(found, level) for level in (0.99, 0.5, 1.0)] == [2, 4, 1]
    assert reach({1: 0.1}, 0.5) == 0
    metrics = accuracies(found)
    assert metrics["accuracy"] == pytest.approx(0.758)
    assert metrics["max_length@0.99"] == 2 and metrics["accuracy@3"] == 0.6


@pytest.mark.parametrize("task", TASKS)
def test_every_task_goes_through_a_round(task, tmp_path):
    own = {"task": task, "pool_size": 8, "n_original": 40, "base_steps": 2, "n_test": 10}
    if task == "maze":
        own |= {"maze_nodes": 6}
    experiment = made(**own, verifiers=("none", "vote(share=0.6)", "oracle"), voters=2)
    models = experiment.train_generator(np.random.default_rng(0), tmp_path)
    assert len(models) == 2 and isinstance(models[0], Transformer)
    pool = experiment.synthesize(models, {}, np.random.default_rng(1), tmp_path)
    assert set(pool.difficulty) == {3}
    metrics = experiment.evaluate(models, tmp_path)
    assert set(metrics) >= {"accuracy", "accuracy@1", "max_length@0.99", "max_length@0.5"}


@pytest.mark.parametrize("preset", ["gpu", "paper"])
@pytest.mark.parametrize("task", TASKS)
def test_official_sizes_are_there_for_every_task(task, preset):
    values = {"task": task, **OFFICIAL_TASKS[task]}
    if preset == "gpu":
        values.pop("n_original", None)
    config = make_config(Arithmetic, preset, values)
    assert (config.layers, config.heads, config.d_model, config.batch_size) == (6, 6, 384, 1024)


REFUSED = [
    ({"jump": 0}, "jump"),
    ({"damage": 1.5, "damage_at": 3}, "damage"),
    ({"damage": 0.5}, "damage"),
    ({"verifiers": ("vote",)}, "voters"),
    ({"verifiers": ("vote(share=0.5)",), "voters": 5}, "share"),
    ({"verifiers": ("answer_length(lacking=0)",)}, "lacking"),
    ({"d_model": 30, "heads": 4}, "d_model"),
    ({"first_difficulty": 5, "base_difficulty": 4}, "first_difficulty"),
    ({"task": "maze", "maze_nodes": 3}, "mazes of 3 nodes"),
    ({"test_difficulties": (0,)}, "test_difficulties"),
    ({"n_rounds": 0}, "n_rounds"),
    ({"accept_share": 2}, "accept_share"),
]


@pytest.mark.parametrize(("values", "named"), REFUSED, ids=[name for _, name in REFUSED])
def test_what_cannot_be_is_refused_by_name(values, named):
    with pytest.raises(InputError, match=named):
        made(**values)


def test_quick_compares_four_filters():
    assert PRESETS["quick"] == {}
    config = make_config(Arithmetic, "quick")
    assert config.verifiers == ("none", "answer_length", "cycle", "oracle")
    assert (config.task, config.policy, config.start) == ("reverse", "accumulate", "previous")
