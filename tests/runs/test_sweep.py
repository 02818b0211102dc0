import os
import time

import pytest

from synverify_core.runs.sweep import OLD_SECONDS, sweep

NOBODY = 2**22 + 1  # above the largest process number


def make(path, age):
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("half")
    for one in (path, path.parent):
        os.utime(one, (time.time() - age,) * 2)
    return path


LEFT = [
    f"runs/fake-1/.status.json.{NOBODY}-140",
    f"runs/fake-1/.meta.json.{NOBODY}-1a2b3c4d.partial",
    f"runs/.fake-2.{NOBODY}-1a2b3c4d.partial/config.json",
    "runs/.new-1a2b3c4d/config.json",
    "artifacts/fake/0123456789abcdef.1a2b3c4d.partial/weights",
    f"prices/.fake.json.{NOBODY}-1a2b3c4d.partial",
]
KEPT = [
    "artifacts/fake/.model.OURS-1a2b3c4d.partial/weights",
    "artifacts/fake/0123456789abcdef/weights",
    "runs/fake-1/rows.jsonl",
    "runs/fake-1/checkpoints/generator-0/model.partial",
]


@pytest.mark.parametrize("name", LEFT + KEPT)
def test_only_what_a_killed_process_left_is_swept_and_only_when_it_is_old(tmp_path, name):
    path = make(tmp_path / name.replace("OURS", str(os.getpid())), OLD_SECONDS - 60)
    assert sweep(tmp_path) == [] and path.exists()
    removed = sweep(make(path, OLD_SECONDS + 60) and tmp_path)
    assert len(removed) == (name in LEFT) == (not path.exists())


def test_a_run_sweeps_the_store_and_keeps_no_checkpoints(store, finished):
    left = make(store.root / "runs" / ".new-1a2b3c4d" / "config.json", 2 * OLD_SECONDS)
    run = finished()
    assert not left.parent.exists()
    assert not (run.path / "checkpoints").exists()
