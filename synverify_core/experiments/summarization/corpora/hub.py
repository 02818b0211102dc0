"""Corpora of the Hugging Face hub through the `datasets` library, where it is installed."""

from collections.abc import Iterator, Mapping
from importlib import import_module
from typing import Any

from synverify_core.errors import InputError
from synverify_core.experiments.summarization.corpora.pairs import Corpus
from synverify_core.experiments.summarization.corpora.rows import (
    Columns,
    PairReader,
    corpus_of_rows,
)
from synverify_core.experiments.summarization.corpora.spec import Spec


def read_hub(spec: Spec, article_column: str, summary_column: str, seed: int) -> Corpus:
    """Download a data set, or take it from the hub's own cache, and read its splits.

    Raises
    ------
    InputError
        If `datasets` is not installed, the data set cannot be had (the message says what to
        download and where to put it), or has no such columns.
    """
    try:
        library = import_module("datasets")
    except ImportError:
        raise InputError(
            f"corpus = {_shown(spec)} needs the datasets library, which is not installed: "
            f"pip install datasets. {_by_hand(spec)}"
        ) from None
    settings = {"revision": spec.revision, "data_dir": spec.data_dir}
    try:
        parts = library.load_dataset(
            spec.target, **{name: value for name, value in settings.items() if value}
        )
    except Exception as error:  # network, hub and builder errors share no base class
        raise InputError(
            f"corpus = {_shown(spec)} cannot be loaded: {type(error).__name__}: {error}. "
            f"{_by_hand(spec)}"
        ) from error
    if "train" not in parts:
        raise InputError(
            f"corpus = {_shown(spec)} has no train split; it has: {', '.join(map(str, parts))}"
        )
    columns = Columns(article_column, summary_column)
    counted = PairReader(columns)
    sides = {}
    for side in (name for name in ("train", "test", "validation") if name in parts):
        columns.check(parts[side].column_names, f"{_shown(spec)}, split {side}")
        sides[side] = list(counted.pairs(_rows(parts[side], columns), f"{spec.target}/{side}"))
    fingerprint = {
        "dataset": spec.target,
        **settings,
        "rows": {str(name): len(part) for name, part in parts.items()},
        "columns": list(columns),
        "datasets": str(library.__version__),
    }
    return corpus_of_rows(
        sides["train"],
        sides.get("test"),
        sides.get("validation", ()),
        counted.dropped,
        seed,
        fingerprint,
    )


def _rows(part: Any, columns: Columns) -> Iterator[Mapping[str, Any]]:
    wanted = [name for name in part.column_names if name in {*columns, "id", "url"}]
    for batch in part.select_columns(wanted).iter(batch_size=1_000):
        for values in zip(*(batch[name] for name in wanted), strict=True):
            yield dict(zip(wanted, values, strict=True))


def _shown(spec: Spec) -> str:
    revision = f"@{spec.revision}" if spec.revision else ""
    return f"hub:{spec.target}{revision}" + (f":{spec.data_dir}" if spec.data_dir else "")


def _by_hand(spec: Spec) -> str:
    """Say how to fetch the files elsewhere and use them here."""
    revision = f" --revision {spec.revision}" if spec.revision else ""
    folder = spec.data_dir
    include = f' --include "{folder}/*"' if folder else ""
    where = f"FOLDER/{folder}" if folder else "FOLDER"
    return (
        "Without network here: on a computer that has it run "
        f"`hf download {spec.target} --repo-type dataset{revision}{include} --local-dir FOLDER`, "
        f"copy FOLDER here and use corpus=parquet:{where} (or jsonl:, csv:, by the files' kind)."
    )
