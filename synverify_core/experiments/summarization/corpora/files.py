"""Corpora in files: JSON lines, CSV and parquet, one file, two halves or a folder of shards."""

import csv
import hashlib
import json
import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from importlib import import_module
from pathlib import Path
from typing import Any, NamedTuple

from synverify_core.errors import InputError
from synverify_core.experiments.summarization.corpora.pairs import Corpus, Pair
from synverify_core.experiments.summarization.corpora.rows import (
    Columns,
    PairReader,
    corpus_of_rows,
)
from synverify_core.experiments.summarization.corpora.spec import Spec

_SIDE_OF = {"train": "train", "test": "test"} | dict.fromkeys(
    ("val", "validation", "dev"), "validation"
)
_PART = re.compile(rf"(?:^|[^a-z])({'|'.join(_SIDE_OF)})(?:[^a-z]|$)")
_LONGEST_FIELD = 2**31 - 1

Rows = Iterator[Mapping[str, Any]]


class Sides(NamedTuple):
    """Which files belong to which side; `test` is empty if the data have no split."""

    train: list[Path]
    test: list[Path]
    validation: list[Path]


def read_files(spec: Spec, article_column: str, summary_column: str, seed: int) -> Corpus:
    """Read a corpus from a file, a file and its sibling, or a folder.

    Raises
    ------
    InputError
        If a file is not there or not readable (with its line), or has no such column.
    """
    sides = find_sides(spec)
    columns = Columns(article_column, summary_column)
    counted = PairReader(columns)

    def pairs(paths: list[Path]) -> Iterator[Pair]:
        for path in paths:
            yield from counted.pairs(READERS[spec.kind](path, columns), path.name)

    train = list(pairs(sides.train))
    test = list(pairs(sides.test)) if sides.test else None
    return corpus_of_rows(
        train,
        test,
        list(pairs(sides.validation)),
        counted.dropped,
        seed,
        {"files": file_hashes(spec), "columns": list(columns)},
    )


def file_hashes(spec: Spec) -> dict[str, str]:
    """Return name -> SHA-256 of the files that `read_files` reads.

    Raises
    ------
    InputError
        If there are none.
    """
    sides = find_sides(spec)
    return {path.name: _sha256(path) for side in sides for path in side}


def find_sides(spec: Spec) -> Sides:
    """Sort the files into sides by their names.

    `english_train.jsonl` brings its siblings `english_test.jsonl` and `english_val.jsonl`; in a
    folder every file (or subfolder) with such a part in its name counts.

    Raises
    ------
    InputError
        If there is no such file, or a folder has test files only.
    """
    with _refused(Path(spec.target)):
        path = Path(spec.target).expanduser()
        return _of_file(path) if path.is_file() else _of_folder(path, spec.kind)


@contextmanager
def _refused(path: Path) -> Iterator[None]:
    """Turn what the system says of an unreadable path into an `InputError`."""
    try:
        yield
    except (OSError, RuntimeError) as error:  # RuntimeError: the ~user of the path is unknown
        reason = error.strerror if isinstance(error, OSError) else str(error)
        raise InputError(f"{path} cannot be read: {reason}") from None


def _of_file(path: Path) -> Sides:
    part = _part(path.stem)
    if part in ("train", "test"):
        there = {
            name: file
            for name in _SIDE_OF
            if (file := path if name == part else _sibling(path, part, name)).is_file()
        }
        if {"train", "test"} <= {*there}:
            return _sorted_by_side({file: name for name, file in there.items()})
    return Sides([path], [], [])


def _of_folder(path: Path, kind: str) -> Sides:
    if not path.is_dir():
        raise InputError(f"corpus = {kind}:{path}: there is no such file or folder")
    files = sorted(file for file in path.rglob(f"*.{kind}") if file.is_file())
    parts = {file: _part("/".join(file.relative_to(path).with_suffix("").parts)) for file in files}
    sides = _sorted_by_side(parts)
    if not sides.train:
        sides = sides._replace(train=[file for file in files if parts[file] is None])
    if not sides.train:
        raise InputError(f"corpus = {kind}:{path}: the folder has no .{kind} file to train on")
    return sides


def _sorted_by_side(parts: Mapping[Path, str | None]) -> Sides:
    return Sides(
        *(
            [file for file, part in parts.items() if part and _SIDE_OF[part] == side]
            for side in Sides._fields
        )
    )


def _part(name: str) -> str | None:
    found = _PART.findall(name.lower())
    return found[-1] if found else None


def _sibling(path: Path, part: str, other: str) -> Path:
    head, _, tail = path.stem.lower().rpartition(part)
    stem = path.stem[: len(head)] + other + path.stem[len(path.stem) - len(tail) :]
    return path.with_name(stem + path.suffix)


def _sha256(path: Path) -> str:
    with _refused(path), path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def read_jsonl(path: Path, columns: Columns) -> Rows:
    """Yield the objects of a JSON lines file; empty lines are passed over."""
    checked = False
    with _refused(path), path.open("rb") as file:
        for number, line in enumerate(file, start=1):
            line = line.removeprefix(b"\xef\xbb\xbf") if number == 1 else line
            if not line.strip():
                continue
            try:
                row = json.loads(line.decode("utf8"))
            except UnicodeDecodeError as error:
                raise InputError(f"{path}, line {number}: not UTF-8 ({error.reason})") from None
            except (ValueError, RecursionError) as error:  # also numbers of too many digits
                reason = getattr(error, "msg", "it is nested too deep, or a number is too long")
                raise InputError(f"{path}, line {number}: not JSON ({reason})") from None
            if not isinstance(row, dict):
                raise InputError(f"{path}, line {number}: not a JSON object")
            if not checked:
                columns.check(row, f"{path}, line {number}")
                checked = True
            yield row


def read_csv(path: Path, columns: Columns) -> Rows:
    """Yield the rows of a CSV file with a header; comma, semicolon or tab."""
    csv.field_size_limit(_LONGEST_FIELD)  # the library's limit is shorter than long articles
    line = 0
    with _refused(path), path.open(encoding="utf-8-sig", newline="") as file:
        try:
            header = file.readline()
            file.seek(0)
            reader = csv.DictReader(file, delimiter=_delimiter(header, columns), strict=True)
            # Any file has a first line: it is not shown, for it may be no table at all.
            columns.check(reader.fieldnames or [], str(path), listed=False)
            line = reader.line_num
            for row in reader:
                line = reader.line_num
                yield row
        except csv.Error as error:
            raise InputError(f"{path}, after line {line}: {error}") from None
        except UnicodeDecodeError as error:
            raise InputError(f"{path}: not UTF-8 ({error.reason}); save it as UTF-8") from None


def _delimiter(header: str, columns: Columns) -> str:
    for mark in ",;\t":
        if columns.article in next(csv.reader([header], delimiter=mark), []):
            return mark
    return ","


def read_parquet(path: Path, columns: Columns) -> Rows:
    """Yield the rows of a parquet file, a batch at a time."""
    try:
        pyarrow, parquet = import_module("pyarrow"), import_module("pyarrow.parquet")
    except ImportError:
        raise InputError(
            f"corpus = parquet:{path}: parquet files need pyarrow, which is not installed "
            "(pip install pyarrow); or save the data as JSON lines and use jsonl:PATH"
        ) from None
    try:
        with parquet.ParquetFile(path) as file:
            names = file.schema_arrow.names
            columns.check(names, str(path))
            wanted = [name for name in names if name in {*columns, "id", "url"}]
            for batch in file.iter_batches(batch_size=1_000, columns=wanted):
                yield from batch.to_pylist()
    except (pyarrow.ArrowException, OSError) as error:
        raise InputError(f"{path} cannot be read as parquet: {error}") from None


READERS = {"jsonl": read_jsonl, "csv": read_csv, "parquet": read_parquet}
