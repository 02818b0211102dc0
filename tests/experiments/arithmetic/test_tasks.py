"""Problems and answers in the official formats, checked by arithmetic of Python's own."""

import itertools
import re

import numpy as np
import pytest

from synverify_core.errors import InputError
from synverify_core.experiments.arithmetic.tasks import TASKS
from synverify_core.experiments.arithmetic.tasks.products import lengths, place

EXAMPLES = {
    "copy": ("40217", "40217=", "40217", 5),
    "reverse": ("40217", "40217=", "71204", 5),
    "reverse_addition": ("58+67", "85+76=", "521", 2),
    "forward_addition": ("58 + 67 =", "58+67=", "125", 2),
    "multiplication": ("12*345", "21*543=", "060+0840(0450)+00630=04140", place(2, 3)),
    "maze": ("1>3#1:2-2:1,3-3:2", "1>3#1:2-2:1,3-3:2=", "1>2>3", 2),
}


def reversed_number(text):
    return int(text[::-1])


def is_right(name, prompt, answer):
    """Judge an answer without the task's own code."""
    question = prompt.removesuffix("=")
    if name in ("copy", "reverse"):
        return answer == (question if name == "copy" else question[::-1])
    if name == "maze":
        ends, listed = question.split("#")
        near = {a: b.split(",") for a, b in (one.split(":") for one in listed.split("-"))}
        path = answer.split(">")
        edges = all(b in near[a] for a, b in itertools.pairwise(path))
        return edges and len(set(path)) == len(path) and f"{path[0]}>{path[-1]}" == ends
    if name == "forward_addition":
        return int(answer) == sum(map(int, question.split("+")))
    if name == "reverse_addition":
        return reversed_number(answer) == sum(map(reversed_number, question.split("+")))
    first, second = map(reversed_number, question.split("*"))
    steps, product = answer.split("=")
    parts = [re.sub(r"\(.*\)", "", step) for step in steps.split("+")]
    return reversed_number(product) == first * second == sum(map(reversed_number, parts))


@pytest.mark.parametrize("name", TASKS)
def test_the_published_example_is_read_and_written_as_published(name):
    typed, *expected = EXAMPLES[name]
    assert list(TASKS[name]().read(typed)) == expected


@pytest.mark.parametrize("easy", [False, True])
@pytest.mark.parametrize("name", TASKS)
def test_every_drawn_answer_is_right_of_the_asked_difficulty_and_in_the_alphabet(name, easy):
    task, rng = TASKS[name](), np.random.default_rng(5)
    difficulties = rng.integers(1, 8, 60)
    problems = task.problems(rng, difficulties, easy=easy)
    for prompt, answer, difficulty in zip(*problems, difficulties, strict=True):
        prompt, answer = prompt.decode(), answer.decode()
        assert is_right(name, prompt, answer), (prompt, answer)
        assert set(prompt + answer) <= set(task.alphabet)
        assert len(answer) < task.most_characters(int(difficulty))
        assert task.size(np.array([answer.encode()]))[0] <= task.longest(int(difficulty))
        if not easy and name in ("copy", "reverse", "forward_addition"):
            assert len(re.split(r"[+=]", prompt)[0]) == difficulty


@pytest.mark.parametrize("name", TASKS)
def test_the_way_back_from_a_right_answer_is_the_question_and_from_a_wrong_one_is_not(name):
    task, rng = TASKS[name](), np.random.default_rng(6)
    for prompt, answer in zip(*task.block(rng, 20, 4), strict=True):
        prompt, answer = prompt.decode(), answer.decode()
        question, expected = task.back(prompt, answer)
        if name in ("copy", "reverse"):
            returned = question[:-1] if name == "copy" else question[-2::-1]
            assert task.agrees(returned, expected)
            assert not task.agrees(returned, prompt[:-2])
        elif name == "maze":
            assert is_right(name, question, expected)
        else:
            assert is_right(name, question, expected) or name == "multiplication"
            assert not task.agrees(f"{answer}1", expected)


def test_places_of_products_are_a_numbering_of_all_pairs_of_lengths():
    pairs = [lengths(difficulty) for difficulty in range(1, 50)]
    assert pairs[:6] == [(1, 1), (1, 2), (2, 1), (2, 2), (1, 3), (3, 1)]
    assert sorted(pairs) == [(a, b) for a in range(1, 8) for b in range(1, 8)]
    assert [place(*pair) for pair in pairs] == list(range(1, 50))


def test_a_maze_by_nodes_has_the_hops_asked_for():
    problems = TASKS["maze"](hops=4).block(np.random.default_rng(0), 10, 12)
    assert {prompt.count(b":") for prompt in problems.prompts} == {12}
    assert {answer.count(b">") for answer in problems.answers} == {4}


@pytest.mark.parametrize("name", TASKS)
@pytest.mark.parametrize("typed", ["", "x", "1+", "12a", "1>9#1:2-2:1", "٣"])
def test_what_is_no_problem_is_refused_with_an_example(name, typed):
    with pytest.raises(InputError, match=r"problem = .* is refused"):
        TASKS[name]().read(typed)
