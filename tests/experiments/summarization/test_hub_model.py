"""A hub's model in its three states, in folders as the hub's own cache lays them out."""

import sys
import time
from pathlib import Path

import pytest
from huggingface_hub import constants

from synverify_core.errors import InputError
from synverify_core.experiments.summarization import hub_model
from synverify_core.experiments.summarization.hub_model import begin, fetch, find, stop
from synverify_core.experiments.summarization.models import load
from tests.experiments.summarization.kept import tiny_model

MODEL = "owner/small"
REVISION = "0123abcd"


def keep_in_hub_cache(hub: Path, loaded, *, name: str = MODEL, leave_out: tuple[str, ...] = ()):
    """Lay a model out as a download does: blobs, links to them, and the name of the revision."""
    from synverify_core.experiments.summarization.models import save

    folder = hub / f"models--{name.replace('/', '--')}"
    for part in ("blobs", "refs", f"snapshots/{REVISION}"):
        (folder / part).mkdir(parents=True, exist_ok=True)
    save(loaded, folder / "whole")
    for number, file in enumerate(sorted((folder / "whole").iterdir())):
        if file.name in leave_out:
            continue
        blob = folder / "blobs" / f"{number:040x}"
        blob.write_bytes(file.read_bytes())
        (folder / "snapshots" / REVISION / file.name).symlink_to(f"../../blobs/{blob.name}")
    (folder / "refs" / "main").write_text(REVISION)
    return folder / "snapshots" / REVISION


@pytest.fixture
def hub(tmp_path, monkeypatch):
    monkeypatch.setattr(constants, "HF_HUB_CACHE", str(tmp_path / "hub"))
    return tmp_path / "hub"


def wait_for(state, jobs, seconds=20.0):
    end = time.monotonic() + seconds
    while (found := find(MODEL, jobs)).state != state and time.monotonic() < end:
        time.sleep(0.05)
    return found


def test_a_model_in_the_hubs_cache_is_ready_and_can_be_loaded(hub, tmp_path):
    folder = keep_in_hub_cache(hub, tiny_model())
    found = find(MODEL, tmp_path / "jobs")
    assert (found.state, found.folder) == ("ready", folder)
    assert load(str(found.folder)).model.config.vocab_size == 300
    assert find(str(folder), tmp_path / "jobs").folder == folder
    begin(MODEL, tmp_path / "jobs")  # nothing is to be done
    assert not (tmp_path / "jobs").exists()


@pytest.mark.parametrize("name", ["config.json", "model.safetensors", "tokenizer.json"])
def test_a_download_that_lacks_a_file_is_not_ready(hub, tmp_path, name):
    folder = keep_in_hub_cache(hub, tiny_model(), leave_out=(name,))
    found = find(MODEL, tmp_path)
    assert found.state == "missing" and found.done > 0
    with pytest.raises(InputError, match=r"without config\.json, tokenizer and weights"):
        find(str(folder), tmp_path)


def test_weights_in_parts_are_whole_with_the_last_part(hub, tmp_path):
    folder = keep_in_hub_cache(hub, tiny_model(), leave_out=("model.safetensors",))
    (folder / "model.safetensors.index.json").write_text('{"weight_map": {"a": "1.safetensors"}}')
    assert find(MODEL, tmp_path).state == "missing"
    (folder / "1.safetensors").write_bytes(b"")
    assert find(MODEL, tmp_path).state == "ready"


def test_what_is_not_here_has_a_size_where_its_name_is_known(hub, tmp_path):
    assert find(MODEL, tmp_path) == hub_model.Found("missing")
    known = find(hub_model.SUGGESTED, tmp_path)
    assert known.state == "missing" and 2.6e8 < known.total < 2.8e8


@pytest.mark.parametrize("model", ["small", "/nowhere/small", "a/b/c", "", "../up"])
def test_what_is_neither_folder_nor_name_is_refused(hub, tmp_path, model):
    with pytest.raises(InputError, match="neither a folder nor a name on the hub"):
        find(model or "no name", tmp_path)


def test_a_download_is_coming_until_it_is_ready_or_stopped(hub, tmp_path, monkeypatch):
    monkeypatch.setenv("HF_HUB_OFFLINE", "1")
    jobs = tmp_path / "jobs"
    slow = "import time; time.sleep(60)"
    popen = hub_model.subprocess.Popen
    monkeypatch.setattr(
        hub_model.subprocess,
        "Popen",
        lambda _, **options: popen([sys.executable, "-c", slow], **options),
    )
    begin(MODEL, jobs)
    assert find(MODEL, jobs).state == "coming"
    begin(MODEL, jobs)  # it goes on, and is not started twice
    incomplete = hub / "models--owner--small" / "blobs" / "ab.incomplete"
    incomplete.parent.mkdir(parents=True)
    incomplete.write_bytes(b"x" * 1_000)
    hub_model._note(MODEL, jobs, int(hub_model._job(MODEL, jobs)["pid"]), 4_000)
    assert find(MODEL, jobs)[2:4] == (1_000, 4_000)
    stop(MODEL, jobs)
    found = wait_for("missing", jobs)
    assert (found.state, found.problem) == ("missing", "it was stopped")
    keep_in_hub_cache(hub, tiny_model())
    assert find(MODEL, jobs).state == "ready"


def test_a_download_that_fails_says_why(hub, tmp_path, monkeypatch):
    monkeypatch.setenv("HF_HUB_OFFLINE", "1")
    monkeypatch.setenv("HF_HUB_CACHE", str(hub))
    begin(MODEL, tmp_path)
    found = wait_for("missing", tmp_path)
    assert found.state == "missing" and "cannot be accessed" in found.problem


def test_a_fetch_notes_the_size_and_takes_only_what_is_loaded(hub, tmp_path, monkeypatch):
    import huggingface_hub

    asked = []

    class File:
        file_size = 2_000

    def download(model, *, dry_run=False, allow_patterns, ignore_patterns):
        asked.append((model, dry_run))
        assert "*.safetensors" in allow_patterns and "*.bin" not in allow_patterns
        if not dry_run:
            assert find(MODEL, tmp_path).total == 4_000
            keep_in_hub_cache(hub, tiny_model())
        return [File(), File()] if dry_run else "folder"

    monkeypatch.setattr(huggingface_hub, "snapshot_download", download)
    fetch(MODEL, tmp_path)
    assert asked == [(MODEL, True), (MODEL, False)]
    assert find(MODEL, tmp_path).state == "ready"
