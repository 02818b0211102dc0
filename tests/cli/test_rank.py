import json
import math

import numpy as np
import pandas as pd
import pytest

from synverify_core.theory import katz_interval, measure


@pytest.fixture
def data(tmp_path):
    """Write a table of labels and scores, of which `good` knows most and `bad` the opposite."""
    rng = np.random.default_rng(0)
    right = (rng.random(400) < 0.6).astype(int)
    good = right + rng.normal(0, 0.7, 400)
    table = pd.DataFrame({"right": right, "good": good, "bad": -good, "noise": rng.random(400)})
    path = tmp_path / "scores.csv"
    table.to_csv(path, index=False)
    return path, pd.read_csv(path)


def ranked(call, path, *words):
    code, out, err = call("rank", path, *words, "--json")
    assert code == 0, err
    return json.loads(out)


def test_the_best_verifier_comes_first(call, data):
    path, table = data
    scores = ("--score", "bad", "--score", "noise", "--score", "good")
    values = ranked(call, path, "--label", "right", *scores, "--rate", 0.25)
    assert values["p"] == pytest.approx(1 - table["right"].mean())
    assert values["n_samples"] == 400
    assert [one["verifier"] for one in values["verifiers"]] == ["good", "noise", "bad"]
    best, _, worst = values["verifiers"]
    assert best["recovers"] and not worst["recovers"]


def test_the_numbers_are_those_of_the_measurement(call, data):
    path, table = data
    values = ranked(call, path, "--label", "right", "--score", "good", "--rate", 0.25)
    (one,) = values["verifiers"]
    keep = table["good"] >= table["good"].nlargest(100).min()
    found = measure(table["right"], keep)
    for key in ("phi", "psi", "p_star", "keep_rate", "precision_kept"):
        assert one[key] == pytest.approx(getattr(found, key))
    assert one["kept"] == 100
    right = table["right"] == 1
    counts = (sum(keep & right), sum(right), sum(keep & ~right), sum(~right))
    interval = katz_interval(*map(int, counts))
    assert (one["p_star_low"], one["p_star_high"]) == pytest.approx(tuple(interval))
    assert one["p_star_low"] < one["p_star"] < one["p_star_high"]


def test_the_text_is_a_table_and_the_default_rates_are_the_papers(call, data):
    code, out, _ = call("rank", data[0], "--label", "right", "--score", "good")
    assert code == 0
    assert out.splitlines()[1].split()[:3] == ["VERIFIER", "RATE", "P_STAR"]
    values = ranked(call, data[0], "--label", "right", "--score", "good")
    assert sorted(one["selection_rate"] for one in values["verifiers"]) == [0.125, 0.25, 0.5]


def test_similarities_get_a_bootstrap_interval(call, data, tmp_path):
    _, table = data
    table["similarity"] = np.clip(table["right"] * 0.6 + 0.2, 0, 1)
    path = tmp_path / "similar.jsonl"
    table.to_json(path, orient="records", lines=True)
    values = ranked(call, path, "--label", "similarity", "--score", "good", "--rate", 0.5)
    (one,) = values["verifiers"]
    assert one["p_star_low"] < one["p_star"] < one["p_star_high"]
    assert values == ranked(call, path, "--label", "similarity", "--score", "good", "--rate", 0.5)


@pytest.mark.parametrize("suffix", ["parquet", "json", "jsonl", "csv"])
def test_every_kind_of_file_gives_the_same(call, data, tmp_path, suffix):
    path, table = data
    other = tmp_path / f"copy.{suffix}"
    {
        "parquet": lambda: table.assign(right=table["right"] == 1).to_parquet(other),
        "json": lambda: table.to_json(other, double_precision=15),
        "jsonl": lambda: table.to_json(other, orient="records", lines=True, double_precision=15),
        "csv": lambda: table.to_csv(other, index=False),
    }[suffix]()
    words = ("--label", "right", "--score", "good")
    assert ranked(call, other, *words) == ranked(call, path, *words)


@pytest.mark.parametrize(
    ("change", "words", "message"),
    [
        ({"right": 2.0}, (), "right = 2 in row 1 is refused: it must lie in [0, 1]"),
        ({"right": 1}, (), "every label is right"),
        ({"right": 0}, (), "every label is wrong"),
        ({"good": math.nan}, (), "good = "),
        ({"good": "high"}, (), "good = 'high' in row 1"),
        ({"good": math.inf}, (), "must be a finite number"),
        ({}, ("--score", "nothing"), "has no column 'nothing'; columns: right, good, bad, noise"),
        ({}, ("--rate", "0"), "rate = 0.0 is refused: it must lie in (0, 1]"),
        ({}, ("--rate", "nan"), "rate = nan"),
        ({}, ("--seed", "-1"), "seed = -1 is refused: it must be at least 0"),
    ],
)
def test_bad_tables_are_refused(call, data, change, words, message):
    path, table = data
    table.assign(**change).to_csv(path, index=False)
    code, out, err = call("rank", path, "--label", "right", "--score", "good", *words)
    assert (code, out) == (2, "")
    assert message in err


@pytest.mark.parametrize(
    ("name", "content", "message"),
    [
        ("none.csv", None, "cannot be read"),
        ("empty.csv", "", "cannot be read"),
        ("head.csv", "right,good\n", "has no rows"),
        ("broken.jsonl", "{", "cannot be read"),
        ("numbers.jsonl", "{}\n1", "cannot be read"),
        ("broken.parquet", "x", "cannot be read"),
        ("table.xlsx", "x", "must end in .csv, .jsonl, .json, .parquet"),
    ],
)
def test_unreadable_files_are_named(call, tmp_path, name, content, message):
    path = tmp_path / name
    if content is not None:
        path.write_text(content)
    code, out, err = call("rank", path, "--label", "right", "--score", "good")
    assert (code, out) == (2, "")
    assert name in err
    assert message in err
