"""What a user can call is described in the README."""

import argparse
import re
from pathlib import Path

import pytest

from synverify_core.cli import build_parser
from synverify_core.experiments.registry import experiments
from synverify_core.verifiers.base import Verifier
from synverify_core.verifiers.registry import available

README = (Path(__file__).resolve().parents[1] / "README.md").read_text(encoding="utf8")
ASKS = {
    "truth": "the true answer",
    "model": "a trained model",
    "check": "the question alone",
    "blind": "nothing",
}


def verbs(parser: argparse.ArgumentParser) -> dict[str, argparse.ArgumentParser]:
    actions = [a for a in parser._actions if isinstance(a, argparse._SubParsersAction)]
    return dict(actions[0].choices) if actions else {}


@pytest.mark.parametrize("verb", verbs(build_parser()))
def test_readme_documents_every_verb(verb):
    assert f"| `{verb}` |" in README


@pytest.mark.parametrize("action", verbs(verbs(build_parser())["runs"]))
def test_readme_documents_every_action_on_runs(action):
    row = next(line for line in README.splitlines() if line.startswith("| `runs` |"))
    assert f"`{action}`" in row


def verifier_line(kind: type[Verifier]) -> str:
    settings = ", ".join(kind.model_fields)
    every = {name: found.config_type.batch_fields for name, found in experiments().items()}
    able = [name for name, fields in every.items() if not kind.missing(fields)]
    cells = [
        f"`{kind.name}({settings})`" if settings else f"`{kind.name}`",
        kind.title,
        kind.summary + ("" if kind.threshold is not None else "; by rate only"),
        ASKS[kind.kind],
        "all" if len(able) == len(every) else ", ".join(able),
        kind.paper and f"Section {kind.paper}",
    ]
    return "| " + " | ".join(cells) + " |"


def test_readme_lists_every_verifier_as_it_declares_itself():
    lines = README.splitlines()
    start = lines.index("| verifier | on screen | it ... | it asks | experiments | paper |") + 2
    listed = sorted(available().values(), key=lambda kind: (not kind.paper, kind.place, kind.name))
    expected = [verifier_line(kind) for kind in listed]
    assert lines[start : lines.index("", start)] == expected, "\n".join(expected)


def test_readme_shows_real_pictures():
    for picture in re.findall(r"!\[.+?\]\((.+?)\)", README):
        assert (Path(__file__).resolve().parents[1] / picture).stat().st_size > 10_000
