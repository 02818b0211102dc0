"""The section without a browser: nothing there yet, and the runs that its form describes."""

import pytest

from pages.ui.generations import self_run
from pages.ui.generations.self_improvement import FIELDS
from synverify_core.errors import InputError
from synverify_core.experiments.arithmetic.tasks import TASKS
from tests.pages.visit import opened, said, warned


def view(**changed):
    return {name: field.default for name, field in FIELDS.items()} | changed


def test_without_runs_the_section_says_so_and_offers_to_start_one(cache, monkeypatch):
    monkeypatch.setenv("SYNVERIFY_REFERENCE", str(cache / "none"))
    page = opened("generations.py", section="selfimprovement")
    assert "No run of this experiment has finished a round yet" in said(page)
    assert "Start" in [button.label for button in page.button]


@pytest.mark.parametrize("task", TASKS)
@pytest.mark.parametrize("preset", self_run.PRESETS)
def test_every_preset_can_be_started_for_every_task_that_fits(task, preset):
    try:
        config = self_run.made(view(learner_preset=preset, learner_task=task, learner_seed=3))
    except InputError as reason:
        pytest.fail(str(reason))
    assert (config.task, config.seed, config.damage_at) == (task, 3, 0)


def test_damage_hits_the_round_that_is_asked_for():
    config = self_run.made(view(learner_preset="quick", learner_damage=0.3, learner_damaged=2))
    assert (config.damage, config.damage_at) == (0.3, 10)


@pytest.mark.parametrize(
    "name", ["learner_preset", "learner_task", "learner_below", "learner_damage"]
)
def test_what_a_link_cannot_mean_is_refused(cache, name):
    page = opened("generations.py", section="selfimprovement", **{name: "nonsense"})
    assert f"{name} = nonsense" in warned(page)
