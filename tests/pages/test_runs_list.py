"""The list of runs: seeds in one row, what a link selects, what a figure leaves out."""

import pandas as pd
import pytest

from pages.ui.runs.compare import groupings, once
from pages.ui.runs.left_out import left_out
from pages.ui.runs.table import asked_for, frame, group_status, matching
from pages.ui.shared.run_names import preset_text
from synverify_core.experiments import registry
from synverify_core.experiments.base import make_config
from synverify_core.runs.record import Status
from synverify_core.runs.store import Store
from synverify_core.runs.table import tidy_table
from synverify_core.runs.titles import grouped
from synverify_core.runs.worker import execute
from tests.pages.visit import linked, opened, said
from tests.stats.rows import eigen_table, gaussian_table

SMALL = {"pool_size": 500, "sizes": (20, 100), "n_seeds": 1, "dimension": 5}
NOTHING = {"text": "", "status": ()}


def create(cache, seed=0, done=True, **changes):
    config = make_config(registry.get("gaussian"), None, {**SMALL, "seed": seed, **changes})
    run = Store(cache).create("gaussian", config, "cpu")
    if done:
        execute(run.path)
    return Store(cache).get(run.uid)


@pytest.fixture
def runs(cache):
    """Two seeds of the same settings, and one of another N0; the second seed is queued."""
    return [create(cache), create(cache, seed=1, done=False), create(cache, n_original=150)]


def test_seeds_of_the_same_settings_are_one_row_with_a_count(runs):
    cells = frame(grouped(runs))
    assert cells["Seeds"].tolist() == [2, 1]
    assert cells["Name"].tolist() == ["N₀ = 500, 100, 4 verifiers", "N₀ = 150, 100, 4 verifiers"]
    assert cells["Status"].tolist() == ["◔ queued, 1 of 2", "✔ done"]
    assert not cells.map(lambda cell: "gaussian-" in str(cell)).any().any(), "no uid in the table"


def test_the_most_urgent_status_speaks_for_a_row(runs):
    group = grouped(runs)[0]
    assert {run.status for run in group.runs} == {Status.DONE, Status.QUEUED}
    done = group._replace(runs=tuple(run for run in group.runs if run.status is Status.DONE))
    assert group_status(done) == "✔ done"


def test_a_link_selects_all_seeds_of_a_row_or_only_some(runs):
    first, second = groups = grouped(runs)
    assert asked_for(groups, {first.key}) == [first]
    (alone,) = asked_for(groups, {runs[1].uid})
    assert (alone.key, alone.uids) == (first.key, (runs[1].uid,))
    assert asked_for(groups, {second.key, runs[0].uid})[0].uids == (runs[0].uid,)
    assert asked_for(groups, {"gone"}) == []


def test_runs_are_found_by_settings_preset_and_name(runs):
    assert matching(runs, {**NOTHING, "text": "n_original=150"}) == [runs[2]]
    assert matching(runs, {**NOTHING, "text": "gaussian smoke"}) == [
        run for run in runs if "smoke" in preset_text(run)
    ]
    assert matching(runs, {**NOTHING, "text": "100 4 verifiers"}) == runs
    assert matching(runs, {**NOTHING, "status": ("queued",)}) == [runs[1]]


def test_the_page_opens_with_a_row_selected_and_says_what_is_not_drawn(runs):
    key = grouped(runs)[0].key
    page = opened("runs.py", runs=key)
    assert "**2 selected**" in said(page)
    assert "No rows yet: N₀ = 500, 100, 4 verifiers, seed 1." in said(page)
    assert linked(page, "runs") == key
    class_room = opened("runs.py", runs=key, presentation="1")
    assert not class_room.dataframe and not class_room.text_input


def test_nothing_is_left_out_without_a_word(runs, cache):
    table = tidy_table(Store(cache), [run.uid for run in runs])
    assert left_out(table, "accuracy", [runs[0]]) == []
    others = left_out(table[table["metric"] != "accuracy"], "accuracy", [runs[0]])
    assert others == ["Without accuracy, not drawn: N₀ = 500, 100, 4 verifiers, seed 0."]
    later = table.assign(round=2, held_out="validation", value=None)
    said = " ".join(left_out(later, "accuracy", runs))
    for part in ("first of 2 rounds", "validation side", "have no value", "No rows yet"):
        assert part in said


def test_runs_are_told_apart_by_what_differs_in_panels_where_they_are_many():
    few = gaussian_table()
    assert groupings(few)[1:] == ("n_original", "")
    assert groupings(few[few["n_original"] == 150])[1:] == ("verifier", "")
    names = {f"noisy(p_noise=0.{n})": 0.1 for n in range(1, 8)}
    many = pd.concat(
        [eigen_table(names).assign(run=run, dimension=size) for run, size in (("a", 2), ("b", 3))]
    )
    assert groupings(many)[1:] == ("verifier", "dimension")


def test_a_seed_that_two_runs_share_counts_once(cache):
    one, both = create(cache), create(cache, n_seeds=2)
    table = tidy_table(Store(cache), [one.uid, both.uid])
    assert len(once(table)) == both.record.n_rows < len(table)
