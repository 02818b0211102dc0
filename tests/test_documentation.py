"""What a user can call is described in the README."""

import argparse
import re
from pathlib import Path

import pytest

from synverify_core.cli import build_parser
from synverify_core.verifiers.registry import available

README = (Path(__file__).resolve().parents[1] / "README.md").read_text(encoding="utf8")


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


@pytest.mark.parametrize("verifier", available())
def test_readme_names_every_verifier(verifier):
    assert re.search(rf"`{verifier}[`(]", README)


def test_readme_shows_real_pictures():
    for picture in re.findall(r"!\[.+?\]\((.+?)\)", README):
        assert (Path(__file__).resolve().parents[1] / picture).stat().st_size > 10_000
