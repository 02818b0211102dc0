"""What units cost: one list for every experiment, prices of its work, and the timing of it."""

import subprocess
import sys
from collections import Counter

import pytest

from synverify_core.experiments import timing
from synverify_core.experiments.base import make_config
from synverify_core.experiments.eigenvalues.speed import measure_prices, speed_settings
from synverify_core.experiments.plan import plan, total_cost
from synverify_core.experiments.registry import experiments, get
from synverify_core.experiments.unit import Unit

PRESETS = ("smoke", "class", "quick", "gpu", "paper")


def made(name, preset="smoke", **settings):
    experiment = get(name)
    return experiment(make_config(experiment, preset, settings))


def amounts(experiment):
    """Add up what all units of a run are."""
    total = Counter()
    for unit in plan(experiment):
        total.update(experiment.cost(unit))
    return dict(total)


@pytest.mark.parametrize("name", experiments())
def test_every_preset_has_amounts_with_prices_and_rounds_cost_the_same(name):
    work = {}
    for preset in PRESETS:
        experiment = made(name, preset)
        costs = [experiment.cost(unit) for unit in plan(experiment)]
        assert {kind for cost in costs for kind in cost} <= set(experiment.prices)
        assert all(amount > 0 for cost in costs for amount in cost.values())
        assert all(price > 0 for price in experiment.prices.values())
        work[preset] = total_cost(experiment, experiment.prices)
    assert work["smoke"] == min(work.values()) < work["class"] < work["quick"]
    one, two, three = (sum(amounts(made(name, n_rounds=n)).values()) for n in (1, 2, 3))
    assert three - two == pytest.approx(two - one) and two > one


@pytest.mark.parametrize("name", ["gaussian", "summarization"])
def test_a_round_on_all_samples_so_far_costs_more_than_the_one_before(name):
    experiment = made(name, policy="accumulate", n_rounds=3)
    units = [unit for unit in plan(experiment) if unit.name == "clean"]
    work = [
        sum(sum(experiment.cost(unit).values()) for unit in units if unit.round == round_)
        for round_ in (1, 2, 3)
    ]
    replaced = made(name)
    assert work[0] > sum(sum(replaced.cost(unit).values()) for unit in units if unit.round == 1)
    assert work[0] < work[1] < work[2]


FIXED_SIZES = [name for name, kind in experiments().items() if not kind.sizes_are_limits]


@pytest.mark.parametrize("name", FIXED_SIZES)
def test_a_size_that_a_rate_cannot_reach_costs_nothing(name):
    experiment = made(name, "quick", selection_rates=(0.125,), verifiers=("oracle",))
    sizes = experiment.config.sizes
    beyond = [Unit("retrain", 0, 1, "oracle", 0.125, sizes[-1])]
    assert experiment.cost(Unit("retrain", 0, 1, "clean", None, sizes[-1]))
    if name == "eigenvalues":  # its pool holds more
        beyond = [beyond[0]._replace(size=70_000)]
    assert [experiment.cost(unit) for unit in beyond] == [{}]


def test_an_eigenvalue_run_is_its_steps_and_its_answers():
    plain = {
        **{"generator_steps": 100, "retrain_steps": 10, "pool_size": 1000, "sizes": (10, 20)},
        **{"n_test": 200, "n_table": 4, "table_beams": (5,), "verifiers": ("oracle", "none")},
    }
    experiment = made("eigenvalues", **plain)
    models = 3 * 2  # two verifiers and clean, at two sizes
    steps, answers = 100 + models * 10, 1000 + 200 * (models + 1) + 4 * 5
    assert amounts(experiment) == {"steps": steps, "answers": answers}
    base = made("eigenvalues", **plain, base_steps=50, base_original=9, start="base")
    assert base.cost(Unit("helper", 0, name="base")) == {"steps": 50, "answers": 200}
    beams = made("eigenvalues", **plain, synthesis="best_of_beam", beam_size=7)
    assert beams.cost(Unit("pool", 0, 1)) == {"answers": 7000}
    weak = made("eigenvalues", **{**plain, "verifiers": ("weak",), "weak_d_model": 16})
    assert weak.cost(Unit("helper", 0, name="weak")) == {"steps": 100, "answers": 200}
    assert weak.cost(Unit("pool", 0, 1)) == {"answers": 2000}


def test_eigenvalue_runs_share_prices_that_do_not_depend_on_what_differs():
    def settings(**changed):
        return speed_settings(made("eigenvalues", **changed).config)

    plain = settings()
    assert settings(n_seeds=5, sizes=(7,), retrain_steps=9, beam_size=10, learning_rate=1) == plain
    for change in ({"d_model": 64}, {"batch_size": 7}, {"encoding": "P10"}, {"layout": "full"}):
        assert settings(**change) != plain
    assert settings(synthesis="best_of_beam", beam_size=10)["beams"] == 10


def test_prices_of_eigenvalues_are_measured_in_their_budget():
    prices = measure_prices(made("eigenvalues").config, "cpu", 0.3)

    assert set(prices) == {"steps", "answers"} and min(prices.values()) > 0


@pytest.fixture
def clock(monkeypatch):
    """Replace the clock by one that only `clock(seconds)` moves on."""
    now = [0.0]
    monkeypatch.setattr(timing.time, "monotonic", lambda: now[0])
    return lambda seconds: now.append(now.pop() + seconds)


def test_a_smaller_batch_is_measured_where_a_step_would_take_too_long(clock):
    steps = []

    def step(batch_size):
        steps.append(batch_size)
        clock(0.001 * batch_size)

    assert timing.fitting_batch(step, 1024, 0.1, "cpu", 16) == 64
    assert steps == [16, 16]
    assert timing.fitting_batch(step, 8, 0.0, "cpu", 16) == 8


def test_portions_grow_until_the_budget_is_spent(clock):
    counts = []

    def work(count):
        counts.append(count)
        clock(0.001 * count)

    assert timing.seconds_each(work, 0.1, 10_000, "cpu") == pytest.approx(0.001)
    assert counts == [1, 1, 4, 16, 64]
    counts.clear()
    timing.seconds_each(counts.append, 10.0, 20, "cpu")
    assert counts == [1, 1, 4, 16, 20]


def test_settings_are_checked_and_runs_are_priced_without_torch():
    script = (
        "import sys\n"
        "from synverify_core.experiments.base import make_config\n"
        "from synverify_core.experiments.registry import experiments, get\n"
        "from synverify_core.runs.estimate import nominal_seconds\n"
        "from synverify_core.runs.prices import price_list\n"
        "from synverify_core.runs.store import Store\n"
        "for name in experiments():\n"
        "    make_config(get(name), 'paper')\n"
        "    config = make_config(get(name), 'quick')\n"
        "    assert nominal_seconds(get(name), config) > 0\n"
        "    if get(name).name != 'gaussian':\n"
        "        assert price_list(Store(), name, config).path.name\n"
        "heavy = {'torch', 'transformers', 'tokenizers', 'datasets', 'pyarrow', 'pandas'}\n"
        "heavy |= {'sklearn', 'safetensors'}\n"
        "assert not heavy & set(sys.modules), heavy & set(sys.modules)\n"
    )
    subprocess.run([sys.executable, "-c", script], check=True)
