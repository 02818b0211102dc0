"""What stands around every page: the question at its end, and where that leads."""

from pages.ui.shared.chrome import ONWARD, PAGES


def test_the_questions_lead_from_the_first_page_through_all_of_them():
    files = {path.stem for path in PAGES.glob("*.py")}
    names = {"phase_transition": "phase"}
    seen, page = [], "home"
    while page not in seen:
        seen.append(page)
        question, following = ONWARD[page]
        assert question.strip() and following in files
        page = names.get(following, following)
    assert {*seen, "glossary"} == set(ONWARD) and len(ONWARD) == len(files)
