"""The page around its sections: a link opens one of them, and no two share a parameter."""

from types import SimpleNamespace

import pytest

from pages.ui.generations.page import SECTIONS, address
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
