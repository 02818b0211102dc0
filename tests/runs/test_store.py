import json
import os
import re
import shutil
from concurrent.futures import ThreadPoolExecutor

import pytest

from synverify_core.errors import InputError, StoreError
from synverify_core.runs import reading
from synverify_core.runs.export import PUBLISHED, publish, publish_artifacts, publish_chains
from synverify_core.runs.record import Status
from synverify_core.runs.store import Store
from tests.runs.fake import Fake, FakeConfig


def uids(runs):
    return [run.uid for run in runs]


def test_a_store_that_is_not_there_is_empty_and_stays_away(tmp_path):
    store = Store(tmp_path / "nowhere")
    assert [run for run in store.runs() if not run.reference] == []
    assert store.trash() == []
    assert not (tmp_path / "nowhere").exists()


def test_the_newest_run_comes_first(store, finished):
    first, second = finished(seed=1), finished(seed=2)
    assert uids(store.runs()) == [second.uid, first.uid]


def test_a_new_run_is_queued_and_has_no_rows(store):
    run = store.create("fake", FakeConfig(seed=3), "cpu")
    assert (run.status, run.record, run.device) == (Status.QUEUED, None, "cpu")
    assert run.config == FakeConfig(seed=3)
    assert store.rows(run.uid) == []
    assert store.log_tail(run.uid) == ""
    with pytest.raises(InputError, match="queued: only a run that is done"):
        publish(store, run.uid)


def test_name_note_and_archive_are_kept(store, finished):
    run = finished()
    store.rename(run.uid, " my\n run ")
    store.set_note(run.uid, "line\nline")
    store.archive(run.uid)
    after = store.get(run.uid)
    assert (after.title, after.note, after.archived) == ("my run", "line\nline", True)
    assert store.runs() == []
    assert uids(store.runs(include_archived=True)) == [run.uid]
    store.archive(run.uid, False)
    store.rename(run.uid, "")
    assert store.runs()[0].title == run.uid


def test_deleting_the_same_settings_twice_keeps_both_to_be_restored(store, finished):
    run = finished()
    rows = store.rows(run.uid)
    assert store.create("fake", run.config).status is Status.DONE  # nothing is created anew
    assert store.delete(run.uid) == run.uid
    assert store.runs() == []
    with pytest.raises(InputError, match="no such run"):
        store.get(run.uid)
    finished()
    again = store.delete(run.uid)
    assert again == f"{run.uid}~2"
    assert sorted(uids(store.trash())) == [run.uid, again]
    assert store.restore(again).uid == run.uid
    assert store.rows(run.uid) == rows
    with pytest.raises(InputError, match="exists again"):
        store.restore(run.uid)
    store.purge(run.uid)
    assert store.trash() == []


UIDS = ["", ".", "..", "../runs", "no-such-run", "a/b", "/etc", "x" * 300, "\udcff", "a\0b", "\x1b"]


@pytest.mark.parametrize("uid", UIDS, ids=ascii)
def test_a_uid_that_is_no_run_is_refused(store, finished, uid):
    finished()
    actions = (store.get, store.rows, store.delete, store.restore, store.purge, store.log_tail)
    for action in actions:
        with pytest.raises(InputError, match="no such run"):
            action(uid)


def test_an_unknown_experiment_or_device_is_refused(store):
    with pytest.raises(InputError, match="'nonsense' is unknown"):
        store.create("nonsense", FakeConfig())
    with pytest.raises(InputError, match="auto, cpu, cuda"):
        store.create("fake", FakeConfig(), "abacus")


def pipe(path):
    path.unlink(missing_ok=True)
    os.mkfifo(path)  # it would hold up for ever whoever reads it


def foreign(path):
    lines = path.read_text().splitlines() if "rows" in path.name else [path.read_text()]
    change = {"value": "x"} if "rows" in path.name else {"schema_version": 99}
    path.write_text("".join(json.dumps({**json.loads(one), **change}) + "\n" for one in lines))


DAMAGES = {
    "cut": lambda path: os.truncate(path, path.stat().st_size // 2),
    "empty": lambda path: path.write_bytes(b""),
    "nested": lambda path: path.write_text("[" * 200_000 + "\n"),
    "missing": lambda path: path.unlink(),
    "foreign": foreign,
    "pipe": pipe,
}


@pytest.mark.parametrize("damage", DAMAGES.values(), ids=DAMAGES)
@pytest.mark.parametrize("name", ["config.json", "status.json", "record.json", "rows.jsonl"])
def test_a_damaged_run_is_named_beside_good_ones(store, finished, name, damage):
    good, bad = finished(seed=1), finished(seed=2)
    damage(bad.path / name)
    assert uids(store.runs()) == [good.uid]
    (problem,) = store.problems
    assert str(bad.path / name) in problem
    with pytest.raises(StoreError, match=re.escape(str(bad.path / name))):
        store.get(bad.uid)
    assert store.get(good.uid).status is Status.DONE
    assert bad.path.is_dir()


def date_without_zone(run):
    path = run.path / "config.json"
    values = json.loads(path.read_text())
    path.write_text(json.dumps({**values, "created": "2026-01-01T00:00:00"}))


def in_a_circle(run):
    (run.path.parent / "circle").symlink_to("circle")


@pytest.mark.parametrize(
    "harmless", [date_without_zone, in_a_circle, lambda run: pipe(run.path / "meta.json")]
)
def test_what_is_odd_about_one_run_leaves_both_listed(store, finished, harmless):
    good, odd = finished(seed=1), finished(seed=2)
    harmless(odd)
    assert sorted(uids(store.runs())) == sorted([good.uid, odd.uid])
    assert all(str(odd.path) in problem for problem in store.problems)


@pytest.mark.parametrize("name", [b"fake-\xff", b"fake-\x1b[31m", b"fake-\n"])
def test_a_folder_whose_name_cannot_be_shown_is_named_in_escapes(store, finished, name):
    run = finished()
    shutil.copytree(os.fsencode(run.path), os.fsencode(run.path.parent) + b"/" + name)
    assert store.runs() == [run]
    (problem,) = store.problems
    assert "no run can have" in problem and problem.isprintable()


def test_whatever_reading_one_run_raises_the_others_are_listed(store, finished, monkeypatch):
    good, bad = finished(seed=1), finished(seed=2)
    read = reading.read_request

    def explode(folder):
        return read(folder) if folder != bad.path else 1 / 0

    monkeypatch.setattr(reading, "read_request", explode)
    assert store.runs() == [good]
    assert store.problems == [f"{bad.path} cannot be read: ZeroDivisionError: division by zero"]


def test_a_name_and_a_note_given_at_once_are_both_kept(store, finished):
    run = finished()
    with ThreadPoolExecutor(2) as pool:
        for number in range(20):
            name = pool.submit(store.rename, run.uid, f"name {number}")
            note = pool.submit(store.set_note, run.uid, f"note {number}")
            name.result(), note.result()
            after = store.get(run.uid)
            assert (after.name, after.note) == (f"name {number}", f"note {number}")


@pytest.mark.parametrize("text", ["a\x1b[31m", "\udcff", "a\0b", "\x9b"])
def test_text_that_no_screen_can_show_is_refused(store, finished, text):
    run = finished()
    for field, give in [
        ("name", lambda: store.rename(run.uid, text)),
        ("note", lambda: store.set_note(run.uid, text)),
        ("label", lambda: store.create("fake", FakeConfig(label=text))),
    ]:
        with pytest.raises(InputError, match=rf"{field} = .* U\+[0-9A-F]{{4}}"):
            give()
    assert store.runs() == [run]


def test_a_damaged_name_hides_no_rows(store, finished):
    run = finished()
    store.rename(run.uid, "my run")
    DAMAGES["cut"](run.path / "meta.json")
    assert uids(store.runs()) == [run.uid]
    assert store.runs()[0].title == run.uid
    assert str(run.path / "meta.json") in store.problems[0]


def test_a_damaged_run_can_be_deleted_and_run_again(store, finished):
    run = finished()
    rows = store.rows(run.uid)
    DAMAGES["cut"](run.path / "record.json")
    store.delete(run.uid)
    assert store.problems == []
    assert store.rows(finished().uid) == rows


def test_a_run_of_older_code_is_shown_but_not_resumable(store, finished, monkeypatch):
    run = finished()
    monkeypatch.setattr("tests.runs.fake.Fake.version", 2)
    after = store.get(run.uid)
    assert after.outdated
    assert after.status is Status.DONE
    assert not after.resumable


def test_a_published_run_is_shipped_and_read_only(store, finished):
    run = finished()
    store.rename(run.uid, "shipped")
    rows = store.rows(run.uid)
    target = publish(store, run.uid)
    assert {item.name for item in target.iterdir()} == set(PUBLISHED)
    assert not store.get(run.uid).reference
    store.purge(store.delete(run.uid))
    shipped = store.get(run.uid)
    assert shipped.reference
    assert (shipped.status, shipped.title) == (Status.DONE, "shipped")
    assert store.rows(run.uid) == rows
    for action in (store.delete, store.archive, lambda uid: store.rename(uid, "mine")):
        with pytest.raises(StoreError, match="read-only"):
            action(run.uid)
    with pytest.raises(StoreError, match="exists already"):
        publish(store, run.uid)


@pytest.mark.parametrize("kind", ["generator", "pool"])
def test_published_generators_and_pools_are_no_runs(store, finished, monkeypatch, kind):
    other = finished()
    with pytest.raises(InputError, match="fake keeps no pools"):
        publish_artifacts(store, other.uid, "pool")
    monkeypatch.setattr(Fake, "stores_pool", True)
    monkeypatch.setattr(Fake, "save_pool", lambda self, pool, folder: (folder / "pool").touch())
    run = finished(seed=9)
    paths = publish_artifacts(store, run.uid, kind)
    assert [path.parent for path in paths] == [store.reference_artifacts / "fake"] * 2
    assert all(list(path.glob(f"{kind}*")) for path in paths)
    assert (store.problems, store.runs()) == ([], [run, other])
    shutil.rmtree(store.artifacts)
    with pytest.raises(StoreError, match=f"{kind} of seed 9, is not there any more"):
        publish_artifacts(store, run.uid, kind)


def test_published_chains_are_the_models_of_a_runs_own_rounds(store, finished):
    run, other = finished(n_rounds=2), finished(n_rounds=2, delay=0.001)
    paths = publish_chains(store, run.uid)
    models = {path.name for path in (store.artifacts / "fake").glob("model-*")}
    assert paths and {path.name for path in paths} < models
    assert all(path.parent == store.reference_artifacts / "fake" for path in paths)
    shutil.rmtree(store.artifacts)
    with pytest.raises(StoreError, match="No model of a round"):
        publish_chains(store, other.uid)


def test_a_damaged_shipped_record_is_named(store, finished):
    run = finished()
    target = publish(store, run.uid)
    shutil.rmtree(run.path)
    (target / "record.json").unlink()
    assert store.runs() == []
    assert str(target / "record.json") in store.problems[0]


def test_an_unwritable_cache_is_named_and_lists_the_shipped_runs(tmp_path, store, finished):
    publish(store, finished().uid)
    (tmp_path / "file").write_text("")
    broken = Store(tmp_path / "file" / "cache")
    with pytest.raises(StoreError, match=r"file/cache/.* cannot be written"):
        broken.create("fake", FakeConfig(seed=5))
    assert [run.reference for run in broken.runs()] == [True]


def test_the_log_tail_is_the_end_of_the_log(store, finished):
    run = finished()
    (run.path / "log.txt").write_bytes(b"".join(b"line %d\n" % n for n in range(100)) + b"\xff\n")
    assert store.log_tail(run.uid, lines=2) == "line 99\n\ufffd\n"
