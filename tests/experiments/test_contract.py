"""What every registered experiment keeps to; a new one passes this, or it is none."""

from typing import get_args

import numpy as np
import pytest

from synverify_core.experiments.artifacts import model_artifact
from synverify_core.experiments.base import Config, make_config
from synverify_core.experiments.lineage import Lineage
from synverify_core.experiments.pipeline import run_pipeline
from synverify_core.experiments.registry import experiments
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
    assert not list((tmp_path / "checkpoints").iterdir())


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
    first = [row for row in rows if row.round < 2]
    assert first == [row for row in case.run(case.make(policy=policy)) if row.round < 2]


def test_a_second_verifier_changes_no_row_of_the_first(case):
    alone = case.run(case.make())
    both = case.run(case.make(verifiers=case.smoke.verifiers[:2]))
    names = {row.verifier for row in alone}
    assert [row for row in both if row.verifier in names] == alone
    assert len(both) > len(alone)


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
