import json

import pytest

from synverify_core.experiments import registry
from synverify_core.runs.estimate import nominal_seconds
from synverify_core.runs.record import Status
from tests.runs.fake import Fake, FakeConfig


def test_doctor_tells_what_can_run_here(call, store):
    code, out, _ = call("doctor", "--json")
    findings = json.loads(out)
    assert code == 0
    assert findings["healthy"] is True
    assert findings["devices"][0] == "cpu"
    assert findings["packages"]["numpy"]
    assert findings["cache"] == f"{store.root} is writable"
    assert [one["preset"] for one in findings["presets"]] == ["smoke", "gpu"]
    assert all(one["suited"] for one in findings["presets"])


@pytest.mark.parametrize("price", [1.0, 1e9])
def test_doctor_leaves_runs_of_days_to_a_gpu(call, store, monkeypatch, price):
    nominal_seconds.cache_clear()
    monkeypatch.setattr(Fake, "prices", {"models": price})
    findings = json.loads(call("doctor", "--json")[1])
    nominal_seconds.cache_clear()
    gpu = len(findings["devices"]) > 1
    for one in findings["presets"]:
        assert one["suited"] is (gpu or price == 1.0)
        assert one["verdict"].startswith("time unknown" if price == 1.0 else "days")
        assert one["seconds"] is None


@pytest.mark.parametrize(
    ("features", "words"),
    [
        ({"amx_bf16": True, "avx512_bf16": True}, "pays on this processor for large models"),
        ({"amx_bf16": False, "avx512_bf16": True}, "without matrix tiles: measure"),
        ({}, "slow on this processor"),
    ],
)
def test_doctor_says_what_bfloat16_gains(call, store, monkeypatch, features, words):
    import torch

    monkeypatch.setattr(torch.cuda, "is_available", lambda: False)
    monkeypatch.setattr(torch.cpu, "get_capabilities", lambda: features)
    assert words in json.loads(call("doctor", "--json")[1])["bfloat16"]


def test_doctor_goes_by_a_measurement_where_there_is_one(call, store):
    call("run", "fake", "--preset", "gpu", "--estimate")
    basis = {
        one["preset"]: one["basis"] for one in json.loads(call("doctor", "--json")[1])["presets"]
    }
    assert basis["gpu"].startswith("measured at ")


def test_doctor_needs_no_scrolling(call, store, monkeypatch):
    for number in range(9):
        folder = store.root / "runs" / f"damaged-{number}"
        folder.mkdir(parents=True)
        (folder / "config.json").write_text("{")
    monkeypatch.setattr(registry, "experiments", lambda: {**registry._load(), "fake": Fake})
    code, out, _ = call("doctor")
    assert code == 0
    assert len(out.splitlines()) <= 25
    assert "fake: smoke, time unknown; gpu, time unknown" in out
    assert "8 more, see --json" in out
    assert "memory of meta-llama/Llama-2-7b-hf: 128 GB to train it on 1,024 tokens at once" in out
    assert len(json.loads(call("doctor", "--json")[1])["problems"]) == 9


def test_the_worker_carries_out_a_run_and_reports_failures_and_missing_folders(
    call, store, tmp_path
):
    good, bad = store.create("fake", FakeConfig()), store.create("fake", FakeConfig(fail_size=1))
    assert call("worker", good.path)[0] == 0
    assert store.get(good.uid).status is Status.DONE
    for folder, message in (
        (bad.path, "the fit exploded"),
        (tmp_path / "nowhere", "nowhere/config.json cannot be read"),
    ):
        code, _, err = call("worker", folder)
        assert code == 1 and message in err


def test_doctor_names_an_unwritable_cache(call, monkeypatch, tmp_path):
    (tmp_path / "file").write_text("")
    monkeypatch.setenv("SYNVERIFY_CACHE", str(tmp_path / "file"))
    code, out, _ = call("doctor")
    assert code == 1
    assert f"{tmp_path / 'file'} cannot be" in out
