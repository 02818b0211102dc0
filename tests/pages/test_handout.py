"""The lesson on paper: every step, the answers on the last page, nothing fetched from elsewhere."""

import re

from pages.ui.phase.handout import handout
from pages.ui.phase.lesson_steps import STEPS
from pages.ui.shared.qr import LONGEST, svg

LINK = "http://192.168.1.20:8501/phase_transition?lesson=1"


def test_every_step_asks_and_is_answered_on_the_last_page():
    questions, answers = handout(LINK).split('<div class="answers">')
    assert questions.count("<section>") == answers.count("<li>") == len(STEPS)
    for step in STEPS:
        assert step.title in questions and step.question.partition("'")[0] in questions
        assert answers.count(f"<b>{step.answer}.</b>") >= 1
        assert all(option in questions for option in step.options)
    assert "**" not in questions + answers


def test_it_is_one_file_and_says_the_link():
    page = handout(LINK)
    assert svg(LINK) in page and LINK in page
    assert not re.search(r"src=|@import|url\(|<script", page)


def test_a_link_that_no_code_holds_is_written_alone():
    page = handout("http://a/?x=" + "y" * LONGEST)
    assert "<svg" not in page and "y" * LONGEST in page


def test_a_hostile_link_stays_text():
    assert "<b>" not in handout("http://a/?<b>").split("</header>")[0]
