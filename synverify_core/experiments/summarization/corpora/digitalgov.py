"""Announcements of the U.S. government's digital.gov with their headlines, shipped compressed.

Source: github.com/GSA/digitalgov.gov, public domain (CC0 1.0).
"""

import json
import lzma
from collections import Counter
from pathlib import Path

from synverify_core.experiments.summarization.corpora.packages import SIDES, drawn_side
from synverify_core.experiments.summarization.corpora.pairs import Corpus
from synverify_core.experiments.summarization.corpora.rows import Columns, PairReader, distinct

DIGITALGOV = Path(__file__).with_name("digitalgov.jsonl.xz")


def read_digitalgov() -> Corpus:
    """Return the announcements as articles, their headlines as summaries.

    The source has summaries, too, but four of five are the article's own beginning. The side of an
    announcement depends on its name alone.
    """
    with lzma.open(DIGITALGOV, "rt", encoding="utf8") as file:
        rows = [json.loads(line) for line in file]
    dropped: Counter[str] = Counter()
    pairs = PairReader(Columns("text", "title")).pairs(rows, "digitalgov")
    kept, _ = distinct(pairs, set(), dropped, "repeated article")
    sides = {
        side: [pair for pair in kept if drawn_side(f"digitalgov {pair.name}") == side]
        for side in SIDES
    }
    counts = ", ".join(f"{len(found):,} {side}" for side, found in sides.items())
    return Corpus(
        **sides,
        unpaired=[],
        fingerprint={"file": DIGITALGOV.name, "dropped": dict(dropped)},
        notes=[f"announcements of digital.gov (CC0) with their headlines: {counts}"],
    )
