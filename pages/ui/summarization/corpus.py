"""What the corpus of a run is made of, as its log or its generator's folder tells."""

import re
from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Literal

import pandas as pd
import streamlit as st
from pydantic import BaseModel

from pages.ui.shared import store as runs_store
from pages.ui.shared.outside import code, plain
from synverify_core.experiments.summarization.experiment import Summarization
from synverify_core.experiments.summarization.stored import list_corpora
from synverify_core.runs.record import Run

TOLD = "corpus: {"
COUNTED = ("cut", "empty", "without an end", "warning", "Latin")
MOST_COUNTS = 5


Side = Literal["train", "validation", "test"]


class Facts(BaseModel):
    """The fingerprint of a corpus, as files tell it; nothing where they do not.

    counts, available : articles by side, used and there.
    pairs_by_package : source -> pairs of article and summary to train and to test on.
    dropped : reason -> number of texts left out.
    """

    spec: str = "corpus"
    hash: str = ""
    counts: dict[Side, int] = {}
    available: dict[Side, int] = {}
    pairs_by_package: dict[str, tuple[int, int]] = {}
    packages: dict[str, str] = {}
    dropped: dict[str, int] = {}


class Kept(BaseModel):
    """The file beside a generator that says what its corpus was."""

    fingerprint: Facts


def corpus_facts(run: Run) -> Facts:
    """Return the fingerprint of a run's corpus; one without a hash where no file of it is left.

    The log has it as it was at that run. Shipped records have no log: the corpus of their
    generator is beside its weights.
    """
    store = runs_store.store()
    return _facts(run.path, (store.artifacts, store.reference_artifacts), run.config)


# A record's corpus never changes; a run under way is asked again soon.
@st.cache_data(ttl=30.0, max_entries=64, show_spinner=False)
def _facts(folder: Path, artifacts: tuple[Path, Path], _config: Any) -> Facts:
    for line in reversed(log_lines(folder)):
        _, found, rest = line.partition(TOLD)
        if found:
            try:
                return Facts.model_validate_json("{" + rest)
            except ValueError:
                continue
    settings = _config.model_dump(mode="json", include=set(Summarization.generator_fields))
    # A damaged generator is named where generators are chosen.
    for generator in list_corpora(*artifacts, Kept.model_validate_json).found:
        if generator.origin.agrees(settings, {}) and generator.origin.seed in _config.seeds:
            return generator.facts.fingerprint
    return Facts()


def log_lines(folder: Path) -> list[str]:
    """Return the lines of a run's log; none if it has no log."""
    path = folder / "log.txt"
    try:
        return path.read_text(encoding="utf8", errors="replace").splitlines()
    except OSError:
        return []


def of_one_corpus(runs: Sequence[Run]) -> list[Run]:
    """Return the runs whose corpus has the same content, shipped ones or else the most.

    The same name can stand for other texts: docstrings change with the installed packages. A run
    that says nothing about its corpus is taken to have the others'.
    """
    hashes = {run.uid: corpus_facts(run).hash for run in runs}
    shipped = [run for run in runs if run.reference and hashes[run.uid]]
    counted = Counter(hashes[run.uid] for run in shipped or runs if hashes[run.uid])
    if not counted:
        return list(runs)
    (most, _), *_ = counted.most_common(1)
    return [run for run in runs if hashes[run.uid] in (most, "")]


def warn_if_mixed(drawn: Sequence[Run], same_task: Sequence[Run]) -> None:
    """Say that runs of other texts are averaged, or that they were left out."""
    hashes = {corpus_facts(run).hash for run in drawn} - {""}
    if len(hashes) > 1:
        st.warning(
            f"These runs have the same settings but {len(hashes)} different corpora: other "
            "packages or files were installed. Their mean compares unlike texts; choose runs of "
            "one corpus under **Runs drawn**."
        )
    left = [run for run in same_task if run not in drawn]
    others = {corpus_facts(run).hash for run in left} - hashes - {""}
    if hashes and others:
        st.caption(
            f"{sum(corpus_facts(run).hash in others for run in left)} runs of the same "
            "settings on another content of the corpus are left out."
        )


def show_corpus(runs: Sequence[Run]) -> None:
    """Draw an expander with what the corpus is made of and what was counted on the way."""
    run = next((run for run in runs if corpus_facts(run).hash), None)
    if run is None:
        return
    facts = corpus_facts(run)
    with st.expander("What the corpus is made of", icon=":material/menu_book:"):
        st.markdown(sentence(facts))
        packages, dropped = st.columns(2)
        if facts.pairs_by_package:
            packages.markdown("**Pairs of article and summary by source**")
            packages.dataframe(by_package(facts), hide_index=True, width="stretch")
        if facts.dropped:
            dropped.markdown("**Left out, by reason**")
            dropped.dataframe(left_out(facts), hide_index=True, width="stretch")
        counts = counted(log_lines(run.path))
        if counts:
            st.markdown("**Counted in the log of the first run**")
            st.markdown("\n".join(f"- {plain(line)}" for line in counts))


def sentence(facts: Facts) -> str:
    """Write a corpus' name, size and content hash."""
    counts, there = facts.counts, facts.available
    parts = [code(facts.spec, 200)]
    if {"train", "test"} <= counts.keys():
        parts.append(
            f"{counts['train']:,} articles to train on and {counts['test']:,} to test on"
            + (
                f", of {there['train']:,} and {there['test']:,}"
                if {"train", "test"} <= there.keys()
                else ""
            )
        )
    parts.append(f"content {code(facts.hash)}")
    return "; ".join(parts) + "."


def by_package(facts: Facts) -> pd.DataFrame:
    """Return pairs and versions of the packages that the corpus comes from, the largest first."""
    rows = [
        {"Source": name, "Version": facts.packages.get(name, ""), "Train": train, "Test": test}
        for name, (train, test) in facts.pairs_by_package.items()
    ]
    return pd.DataFrame(rows).sort_values("Train", ascending=False)


def left_out(facts: Facts) -> pd.DataFrame:
    """Return why texts were left out and how many, the most frequent reason first."""
    rows = sorted(facts.dropped.items(), key=lambda pair: -pair[1])
    return pd.DataFrame(rows, columns=["Reason", "Texts"])


def counted(lines: Sequence[str]) -> list[str]:
    """Return lines of a log that count cut articles, empty summaries and the like, each once.

    Those over the most texts come first: they are about the pool and the whole training set.
    """
    texts = (line.partition(" ")[2] for line in lines)
    found = [
        text
        for text in texts
        if any(word in text for word in COUNTED) and not text.startswith("corpus: ")
    ]
    unlike = sorted(dict.fromkeys(found), key=largest_number, reverse=True)
    more = len(unlike) - MOST_COUNTS
    return unlike[:MOST_COUNTS] + ([f"and {more} more lines in the log"] if more > 0 else [])


def largest_number(line: str) -> int:
    """Return the largest whole number in a line."""
    return max(
        (int(digits.replace(",", "")) for digits in re.findall(r"\d[\d,]*", line)), default=0
    )
