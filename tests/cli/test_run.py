import io
import json
import signal
import subprocess

import pytest

from synverify_core.cli.progress import ProgressBar
from synverify_core.cli.settings import parse_configs
from synverify_core.errors import InputError
from synverify_core.runs.record import Status
from synverify_core.runs.uid import run_uid
from tests.runs.conftest import FAKE_CLI
from tests.runs.fake import Fake, FakeConfig


def test_json_is_one_object_with_uid_status_path_and_rows(call, store):
    assert ": done, 15 rows" in call("run", "fake", "--preset", "smoke")[1]
    code, out, _ = call("run", "fake", "--preset", "smoke", "--json")
    answer = json.loads(out)
    assert code == 0
    assert list(answer) == ["uid", "status", "path", "rows"]
    assert answer["status"] == "done"
    assert answer["rows"] == [row.as_json() for row in store.rows(answer["uid"])]
    assert answer["path"] == str(store.get(answer["uid"]).path)


def test_the_same_run_again_is_a_hit_on_any_device_and_threads(call, store):
    first = call("run", "fake", "--threads", 3, "--json")[1]
    uid = json.loads(first)["uid"]
    assert store.get(uid).record.threads == 3
    again = call("run", "fake", "--json", "--device", "cpu", "--threads", 1)[1]
    assert first == again
    assert store.log_tail(uid).count("begins on") == 1


def test_the_base_stage_is_the_experiments_own(call, tmp_path, monkeypatch):
    assert "fake starts from no pre-trained model" in call("run", "fake", "--stage", "base")[2]

    def build_base(folder, corpus_file, device, reporter, facts):
        reporter.log(f"half way, {facts['commit']}, {corpus_file}")
        return tmp_path / (folder or "default") / device

    monkeypatch.setattr(Fake, "build_base", build_base, raising=False)
    code, out, err = call("run", "fake", "--stage", "base", "--device", "cpu", "--json")
    assert (code, json.loads(out)) == (0, {"path": str(tmp_path / "default" / "cpu")})
    assert "half way" in err
    err = call("run", "fake", "--stage", "base", "--device", "cpu", "--from", "read.jsonl")[2]
    assert "read.jsonl" in err
    out = call("run", "fake", "--stage", "base", "--device", "cpu", "--to", "there")[1]
    assert out.strip() == str(tmp_path / "there" / "cpu")


@pytest.mark.parametrize(
    "words",
    [
        ("--to", "there"),
        ("--from", "file"),
        ("--stage", "base", "--set", "seed=1"),
        ("--stage", "generator"),
    ],
)
def test_a_stage_takes_no_settings(call, words):
    code, _, err = call("run", "fake", *words)
    assert code and "--stage" in err


def test_a_sweep_gives_a_list_of_runs(call):
    words = ("--sweep", "seed=1,2", "label=a,b", "--set", "n_seeds=1", "--json")
    code, out, _ = call("run", "fake", *words)
    runs = json.loads(out)["runs"]
    assert code == 0
    assert len({run["uid"] for run in runs}) == 4
    assert {run["status"] for run in runs} == {"done"}


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (("nonsense",), "experiment = 'nonsense' is unknown"),
        (("fake", "--preset", "huge"), "preset = 'huge' is unknown"),
        (
            ("summarization", "--preset", "smoke", "--set", "corpus=csv:/nowhere.csv"),
            "error: corpus = csv:/nowhere.csv: there is no such file or folder\n",
        ),
        (("fake", "--set", "colour=1"), "colour is not a field of this experiment; fields: seed"),
        (("fake", "--set", "delay=NaN"), "delay = nan"),
        (("fake", "--set", "delay=inf"), "delay = 'inf'"),
        (("fake", "--set", "seed=-1"), "seed = -1 is refused"),
        (("fake", "--set", "selection_rates=1.5"), "(0, 1]"),
        (("fake", "--set", "seed"), "write FIELD=VALUE"),
        (("fake", "--sweep", "seed=1,x"), "seed = 'x' is refused"),
        (("fake", "--slurm", "partition"), "write FIELD=VALUE"),
        (("fake", "--slurm", "store=1"), "store is refused: it is no parameter of a Slurm job"),
        (("fake", "--sweep", "seed="), "--sweep seed= has no values"),
        (("fake", "--sweep", "sizes="), "--sweep sizes= has no values"),
        (("fake", "--set", "n_seeds=true"), "n_seeds = True is refused: true and false are no"),
        (("fake", "--set", "sizes=[1,true]"), "sizes = [1, True] is refused: true and false"),
        (("fake", "--set", "child=true", "sizes=1.5"), "sizes.0 = 1.5 is refused"),
        (("fake", "--set", "seed=" + "[" * 5_000), "seed = '[[["),
        (("fake", "--set", "label=\udcff"), r"'label=\udcff' is refused: it must be valid Unicode"),
        (("\x1b[2J\u202e",), r"experiment = '\x1b[2J\u202e' is unknown"),
        (("fake", "--\x1b[2J"), r"unrecognized arguments: --\x1b[2J"),
        (("fake", "--threads", "0"), "'0' is refused: it must be a whole number from 1 to 4096"),
        (("fake", "--threads", "-1"), "'-1' is refused"),
    ],
    ids=lambda value: ascii(value)[:60],
)
def test_bad_settings_are_refused_and_nothing_is_run(call, store, words, message):
    code, out, err = call("run", *words)
    assert (code, out) == (2, "")
    assert message in err
    assert not any(words in err for words in ("at least 1 item", "\x1b", "Traceback"))
    assert max(map(len, err.splitlines())) < 500
    assert store.runs() == []


def test_a_failed_run_is_an_exit_code_a_message_and_an_object(call, store):
    code, out, err = call("run", "fake", "--set", "fail_size=2", "--json")
    assert code == 1
    assert "RuntimeError: the fit exploded" in err
    answer = json.loads(out)
    assert answer["status"] == "failed"
    assert answer["error"] == "RuntimeError: the fit exploded"
    assert answer["rows"]


def test_ctrl_c_leaves_a_run_that_the_same_command_finishes(
    store, wait_for, wait_for_rows, expected
):
    command = [*FAKE_CLI, "run", "fake", "--set", "delay=0.2", "--json"]
    run = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    uid = run_uid(Fake, FakeConfig(delay=0.2))
    while not (store.root / "runs" / uid).exists():
        assert run.poll() is None
    wait_for_rows(uid, 5)
    run.send_signal(signal.SIGINT)
    out, err = run.communicate(timeout=60)
    assert run.returncode == 130
    assert f"runs resume {uid}" in err
    answer = json.loads(out)
    assert answer["status"] == "interrupted"
    assert store.get(uid).status is Status.INTERRUPTED
    assert store.get(uid).resumable
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    rows = json.loads(done.stdout)["rows"]
    assert rows[: len(answer["rows"])] == answer["rows"]
    assert [row["value"] for row in rows] == [row.value for row in expected()]


def test_a_run_of_another_process_is_watched_and_left_alone_by_ctrl_c(
    call, launcher, wait_for, monkeypatch
):
    run = launcher.start("fake", FakeConfig(delay=60.0))
    wait_for(run.uid, Status.RUNNING)

    def interrupt(seconds):
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr("synverify_core.runs.foreground.time.sleep", interrupt)
        code, out, err = call("run", "fake", "--set", "delay=60", "--json")
    assert code == 130
    assert json.loads(out)["status"] == "running"
    assert "goes on in another process" in err


@pytest.mark.parametrize(
    ("words", "settings"),
    [
        (["sizes=1,2"], {"sizes": (1, 2)}),
        (["sizes=[1, 2]"], {"sizes": (1, 2)}),
        (["sizes=7"], {"sizes": (7,)}),
        (["sizes=1e3"], {"sizes": (1000,)}),
        (["selection_rates=none,0.5"], {"selection_rates": (None, 0.5)}),
        (["verifiers=random,none"], {"verifiers": ("random", "none")}),
        (["child=true", "delay=1e-3"], {"child": True, "delay": 0.001}),
        (["verifiers=none"], {"verifiers": ("none",)}),
        (['verifiers=["random"]'], {"verifiers": ("random",)}),
        (["label=1,2"], {"label": "1,2"}),
        (["label=a=b"], {"label": "a=b"}),
        (["unless="], {"unless": ""}),
    ],
)
def test_settings_are_json_lists_or_text(words, settings):
    assert parse_configs("fake", None, words) == [FakeConfig(**settings)]


def test_commas_in_a_verifier_do_not_split_it():
    configs = parse_configs("gaussian", None, ["verifiers=linear(theta_prune=0.1),random"])
    assert configs[0].verifiers == ("linear(theta_prune=0.1)", "random")
    with pytest.raises(InputError, match=r"a=1, b=2"):
        parse_configs("gaussian", None, ["verifiers=linear(a=1, b=2),random"])


def test_a_sweep_over_lists_gives_each_value_its_run():
    configs = parse_configs("fake", "smoke", ["seed=4"], ["sizes=1,2", "selection_rates=0.1,1"])
    assert [(one.sizes, one.selection_rates) for one in configs] == [
        ((size,), (rate,)) for size in (1, 2) for rate in (0.1, 1.0)
    ]
    assert {(one.seed, one.n_seeds) for one in configs} == {(4, 1)}


class _Terminal(io.StringIO):
    def isatty(self):
        return True


def test_a_terminal_sees_a_bar_and_the_time_left():
    screen = _Terminal()
    with ProgressBar(screen) as bar:
        bar.stage("retrain", 0, 4)
        bar._drawn -= 1
        bar._started -= 30
        bar.stage("retrain", 2, 4)
        bar.log("a word")
        bar.stage("done", 4, 4)
    text = screen.getvalue()
    assert "[............" in text
    assert "2/4, 30 s left: retrain" in text
    assert "\033[Ka word\n" in text
    assert text.endswith("4/4: done\n")


def test_a_file_sees_log_lines_only():
    file = io.StringIO()
    with ProgressBar(file) as bar:
        bar.stage("retrain", 1, 4)
        bar.log("a word")
    assert file.getvalue() == "a word\n"
