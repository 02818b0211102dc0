"""Damage a file of a run or of an artifact: the others stay, and what is damaged is named."""

import json
import random
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

from synverify_core.errors import SynverifyError
from synverify_core.runs.store import Store
from tests.drills.ground import JSON, RUN, Trial, check, ground, trying

MARK = "the damage"
MATRICES = (
    *("run", "eigenvalues", "--preset", "smoke", "--set", "sizes=20", "verifiers=oracle"),
    *("generator_steps=20", "retrain_steps=4", "pool_size=300", "n_test=100", "n_table=4"),
)
SUMMARIES = (
    *("run", "summarization", "--preset", "smoke", "--set", "sizes=20", "verifiers=self"),
    *("selection_rates=0.5", "n_test=20"),
)
"""Runs of seconds that keep models; summaries also keep pools, corpora and a base."""


def spoilt(rng: random.Random, data: bytes) -> dict[str, bytes]:
    """Return what is left of a file when it lost its end, a block, a few bits or everything."""
    start, end = sorted(rng.randrange(len(data) + 1) for _ in range(2))
    few = data[start : start + rng.randint(1, 4)]
    turned = bytes(byte ^ 1 << rng.randrange(8) for byte in few)
    return {
        "truncated": data[:start],
        "zeroed": data[:start] + bytes(end - start) + data[end:],
        "flipped": data[:start] + turned + data[start + len(few) :],
        "noise": rng.randbytes(rng.choice((0, 1, len(data), 4_096))),
    }


def mistyped(rng: random.Random, data: bytes) -> bytes:
    """Have a value of the wrong kind at any depth of a JSON document or line."""
    lines = [data.decode()] if data.startswith(b"{\n") else data.decode().splitlines()
    number = rng.randrange(len(lines))
    inside: Any = json.loads(lines[number])
    values, key = inside, None
    while key is None:
        key = rng.choice(list(inside) if isinstance(inside, dict) else range(len(inside)))
        if isinstance(inside[key], dict | list) and inside[key] and rng.random() < 0.7:
            inside, key = inside[key], None
    inside[key] = MARK
    lines[number] = json.dumps(values).replace(json.dumps(MARK), rng.choice(JSON))
    return "\n".join([*lines, ""]).encode()


def damage(rng: random.Random, path: Path) -> str:
    """Damage a file and say how."""
    data = path.read_bytes()
    if rng.random() < 0.15:
        path.unlink()
        kind = rng.choice(("missing", "folder", "loop", "dangling"))
        if kind == "folder":
            path.mkdir()
        elif kind != "missing":
            path.symlink_to(path if kind == "loop" else path.with_name("nowhere"))
        return kind
    if path.suffix in (".json", ".jsonl") and data and rng.random() < 0.33:
        path.write_bytes(mistyped(rng, data))
        return "mistyped"
    kind, left = rng.choice(list(spoilt(rng, data).items()))
    path.write_bytes(left)
    return kind


@contextmanager
def damaging(
    folder: Path, runs: Sequence[Sequence[str]] = (RUN, (*RUN, "seed=5"))
) -> Iterator[Trial]:
    """Yield a trial that damages one file, looks at everything and brings the file back."""
    with ground(folder, *runs) as cache:
        uids = [run.uid for run in Store().runs()]
        files = [path for path in sorted(cache.rglob("*")) if path.is_file()]
        files = [path for path in files if cache / "locks" not in path.parents]

        def trial(rng: random.Random) -> None:
            path = rng.choice(files)
            name = path.relative_to(cache)
            hit = name.parts[1]
            how = damage(rng, path)
            with trying(cache, f"{name} {how}"):
                look(hit, uids)
                # A run, and a new one from the same models.
                for words in runs:
                    if hit in uids or hit == words[1]:
                        check(*words, *rng.choice(((), ("sizes=30",))))

        yield trial


def look(hit: str, uids: Sequence[str]) -> None:
    """Read everything, as lists and pages do; a damaged run is listed or named."""
    store = Store()
    listed = {run.uid for run in store.runs(include_archived=True)}
    assert set(uids) - {hit} <= listed, "others are not listed"
    assert hit not in uids or hit in listed or any(hit in text for text in store.problems)
    for uid in uids:
        for read in (store.get, store.rows, store.log_tail):
            with suppress(SynverifyError):
                read(uid)
    if hit in uids:
        check("runs", "show", hit)
        check("runs", "list", "--json")
