"""The glossary: every term once, what it says of itself, and nothing else is let through."""

import pytest

from pages.ui.shared.glossary import explained, tag
from pages.ui.shared.terms import TERMS
from synverify_core.verifiers.registry import available
from tests.pages.visit import markup, opened


def test_every_term_stands_there_once_and_ends_as_a_sentence():
    names = [term.name.lower() for term in TERMS.values()]
    assert len(set(names)) == len(names) > 30
    for term in TERMS.values():
        assert term.words.endswith(".") and len(term.words) < 200
        assert "pruner" not in term.words or "paper" in term.words


def test_the_words_that_the_pages_cannot_do_without_are_there():
    assert {"p", "p_star", "phi", "psi", "generator", "verifier", "coverage", "seed"} <= set(TERMS)
    assert {"oracle", "noisy", "random", "none", "weak", "self"} <= set(TERMS) & set(available())


@pytest.mark.parametrize("term", TERMS)
def test_a_term_cannot_leave_its_tag(term):
    inside = tag(term).removeprefix("<abbr ").removesuffix("</abbr>")
    assert "<" not in inside and inside.count('"') == 8
    assert not markup(tag(term))


def test_a_sentence_gets_its_terms_and_an_unknown_one_is_an_error():
    said = []
    explained("below {p_star}", lambda text, unsafe_allow_html: said.append(text))
    assert said == [f"below {tag('p_star')}"]
    with pytest.raises(KeyError):
        explained("{nonsense}", lambda *_, **__: None)


def test_the_page_lists_them_all(cache):
    page = opened("glossary.py")
    table = next(text.value for text in page.markdown if text.value.startswith("| term"))
    assert len(table.splitlines()) == len(TERMS) + 2
    assert r"P(kept \| right)" in table


@pytest.mark.parametrize(
    ("file", "terms"),
    [
        ("phase_transition.py", ("generator", "verifier")),
        ("gaussian.py", ("generator", "verifier", "n_selected")),
        ("eigenvalues.py", ("verifier", "n_selected")),
        ("summarization.py", ("verifier", "n_selected")),
    ],
)
def test_the_first_sentence_of_a_page_explains_its_terms(cache, file, terms):
    captions = " ".join(one.value for one in opened(file).caption)
    assert all(tag(term) in captions for term in terms)
