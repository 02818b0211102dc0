"""The short form of the drills: seconds each; `python -m tests.drills` is the long one."""

import os
from functools import partial

import pytest

from tests.drills.damage import MATRICES, SUMMARIES, damaging
from tests.drills.ground import repeat
from tests.drills.hostile import addressing, commanding, opening
from tests.drills.killing import killing

DRILLS = {
    "killed": killing,
    "damaged": damaging,
    "damaged models": partial(damaging, runs=[MATRICES]),
    "command lines": commanding,
    "addresses": addressing,
    "pages": opening,
}
LONG = {**DRILLS, "damaged summaries": partial(damaging, runs=[SUMMARIES])}
SECONDS = {"damaged": 5.0, "damaged models": 3.0, "command lines": 4.0}


@pytest.mark.skipif(os.name != "posix", reason="kills, pipes and links as POSIX has them")
@pytest.mark.parametrize("name", DRILLS)
def test_nothing_is_lost(name, tmp_path):
    with DRILLS[name](tmp_path / "d") as trial:
        tried, lost = repeat(trial, seed=1, seconds=SECONDS.get(name, 1.0))
    assert tried
    assert lost == []
