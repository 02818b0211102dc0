"""What all drills share: a cache of small finished runs, the command line, hostile values."""

import io
import os
import random
import shutil
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, redirect_stderr, redirect_stdout
from pathlib import Path

from synverify_core.cli import main
from synverify_core.runs.store import Store

ROOT = Path(__file__).resolve().parents[2]
RUN = (
    *("run", "gaussian", "--preset", "smoke", "--set", "pool_size=500", "sizes=20,100"),
    *("dimension=5", "verifiers=random", "n_original=20"),
)
"""A run of a tenth of a second."""
DEEP = "[" * 100_000 + "]" * 100_000
JSON = (
    *'null true -1 0.5 [] {} "x" "" 1e999 NaN Infinity -Infinity "2020-01-01" {"a":[1]}'.split(),
    *("9" * 5_000, "1" + "0" * 30, r'"\ud800"', r'"\u001b[31m"', DEEP),
)
"""Texts to stand where a JSON file has a value."""
WORDS = (
    *'-1 0 nan 1e999 true None null [] {} "" = seed= =1 x=y -- -h linear( a,b;c <b> é∑'.split(),
    *"../.. ~nobody/x /dev/null/x /etc/passwd /proc/self/mem csv:/etc/passwd".split(),
    *("", " ", "\n", "9" * 5_000, "a" * 300, "[" * 2_000, "1" * 20, "noisy(p_noise=1e999)"),
    *("\x1b[31mred", "\x9b2J", "\u202etxt", "\ud800", "`![](http://a)`"),
)
"""Texts to stand where a person writes something."""

Trial = Callable[[random.Random], None]


def repeat(trial: Trial, seed: int, seconds: float, first: int = 0) -> tuple[int, list[str]]:
    """Repeat a trial for so long, at least once; return how often, and what it raised."""
    lost = []
    number = first
    end = time.monotonic() + seconds
    while number == first or time.monotonic() < end:
        try:
            trial(random.Random(f"{seed}-{number}"))
        except Exception as error:  # whatever it is, it is what the drill looks for
            lost.append(f"trial {number}: {type(error).__name__}: {str(error)[:2_000]!a}")
        number += 1
    return number - first, lost


@contextmanager
def ground(folder: Path, *runs: Sequence[str]) -> Iterator[Path]:
    """Make a cache with finished runs and be at home there; what it changes is undone."""
    before, here = dict(os.environ), Path.cwd()
    os.environ |= {"SYNVERIFY_CACHE": str(folder / "cache"), "OMP_NUM_THREADS": "1"}
    os.environ["SYNVERIFY_REFERENCE"] = str(folder / "reference")
    (folder / "home").mkdir(parents=True)
    (folder / "cache").mkdir()
    try:
        for words in runs:
            assert command(*words)[0] == 0
        for run in Store().runs():
            check("runs", "rename", run.uid, "a name")
        shutil.copytree(folder / "cache", folder / "whole")
        os.chdir(folder / "home")
        yield folder / "cache"
    finally:
        os.chdir(here)
        os.environ.clear()
        os.environ.update(before)


@contextmanager
def trying(cache: Path, what: object) -> Iterator[None]:
    """Say what was tried where it is lost, and bring the cache back."""
    try:
        yield
    except Exception as error:
        raise AssertionError(f"{what}: {type(error).__name__}: {error}") from error
    finally:
        shutil.rmtree(cache)
        shutil.copytree(cache.with_name("whole"), cache)


def command(*words: str) -> tuple[object, str, str]:
    """Carry out a command line in this process, on streams that are as strict as real ones.

    Returns its exit code and what it printed to each stream.
    """
    out, err = (io.TextIOWrapper(io.BytesIO(), "utf8", e) for e in ("strict", "backslashreplace"))
    with redirect_stdout(out), redirect_stderr(err):
        try:
            code: object = main(words)
        except SystemExit as end:
            code = end.code
    for stream in (out, err):
        stream.flush()
    return code, *(stream.buffer.getvalue().decode() for stream in (out, err))


def check(*words: str) -> None:
    """Carry out a command line that may be refused, but neither break nor harm a terminal."""
    code, out, err = command(*words)
    shown = [word[:60] for word in words]
    assert code in (0, 1, 2), f"{shown} ended with {code}"
    assert "Traceback" not in err, f"{shown}: {err[-600:]}"
    unsafe = {c for c in out + err if not (c.isprintable() or c in "\n\t")}
    assert not unsafe, f"{shown} printed {unsafe}"
    assert max(map(len, err.splitlines()), default=0) < 3_000, f"{shown}: a long line"
