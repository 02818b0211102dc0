"""What every registered experiment keeps to; a new one passes this, or it is none."""

import shutil
from typing import get_args

import numpy as np
import pytest

from synverify_core.experiments.artifacts import model_artifact
from synverify_core.experiments.base import is_trial, make_config
from synverify_core.experiments.budget import GENERATOR, RETRAINED, budget_line, matched
from synverify_core.experiments.config import Config
from synverify_core.experiments.lineage import Lineage
from synverify_core.experiments.pipeline import run_pipeline
from synverify_core.experiments.plan import plan, total_cost, unit_cost
from synverify_core.experiments.registry import experiments
from synverify_core.experiments.row import STRATUM
from tests.experiments.conftest import Interrupted, Memory

EXPERIMENTS = experiments()
POLICIES = get_args(Config.model_fields["policy"].annotation)


class StopsOnce(Memory):
    """Stops at the first stage, or the first report from within one, that was not seen before."""

    def __init__(self, seen):
        super().__init__()
        self.seen = seen

    def stage(self, name, done, total):
        """Stop where this stage begins for the first time."""
        self._stop(name)

    def within(self, share, text):
        """Stop in the middle of a stage."""
        self._stop(text.split()[0], share < 1)

    def _stop(self, *what):
        if what not in self.seen:
            self.seen.add(what)
            raise Interrupted


@pytest.fixture(params=EXPERIMENTS, scope="module")
def case(request, tmp_path_factory):
    """Give a way to run one experiment, as small as its smoke preset allows."""
    experiment = EXPERIMENTS[request.param]
    shared = tmp_path_factory.mktemp(request.param)
    smoke = make_config(experiment, "smoke")
    small = {
        "n_seeds": 1,
        "verifiers": smoke.verifiers[:1],
        "sizes": smoke.sizes[:2],
        "selection_rates": smoke.selection_rates[-1:],
        **{name: 1.0 for name in type(smoke).model_fields if name.endswith("_epochs")},
    }

    class Case:
        @staticmethod
        def make(**changed):
            return experiment(make_config(experiment, "smoke", {**small, **changed}))

        @staticmethod
        def run(made, folder=shared, reporter=None, done=()):
            memory = reporter or Memory()
            run_pipeline(
                made,
                uid="uid",
                artifacts=folder / "artifacts",
                checkpoints=folder / "checkpoints",
                reporter=memory,
                done=done,
            )
            return memory.rows

    Case.smoke, Case.shared = smoke, shared
    return Case


def test_a_run_interrupted_everywhere_gives_the_same_rows(case, tmp_path):
    """Once at every stage and within every verb, in the second round too; bit for bit."""
    values = {"n_rounds": 2, "policy": "accumulate"}
    whole = case.run(case.make(**values))
    # What an experiment makes once for all runs (a corpus, a base) is no unit of the run.
    own = shutil.ignore_patterns("pool-*", "model-*", "helper-*", "[0-9a-f]" * 16)
    shutil.copytree(case.shared / "artifacts", tmp_path / "artifacts", ignore=own)
    rows, seen, stops = [], set(), 0
    while True:
        reporter = StopsOnce(seen)
        try:
            case.run(case.make(**values), tmp_path, reporter, rows)
            break
        except Interrupted:
            stops += 1
        finally:
            rows = rows + reporter.rows
    assert stops > 8
    assert rows == whole


@pytest.mark.parametrize("policy", POLICIES)
def test_every_policy_goes_two_rounds(case, policy):
    made = case.make(n_rounds=2, policy=policy)
    rows = case.run(made)
    keys = [row.key for row in rows]
    assert len(keys) == len(set(keys))
    assert {row.round for row in rows if row.verifier == "generator"} == {0}
    (verifier,) = made.config.verifiers
    for name in (verifier, "clean"):
        trained = [row for row in rows if row.verifier == name and row.n_samples]
        assert {row.round for row in trained} == {1, 2}
        assert all(row.kept is not None for row in trained) == (name == verifier)


def test_neither_a_second_verifier_nor_a_second_round_changes_a_row_of_the_first(case):
    alone = case.run(case.make())
    keys = {row.key for row in alone}
    for more in ({"verifiers": case.smoke.verifiers[:2]}, {"n_rounds": 2}):
        rows = case.run(case.make(**more))
        assert [row for row in rows if row.key in keys] == alone
        assert len(rows) > len(alone)


def test_a_model_is_read_back_with_the_same_measurements(case, tmp_path):
    made = case.make()
    case.run(made)
    made.cache = case.shared / "artifacts" / made.name
    generator = made.load(model_artifact(made, case.shared / "artifacts", Lineage(0)).folder)
    again = tmp_path / "again"
    again.mkdir()
    made.save(generator, again)
    found = [
        made.evaluate(one, tmp_path / str(n)) for n, one in enumerate((generator, made.load(again)))
    ]
    assert found[0] == found[1]
    assert made.primary_metric in found[0]


def test_original_samples_are_right_can_be_taken_joined_and_read_back(case, tmp_path):
    made = case.make()
    made.cache = case.shared / "artifacts" / made.name
    pool = made.original(np.random.default_rng(0))
    assert (pool.similarity == 1).all()
    some = pool.take(np.array([2, 0]))
    twice = some.join([pool, some])
    assert len(twice) == len(pool) + 4
    np.testing.assert_array_equal(twice.similarity, np.ones(len(twice)))
    if made.stores_pool:
        made.save_pool(twice, tmp_path)
        read = made.load_pool(tmp_path)
        assert len(read) == len(twice)
        np.testing.assert_array_equal(read.similarity, twice.similarity)


PRESETS = [(name, preset) for name, one in EXPERIMENTS.items() for preset in one.presets]


@pytest.mark.parametrize(("name", "preset"), PRESETS)
def test_generator_and_retrained_models_are_trained_alike_or_a_sentence_says_why_not(name, preset):
    made = EXPERIMENTS[name](make_config(EXPERIMENTS[name], preset))
    assert {GENERATOR, RETRAINED} <= set(made.budgets)
    assert matched(made.budgets) or made.budget_note.endswith(".")
    assert set(made.helpers) <= set(made.budgets)
    assert all(str(budget) in budget_line(made.budgets) for budget in made.budgets.values())


def test_what_is_kept_is_described_where_the_experiment_tells_kinds_apart(case):
    made = case.make()
    rows = case.run(made)
    kept = {row.verifier: row for row in rows if row.n_samples and row.round == 1}
    shares = {}
    for row in rows:
        if row.metric.startswith(STRATUM):
            shares.setdefault(row.verifier, []).append(row.value)
    if not shares:
        assert {(row.coverage, row.distinct) for row in rows} == {(None, None)}
        return
    pool = shares["clean"]
    assert kept["clean"].coverage == pytest.approx(1)
    for name, values in shares.items():
        assert sum(values) == pytest.approx(1) and len(values) == len(pool)
        overlap = sum(map(min, values, pool))
        assert kept[name].coverage == pytest.approx(overlap) and 0 < kept[name].distinct <= 1


@pytest.mark.parametrize("name", EXPERIMENTS)
def test_smoke_and_what_differs_from_it_in_seeds_or_sizes_is_a_trial(name):
    kind = EXPERIMENTS[name]
    for preset in kind.presets:
        assert is_trial(kind, make_config(kind, preset)) == (preset == "smoke")
    more = {"n_seeds": 9, "sizes": (50, 60), "seed": 3}
    assert is_trial(kind, make_config(kind, "smoke", more))


@pytest.mark.parametrize("name", EXPERIMENTS)
def test_every_setting_says_what_it_is_and_numbers_have_a_range(name):
    for field, info in EXPERIMENTS[name].config_type.model_fields.items():
        assert info.description and info.description.endswith("."), field
        if info.annotation in (int, float):
            bounds = {
                bound
                for one in info.metadata
                for bound in ("ge", "gt", "le", "lt")
                if hasattr(one, bound)
            }
            assert bounds & {"ge", "gt"} and bounds & {"le", "lt"}, field


@pytest.mark.parametrize("name", EXPERIMENTS)
def test_every_unit_has_a_price_and_units_add_up(name):
    def made(**changed):
        return EXPERIMENTS[name](make_config(EXPERIMENTS[name], "smoke", {"n_seeds": 1, **changed}))

    one, two, rounds = made(), made(n_seeds=2), made(n_rounds=2)
    for unit in plan(one):
        amounts = one.cost(unit)
        assert set(amounts) <= set(one.prices)
        assert all(amount >= 0 for amount in amounts.values())
        assert unit.verb not in ("generator", "pool") or sum(amounts.values()) > 0
    whole, first = (total_cost(case, one.prices) for case in (two, one))
    start = unit_cost(one, plan(one)[0], one.prices)
    assert whole - first == pytest.approx(first - start)
    assert total_cost(rounds, one.prices) > first
