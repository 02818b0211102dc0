"""The eigenvalues page in a real browser: Figure 4 from records, tabs, a run that is refreshed."""

import os
import re
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from pages.ui.eigenvalues.tasks import TASKS
from synverify_core.experiments import registry
from synverify_core.experiments.base import make_config
from synverify_core.runs.record import Status
from synverify_core.runs.store import Store
from tests.browser.conftest import bottom, in_address, looked_at

pytestmark = pytest.mark.browser
ROOT = Path(__file__).resolve().parents[2]
SLOW = 60_000
RUN = 120_000
# Two seeds as two runs, so small that most of the time is the start of Python.
RECORDS = [
    *("verifiers=oracle,noisy(p_noise=0.3),none,trace(tolerance=0.3)", "generator_steps=60"),
    *("retrain_steps=4", "pool_size=1000", "n_test=100", "sizes=20,40"),
]


@pytest.fixture(scope="module")
def shipped(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Compute two small records and put them where shipped ones are."""
    cache = tmp_path_factory.mktemp("records")
    command = [sys.executable, "-m", "synverify_core", "run", "eigenvalues", "--preset", "smoke"]
    command += ["--set", *RECORDS, "--sweep", "seed=0,1", "--device", "cpu", "--threads", "1"]
    env = {**os.environ, "SYNVERIFY_CACHE": str(cache)}
    done = subprocess.run(command, cwd=ROOT, env=env, capture_output=True, text=True, timeout=200)
    assert done.returncode == 0, done.stderr[-2000:]
    return cache / "runs"


@pytest.fixture(scope="module")
def cache(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("cache")


@pytest.fixture(scope="module")
def address(serve: Callable[..., str], cache: Path, shipped: Path) -> str:
    return serve(cache, SYNVERIFY_REFERENCE=str(shipped))


def visit(page: Page, address: str, query: str = "") -> None:
    page.goto(f"{address}/eigenvalues{query}")
    page.get_by_role("button", name=re.compile("^(Start|Show results)")).wait_for(timeout=SLOW)


def figure(page: Page, name: str):
    chart = page.locator(f".st-key-eigenvalues-{name}")
    expect(chart.locator(".legend").or_(chart.locator(".gtitle")).first).to_be_visible(timeout=SLOW)
    return chart


def test_figure_4_is_drawn_at_once_from_the_records(browser: Browser, address: str) -> None:
    with looked_at(browser, color_scheme="dark") as page:
        visit(page, address, "?section=figure4")
        chart = figure(page, "figure4")
        assert bottom(chart.locator(".xtick").last) < 800
        legend = chart.locator(".legendtext").all_text_contents()
        assert {"n' = 20", "n' = 40", "generator"} <= set(legend)
        named = chart.locator(".annotation-text").all_text_contents()
        assert {"perfect check", "no check", "trace check (30 %)"} <= set(named)
        expect(chart.locator(".gtitle")).to_contain_text("p* and accuracy@5%")
        expect(page.get_by_text(re.compile("2 shipped · seeds 0 to 1"))).to_be_attached()


def test_every_tab_opens_by_click_and_by_link(page: Page, address: str) -> None:
    visit(page, address)
    for tab, section, seen in [
        ("Accuracy and p*", "figure4", "Each marker is a model trained"),
        ("What the paper says", "paper", "Without verification the trained model is worse"),
        ("Scaling curves", "scaling", "The same models against the number n'"),
        ("Checks without a solver", "checks", "A check that needs no solver"),
        ("What is in a beam", "beams", "The generator writes its k likeliest answers"),
        ("Best of the beam", "finetuning", "The paper's Table 3"),
        ("By hand", "byhand", "There is no trained generator yet"),
    ]:
        page.get_by_role("tab", name=tab).click()
        expect(page.get_by_text(seen).first).to_be_visible(timeout=SLOW)
        page.wait_for_url(f"**section={section}**", timeout=SLOW)
    page.goto(page.url.replace("section=byhand", "section=beams"))
    expect(page.get_by_role("tab", name="What is in a beam")).to_have_attribute(
        "aria-selected", "true", timeout=SLOW
    )
    chart = figure(page, "beams")
    page.get_by_role("radio", name="τ = 2 %").or_(
        page.get_by_role("button", name="τ = 2 %")
    ).first.click()
    expect(chart.get_by_text("The paper: 5 × 5")).to_be_visible(timeout=SLOW)
    expect(chart.get_by_text("Here: 2 × 2, 20 matrices")).to_be_visible()
    page.get_by_text("Table 1, here and in the paper").click()
    expect(page.get_by_role("cell", name="90.4")).to_be_visible(timeout=SLOW)


def test_the_tolerance_is_chosen_and_kept_in_the_address(page: Page, address: str) -> None:
    visit(page, address, "?section=figure4")
    figure(page, "figure4")
    page.get_by_role("radio", name="τ = 1 %").or_(
        page.get_by_role("button", name="τ = 1 %")
    ).first.click()
    page.wait_for_url("**metric=accuracy%401%25**", timeout=SLOW)
    page.goto(page.url)
    title = figure(page, "figure4").locator(".gtitle")
    expect(title).to_contain_text("accuracy@1%", timeout=SLOW)


def test_a_run_from_the_page_survives_a_refresh_and_is_drawn(
    page: Page, address: str, cache: Path
) -> None:
    visit(page, address, "?preset=smoke&section=figure4")
    page.get_by_role("button", name="Start 1 run").click(timeout=SLOW)
    panel = page.locator("[class*='st-key-panel-']")
    expect(panel).to_be_visible(timeout=SLOW)
    page.reload()
    expect(page.get_by_role("tab", name="Accuracy and p*")).to_be_visible(timeout=SLOW)
    expect(panel).to_have_count(0, timeout=RUN)
    task = page.get_by_role("combobox", name="Task")
    expect(task).to_have_value("2 × 2, preset smoke", timeout=SLOW)
    legend = figure(page, "figure4").locator(".legendtext").all_text_contents()
    assert {"n' = 200", "generator"} <= set(legend)
    (run,) = [run for run in Store(cache).runs() if not run.reference]
    assert run.status is Status.DONE
    smoke = make_config(registry.get("eigenvalues"), "smoke")
    assert in_address(page, "task") == TASKS.key(smoke) == TASKS.key(run.config)
    expect(page.get_by_text("1 of 1 computed already")).to_be_visible(timeout=SLOW)
