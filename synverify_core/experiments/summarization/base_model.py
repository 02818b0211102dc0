"""Bases that are made here: the embedded one for the project, a tiny one to try everything out."""

import hashlib
import json
import shutil
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

from synverify_core.experiments.base import Reporter
from synverify_core.experiments.summarization.corpora import Corpus, Pair
from synverify_core.experiments.summarization.corpora.cached import read_corpus, write_corpus
from synverify_core.experiments.summarization.corpora.prose import prose_corpus
from synverify_core.experiments.summarization.pretrain import BaseShape, base_recipe, pretrain
from synverify_core.experiments.summarization.recipe import Recipe
from synverify_core.experiments.summarization.shipping import ship_base
from synverify_core.experiments.summarization.training import Log
from synverify_core.files import whole_folder

BASE_SHAPE = BaseShape()
EPOCHS = 1.0
# As much of an article as a prompt can hold.
ARTICLE_TOKENS = 512
FRESH_SHAPE = BaseShape(vocabulary=800, layers=2, width=64, heads=2, mlp_width=128, context=128)
FRESH_RECIPE = Recipe(learning_rate=4e-3, warmup=0.05, max_steps=150, batch_size=16, block_size=64)


def build_base(
    folder: Path,
    corpus_file: Path | None,
    device: str,
    reporter: Reporter,
    facts: Mapping[str, Any] | None = None,
) -> None:
    """Pre-train the embedded base on articles and further texts and write it to `folder`.

    An hour on one core. Interrupted and called again, it goes on from the checkpoints in
    `folder`.checkpoints, where what it reads is kept as `corpus.jsonl`.

    Parameters
    ----------
    corpus_file : a corpus as it was kept; None: all that is installed here is read.
    facts : said in its provenance, too.
    """
    workspace = folder.with_name(f"{folder.name}.checkpoints")
    kept, whole = workspace / "corpus.jsonl", workspace / "base"
    if corpus_file is None and not kept.is_file():
        write_corpus(kept, prose_corpus())
    corpus = read_corpus(corpus_file or kept)
    for note in corpus.notes:
        reporter.log(note)

    def tell(done: int, total: int, speed: float) -> None:
        reporter.stage("base", done, total)

    pretrain(
        [pair.article for pair in corpus.train] + corpus.unpaired,
        whole,
        base_recipe(EPOCHS),
        workspace=workspace,
        shape=BASE_SHAPE,
        article_tokens=ARTICLE_TOKENS,
        held_out=_by_corpus(corpus.validation),
        device=device,
        facts={"corpus": corpus.fingerprint, **(facts or {})},
        log=reporter.log,
        progress=tell,
    )
    ship_base(whole, folder)
    shutil.rmtree(workspace)


def _by_corpus(pairs: Sequence[Pair]) -> dict[str, list[str]]:
    """Part articles into announcements and docstrings."""
    parts: dict[str, list[str]] = {}
    for pair in pairs:
        name = "digitalgov" if pair.source == "digitalgov" else "docstrings"
        parts.setdefault(name, []).append(pair.article)
    return parts


def fresh_folder(corpus: Corpus, cache: Path, log: Log) -> Path:
    """Return the folder of a very small base, made in seconds if it is not in the cache.

    It writes words, and little more. It learns on the processor, so that the same articles give
    the same base everywhere.

    Raises
    ------
    NotEnoughDataError
        If the articles are too few.
    StoreError
        If it cannot be written.
    """
    made_by = [corpus.fingerprint["hash"], asdict(FRESH_SHAPE), asdict(FRESH_RECIPE)]
    digest = hashlib.sha256(json.dumps(made_by).encode()).hexdigest()
    folder = cache / f"fresh-{digest[:16]}"
    if folder.is_dir():
        return folder
    with whole_folder(folder) as partial:
        pretrain(
            [pair.article for pair in corpus.train] + corpus.unpaired,
            partial,
            FRESH_RECIPE,
            workspace=partial / "training",
            shape=FRESH_SHAPE,
            facts={"corpus": corpus.fingerprint},
            log=log,
        )
        shutil.rmtree(partial / "training")
    return folder
