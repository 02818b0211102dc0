"""What CONTRIBUTING tells a newcomer to write works as it stands there."""

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
TEXT = (ROOT / "CONTRIBUTING.md").read_text(encoding="utf8")
FILES = {
    block.partition("\n")[0].removeprefix("# "): block.partition("\n")[2]
    for block in re.findall(r"```python\n(.*?)```", TEXT, flags=re.DOTALL)
}
EXPECTED = next(name for name in FILES if name.endswith("a line of EXPECTED"))
WRITTEN = [name for name in FILES if name != EXPECTED]


@pytest.fixture(scope="module")
def newcomer(tmp_path_factory):
    """Give a copy of the project into which a newcomer has written every template."""
    root = tmp_path_factory.mktemp("newcomer")
    for folder in ("synverify_core", "pages", "tests"):
        ignored = shutil.ignore_patterns("__pycache__", "artifacts")
        shutil.copytree(ROOT / folder, root / folder, ignore=ignored)
    shutil.copy(ROOT / "pyproject.toml", root)
    for name in WRITTEN:
        (root / name).parent.mkdir(exist_ok=True)
        (root / name).write_text(FILES[name], encoding="utf8")
    contract = root / "tests" / "verifiers" / "test_contract.py"
    text = contract.read_text(encoding="utf8")
    contract.write_text(text.replace("EXPECTED = {\n", "EXPECTED = {\n" + FILES[EXPECTED], 1))
    return root


def run(root, *words, **variables):
    """Run a Python module there; return what it printed."""
    done = subprocess.run(
        [sys.executable, "-m", *words],
        cwd=root,
        env={**os.environ, "SYNVERIFY_CACHE": str(root / "cache"), **variables},
        capture_output=True,
        text=True,
        timeout=280,
    )
    assert done.returncode == 0, (done.stdout + done.stderr)[-4000:]
    return done.stdout


def test_templates_are_formatted_and_follow_the_rules(newcomer):
    run(newcomer, "ruff", "check", *WRITTEN)
    run(newcomer, "ruff", "format", "--check", *WRITTEN)


def test_templates_are_typed(newcomer):
    core = [name for name in WRITTEN if name.startswith("synverify_core")]
    known = ROOT / ".mypy_cache"
    if known.is_dir():  # what did not change is not looked at again
        shutil.copytree(known, newcomer / ".mypy_cache")
    run(newcomer, "mypy", *core)


def test_templates_pass_the_contracts(newcomer):
    words = ("pytest", "-q", "-p", "no:cacheprovider", "-k", "coins or margin")
    files = ("tests/experiments/test_contract.py", "tests/verifiers/test_contract.py")
    assert " failed" not in run(newcomer, *words, *files)


def test_the_new_experiment_runs_from_the_command_line(newcomer):
    words = ("synverify_core", "run", "coins", "--preset", "smoke")
    assert ": done, " in run(newcomer, *words)
    assert ": done, " in run(newcomer, *words, "--set", "n_rounds=3", "policy=accumulate")
    assert "p_star" in run(
        newcomer, "synverify_core", "run", "coins", "--preset", "smoke", "--json"
    )
