import argparse
import os
import subprocess
import sys

import pytest

from synverify_core.cli import build_parser, main


def parsers(parser, path=()):
    yield path, parser
    for action in parser._actions:
        if isinstance(action, argparse._SubParsersAction):
            for name, sub in action.choices.items():
                yield from parsers(sub, (*path, name))


ALL = list(parsers(build_parser()))
VERBS = [path for path, parser in ALL if parser.get_default("execute")]


def test_the_verbs_are_all_here():
    expected = {"pstar", "theory", "run", "runs", "rank", "doctor", "worker"}
    assert {path[0] for path in VERBS} == expected
    actions = {path[1] for path in VERBS if path[0] == "runs"}
    words = "list show cancel resume delete restore rename note archive claims export publish"
    assert actions == set(words.split())


@pytest.mark.parametrize(("path", "parser"), ALL, ids=[" ".join(path) or "-" for path, _ in ALL])
def test_every_verb_and_every_option_has_a_help_text(path, parser):
    assert parser.description
    for action in parser._actions:
        if isinstance(action, argparse._SubParsersAction):
            shown = {choice.dest: choice.help for choice in action._choices_actions}
            assert set(shown) == set(action.choices)
            assert all(shown.values())
        else:
            assert action.help, f"{' '.join(path)} {action.option_strings or action.dest}"


@pytest.mark.parametrize("path", VERBS, ids=" ".join)
def test_help_can_be_printed(call, path):
    code, out, _ = call(*path, "--help")
    assert code == 0
    assert "usage:" in out


@pytest.mark.parametrize("words", [[], ["nonsense"], ["pstar"], ["runs"], ["runs", "dance"]])
def test_an_incomplete_command_is_bad_input(call, words):
    code, out, err = call(*words)
    assert (code, out) == (2, "")
    assert "usage:" in err


def test_pstar_loads_nothing_that_only_runs_need():
    script = (
        "import sys; from synverify_core.cli import main\n"
        "main('pstar --theta-gen 0.6 --theta-prune 0.3 --theta 0.3'.split())\n"
        "heavy = {'torch', 'pandas', 'pydantic', 'psutil', 'submitit', 'plotly', 'streamlit'}\n"
        "print(*heavy & set(sys.modules), file=sys.stderr)\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, check=True
    )
    assert done.stderr.strip() == ""


@pytest.mark.skipif(not os.path.exists("/dev/full"), reason="a device of Linux")
@pytest.mark.parametrize("option", [[], ["-u"]], ids=["buffered", "unbuffered"])
@pytest.mark.parametrize("end", ["no reader", "full disk"])
def test_an_output_that_takes_no_more_ends_the_command_in_a_line_at_most(option, end):
    words = ("pstar", "--theta-gen", "0.6", "--theta-prune", "0.3", "--theta", "0.3", "--json")
    read, write = (
        os.pipe() if end == "no reader" else (os.dup(0), os.open("/dev/full", os.O_WRONLY))
    )
    os.close(read)
    command = [sys.executable, *option, "-m", "synverify_core", *words]
    done = subprocess.run(command, stdout=write, stderr=subprocess.PIPE, check=False, text=True)
    os.close(write)
    full = (2, "error: the output: No space left on device\n")
    assert (done.returncode, done.stderr) == ((141, "") if end == "no reader" else full)


@pytest.mark.parametrize("stdout", ["pipe", "no file"])
def test_a_childs_broken_pipe_is_no_quiet_end(call, monkeypatch, stdout):
    def talk_to_a_dead_child(arguments):
        raise BrokenPipeError("the child went away")

    monkeypatch.setattr("synverify_core.cli.doctor.execute", talk_to_a_dead_child)
    if stdout == "no file":
        with pytest.raises(BrokenPipeError, match="the child went away"):
            call("doctor")
        return
    read, write = os.pipe()
    with os.fdopen(read), os.fdopen(write, "w") as ours:
        monkeypatch.setattr("sys.stdout", ours)
        with pytest.raises(BrokenPipeError, match="the child went away"):
            main(["doctor"])
