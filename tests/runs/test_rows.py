import json
import math

import pytest

from synverify_core.errors import StoreError
from synverify_core.experiments.row import Row
from synverify_core.runs.rows import RowWriter, read_rows


def row(**changes):
    values = dict.fromkeys(("selection_rate", "p", "phi", "psi", "p_star", "kept", "pool_size"))
    base = {"experiment": "fake", "uid": "u", "verifier": "random", "n_samples": 1, "seed": 0}
    return Row(**{**values, **base, "metric": "accuracy", "value": 0.1 + 0.2, **changes})


def write(path, *rows):
    writer = RowWriter(path)
    for one in rows:
        writer.append(one)
    writer.close()


def test_rows_come_back_exactly(tmp_path):
    path = tmp_path / "rows.jsonl"
    rows = [row(seed=1), row(seed=2, value=1e-300, p=0.1, kept=3), row(selection_rate=1 / 3)]
    write(path, *rows)
    assert read_rows(path) == rows


def test_a_value_that_is_not_a_number_is_null_on_disk(tmp_path):
    path = tmp_path / "rows.jsonl"
    write(path, row(value=math.nan))
    assert json.loads(path.read_text())["value"] is None
    assert math.isnan(read_rows(path)[0].value)


def test_a_half_written_last_line_is_left_out_and_written_over(tmp_path):
    path = tmp_path / "rows.jsonl"
    write(path, row(seed=1), row(seed=2))
    whole = path.read_bytes()
    path.write_bytes(whole[:-20])
    assert read_rows(path) == [row(seed=1)]
    write(path, row(seed=2))
    assert path.read_bytes() == whole


def test_the_same_point_is_written_once(tmp_path):
    path = tmp_path / "rows.jsonl"
    write(path, row(seed=1), row(seed=1))
    write(path, row(seed=1))
    assert read_rows(path) == [row(seed=1)]


SURROGATE = json.dumps({**row().as_json(), "metric": "\ud800"})


@pytest.mark.parametrize("line", ["{", "{}", "[]", "[" * 200_000, "9" * 5000, SURROGATE], ids=len)
def test_a_damaged_line_is_named_with_its_number(tmp_path, line):
    path = tmp_path / "rows.jsonl"
    path.write_text(f"{json.dumps(row().as_json())}\n{line}\n")
    with pytest.raises(StoreError, match=r"rows\.jsonl, line 2, is damaged"):
        read_rows(path)


NO_NUMBER = ("true", "[]", "{}", '"0.5"', "1e999", "-Infinity", "[" * 100_000, "9" * 5_000)
NUMBERS = "seed value n_samples selection_rate p phi psi p_star kept pool_size round".split()
TEXTS = "experiment uid verifier metric".split()
WRONG = [(field, text) for field in NUMBERS for text in NO_NUMBER]
WRONG += [(field, text) for field in TEXTS for text in ("null", "true", "3", "[]", '{"a": "b"}')]
WRONG += [("seed", "null"), ("seed", "0.5"), ("value", '"x"')]


def test_a_column_of_a_wrong_kind_is_named(tmp_path):
    path = tmp_path / "rows.jsonl"
    for field, wrong in WRONG:
        values = json.dumps({**row().as_json(), field: "wrong"}).replace('"wrong"', wrong)
        path.write_text(values + "\n")
        name = field if len(wrong) < 100 else ""
        with pytest.raises(StoreError, match=rf"rows\.jsonl, line 1, is damaged: .*{name}"):
            read_rows(path)
            pytest.fail(f"{field} = {wrong[:20]} was taken")
