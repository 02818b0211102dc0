import json
import zipfile

import pytest

from synverify_core.experiments import registry
from synverify_core.experiments.gaussian.experiment import EXPERIMENT
from synverify_core.experiments.summarization.experiment import Summarization
from synverify_core.runs.record import Status
from tests.pages.summary_records import write_record
from tests.runs.fake import Fake, FakeConfig


def test_the_list_names_runs_and_problems(call, store, finished):
    code, out, err = call("runs", "list")
    assert (code, out.split(), err) == (0, ["STATUS", "DONE", "TIME", "NAME"], "")
    good, bad = finished(seed=1), finished(seed=2)
    store.rename(good.uid, "mine")
    (bad.path / "record.json").write_text("{")
    code, out, err = call("runs", "list")
    assert code == 0
    assert f"{good.uid} (mine)" in out
    assert bad.uid not in out
    assert f"warning: {bad.path / 'record.json'}" in err
    values = json.loads(call("runs", "list", "--json")[1])
    assert [run["uid"] for run in values["runs"]] == [good.uid]
    assert len(values["problems"]) == 1


def test_show_tells_settings_record_and_log(call, finished):
    run = finished(label="a b")
    code, out, _ = call("runs", "show", run.uid[-8:])
    assert code == 0
    for part in (run.uid, "done", "begins on cpu", "--set 'label=a b'", run.record.commit):
        assert part in out
    values = json.loads(call("runs", "show", run.uid, "--json")[1])
    assert values["record"]["uid"] == run.uid
    assert values["n_rows"] == run.record.n_rows
    assert values["config"]["label"] == "a b"


def test_name_note_and_archive(call, store, finished):
    run = finished()
    assert call("runs", "rename", run.uid, "mine")[0] == 0
    assert call("runs", "note", run.uid, "look here")[0] == 0
    assert call("runs", "archive", run.uid)[0] == 0
    after = store.get(run.uid)
    assert (after.name, after.note, after.archived) == ("mine", "look here", True)
    assert run.uid not in call("runs", "list")[1]
    assert run.uid in call("runs", "list", "--archived")[1]
    call("runs", "archive", run.uid, "--undo")
    assert run.uid in call("runs", "list")[1]


def test_a_name_cannot_steer_the_terminal(call, finished):
    run = finished()
    call("runs", "rename", run.uid, "red\x1b[31m")
    for words in (("list",), ("show", run.uid), ("list", "--json"), ("rename", run.uid, "\x9b1m")):
        out = call("runs", *words)[1]
        assert out.replace("\n", "").isprintable()


def test_delete_is_undone_by_restore(call, store, finished):
    run = finished()
    out = call("runs", "delete", run.uid)[1]
    assert f"runs restore {run.uid}" in out
    assert run.uid in call("runs", "list", "--trash")[1]
    assert run.uid not in call("runs", "list")[1]
    assert call("runs", "restore", run.uid)[0] == 0
    assert store.get(run.uid).status is Status.DONE
    call("runs", "delete", run.uid)
    assert call("runs", "delete", run.uid, "--purge")[0] == 0
    assert store.trash() == []


def test_cancel_and_resume(call, store, wait_for):
    # The worker of `runs resume` knows no fake experiment.
    small = {"pool_size": 500, "sizes": (50,), "n_seeds": 1, "verifiers": ("random",)}
    run = store.create("gaussian", EXPERIMENT.config_type(**small))
    answer = json.loads(call("runs", "cancel", run.uid, "--json")[1])
    assert (answer["status"], answer["resumable"]) == ("cancelled", True)
    assert "queued" in call("runs", "resume", run.uid)[1]
    assert wait_for(run.uid, Status.DONE, Status.FAILED).status is Status.DONE


def test_export_to_a_folder_and_an_archive(call, finished, tmp_path):
    one, two = finished(seed=1), finished(seed=2)
    assert call("runs", "export", one.uid, "--to", tmp_path / "out")[0] == 0
    assert (tmp_path / "out" / one.uid / "rows.csv").exists()
    assert call("runs", "export", one.uid, two.uid, "--to", tmp_path / "all.zip")[0] == 0
    with zipfile.ZipFile(tmp_path / "all.zip") as archive:
        assert len(archive.namelist()) == 8


def test_publish_ships_a_run(call, store, finished):
    run = finished()
    code, out, err = call("runs", "publish", run.uid, "--pools")
    assert code and "keeps no pools" in err and not (store.reference_root / run.uid).exists()
    code, out, _ = call("runs", "publish", run.uid)
    assert code == 0
    assert str(store.reference_root / run.uid) in out
    assert (store.reference_root / run.uid / "record.json").exists()


@pytest.mark.parametrize("action", ["show", "cancel", "resume", "delete", "restore", "publish"])
def test_an_unknown_run_is_bad_input_and_an_ambiguous_one_lists_the_candidates(call, store, action):
    code, out, err = call("runs", action, "nothing")
    assert (code, out) == (2, "") and "nothing" in err
    both = [store.create("fake", FakeConfig(seed=seed)).uid for seed in (1, 2)]
    if action != "restore":
        code, _, err = call("runs", action, "fake")
        assert code == 2
        assert all(uid in err for uid in both)


def test_claims_are_judged_from_the_rows_alone(call, store, finished, monkeypatch):
    known = {"fake": Fake, "summarization": Summarization}
    monkeypatch.setattr(registry, "experiments", lambda: known)
    uids = [write_record(store.root, seed).uid for seed in range(3)]
    code, out, _ = call("runs", "claims", *uids)
    assert code == 0
    assert "[holds] Fine-tuning on 12.5 % of the human summaries" in out
    values = json.loads(call("runs", "claims", *uids, "--json")[1])
    assert values["uids"] == uids
    for claim in values["claims"]:
        assert f"[{claim['verdict']}] {claim['paper']}" in out
    alone = json.loads(call("runs", "claims", uids[0], "--json")[1])["claims"]
    assert {claim["verdict"] for claim in alone} <= {"too few seeds", "too little data"}
    code, _, err = call("runs", "claims", finished().uid)
    assert code == 2 and "experiments = ['fake'] is refused" in err
