import io
import json
import zipfile

import pandas as pd
import pytest

from synverify_core.errors import InputError, StoreError
from synverify_core.runs.export import csv_text, export_runs, export_zip
from tests.runs.fake import FakeConfig

FILES = ["command.txt", "config.json", "record.json", "rows.csv"]


def test_a_folder_holds_rows_config_record_and_command(store, finished, tmp_path):
    run = finished(seed=3, label="a b")
    to = export_runs(store, [run.uid], tmp_path / "out")
    assert sorted(path.name for path in (to / run.uid).iterdir()) == FILES
    rows = pd.read_csv(to / run.uid / "rows.csv")
    assert list(rows["value"]) == [row.value for row in store.rows(run.uid)]
    assert json.loads((to / run.uid / "config.json").read_text())["label"] == "a b"
    command = (to / run.uid / "command.txt").read_text()
    assert command == "python -m synverify_core run fake --set seed=3 --set 'label=a b'\n"
    queued = store.create("fake", FakeConfig()).uid  # it has no record yet
    to = export_runs(store, [queued], tmp_path / "out")
    assert {path.name for path in (to / queued).iterdir()} == {*FILES} - {"record.json"}


def test_an_archive_holds_several_runs(store, finished, tmp_path):
    one, two = finished(seed=1), finished(seed=2)
    store.set_note(two.uid, "look here")
    path = export_runs(store, [one.uid, two.uid], tmp_path / "deep" / "runs.zip")
    with zipfile.ZipFile(path) as archive:
        names = set(archive.namelist())
    assert names == {f"{run.uid}/{name}" for run in (one, two) for name in FILES} | {
        f"{two.uid}/note.txt"
    }
    with zipfile.ZipFile(io.BytesIO(export_zip(store, [one.uid]))) as archive:
        assert archive.testzip() is None


def test_an_export_that_cannot_be_written_is_named(store, finished, tmp_path):
    run = finished()
    (tmp_path / "file").write_text("")
    with pytest.raises(StoreError, match="file/out"):
        export_runs(store, [run.uid], tmp_path / "file" / "out")
    with pytest.raises(InputError, match="no such run"):
        export_runs(store, ["nothing"], tmp_path)


@pytest.mark.parametrize("text", ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1"])
def test_no_text_is_a_formula_for_a_spreadsheet(text):
    table = pd.DataFrame({"run": [text, "a=b"], "value": [-0.5, 1e-9]})
    assert pd.read_csv(io.StringIO(csv_text(table))).equals(table.assign(run=[f"'{text}", "a=b"]))
