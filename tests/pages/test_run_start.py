"""Before a run starts: the time at once, a GPU that is not there, a run that is under way."""

import pytest

from pages.ui.shared.numbers import duration
from synverify_core.experiments import registry
from synverify_core.experiments.base import make_config
from synverify_core.runs import prices, provenance
from synverify_core.runs.store import Store
from tests.pages.conftest import forget
from tests.pages.visit import opened, said

PAGES = ("gaussian", "eigenvalues", "summarization")
SURE = "Start it here all the same"


@pytest.fixture
def no_gpu(monkeypatch):
    monkeypatch.setattr(provenance, "gpu_here", lambda: False)


def button(page, name):
    return page.button(key=f"{name}-start-runs")


def sure(page):
    return [box for box in page.checkbox if box.label == SURE]


@pytest.mark.parametrize("name", PAGES)
def test_work_for_a_gpu_is_said_at_once_and_starts_only_if_confirmed(cache, no_gpu, name):
    page = opened(f"{name}.py", preset="gpu")
    assert "There is no GPU on this machine" in said(page)
    assert button(page, name).disabled
    sure(page)[0].check().run()
    assert not button(page, name).disabled
    page.selectbox(key=f"{name}-preset").set_value("class").run()
    assert not sure(page) and not button(page, name).disabled
    page.selectbox(key=f"{name}-preset").set_value("gpu").run()
    assert button(page, name).disabled, "what was confirmed once is asked again"


@pytest.mark.parametrize("name", ["eigenvalues", "summarization"])
def test_days_are_called_days_and_asked_about_whatever_the_preset(cache, no_gpu, name):
    page = opened(f"{name}.py", preset="paper")
    assert "Days: a GPU's work" in said(page) or "Time unknown" in said(page)
    assert button(page, name).disabled
    assert " h," not in said(page)


def test_a_gpu_that_is_there_asks_nothing(cache, monkeypatch):
    monkeypatch.setattr(provenance, "gpu_here", lambda: True)
    page = opened("eigenvalues.py", preset="gpu")
    assert not sure(page) and not button(page, "eigenvalues").disabled
    page.button_group(key="eigenvalues-device").set_value("cpu").run()
    assert sure(page), "asked of the processor, it is a processor's work"


def test_a_device_that_is_not_there_is_refused(cache, no_gpu):
    page = opened("gaussian.py", preset="smoke")
    page.button_group(key="gaussian-device").set_value("cuda").run()
    assert "device = cuda is refused: there is no GPU here" in said(page)
    assert button(page, "gaussian").disabled


@pytest.mark.parametrize("name", PAGES)
def test_the_time_is_told_from_shipped_runs_without_measuring(cache, monkeypatch, name):
    def measure(self):
        raise AssertionError("a page measures nothing")

    monkeypatch.setattr(prices.PriceList, "measure", measure)
    monkeypatch.delenv("SYNVERIFY_REFERENCE")
    forget()
    page = opened(f"{name}.py", preset="quick", seed="77")
    told = [caption.value for caption in page.caption if caption.value.startswith("About ")]
    assert len(told) == 1 and "shipped with the project" in told[0]


def test_start_is_off_while_the_same_run_is_under_way(cache):
    experiment = registry.get("eigenvalues")
    config = make_config(experiment, "smoke")
    Store(cache).create("eigenvalues", config, "cpu")
    page = opened("eigenvalues.py", preset="smoke")
    assert button(page, "eigenvalues").disabled
    assert button(page, "eigenvalues").label == "Under way"
    page.number_input(key="eigenvalues-repetitions").set_value(3).run()
    assert button(page, "eigenvalues").label == "Start 2 runs"
    assert "1 of 3 under way" in said(page)


@pytest.mark.parametrize(
    ("seconds", "text"),
    [
        (None, "unknown"),
        (0.5, "under 1 s"),
        (47 * 3600, "47.0 h"),
        (4 * 86_400, "4 days"),
        (128_170.7 * 3600, "over 100 days"),
    ],
)
def test_a_long_time_is_days(seconds, text):
    assert duration(seconds) == text
