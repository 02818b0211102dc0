"""Whatever stands in an address, a name, a note or a file: nothing of it is drawn as markup."""

import json

import pytest

from pages.ui.shared import store as runs_store
from pages.ui.shared.outside import code, drawable, plain
from synverify_core.runs.store import Store
from tests.pages.summary_records import FACTS, write_record
from tests.pages.visit import markup, opened

EVIL = "a` ![x](http://evil.example/a.png) <img src=http://evil.example/b.png> [go](http://evil)"
EXPERIMENTS = ("gaussian.py", "eigenvalues.py", "summarization.py")
PAGES = ("phase_transition.py", "generations.py", *EXPERIMENTS, "runs.py")
PARAMETERS = ("metric", "task", "runs", "section", "preset", "pool", "model", "facet", "`![x](y)")


def drawn(page):
    """Return all Markdown of a page: its texts, and the labels and helps of what is clicked."""
    texts = [*page.error, *page.warning, *page.caption, *page.info, *page.markdown]
    found = [text.value for text in texts]
    for widget in (*page.segmented_control, *page.expander, *page.button, *page.tabs):
        found += [getattr(widget.proto, "label", ""), getattr(widget.proto, "help", "")]
        found += [getattr(option, "content", "") for option in getattr(widget.proto, "options", ())]
    return found


def assert_harmless(page):
    assert not [text for text in drawn(page) if markup(text)]


@pytest.mark.parametrize("name", PAGES)
def test_no_address_puts_markup_on_a_page(cache, name):
    write_record(cache, facts=FACTS)
    for value in (EVIL, EVIL[:78]):
        assert_harmless(opened(name, **dict.fromkeys(PARAMETERS, value)))


@pytest.mark.parametrize("params", [{}, {"section": "prediction"}, {"section": "read"}])
def test_no_name_note_or_corpus_puts_markup_on_a_page(cache, params):
    facts = {**FACTS, "spec": EVIL, "hash": EVIL, "packages": {"numpy": EVIL}}
    run = write_record(cache, facts=facts)
    log = run.path / "log.txt"
    log.write_text(f"{log.read_text()}2026-11-21T05:50:48+00:00 17 articles are cut {EVIL}\n")
    store = Store(cache)
    store.rename(run.uid, EVIL[:80])
    store.set_note(run.uid, EVIL)
    record = json.loads((run.path / "record.json").read_text())
    written = json.dumps({**record, "device": EVIL, "commit": EVIL, "versions": {"python": EVIL}})
    (run.path / "record.json").write_text(written)
    runs_store.scan.clear()
    assert_harmless(opened("summarization.py", **params))
    assert_harmless(opened("runs.py", runs=run.uid))


def test_a_damaged_file_is_named_without_its_markup_and_the_page_goes_on(cache):
    run = write_record(cache, facts=FACTS)
    other = write_record(cache, 1, FACTS)
    (run.path / "rows.jsonl").write_text(json.dumps({"verifier": [EVIL], EVIL: EVIL}) + "\n")
    broken = cache / "runs" / EVIL.replace("/", "|")[:60]
    broken.mkdir()
    (broken / "config.json").write_text('{"experiment": "' + EVIL)
    for name, params in (("summarization.py", {}), ("runs.py", {"runs": other.uid})):
        page = opened(name, **params)
        assert page.warning
        assert_harmless(page)


@pytest.mark.parametrize("text", [EVIL, "# a\n- b\n1. c", "*a* _b_ ~~c~~ $d$ :red[e] &amp;", "```"])
def test_a_text_is_shown_letter_by_letter(text):
    assert not markup(plain(text)) and not markup(code(text))
    assert "<" not in drawable(text)
    assert code(text).count("`") == 2
    unescaped = plain(text).replace("\\", "")
    assert unescaped.split() == text.replace("\\", "").split()
