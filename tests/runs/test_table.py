import math

import pandas as pd

from synverify_core.runs.table import ROW_COLUMNS, config_diff, tidy_table


def test_every_row_carries_its_run_and_its_settings(store, finished):
    assert list(tidy_table(store, []).columns) == [*ROW_COLUMNS, "run"]
    run = finished(seed=1, sizes=(1, 2))
    table = tidy_table(store, [run.uid])
    assert len(table) == run.record.n_rows
    assert set(ROW_COLUMNS) < set(table.columns)
    assert set(table["run"]) == {"2, random"}
    assert set(table["sizes"]) == {"1, 2"}
    assert set(table["selection_rates"]) == {"0.5"}
    assert set(table["label"]) == {"plain"}
    assert set(table["seed"]) == {1, 2}
    assert [row.value for row in store.rows(run.uid)] == list(table["value"])


def test_seeds_of_the_same_settings_have_one_name_and_other_settings_another(store, finished):
    runs = [finished(seed=1), finished(seed=5), finished(seed=1, label="other")]
    table = tidy_table(store, [run.uid for run in (*runs, runs[0])])
    names = table.groupby("uid")["run"].unique().map(list).to_dict()
    assert [names[run.uid] for run in runs] == [
        ["3, random, label = plain"],
        ["3, random, label = plain"],
        ["3, random, label = other"],
    ]
    store.rename(runs[1].uid, "mine")
    assert set(tidy_table(store, [run.uid for run in runs[:2]])["run"]) == {"mine"}


def test_rows_so_far_are_in_the_table(store, finished):
    run = finished()
    path = run.path / "rows.jsonl"
    (run.path / "record.json").unlink()
    state = (run.path / "status.json").read_text().replace('"done"', '"cancelled"', 1)
    (run.path / "status.json").write_text(state)
    path.write_bytes(path.read_bytes()[:-10])
    assert len(tidy_table(store, [run.uid])) == run.record.n_rows - 1


def test_the_diff_has_the_settings_that_differ(store, finished):
    one, two = finished(seed=1, label="a"), finished(seed=1, label="b", sizes=(1,))
    diff = config_diff([one, two])
    assert list(diff.columns) == ["sizes", "label"]
    assert list(diff.index) == ["3, random", "1, random"]
    assert list(diff["label"]) == ["a", "b"]
    assert config_diff([one, finished(seed=9, label="a")]).shape == (1, 0)
    assert config_diff([]).empty


def test_a_setting_of_one_experiment_only_is_missing_in_the_other(store, finished):
    from synverify_core.experiments.gaussian.experiment import EXPERIMENT

    other = store.create("gaussian", EXPERIMENT.config_type())
    diff = config_diff([finished(), other])
    assert list(diff["experiment"]) == ["fake", "gaussian"]
    assert pd.isna(diff["tau"].iloc[0]) and math.isclose(diff["tau"].iloc[1], 0.15)
