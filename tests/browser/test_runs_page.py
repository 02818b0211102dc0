"""The runs page in a real browser: find, compare, export, name, archive, delete and undo."""

import csv
import json
from collections.abc import Callable
from pathlib import Path
from urllib.parse import quote
from xml.etree import ElementTree

import pytest
from playwright.sync_api import Page, expect

from synverify_core.experiments import registry
from synverify_core.experiments.base import make_config
from synverify_core.runs.store import Store
from synverify_core.runs.titles import grouped
from synverify_core.runs.worker import execute
from tests.browser.conftest import in_address

pytestmark = pytest.mark.browser
SLOW = 60_000
SMALL = {"pool_size": 3000, "sizes": (100, 500, 1000), "n_seeds": 2, "dimension": 20}


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Store:
    """Two finished runs of different N0, another seed of the first, and a damaged run."""
    store = Store(tmp_path_factory.mktemp("cache"))
    experiment = registry.get("gaussian")
    for n_original, seed in ((150, 0), (500, 0), (150, 7)):
        values = {**SMALL, "n_original": n_original, "seed": seed}
        execute(store.create("gaussian", make_config(experiment, None, values), "cpu").path)
    damaged = store.root / "runs" / "gaussian-damaged"
    damaged.mkdir()
    (damaged / "config.json").write_text('{"schema_version": 1, "exper')
    return store


@pytest.fixture(scope="module")
def address(serve: Callable[..., str], store: Store) -> str:
    return serve(store.root)


@pytest.fixture
def uids(store: Store) -> list[str]:
    """Of the first seed."""
    runs = sorted(store.runs(include_archived=True), key=lambda run: run.config.n_original)
    return [run.uid for run in runs if run.config.seed == 0]


def visit(page: Page, address: str, *uids: str, query: str = "") -> None:
    page.goto(f"{address}/runs?runs={quote(','.join(uids))}{query}")
    page.get_by_role("heading", name="Runs", exact=True).wait_for(timeout=SLOW)
    expect(page.get_by_text(f"{len(uids)} selected")).to_be_visible(timeout=SLOW)


def button(page: Page, name: str):
    return page.locator(".st-key-runs-toolbar").get_by_role("button", name=name, exact=True)


def download(page: Page, name: str, to: Path) -> bytes:
    with page.expect_download(timeout=SLOW) as info:
        page.get_by_role("button", name=name, exact=True).click()
    path = to / info.value.suggested_filename
    info.value.save_as(path)
    return path.read_bytes()


def test_good_runs_are_listed_and_the_damaged_one_is_named(page: Page, address: str) -> None:
    visit(page, address)
    expect(page.get_by_text("3 of 3 runs shown")).to_be_visible()
    expect(page.get_by_text("gaussian-damaged").first).to_be_visible()
    expect(page.get_by_text("Select rows with the boxes")).to_be_visible()


def test_a_click_on_a_row_selects_all_its_seeds_and_the_address_says_so(
    page: Page, address: str, store: Store
) -> None:
    visit(page, address)
    page.get_by_test_id("stDataFrame").click(position={"x": 15, "y": 55})
    expect(page.get_by_text("2 selected")).to_be_visible(timeout=SLOW)
    expect(page.get_by_text("Mean of 4 seeds")).to_be_visible(timeout=SLOW)
    key = next(group.key for group in grouped(store.runs()) if len(group.runs) == 2)
    page.wait_for_url(f"**runs={key}**", timeout=SLOW)
    page.get_by_text("2 runs of the selected rows, one by one").click()
    page.get_by_test_id("stDataFrame").nth(1).click(position={"x": 15, "y": 55})
    expect(page.get_by_text("1 selected")).to_be_visible(timeout=SLOW)
    expect(page.get_by_role("textbox", name="Note")).to_be_visible()


def test_runs_are_compared_by_the_setting_in_which_they_differ(
    page: Page, address: str, uids: list[str]
) -> None:
    visit(page, address, *uids)
    expect(page.get_by_text("Settings that differ")).to_be_visible()
    legend = page.locator(".st-key-runs-comparison-gaussian .legend")
    expect(legend.get_by_text("N₀ = 150")).to_be_visible(timeout=SLOW)
    group = page.get_by_role("combobox", name="Group by")
    group.fill("verifier")
    group.press("Enter")
    expect(legend.get_by_text("random pick")).to_be_visible(timeout=SLOW)
    expect(page.get_by_text("also averaged over n_original")).to_be_visible()
    assert in_address(page, "gaussian_group") == "verifier"


def test_the_figure_and_its_data_are_downloaded(
    page: Page, address: str, uids: list[str], tmp_path: Path
) -> None:
    visit(page, address, *uids)
    expect(page.locator(".st-key-runs-comparison-gaussian .legend")).to_be_visible(timeout=SLOW)
    page.get_by_test_id("stPopover").get_by_role("button", name="Export").last.click()
    picture = download(page, "PNG", tmp_path)
    assert picture.startswith(b"\x89PNG\r\n")
    assert len(picture) > 20_000
    drawing = ElementTree.fromstring(download(page, "SVG", tmp_path))
    assert drawing.tag.endswith("svg")
    assert "random" in "".join(drawing.itertext())
    table = list(csv.DictReader(download(page, "Data (CSV)", tmp_path).decode().splitlines()))
    assert {row["uid"] for row in table} == set(uids)
    assert {row["metric"] for row in table} == {"relative_error"}
    configs = json.loads(download(page, "Settings (JSON)", tmp_path))
    assert {config["n_original"] for config in configs.values()} == {150, 500}
    expect(page.get_by_text("python -m synverify_core run gaussian").first).to_be_visible()


def test_a_name_and_a_note_are_kept_and_found(
    page: Page, address: str, store: Store, uids: list[str]
) -> None:
    visit(page, address, uids[0])
    page.get_by_role("textbox", name="Name").fill("small generator")
    page.get_by_role("textbox", name="Name").press("Enter")
    page.get_by_role("textbox", name="Note").fill("for the lecture")
    page.get_by_role("textbox", name="Note").press("Enter")
    page.get_by_role("textbox", name="Filter").fill("lecture n_original=150")
    page.get_by_role("textbox", name="Filter").press("Enter")
    expect(page.get_by_text("1 of 3 runs shown")).to_be_visible(timeout=SLOW)
    run = store.get(uids[0])
    assert (run.name, run.note) == ("small generator", "for the lecture")


def test_an_archived_run_is_hidden_until_asked_for(
    page: Page, address: str, store: Store, uids: list[str]
) -> None:
    visit(page, address, uids[0])
    button(page, "Archive").click()
    expect(page.get_by_text("2 of 3 runs shown")).to_be_visible(timeout=SLOW)
    page.get_by_text("Archived too").click()
    expect(page.get_by_text("3 of 3 runs shown")).to_be_visible(timeout=SLOW)
    store.archive(uids[0], False)


def test_a_deleted_run_comes_back_with_undo(
    page: Page, address: str, store: Store, uids: list[str]
) -> None:
    before = store.rows(uids[1])
    visit(page, address, uids[1])
    button(page, "Delete").click()
    expect(page.get_by_text("2 of 2 runs shown")).to_be_visible(timeout=SLOW)
    assert [run.uid for run in store.trash()] == [uids[1]]
    page.get_by_role("button", name="Undo").click()
    expect(page.get_by_text("3 of 3 runs shown")).to_be_visible(timeout=SLOW)
    assert store.rows(uids[1]) == before
    expect(page.locator(".st-key-undo-bar")).to_have_count(0)


def test_a_link_with_bad_values_is_refused_and_the_page_stays_usable(
    page: Page, address: str, uids: list[str]
) -> None:
    visit(
        page, address, *uids, query="&gaussian_metric=beauty&gaussian_group=colour&archived=maybe"
    )
    for text in ("gaussian_metric = beauty", "gaussian_group = colour", "archived = maybe"):
        expect(page.get_by_text(text).first).to_be_visible()
    expect(page.locator(".st-key-runs-comparison-gaussian .legend")).to_be_visible(timeout=SLOW)
