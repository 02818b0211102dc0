"""Hostile command lines and addresses: refused in words, never a traceback, never a terminal's."""

import json
import os
import random
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from importlib import import_module
from pathlib import Path

from pages.ui.shared import state
from synverify_core.experiments.gaussian.config import GaussianConfig
from synverify_core.runs.store import Store
from tests.drills.damage import damage
from tests.drills.ground import ROOT, RUN, WORDS, Trial, check, ground, trying

OPEN = """
import json, sys
from streamlit.testing.v1 import AppTest
page, address = json.loads(sys.argv[1])
app = AppTest.from_file(page, default_timeout=120)
for name, text in address.items():
    app.query_params[name] = text
app.run()
sys.exit(app.exception[0].message + app.exception[0].stack_trace[-1] if app.exception else 0)
"""
ACTIONS = ("list", "show", "cancel", "delete", "restore", "rename", "note", "archive", "export")
# Left out: what starts other processes, trains for an hour or asks another machine.
OPTIONS = {
    "pstar": ("--theta-gen", "--theta-prune", "--theta", "--separation", "--degrees"),
    "run": ("--device", "--threads", "--preset"),
    "rank": ("--label", "--score", "--rate", "--seed"),
    "runs": ("--archived", "--purge", "--undo", "--trash", "--to"),
}


def line(rng: random.Random, uid: str, table: str) -> list[str]:
    """Make up a command line, most of it usual."""

    def word(*usual: str) -> str:
        return rng.choice(usual) if usual and rng.random() < 0.6 else rng.choice(WORDS)

    verb = rng.choice(list(OPTIONS))
    words = [verb]
    if verb == "run":
        fields = [*GaussianConfig.model_fields, word()]
        changes = [f"{rng.choice(fields)}={word('7', '20', '0.5')}" for _ in range(3)]
        words = [*RUN, *changes[: rng.randint(0, 3)]]
        if rng.random() < 0.3:
            words += ["--sweep", f"{rng.choice(fields)}={word('1,2')}"]
    elif verb == "runs":
        words += [word(*ACTIONS), word(uid, uid[-8:])]
        words += [word("a name")] if words[1] in ("rename", "note") else []
    elif verb == "rank":
        words += [word(table), "--label", word("right"), "--score", word("score")]
    else:
        for option in OPTIONS[verb][:3]:
            words += [option, word("0.3", "0.6")]
    for _ in range(rng.randint(0, 2)):
        words += [rng.choice(OPTIONS[verb]), word("0.25", "cpu", "out")]
    return words + (["--json"] if rng.random() < 0.5 else [])


@contextmanager
def commanding(folder: Path) -> Iterator[Trial]:
    """Yield a trial that carries out a made-up command line."""
    with ground(folder, RUN) as cache:
        uid = Store().runs()[0].uid
        table = folder / "table.csv"
        table.write_text("right,score\n1,0.5\n0,0.2\n1,0.2\n")

        def trial(rng: random.Random) -> None:
            words = line(rng, uid, str(table))
            with trying(cache, [word[:60] for word in words]):
                check(*words)

        yield trial


@contextmanager
def addressing(folder: Path) -> Iterator[Trial]:
    """Yield a trial that reads a made-up address as each of the pages does."""
    pages = [
        import_module(".".join(path.relative_to(ROOT).with_suffix("").parts)).FIELDS
        for path in sorted((ROOT / "pages" / "ui").rglob("*.py"))
        if "\nFIELDS: " in path.read_text(encoding="utf8")
    ]
    assert pages

    def trial(rng: random.Random) -> None:
        fields = rng.choice(pages)
        names = [*fields, *rng.choices(WORDS, k=2)]
        address = {rng.choice(names): rng.choice(WORDS) for _ in range(rng.randint(1, 5))}
        view = state.read(fields, address)
        again = state.read(fields, state.link(fields, view.values))
        assert again == (view.values, []), f"{address}: {again.refused}"
        for message in view.refused:
            assert message.replace("\n", "").isprintable(), f"{address}: {message!a}"
            assert len(message) < 3_000, f"{address}: a message of {len(message)} characters"

    yield trial


@contextmanager
def opening(folder: Path) -> Iterator[Trial]:
    """Yield a trial that opens a page at a made-up address while a file of a run is damaged."""
    with ground(folder, RUN) as cache:
        files = sorted(path for path in (cache / "runs").rglob("*") if path.is_file())
        words = [word for word in WORDS if "\ud800" not in word]

        def trial(rng: random.Random) -> None:
            page = rng.choice(sorted((ROOT / "pages").glob("*.py")))
            names = rng.choices(("run", "metric", "task", "find", "seed", "by_hand"), k=3)
            address = {name: rng.choice(words) for name in names[: rng.randint(0, 3)]}
            path = rng.choice(files)
            how = damage(rng, path)
            command = [sys.executable, "-c", OPEN, json.dumps([str(page), address])]
            where = {"cwd": ROOT, "start_new_session": True, "stdout": subprocess.DEVNULL}
            with trying(cache, f"{page.name} at {address} with {path.name} {how}"):
                process = subprocess.Popen(command, stderr=subprocess.PIPE, text=True, **where)
                try:
                    _, err = process.communicate(timeout=200)
                finally:
                    with suppress(ProcessLookupError):  # a page may have started a helper
                        os.killpg(process.pid, signal.SIGKILL)
                assert process.returncode == 0, err[-800:]

        yield trial
