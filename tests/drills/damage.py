"""Damage a file of a run or of an artifact: the others stay, and what is damaged is named."""

import json
import os
import random
import shutil
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

from synverify_core.errors import SynverifyError
from synverify_core.runs.store import Store
from tests.drills.ground import DEEP, JSON, RUN, Trial, check, ground

NUMBERS = ("seed", "value", "n_samples", "p", "phi", "psi", "p_star", "kept", "pool_size")
TEXTS = ("experiment", "uid", "verifier", "metric")
NO_NUMBER = ("true", "[]", "{}", '"x"', "1e999", "-Infinity", DEEP, "9" * 5_000)
NO_TEXT = ("null", "true", "3", "[]", "{}", DEEP)
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


def truncated(rng: random.Random, data: bytes) -> bytes:
    """Lose the end."""
    return data[: rng.randrange(len(data) + 1)]


def zeroed(rng: random.Random, data: bytes) -> bytes:
    """Lose a block."""
    start, end = sorted(rng.randrange(len(data) + 1) for _ in range(2))
    return data[:start] + bytes(end - start) + data[end:]


def flipped(rng: random.Random, data: bytes) -> bytes:
    """Turn a few bits."""
    changed = bytearray(data)
    for _ in range(rng.randint(1, 8) if data else 0):
        changed[rng.randrange(len(data))] ^= 1 << rng.randrange(8)
    return bytes(changed)


def noise(rng: random.Random, data: bytes) -> bytes:
    """Become something else, of any size."""
    return rng.randbytes(rng.choice((0, 1, len(data), 4_096)))


def mistyped(rng: random.Random, data: bytes) -> bytes:
    """Have a value of the wrong kind somewhere in a JSON document or line."""
    lines = [data.decode()] if data.startswith(b"{\n") else data.decode().splitlines()
    number = rng.randrange(len(lines))
    lines[number] = replaced(json.loads(lines[number]), rng, rng.choice(JSON))
    return "\n".join([*lines, ""]).encode()


def replaced(values: Any, rng: random.Random, text: str, name: str | None = None) -> str:
    """Write JSON with the text in place of the named value, or of any at any depth."""
    inside = values
    key: Any = name
    while key is None:
        chosen = rng.choice(list(inside) if isinstance(inside, dict) else range(len(inside)))
        deeper = isinstance(inside[chosen], dict | list) and inside[chosen] and rng.random() < 0.7
        inside, key = (inside[chosen], None) if deeper else (inside, chosen)
    inside[key] = MARK
    return json.dumps(values).replace(json.dumps(MARK), text)


BYTES: tuple[Callable[[random.Random, bytes], bytes], ...] = (truncated, zeroed, flipped, noise)


def damage(rng: random.Random, path: Path) -> str:
    """Damage a file and say how."""
    data = path.read_bytes()
    is_json = path.suffix in (".json", ".jsonl") and data
    how = rng.choice((*BYTES, mistyped, mistyped) if is_json else BYTES)
    if rng.random() < 0.15:
        path.unlink()
        kind = rng.choice(("missing", "folder", "loop", "dangling"))
        if kind == "folder":
            path.mkdir()
        elif kind != "missing":
            path.symlink_to(path if kind == "loop" else path.with_name("nowhere"))
        return kind
    path.write_bytes(how(rng, data))
    return how.__name__


@contextmanager
def damaging(
    folder: Path, runs: Sequence[Sequence[str]] = (RUN, (*RUN, "seed=5"))
) -> Iterator[Trial]:
    """Yield a trial that damages one file, looks at everything and brings the file back."""
    with ground(folder, *runs) as cache:
        whole = folder / "whole"
        uids = [run.uid for run in Store().runs()]
        for uid in uids:
            check("runs", "rename", uid, "a name")
        shutil.copytree(cache, whole)
        files = [path.relative_to(whole) for path in sorted(whole.rglob("*")) if path.is_file()]

        def trial(rng: random.Random) -> None:
            path = cache / rng.choice([file for file in files if file.parts[0] != "locks"])
            how = f"{path.relative_to(cache)} {damage(rng, path)}"
            try:
                hit = path.relative_to(cache).parts[1]
                look(hit, uids, how)
                # A run, and a new one from the same models.
                for words in runs:
                    if hit in uids or hit == words[1]:
                        check(*words, *rng.choice(((), ("sizes=30",))))
            except Exception as error:
                raise AssertionError(f"{how}: {type(error).__name__}: {error}") from error
            finally:
                shutil.rmtree(cache)
                shutil.copytree(whole, cache)

        yield trial


def look(hit: str, uids: Sequence[str], how: str) -> None:
    """Read everything, as lists and pages do; a damaged run is listed or named."""
    store = Store()
    listed = {run.uid for run in store.runs(include_archived=True)}
    assert set(uids) - {hit} <= listed, f"{how}: others are not listed"
    assert hit not in uids or hit in listed or any(hit in text for text in store.problems), how
    for uid in uids:
        for read in (store.get, store.rows, store.log_tail):
            with suppress(SynverifyError):
                read(uid)
    if hit in uids:
        check("runs", "show", hit)
        check("runs", "list", "--json")


@contextmanager
def mistyping(folder: Path) -> Iterator[Trial]:
    """Yield a trial that gives a column of a row a value of the wrong kind, which is refused."""
    with ground(folder, RUN) as cache:
        (uid,) = (run.uid for run in Store().runs())
        path = cache / "runs" / uid / "rows.jsonl"
        whole = path.read_text(encoding="utf8")

        def trial(rng: random.Random) -> None:
            lines = whole.splitlines()
            number = rng.randrange(len(lines))
            name, wrong = rng.choice(((NUMBERS, NO_NUMBER), (TEXTS, NO_TEXT)))
            column, text = rng.choice(name), rng.choice(wrong)
            lines[number] = replaced(json.loads(lines[number]), rng, text, column)
            path.write_text("\n".join([*lines, ""]), encoding="utf8")
            store = Store()
            with suppress(SynverifyError):
                store.rows(uid)
                raise AssertionError(f"{column} = {text[:40]} was taken")
            assert store.runs() == [] and any(uid in problem for problem in store.problems)

        yield trial


@contextmanager
def piping(folder: Path) -> Iterator[Trial]:
    """Yield a trial that puts a pipe in place of a run's file, which would never end a reader."""
    with ground(folder, RUN):
        first = Store().runs()[0].path

        def trial(rng: random.Random) -> None:
            path = first / rng.choice(("meta.json", "config.json", "status.json", "rows.jsonl"))
            kept = path.read_bytes() if path.exists() else None
            path.unlink(missing_ok=True)
            os.mkfifo(path)
            reader = threading.Thread(target=check, args=("runs", "list"), daemon=True)
            reader.start()
            reader.join(20)
            hangs = reader.is_alive()
            while reader.is_alive():  # let it go
                with suppress(OSError):
                    os.close(os.open(path, os.O_WRONLY | os.O_NONBLOCK))
                reader.join(0.05)
            path.unlink()
            if kept is not None:
                path.write_bytes(kept)
            assert not hangs, f"a pipe as {path.name} holds up every list"

        yield trial
