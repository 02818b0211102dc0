"""The by-hand explorer without a browser: what is typed, pasted, linked and refused."""

import shutil

import numpy as np
import pytest
from streamlit.testing.v1 import AppTest

from pages.ui.eigenvalues import explore
from pages.ui.eigenvalues.address import FIELDS, MOST_BEAMS, PAGE, Matrix
from pages.ui.eigenvalues.explore_matrix import BUTTONS, PASTE_KEY
from pages.ui.shared import assistant, state
from pages.ui.shared import store as runs_store
from synverify_core.experiments.eigenvalues.checkpoint import save_model
from synverify_core.experiments.eigenvalues.model import Transformer
from synverify_core.experiments.eigenvalues.shape import Shape
from tests.pages.visit import assert_light, linked, markup, opened, section, warned

SCRIPT = section("eigenvalues", "explore")
FIRST = [[6, -2], [-2, 3]]
"""What a first visit sees: 7 and 2."""
OPEN = {"tokens": "1", "table": "1"}


@pytest.fixture(scope="module")
def cache(tmp_path_factory):
    return tmp_path_factory.mktemp("cache")


@pytest.fixture(scope="module")
def patched(cache):
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("SYNVERIFY_CACHE", str(cache))
        # A page in a browser looks again; here there is one look.
        patch.setattr(assistant, "SECONDS_AT_ONCE", 90.0)
        runs_store.store.clear()
        yield
        assistant.models().close()
        assistant.models.clear()
        runs_store.store.clear()
        explore.models.clear()


def keep(cache, key, dimension=2):
    path = cache / "artifacts" / "eigenvalues" / key / "model.safetensors"
    path.parent.mkdir(parents=True)
    save_model(Transformer(Shape("P100", dimension, "upper", 1, 1, 16, 2), seed=1), path)
    (path.parent / "settings.json").write_text('{"settings": {}, "seed": 1}')
    return path


@pytest.fixture(scope="module")
def models(cache, patched):
    """Two models that know nothing, which is all the same to the page."""
    for dimension in (3, 2):
        keep(cache, f"model{dimension}", dimension)
    explore.models.clear()


def entries(page: AppTest, size: int = 2) -> list[list[float]]:
    return [
        [page.number_input(key=f"{PAGE}:entry:{i}:{j}").value for j in range(size)]
        for i in range(size)
    ]


def test_without_a_model_it_says_how_to_get_one(patched, cache):
    page = opened(SCRIPT)
    assert "There is no trained generator yet" in page.info[0].value
    assert "run eigenvalues --preset quick" in page.code[0].value
    assert not page.number_input


def test_a_first_visit_tells_the_story_of_a_matrix_anybody_can_check(models):
    assert not opened(SCRIPT, model="model2").dataframe, "table and tokens come when asked for"
    page = opened(SCRIPT, model="model2", **OPEN)
    assert entries(page) == FIRST
    table = page.dataframe[0].value
    assert len(table) == MOST_BEAMS
    assert list(table)[:4] == ["beam", "λ₁", "λ₂", "error"]
    assert {"oracle", "trace(tolerance=0.02)", "self", "P", "log P", "perplexity"} <= set(table)
    said = "\n".join(text.value for text in page.markdown)
    assert said.count("What am I seeing?") == 1
    assert "**7, 2**" in said  # the truth, in the two digits of this encoding
    assert not warned(page)


def test_setting_an_entry_sets_its_mirror_image_and_the_link(models):
    page = opened(SCRIPT, model="model2")
    page.number_input(key=f"{PAGE}:entry:1:0").set_value(4.25).run()
    assert entries(page) == [[6, 4.25], [4.25, 3]]
    assert linked(page, "matrix") == "6,4.25,3"


@pytest.mark.parametrize(("value", "shown"), [(10.5, "10.5"), (-1e9, "-1e")])
def test_an_entry_out_of_range_is_refused_and_keeps_its_value(models, value, shown):
    page = opened(SCRIPT, model="model2")
    page.number_input(key=f"{PAGE}:entry:0:1").set_value(value).run()
    assert f"entry (1, 2) = {shown}" in warned(page)
    assert "from -10 to 10" in warned(page)
    assert entries(page) == FIRST
    page.number_input(key=f"{PAGE}:entry:0:1").set_value(1.0).run()
    assert not warned(page)


@pytest.mark.parametrize("kind", BUTTONS)
def test_every_button_makes_another_symmetric_matrix(models, kind):
    page = opened(SCRIPT, model="model3")
    before = np.array(entries(page, 3))
    page.button(key=f"{PAGE}:make-{kind}").click().run()
    after = np.array(entries(page, 3))
    assert not page.exception and not warned(page)
    assert not np.array_equal(before, after)
    np.testing.assert_array_equal(after, after.T)


def test_a_pasted_matrix_is_taken_or_refused_by_name(models):
    page = opened(SCRIPT, model="model2")
    page.text_area(key=PASTE_KEY).set_value("[[1, 2], [2, 5]]")
    page.button(key=f"{PAGE}:paste-use").click().run()
    assert entries(page) == [[1, 2], [2, 5]]
    for text, message in (
        ("1 2\n3 5", "entry (1, 2) = 2 but (2, 1) = 3"),
        ("1 2 3", "1 rows of 3 numbers: this model reads 2 rows of 2"),
        ("1 nan; nan 2", "entry (1, 2) = nan is refused"),
    ):
        page.text_area(key=PASTE_KEY).set_value(text)
        page.button(key=f"{PAGE}:paste-use").click().run()
        assert message in warned(page)
        assert entries(page) == [[1, 2], [2, 5]]


def test_a_link_opens_what_it_was_made_from(models):
    link = {"model": "model2", "matrix": "1,-2.5,3", "beams": "7", "tau": "0.1"}
    page = opened(SCRIPT, **link, **OPEN, beam="3", step="2")
    assert entries(page) == [[1, -2.5], [-2.5, 3]]
    assert len(page.dataframe[0].value) == 7
    assert "trace(tolerance=0.1)" in page.dataframe[0].value
    assert page.number_input(key=f"{PAGE}:beam").value == 3
    assert page.slider(key=f"{PAGE}:step").value == 2
    assert "Token 2 of 6" in "\n".join(text.value for text in page.markdown)


def test_beams_and_tokens_are_stepped_through(models):
    page = opened(SCRIPT, model="model2", beams="5", **OPEN)
    page.button(key=f"{PAGE}:Next").click().run()
    page.button(key=f"{PAGE}:Next").click().run()
    assert page.slider(key=f"{PAGE}:step").value == 3
    page.button(key=f"{PAGE}:Back").click().run()
    page.number_input(key=f"{PAGE}:beam").set_value(4).run()
    assert (linked(page, "step"), linked(page, "beam")) == ("2", "4")
    page.slider(key=f"{PAGE}:beams").set_value(1).run()
    assert page.number_input(key=f"{PAGE}:beam").value == 1
    assert "self" not in page.dataframe[0].value


@pytest.mark.parametrize(
    ("params", "message"),
    [
        ({"matrix": "1,2"}, "2 numbers are no upper triangle"),
        ({"matrix": "1,2,300"}, "entry (2, 2) = 300 is refused"),
        ({"matrix": "1,nan,3"}, "entry (1, 2) = nan is refused"),
        ({"matrix": "1,2,3,4,5,6"}, "is 3 x 3; this model reads 2 x 2"),
        ({"tau": "0"}, "`tau = 0`"),
        ({"beams": "51"}, "`beams = 51`"),
    ],
)
def test_a_link_that_cannot_be_used_is_refused_and_the_page_stays(models, params, message):
    page = opened(SCRIPT, model="model2", **params, **OPEN)
    assert message in warned(page)
    assert entries(page) == FIRST
    assert page.dataframe


def test_an_unknown_model_is_named_and_another_one_shown(models):
    page = opened(SCRIPT, model="gone", **OPEN)
    assert "model = gone` in the address is not here" in warned(page)
    assert page.dataframe


def test_a_damaged_model_is_named_and_the_others_stay(models, cache):
    bad = keep(cache, "bad")
    bad.write_bytes(b"nothing")
    explore.models.clear()
    try:
        page = opened(SCRIPT, model="model2", **OPEN)
    finally:
        shutil.rmtree(bad.parent)
        explore.models.clear()
    assert str(bad) in warned(page)
    assert page.dataframe


def test_what_the_assistant_refuses_is_said_and_the_controls_stay(models, cache, monkeypatch):
    path = keep(cache, "late")
    explore.models.clear()
    listing = explore.models()
    shutil.rmtree(path.parent)
    monkeypatch.setattr(explore, "models", lambda: listing)
    page = opened(SCRIPT, model="late", matrix="5,5,5", **OPEN)
    assert f"{path} is missing" in warned(page)
    assert entries(page) == [[5, 5], [5, 5]]
    assert not page.dataframe


@pytest.mark.parametrize("value", [(), (1.0,), (2.3, 0.1 + 0.2, -3.0), (0.0,) * 78])
def test_a_matrix_comes_back_from_its_link_digit_by_digit(value):
    assert Matrix().parse(Matrix().show(value)) == value


def test_no_address_can_break_the_fields():
    values, refused = state.read(FIELDS, {"matrix": "a;<b>", "beam": "x", "step": "-1"})
    assert len(refused) == 3
    assert values["matrix"] == ()
    assert not any(markup(message) for message in refused)


def test_the_page_process_loads_no_torch_for_it(models, tmp_path):
    assert_light(SCRIPT, tmp_path, "page.number_input")


def test_the_papers_matrix_is_a_click_away(models):
    page = opened(SCRIPT, model="model2")
    page.button(key=f"{PAGE}:make-paper").click().run()
    assert entries(page) == [[2.3, 0.6035], [0.6035, -3.141]]
    assert not warned(page)
