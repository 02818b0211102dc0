"""The page around its sections: a link opens one of them, and no two share a parameter."""

from types import SimpleNamespace

import pytest

from pages.ui.generations.curation_fields import FIELDS, shown, taken
from pages.ui.generations.page import SECTIONS, address
from pages.ui.generations.people import DEFAULT_STATE, PRESETS
from pages.ui.shared.state import Flag, link, read
from tests.pages.visit import opened, warned


@pytest.mark.parametrize("section", SECTIONS)
def test_a_section_opens_from_its_link(cache, section):
    page = opened("generations.py", section=section)
    assert not warned(page)
    fields = address()
    values = {name: field.default for name, field in fields.items()} | {"section": section}
    assert read(fields, link(fields, values)) == (values, [])


def test_two_sections_may_not_share_a_parameter():
    one = SimpleNamespace(__name__="one", FIELDS={"round": Flag()})
    with pytest.raises(ValueError, match=r"\['round'\] are fields of another section"):
        address({"one": one, "two": one})


def test_every_preset_of_the_people_is_a_link():
    for preset in PRESETS.values():
        state = {**DEFAULT_STATE, **preset["state"]}
        view = read(FIELDS, link(FIELDS, taken(state)))
        assert not view.refused and shown(view.values) == state


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("1:1", "with commas between, peak -3 to 3, width 0.3 to 3"),
        ("a:1:1", "1 to 3 groups"),
        ("5:1:1", "1 to 3 groups"),
        ("0:nan:1", "1 to 3 groups"),
        ("0:1:0.4,1:1:0.4", "the weights must sum to 1, not 0.8"),
        ("0:1:0.25,0:1:0.25,0:1:0.25,0:1:0.25", "1 to 3 groups"),
    ],
)
def test_groups_that_cannot_be_are_refused(cache, text, why):
    page = opened("generations.py", section="curation", people=text)
    assert why in warned(page)
