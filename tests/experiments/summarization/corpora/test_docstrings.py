"""Docstrings as pairs: on a made-up package, on single docstrings, and on the real json module."""

import json

import numpy as np
import pytest

from synverify_core.errors import InputError, StoreError
from synverify_core.experiments.summarization.corpora import load_corpus
from synverify_core.experiments.summarization.corpora.docstring_corpus import corpus_of
from synverify_core.experiments.summarization.corpora.docstrings import read
from synverify_core.experiments.summarization.corpora.markup import plain_text
from synverify_core.experiments.summarization.corpora.near_duplicates import (
    first_alike,
    holds_phrase,
    number_words,
)
from synverify_core.experiments.summarization.corpora.packages import (
    SIDES,
    side,
    unit,
    versions,
    walk,
)
from synverify_core.experiments.summarization.corpora.reading import Docstring, read_docstrings

BODY = (
    "The weights are read from the folder once and are then kept in memory, "
    "so that a later call returns without touching the disk at all."
)
NUMPYDOC = '''
def solve(a, b, *, check=True):
    """
    Solve a linear matrix equation of full rank.

    Computes the "exact" solution `x` of the well-determined equation ``ax = b``,
    see :func:`~numpy.linalg.inv` and [1]_.

    .. versionadded:: 1.2
       With a check.

    Parameters
    ----------
    a : (M, M) array_like
        Coefficient matrix.
    check : bool, optional
        Whether to look for NaN.

    Examples
    --------
    >>> solve(1, 2)
    2

    References
    ----------
    .. [1] A book.
    """
'''


def make(text, title="pack.mod.load(path)"):
    return read(Docstring("pack.mod", "pack.mod.load", title, text))


def write(folder, name, source):
    path = folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(source, encoding="utf8")


def on_each_side():
    """Return a module name of each side: test, validation, train."""
    names = [f"part{i}" for i in range(200)]
    return [next(n for n in names if side(f"pack.{n}") == one) for one in SIDES]


def test_a_numpy_docstring_becomes_signature_and_plain_words(tmp_path):
    write(tmp_path, "mod.py", NUMPYDOC)
    (docstring,), unreadable = read_docstrings(walk(tmp_path, "pack"))
    assert not unreadable
    pair = read(docstring).pair
    assert pair.summary == "Solve a linear matrix equation of full rank."
    assert pair.name == "pack.mod.solve"
    assert pair.article.split("\n") == [
        "pack.mod.solve(a, b, *, check)",
        'Computes the "exact" solution x of the well-determined equation ax = b, see inv and.',
        "Parameters:",
        "a ((M, M) array_like): Coefficient matrix.",
        "check (bool, optional): Whether to look for NaN.",
    ]


@pytest.mark.parametrize(
    ("markup", "plain"),
    [
        (":param int n: many\n:type n: int\n:returns: the sum", "n (int): many\nReturns: the sum"),
        ("Args:\n    n: how many.\n\nExample:\n    ``f(1)``", "Args:\nn: how many."),
        ("Args:\n    a: 1st,\n        2.\n    b (int): 3.", "Args:\na: 1st, 2.\nb (int): 3."),
        (".. note::\n\n   Mind the gap.", "Note:\nMind the gap."),
        ("Call it so::\n\n    f(1)\n\nand go on.", "Call it so:\nand go on."),
        ("See `the guide <https://x.org>`_ or [`Model`].", "See the guide or Model."),
        ("It is **bold** and *thin*, *args stay.", "It is bold and thin, *args stay."),
        ("One.\n\n```python\nf(1)\n```\n\nTwo.", "One.\nTwo."),
        ("===  ===\na    b\n===  ===", "a b"),
        (
            "Returns\n-------\n\nRaises\n------\nValueError\n    If so.",
            "Raises:\nValueError If so.",
        ),
    ],
)
def test_markup_is_taken_off_and_words_stay(markup, plain):
    assert plain_text(markup) == plain


@pytest.mark.parametrize(
    ("text", "summary"),
    [
        (f"Load the model again. {BODY}", "Load the model again."),
        (f"Load the model, e.g. Llama, again.\n\n{BODY}", "Load the model, e.g. Llama, again."),
        (f"Load the model from\na folder.\n\n{BODY}", "Load the model from a folder."),
        (f"load(path, mode) -> Model\n\nLoad the model again.\n\n{BODY}", "Load the model again."),
        (f"Load the model and its tokenizer\n{BODY}", "Load the model and its tokenizer"),
        (f"Load the model from disk\nArgs:\n    path: where. {BODY}", "Load the model from disk"),
    ],
)
def test_the_first_sentence_is_the_summary(text, summary):
    reading = make(text)
    assert reading.pair.summary == summary
    assert "touching the disk at all" in reading.pair.article
    assert summary not in reading.pair.article


@pytest.mark.parametrize(
    ("first", "reason"),
    [
        ("Load it.", "summary too short"),
        ("Load " + "the very large model " * 6 + "again.", "summary too long"),
        ("Deprecated since 1.2: use the other one.", "stub"),
        ("See :func:`load_all` for the details of it.", "stub"),
        ("Alias for :func:`load_all` of the package.", "stub"),
        ("Load the %(kind)s model from a folder.", "template"),
        ("Load a model that is one of:", "unfinished sentence"),
        ("x_1 = a[0] + b[1] * c[2] / d[3]", "not prose"),
    ],
)
def test_what_is_no_summary_is_refused_and_its_body_stays_for_language_modelling(first, reason):
    reading = make(f"{first}\n\n{BODY}")
    assert (reading.pair, reading.reason) == (None, reason)
    assert reading.text == f"pack.mod.load(path)\n{BODY}"


def test_a_summary_that_the_article_repeats_gives_nothing():
    reading = make(f"Load the model again.\n\nLoad the model again! {BODY}")
    assert reading == (None, "", "summary repeated in the article")
    assert make("Load the model from a folder.").reason == "nothing but a summary"


def test_functions_written_in_c_get_the_docstrings_that_are_attached_to_them(tmp_path):
    write(
        tmp_path,
        "_docs.py",
        f'add_docstr(pack.abs, r"""\nabs(input) -> Tensor\n\nReturn the absolute value of it.\n\n'
        f'{BODY}\n{{input}}\n""".format(**common))\n'
        'add_newdoc("pack", "ndarray", ("fill", """\nFill the array with one value.\n\n'
        f'{BODY}\n"""))',
    )
    first, second = read_docstrings(walk(tmp_path, "pack"))[0]
    assert read(first).pair.article == f"pack.abs(input)\n{BODY}"
    assert second.name == "pack.fill"
    assert read(second).pair.summary == "Fill the array with one value."


def test_tests_copies_and_generated_files_are_not_read_and_broken_ones_are_named(tmp_path):
    source = f'"""Load the model again.\n\n{BODY}\n"""\n'
    names = ["tests/a.py", "test_a.py", "_vendor/a.py", "a_pb2.py", "good.py"]
    for name in names:
        write(tmp_path, name, source)
    write(tmp_path, "broken.py", source + "def (")
    found, unreadable = read_docstrings(walk(tmp_path, "pack"))
    assert [docstring.module for docstring in found] == ["pack.good"]
    assert len(unreadable) == 1
    assert unreadable[0].startswith("pack.broken: ")


def test_the_side_of_a_module_depends_on_its_name_alone():
    assert unit("scipy.stats._fit") == unit("scipy.stats") == "scipy.stats"
    assert unit("stdlib._json") == unit("stdlib.json.decoder") == "stdlib.json"
    assert unit("pandas.core.frame") != unit("pandas.core.series")
    units = [f"pack.part{i}" for i in range(5_000)]
    for one, share in (("test", 0.12), ("validation", 0.05)):
        found = np.mean([side(name) == one for name in units])
        assert found == pytest.approx(share, abs=4 * np.sqrt(share / 5_000))
    # The shipped base model has read the training side: these must never change.
    train = "numpy.linalg numpy.lib numpy.ma scipy.stats scipy.optimize scipy.special "
    train += "pandas.core.frame pandas.io torch.nn torch.distributions sympy.core sympy.polys "
    train += "sympy.matrices networkx.generators stdlib.json stdlib.email stdlib.asyncio "
    train += "stdlib.logging transformers.generation streamlit.web pydantic._internal"
    assert {side(name) for name in train.split()} == {"train"}
    test = "torch.optim torch._torch_docs stdlib.unittest"
    assert {side(name) for name in test.split()} == {"test"}


def test_nothing_of_the_test_side_is_in_the_training_side(tmp_path):
    test, validation, train = on_each_side()
    near = BODY.replace("at all", "again")
    rows = (
        "Rows go out in order of time, and the file is complete even if the process is killed "
        "half way."
    )
    quoting = (
        "This one is different in all its words, but we write all rows in one file. "
        "The server then answers with a number."
    )
    runs = (
        "Words are runs of letters and digits; case does not matter and neither does the white "
        "space that may stand around them."
    )
    lines = (
        "Lines are parted by line feeds alone, and the last one counts whether or not there is a "
        "line feed at its end."
    )
    closed = (
        "What was not written yet goes to the disk first; an error there is told to the caller, "
        "and nothing is lost."
    )
    functions = {
        "kept": ("Load the model from a folder.", BODY),
        "other": ("Write all rows in one file.", rows),
        "near": ("Load the model out of a folder.", near),
        "quoting": ("Send everything to the server.", quoting),
        "short": ("Load.", near),
        "shorter": ("Send.", quoting),
        "apart": ("Close the file when it is no longer needed.", closed),
        "good": ("Count the words of a text.", runs),
        "text": ("Count.", lines),
    }
    text = [
        f'def {name}(path):\n    """{first}\n\n    {body}\n    """\n'
        for name, (first, body) in functions.items()
    ]
    write(tmp_path, f"{test}.py", "\n\n".join(text[:2]))
    write(tmp_path, f"{validation}.py", text[-3])
    write(tmp_path, f"{train}.py", "\n\n".join(text[2:-3] + text[-2:]))
    corpus = corpus_of(walk(tmp_path, "pack"))
    assert {pair.name for pair in corpus.test} == {f"pack.{test}.kept", f"pack.{test}.other"}
    assert [pair.name for pair in corpus.validation] == [f"pack.{validation}.apart"]
    assert [pair.name for pair in corpus.train] == [f"pack.{train}.good"]
    assert [text.split("(")[0] for text in corpus.unpaired] == [f"pack.{train}.text"]
    assert corpus.fingerprint["dropped"]["near-duplicate of another side"] == 1
    assert corpus.fingerprint["dropped"]["holds a summary of another side"] == 1
    # For a base every text counts, whole, but none that has any pair's summary in it.
    whole = corpus_of(walk(tmp_path, "pack"), short_texts=True)
    assert whole.train == corpus.train
    assert [text.split("\n")[1] for text in whole.unpaired] == ["Count."]


def test_near_duplicates_are_found_by_their_similarity():
    rng = np.random.default_rng(0)
    words = np.array([f"{a}{b}" for a in "bcdfghklmnprst" for b in ("ana", "eno", "iri", "ulo")])
    base = rng.choice(words, (40, 120))
    close, far = base.copy(), base.copy()
    close[:, 60] = "changed"  # Jaccard similarity of triples (118 - 3) / (118 + 3) = 0.95
    far[:, ::4] = "changed"  # hardly a triple is left
    texts = [" ".join(row) for row in np.concatenate([base, close, far])]
    alike = first_alike(number_words(texts))
    np.testing.assert_array_equal(alike[:40], -1)
    np.testing.assert_array_equal(alike[40:80], np.arange(40))
    assert not np.isin(alike[80:], np.arange(40)).any()

    # Numerals alone make no difference.
    texts = [f"the {i} th layer of the network has {i * 7} units in it" for i in range(5)]
    np.testing.assert_array_equal(first_alike(number_words(texts)), [-1, 0, 0, 0, 0])


def test_phrases_are_found_word_for_word_only():
    texts = ["we load the model, again and again", "load a model again", "", "load the models"]
    phrases = ["Load the model again.", "load the model"]
    numbered = number_words(texts + phrases).texts
    assert holds_phrase(numbered[:4], numbered[5:]).tolist() == [True, False, False, False]
    assert holds_phrase(numbered[:4], numbered[4:]).tolist() == [True, False, False, False]
    assert not holds_phrase(numbered[:4], numbered[4:5])[1:].any()


REAL = "docstrings:argparse,email,json,logging,unittest"


def test_the_standard_library_gives_clean_pairs_and_the_cache_the_same(tmp_path):
    made = load_corpus(REAL, cache=tmp_path)
    assert len(made.train) > 50
    assert made.fingerprint["packages"] == versions("json")
    for pair in made.train + made.test:
        assert 4 <= len(pair.summary.split()) <= 25
        assert len(pair.article.split()) >= 20
        assert pair.summary not in pair.article
        assert ">>>" not in pair.article
        assert "`" not in pair.summary
    sides = [{unit(pair.source) for pair in pairs} for pairs in (made.train, made.test)]
    assert not sides[0] & sides[1]
    assert load_corpus(REAL, cache=tmp_path) == made
    (file,) = tmp_path.iterdir()
    head, *lines = file.read_text(encoding="utf8").splitlines()
    assert len(lines) == sum(json.loads(head)["sizes"])
    file.write_text("\n".join([head, *lines[:-3]]))
    with pytest.raises(StoreError, match="Delete this file"):
        load_corpus(REAL, cache=tmp_path)


@pytest.mark.parametrize("name", ["no_such_module", "nosuch,json"])
def test_unknown_packages_are_named(name):
    with pytest.raises(InputError, match=r"no_?such"):
        load_corpus(f"docstrings:{name}")
