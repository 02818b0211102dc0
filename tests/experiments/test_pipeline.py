"""The loop that every experiment shares."""

import weakref

import numpy as np
import pytest

from synverify_core.errors import StoreError
from synverify_core.experiments.plan import plan
from synverify_core.experiments.seeding import unit_rng
from tests.experiments.conftest import CoinPool, Coins

VALUES = {
    "verifiers": ("oracle", "random", "noisy(p_noise=0.1)"),
    "sizes": (10, 100, 400),
    "n_seeds": 2,
    "selection_rates": (None, 0.5),
}


def find(memory, **asked):
    return [
        row
        for row in memory.rows
        if all(getattr(row, name) == value for name, value in asked.items())
    ]


def test_every_unit_gives_each_metric_once(run, coins):
    _, memory = run(coins, VALUES)
    keys = [row.key for row in memory.rows]
    assert len(keys) == len(set(keys))
    assert not any(row.metric.startswith("p_star") for row in memory.rows)  # right or wrong: exact
    for seed in (0, 1):
        for verifier in ("oracle", "random", "noisy(p_noise=0.1)"):
            for rate in (None, 0.5):
                found = find(memory, seed=seed, verifier=verifier, selection_rate=rate)
                assert len(found) == 2 * 3
        assert len(find(memory, seed=seed, verifier="clean")) == 2 * 3
        assert len(find(memory, seed=seed, verifier="generator", n_samples=None)) == 2
    assert len(find(memory, verifier="perfect")) == 1
    assert {row.uid for row in memory.rows} == {"the-uid"}
    assert {row.experiment for row in memory.rows} == {"coins"}


def test_rows_carry_the_measured_rates_of_what_is_trained_on(run, coins):
    _, memory = run(coins, VALUES)
    for row in find(memory, verifier="oracle", selection_rate=None):
        assert (row.phi, row.psi, row.p_star) == (1.0, 0.0, 1.0)
        assert row.p == pytest.approx(0.3, abs=0.05)
        assert row.kept == round((1 - row.p) * 1_000)
        assert row.pool_size == 1_000
    for row in find(memory, verifier="random", selection_rate=0.5):
        assert row.kept == 500
        assert row.p_star == pytest.approx(0.5, abs=0.05)
    for row in find(memory, verifier="clean"):
        assert (row.p, row.phi, row.psi, row.p_star, row.kept) == (None,) * 5
        assert row.pool_size == 1_000

    # Training uses what the verifier kept.
    for row in find(memory, metric="share_right"):
        if row.verifier in ("oracle", "clean"):
            assert row.value == 1.0
        elif row.verifier == "random" and row.n_samples == 400:
            assert row.value < 0.95

    # A rate that is not defined is null and not a number.
    for row in find(run(coins, VALUES | {"p": 0.0})[1], verifier="oracle"):
        assert row.psi is None and row.phi is not None


@pytest.mark.parametrize("in_stages", [False, True])
def test_a_curve_stops_where_the_verifier_kept_no_more(run, coins, in_stages):
    experiment = CoinsInStages if in_stages else coins
    values = {"verifiers": ("oracle",), "sizes": (10, 500, 900)}
    _, memory = run(experiment, values)
    assert {row.n_samples for row in find(memory, verifier="oracle")} == {10, 500}
    assert {row.n_samples for row in find(memory, verifier="clean")} == {10, 500, 900}
    (line,) = memory.lines
    kept = find(memory, verifier="oracle")[0].kept
    assert f"{kept} samples are kept, fewer than the 900 asked for" in line
    assert memory.stages[-1][1] == memory.stages[-1][2]
    again, silent = run(experiment, values, done=memory.rows)
    assert (again.calls["pool"], again.calls["retrain"], silent.rows) == (0, 0, [])


def test_a_verifier_that_keeps_too_little_still_has_its_rates(run, coins):
    values = {"verifiers": ("oracle",), "sizes": (900, 950)}
    _, memory = run(coins, values)
    (row,) = find(memory, verifier="oracle")
    assert (row.metric, row.n_samples, row.p_star) == ("keep_rate", None, 1.0)
    assert row.value == row.kept / row.pool_size
    _, silent = run(coins, values, done=memory.rows)
    assert silent.rows == []


def test_progress_never_goes_back_and_ends_at_its_total(run, coins):
    experiment, memory = run(coins, VALUES)
    done = [stage[1] for stage in memory.stages]
    totals = {stage[2] for stage in memory.stages}
    assert done == sorted(done)
    assert totals == {len(plan(experiment))} == {1 + 2 * (1 + 1 + 3 + 7 * 3)}
    assert done[-1] in totals


def test_finished_units_are_not_done_again(run, coins):
    experiment, memory = run(coins, VALUES, stop_after=59)
    finished = experiment.calls["retrain"]
    again, rest = run(coins, VALUES, done=memory.rows)
    assert again.calls["retrain"] + finished == 2 * 7 * 3
    assert (again.calls["generator"], again.calls["pool"]) == (0, 1)  # seed 0 is finished
    nothing, silent = run(coins, VALUES, done=memory.rows + rest.rows)
    assert nothing.calls == {"generator": 0, "pool": 0, "retrain": 0}
    assert silent.rows == []


def test_a_seed_gives_the_same_rows_in_a_longer_run(run, coins):
    _, short = run(coins, VALUES | {"n_seeds": 1, "seed": 1})
    _, long = run(coins, VALUES)
    second = {row.key: row.value for row in long.rows if row.seed == 1}
    for row in short.rows:
        if row.verifier != "perfect":
            assert second[row.key] == row.value


def test_generators_are_shared_by_runs_with_the_same_settings_only(run, coins):
    first, _ = run(coins, VALUES)
    same, _ = run(coins, VALUES | {"sizes": (20,), "pool_size": 500})
    other, _ = run(coins, VALUES | {"p": 0.31})
    newer, _ = run(type("Newer", (coins,), {"version": 2}), VALUES)
    assert [one.calls["generator"] for one in (first, same, other, newer)] == [2, 0, 2, 2]


def test_a_broken_generator_is_named_and_not_trained_over(run, coins, tmp_path):
    run(coins, VALUES)
    for stored in (tmp_path / "artifacts").rglob("generator.npy"):
        stored.write_bytes(b"half")
    with pytest.raises(StoreError, match="Delete this folder to make it again"):
        run(coins, VALUES)


def test_an_unwritable_cache_is_named(run, coins, tmp_path):
    (tmp_path / "artifacts").write_text("a file where the folder should be")
    with pytest.raises(StoreError, match="cannot be written"):
        run(coins, VALUES)


def test_checkpoints_of_an_interrupted_unit_stay(run, coins, tmp_path):
    class Falls(coins):
        def retrain(self, pool, indices, start, rng, workspace):
            (workspace / "step-7").write_text("state")
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        run(Falls, VALUES)
    assert [path.name for path in (tmp_path / "checkpoints").rglob("step-*")] == ["step-7"]
    assert not list((tmp_path / "artifacts").rglob("*.partial"))


def test_units_have_streams_of_their_own():
    names = [("retrain", "random", None, 10), ("retrain", "random", None, 100), ("verify",)]
    draws = [unit_rng(seed, *name).random() for seed in (0, 1) for name in names]
    assert len(set(draws)) == 6
    again = [unit_rng(seed, *name).random() for seed in (0, 1) for name in names]
    np.testing.assert_array_equal(draws, again)


class CoinsInStages(Coins):
    """A model that sees its samples one after the other."""

    nested_sizes = True

    def retrain_in_stages(self, pool, order, sizes, start, rng, workspace):
        """Yield the share of right labels so far."""
        noise = rng.random()
        for size in sizes:
            self.calls["retrain"] += 1
            yield np.array([pool.similarity[order[:size]].mean(), noise])


class GradedCoins(Coins):
    """Samples that are more or less right, and no true labels."""

    def clean(self, pool, rng):
        """Know none."""

    def synthesize(self, generator, helpers, rng, workspace):
        """Draw how right each sample is."""
        return CoinPool(rng.random(self.config.pool_size))


def test_graded_similarities_come_with_an_interval_before_any_training(run):
    values = {"verifiers": ("oracle", "random"), "sizes": (100,), "selection_rates": (0.05, 0.5)}
    _, memory = run(GradedCoins, values)
    for name in values["verifiers"]:
        for rate in values["selection_rates"]:
            rows = find(memory, verifier=name, selection_rate=rate)
            ends = {row.metric: row for row in rows if row.metric.startswith("p_star")}
            low, high = ends["p_star low"], ends["p_star high"]
            assert rows[:2] == [low, high]
            assert low.n_samples is None and 0 < low.value < low.p_star < high.value < 1
    assert find(memory, verifier="clean") == []
    assert memory.stages[-1][1] == memory.stages[-1][2]


@pytest.mark.parametrize("experiment", [Coins, CoinsInStages, GradedCoins])
def test_whatever_row_a_run_is_cut_off_after_the_rest_gives_the_same_rows(run, experiment):
    """Half-written units, curves without a point (at 0.05) and known lines included."""
    values = VALUES | {"n_seeds": 1, "selection_rates": (None, 0.05)}
    if experiment is GradedCoins:
        values |= {"verifiers": ("oracle",), "selection_rates": (0.05, 0.5), "sizes": (100,)}
    whole = run(experiment, values)[1].rows
    for cut in range(1, len(whole)):
        again, rest = run(experiment, values, done=whole[:cut])
        assert whole[:cut] + rest.rows == whole
        assert again.calls["generator"] == 0
        units = {row.key[:-1] for row in rest.rows if row.n_samples}
        assert experiment.nested_sizes or again.calls["retrain"] == len(units)


def test_only_one_pool_is_in_memory_when_the_next_is_drawn(run, coins):
    """The clean pool of a seed may share the samples of its pool, as that of mixtures does."""
    alive = []

    class Watched(coins):
        def synthesize(self, *words):
            alive.append(sum(one() is not None for one in pools))
            pool = super().synthesize(*words)
            pools.append(weakref.ref(pool.similarity))
            return pool

        def clean(self, pool, rng):
            return pool

    pools = []
    run(Watched, VALUES | {"n_seeds": 3})
    assert alive == [0, 0, 0]


class Harder(Coins):
    """Coins whose pools get harder when at least half is kept; sizes are limits."""

    sizes_are_limits = True

    def next_difficulty(self, difficulty, accepted):
        """Begin at 3 and wait until half is kept."""
        return 3 if difficulty is None else difficulty + (accepted >= 0.5)

    def synthesize_at(self, difficulty, generator, helpers, rng, workspace):
        """Throw coins that are right less often the harder they are."""
        share = generator[0] * difficulty / 4
        return CoinPool((rng.random(self.config.pool_size) >= share).astype(float))


def test_each_chain_has_difficulties_of_its_own_and_rows_say_them(run):
    values = {
        "verifiers": ("none", "random(keep_rate=0.2)"),
        "sizes": (600,),
        "n_rounds": 3,
        "policy": "accumulate",
    }
    _, whole = run(Harder, values)
    trained = {(row.verifier, row.round): row for row in whole.rows if row.n_samples}
    found = {key: row.difficulty for key, row in trained.items()}
    assert [found["none", round_] for round_ in (1, 2, 3)] == [3, 4, 5]
    assert [found["random(keep_rate=0.2)", round_] for round_ in (1, 2, 3)] == [3, 3, 3]
    assert trained["random(keep_rate=0.2)", 1].kept < 600  # which is enough: 600 is a limit
    assert {row.policy for row in trained.values()} == {"accumulate"}
    stopped = {row.round: row.policy for row in whole.rows if row.verifier == "generator"}
    assert stopped == {0: None}


def test_an_interrupted_chain_goes_on_at_its_difficulty(run, tmp_path):
    values = {"verifiers": ("none",), "sizes": (600,), "n_rounds": 3}
    _, whole = run(Harder, values, folder=tmp_path / "whole")
    for stop in range(1, len(whole.rows)):
        folder = tmp_path / str(stop)
        _, first = run(Harder, values, stop_after=stop, folder=folder)
        _, rest = run(Harder, values, done=first.rows, folder=folder)
        assert [*first.rows, *rest.rows] == whole.rows


def test_a_chain_of_which_nothing_is_kept_ends_with_a_row_that_says_so(run):
    class Wrong(Harder):
        def synthesize_at(self, difficulty, generator, helpers, rng, workspace):
            return CoinPool(np.zeros(self.config.pool_size))

    _, memory = run(Wrong, {"verifiers": ("oracle",), "sizes": (9,), "n_rounds": 3})
    (row,) = [row for row in memory.rows if row.verifier == "oracle"]
    assert (row.metric, row.value, row.round, row.kept) == ("keep_rate", 0.0, 1, 0)
    assert row.phi is None and row.p == 1.0
