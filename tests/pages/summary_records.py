"""Finished summarization runs with invented rows; they are inputs of tests, never shown."""

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from synverify_core.experiments import registry
from synverify_core.experiments.base import make_config
from synverify_core.runs.record import Record, Run, Status
from synverify_core.runs.store import Store
from synverify_core.stats.tables import ROW_COLUMNS
from tests.stats.rows import summary_table

FACTS = {
    "spec": "docstrings",
    "dropped": {"near-duplicate": 18, "not prose": 29},
    "pairs_by_package": {"numpy": [900, 60], "stdlib": [700, 40]},
    "packages": {"numpy": "2.4.6", "stdlib": "3.11.7"},
    "counts": {"train": 1600, "test": 100},
    "available": {"train": 1700, "test": 110},
    "hash": "2dd63ced0a4a3f32",
}


def write_record(
    root: Path, seed: int = 0, facts: dict[str, Any] | None = None, **changes: Any
) -> Run:
    """Write one run of one seed into a cache; `changes` are settings beside the quick preset."""
    experiment = registry.get("summarization")
    config = make_config(experiment, "quick", {"seed": seed, **changes})
    store = Store(root)
    run = store.create("summarization", config)
    table = summary_table(seeds=(seed,), interval=0.02).assign(uid=run.uid)
    rows = [
        {name: None if value != value else value for name, value in row.items()}
        for row in table[list(ROW_COLUMNS)].astype(object).to_dict("records")
    ]
    text = "".join(json.dumps(whole(row)) + "\n" for row in rows)
    (run.path / "rows.jsonl").write_text(text, encoding="utf8")
    now = datetime.now(UTC)
    record = Record(
        uid=run.uid, experiment="summarization", version=experiment.version, status=Status.DONE,
        config=config.model_dump(mode="json"), versions={"python": "3.11.7"}, commit="0" * 40,
        device="cpu", threads=1, started=now, finished=now, seconds=1.0, n_rows=len(rows),
        command="python -m synverify_core run summarization",
    )  # fmt: skip
    (run.path / "record.json").write_text(record.model_dump_json(), encoding="utf8")
    state = json.loads((run.path / "status.json").read_text(encoding="utf8"))
    (run.path / "status.json").write_text(json.dumps({**state, "status": "done"}))
    if facts:
        log = f"2026-11-21T05:50:46+00:00 corpus: {json.dumps(facts)}\n"
        log += (
            "2026-11-21T05:50:47+00:00 17 of 200 articles are cut to keep their summaries whole\n"
        )
        (run.path / "log.txt").write_text(log, encoding="utf8")
    return store.get(run.uid)


def whole(row: dict[str, Any]) -> dict[str, Any]:
    """Write counts as whole numbers, as a run does."""
    counts = ("n_samples", "kept", "pool_size")
    return {k: int(v) if k in counts and v is not None else v for k, v in row.items()}
