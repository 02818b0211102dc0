import re
import shlex
import subprocess
import sys

import pytest

from synverify_core.cli import build_parser
from synverify_core.cli.settings import parse_configs
from synverify_core.errors import InputError
from synverify_core.runs import provenance
from synverify_core.runs.threads import THREAD_VARIABLES, WORKER_NICENESS
from tests.runs.fake import Fake, FakeConfig

CONFIGS = [
    FakeConfig(),
    FakeConfig(label="a, b (c='d')", sizes=(1,), selection_rates=(None, 0.125)),
    FakeConfig(verifiers=("random", "none"), child=True, fail_size=7, delay=1e-7),
    FakeConfig(label="17", unless="null"),
]


@pytest.mark.parametrize("config", CONFIGS)
def test_the_command_gives_the_config_back(config):
    words = shlex.split(provenance.run_command(Fake, config, "cpu"))
    assert words[:3] == ["python", "-m", "synverify_core"]
    arguments = build_parser().parse_args(words[3:])
    assert arguments.device == "cpu"
    assert parse_configs(arguments.experiment, arguments.preset, arguments.set) == [config]


def test_the_version_stands_for_a_commit_without_one_of_our_own(monkeypatch, tmp_path):
    subprocess.run(["git", "init", "-q", str(tmp_path)], check=True)
    identity = ["-c", "user.name=a", "-c", "user.email=a@b"]
    commit = ["commit", "-q", "--allow-empty", "-m", "x"]
    subprocess.run(["git", "-C", str(tmp_path), *identity, *commit], check=True)
    monkeypatch.setattr(provenance, "PROJECT", tmp_path)
    assert re.fullmatch("[0-9a-f]{40}", provenance.code_commit.__wrapped__())
    with monkeypatch.context() as patch:
        patch.setenv("PATH", "")  # no git
        assert provenance.code_commit.__wrapped__().startswith("version ")
    (tmp_path / "site").mkdir()
    monkeypatch.setattr(provenance, "PROJECT", tmp_path / "site")
    assert provenance.code_commit.__wrapped__().startswith("version ")


def test_devices_are_checked(monkeypatch):
    monkeypatch.setattr(provenance, "_cuda_works", lambda: False)
    assert provenance.resolve_device("auto") == "cpu"
    monkeypatch.setattr(provenance, "_cuda_works", lambda: True)
    assert provenance.resolve_device("auto") == "cuda"
    assert provenance.resolve_device("cpu") == "cpu"
    with pytest.raises(InputError, match="auto, cpu, cuda"):
        provenance.resolve_device("tpu")


def threads_of_worker(code="", **environment):
    """Return what a fresh process reads of its threads after `limit_threads`."""
    script = (
        "import os, sys\n"
        "from synverify_core.runs.threads import limit_threads, usable_cores, yield_to_others\n"
        f"n = limit_threads({code})\n"
        "assert 'numpy' not in sys.modules\n"
        "yield_to_others()\n"
        "import numpy, threadpoolctl\n"
        "pools = [pool['num_threads'] for pool in threadpoolctl.threadpool_info()]\n"
        f"print(n, usable_cores(), *(os.environ[name] for name in {THREAD_VARIABLES}), *pools,"
        " os.environ['OMP_WAIT_POLICY'], os.getpriority(os.PRIO_PROCESS, 0))\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", script],
        env={"PYTHONPATH": str(provenance.PROJECT), **environment},
        capture_output=True,
        text=True,
        check=True,
    )
    n, cores, *rest = done.stdout.split()
    return int(n), int(cores), rest


def test_a_worker_leaves_a_core_to_the_page():
    n, cores, rest = threads_of_worker()
    assert n == max(1, cores - 1)
    assert set(rest[:-2]) == {str(n)}
    assert rest[-2] == "PASSIVE"
    assert int(rest[-1]) >= WORKER_NICENESS > 0


def test_threads_can_be_chosen():
    assert threads_of_worker("2")[0] == 2
    assert threads_of_worker(OMP_NUM_THREADS="2")[0] == 2
