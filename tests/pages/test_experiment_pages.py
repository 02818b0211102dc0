"""What all experiments' pages have: a form, kinds of task, an address. One test, every page."""

import pytest

from pages.ui.eigenvalues.page import EIGENVALUES
from pages.ui.gaussian.page import GAUSSIAN
from pages.ui.shared.state import link, read
from pages.ui.summarization.page import SUMMARIZATION
from synverify_core.errors import InputError
from synverify_core.experiments.base import make_config
from tests.pages.visit import opened, said

PAGES = [GAUSSIAN, EIGENVALUES, SUMMARIZATION]
ONE_TASK = [{"seed": 4}, {"n_seeds": 3}, {"sizes": (10, 20)}, {"verifiers": ("oracle",)}]
OTHER_TASKS = {
    "eigenvalues": [
        {"dimension": 3}, {"encoding": "P10"}, {"d_model": 32}, {"tolerance": 0.05},
        {"n_test": 500},
    ],
    "summarization": [
        {"corpus": "docstrings:json"}, {"max_train": 4000}, {"model": "fresh"},
        {"weak_learning_rate": 1e-4}, {"n_test": 100},
    ],
}  # fmt: skip
ROUNDS = [{"n_rounds": 2}, {"policy": "accumulate"}, {"policy": "mix", "real_fraction": 0.25}]
every_page = pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)


def config(page, preset="quick", **changes):
    return make_config(page.form.kind, preset, changes)


@pytest.mark.parametrize("page", [EIGENVALUES, SUMMARIZATION], ids=lambda page: page.name)
def test_only_runs_that_differ_in_seeds_sizes_or_verifiers_are_averaged(page):
    key = page.tasks.key
    for changes in ONE_TASK:
        assert key(config(page, **changes)) == key(config(page))
    others = [*OTHER_TASKS[page.name], *ROUNDS]
    assert len({key(config(page, **changes)) for changes in [{}, *others]}) == 1 + len(others)
    assert set(page.tasks.presets().values()) == set(page.form.kind.presets)


@every_page
def test_a_link_opens_what_it_was_made_from(page):
    values = {name: field.default for name, field in page.address.items()}
    for section in page.sections:
        values |= {"section": section, "seed": 7, "presentation": True}
        assert read(page.address, link(page.address, values)) == (values, [])


@every_page
def test_the_form_starts_one_run_a_seed_or_a_setting_and_shows_them(page):
    form = page.form
    values = config(page, "smoke", seed=3).model_dump(exclude=set(form.hidden))
    configs = form.configs(page.name, values, ["150", "500"] if page is GAUSSIAN else 2)
    varied = "n_original" if page is GAUSSIAN else "seed"
    assert [getattr(one, varied) for one in configs] == ([150, 500] if page is GAUSSIAN else [3, 4])
    shown = page.started(configs, ["a", "b"])
    assert shown.get("task") == (page.tasks.key(configs[0]) if page.tasks else None)
    assert shown["runs"] == (() if page.tasks else ("a", "b"))
    assert set(form.presets) == set(form.kind.presets)


@pytest.mark.parametrize("repetitions", [None, 0, -1, 21])
def test_repetitions_out_of_range_are_refused(repetitions):
    values = config(EIGENVALUES, "smoke").model_dump(exclude={"n_seeds"})
    with pytest.raises(InputError, match=f"repetitions = {repetitions} is refused: from 1 to 20"):
        EIGENVALUES.form.configs("eigenvalues", values, repetitions)


@every_page
def test_every_verifier_that_is_offered_can_be_started(page):
    offered = page.form.choices["verifiers"]
    assert offered[0] == "oracle" and len(offered) > 3
    weak = {"weak_d_model": 16} if page is EIGENVALUES else {}
    assert config(page, "smoke", verifiers=offered, **weak).verifiers == offered


@every_page
def test_rounds_and_what_they_train_on_are_set_in_the_form(cache, page):
    app = opened(f"{page.name}.py", preset="smoke")
    key = page.name
    app.number_input(key=f"{key}-n_rounds").set_value(2).run()
    assert not any(text.key == f"{key}-real_fraction" for text in app.text_input)
    app.button_group(key=f"{key}-policy").set_value("mix").run()
    app.text_input(key=f"{key}-real_fraction").set_value("0.25").run()
    assert not app.error
    app.text_input(key=f"{key}-real_fraction").set_value("2").run()
    assert "real_fraction = 2" in said(app)
    app.button_group(key=f"{key}-policy").set_value("replace").run()
    assert not app.error
