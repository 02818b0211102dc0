"""Which eigenvalue runs are averaged, how their tasks are named, what the form starts."""

from types import SimpleNamespace

import pandas as pd
from hypothesis import given
from hypothesis import strategies as some

from pages.ui.eigenvalues.page import EIGENVALUES
from pages.ui.eigenvalues.tasks import TASKS, metrics_of, own_metric
from pages.ui.shared.task_kinds import POINT, joined
from synverify_core.experiments import registry
from synverify_core.experiments.base import make_config
from synverify_core.experiments.row import Row

EXPERIMENT = registry.get("eigenvalues")
FIELDS = EIGENVALUES.address


def config(preset="quick", **changes):
    return make_config(EXPERIMENT, preset, changes)


def run(preset="quick", reference=False, **changes):
    return SimpleNamespace(config=config(preset, **changes), reference=reference)


def test_a_task_is_named_by_its_preset_or_by_what_sets_it_apart():
    runs = [run(), run("smoke"), run(dimension=3), run(dimension=3, d_model=32), run(seed=1)]
    names = list(TASKS.labels(TASKS.by_task(runs)).values())
    assert names == [
        "2 × 2, preset quick",
        "2 × 2, preset smoke",
        "3 × 3, d_model = 64",
        "3 × 3, d_model = 32",
    ]
    assert list(TASKS.labels(TASKS.by_task([run(dimension=3)])).values()) == ["3 × 3"]


@given(
    some.lists(
        some.fixed_dictionaries(
            {
                "dimension": some.sampled_from([2, 3]),
                "encoding": some.sampled_from(["P10", "P1000"]),
                "retrain_steps": some.sampled_from([10, 20]),
            }
        ),
        min_size=1,
        max_size=6,
    )
)
def test_no_two_tasks_have_one_name(settings):
    groups = TASKS.by_task([run(**changes) for changes in settings])
    names = TASKS.labels(groups)
    assert len(set(names.values())) == len(groups)


def test_a_first_visit_sees_quick_then_shipped_records_then_the_newest():
    newest, shipped, quick = run("smoke"), run(dimension=3, reference=True), run()
    assert TASKS.default(TASKS.by_task([newest, shipped, quick])) == TASKS.key(quick.config)
    assert TASKS.default(TASKS.by_task([newest, shipped])) == TASKS.key(shipped.config)
    assert TASKS.default(TASKS.by_task([newest])) == TASKS.key(newest.config)


def test_a_link_from_before_there_were_rounds_names_the_same_task():
    former = {
        "n_original": 10_000,
        "learning_rate": 1.5e-3,
        "generator_steps": 2_000,
        "retrain_steps": 6_000,
    }
    assert TASKS.key(config(pool_size=500_000, **former)) == "6bd7db21"


def test_a_point_is_told_by_what_tells_it_in_its_run():
    told = {"seed": 3, "round": 2, "verifier": "oracle", "selection_rate": 0.5, "n_samples": 10}
    told["metric"] = "accuracy@2%"
    row = Row(experiment="eigenvalues", uid="a", value=0.5, **told)
    assert row.key == tuple(told[name] for name in POINT)
    table = pd.DataFrame([{**dict(row), "round": number} for number in (0, 1, 2, 2)])
    assert joined(table)["round"].tolist() == [0, 1, 2]


def test_a_seeds_generator_counts_once_however_many_runs_share_it():
    rows = [
        {"uid": uid, "verifier": verifier, "selection_rate": None, "n_samples": size, "seed": 0,
         "round": 1, "metric": "accuracy@2%", "value": 0.5}
        for uid, verifier, size in [
            ("a", "generator", None), ("a", "oracle", 10), ("b", "generator", None),
            ("b", "oracle", 20),
        ]
    ]  # fmt: skip
    table = joined(pd.DataFrame(rows))
    assert table["verifier"].tolist() == ["generator", "oracle", "oracle"]
    assert table["uid"].nunique() == 1


def test_the_metric_is_the_accuracy_at_the_tasks_own_tolerance():
    table = pd.DataFrame({"metric": ["accuracy@1%", "accuracy@5%", "beam 5, any@2%"]})
    measured = metrics_of(set(table["metric"]))
    assert measured == ["accuracy@5%", "accuracy@1%"]
    assert own_metric(config(tolerance=0.01), measured) == "accuracy@1%"
    assert own_metric(config(tolerance=0.3), measured) == "accuracy@5%"
    assert own_metric(config(), metrics_of(())) == ""
