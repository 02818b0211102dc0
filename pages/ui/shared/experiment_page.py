"""The page of an experiment, whichever it is: its form, its sections, the runs that are drawn."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, NamedTuple

import pandas as pd
import streamlit as st

from pages.ui.shared import chrome, front_door, state
from pages.ui.shared import store as runs_store
from pages.ui.shared.choices import available
from pages.ui.shared.export import ASIDE, show_figure
from pages.ui.shared.fields import Names, Word
from pages.ui.shared.form_spec import RunForm
from pages.ui.shared.outside import code, plain
from pages.ui.shared.run_form import show_form
from pages.ui.shared.run_panel import run_panel
from pages.ui.shared.sections import open_section
from pages.ui.shared.task_kinds import TaskKinds, run_label
from synverify_core.experiments.base import Config
from synverify_core.runs.record import Run
from synverify_core.stats.names import metric_name
from synverify_core.stats.tables import joined

STAGE = (Path(__file__).parent / "stage.css").read_text(encoding="utf-8")


class Story(NamedTuple):
    """What the viewer chose to see.

    metric : that is drawn, empty where nothing was measured.
    """

    runs: Sequence[Run]
    table: pd.DataFrame
    metric: str
    large: bool

    @contextmanager
    def aside(self) -> Iterator[None]:
        """Hold what stands beside the main picture; none of it is seen in presentation."""
        with st.container(key=f"{ASIDE}-story"):
            yield

    @property
    def of_metric(self) -> pd.DataFrame:
        """Rows of the chosen metric."""
        return self.table[self.table["metric"] == self.metric]

    def figure(
        self,
        draw: Callable[..., Any],
        key: str,
        seeing: str,
        *,
        table: pd.DataFrame | None = None,
        **options: Any,
    ) -> None:
        """Draw `draw(self.table, **options)` with what is seen and its ways out.

        `table` is the data that is offered; by default the rows of the chosen metric.
        """
        show_figure(
            runs_store.figure([run.uid for run in self.runs], draw, self.table, **options),
            key,
            seeing=seeing,
            table=self.of_metric if table is None else table,
            runs=self.runs,
            large=self.large,
        )


@dataclass(frozen=True)
class Section:
    """One tab of a page; it draws a story, or (`of_runs`) whatever it finds among all runs.

    choose_metric : whether the viewer chooses what is measured.
    """

    label: str
    draw: Callable[[Story], None] | None = None
    of_runs: Callable[[Sequence[Run], bool], None] | None = None
    choose_metric: bool = True


@dataclass(frozen=True)
class Metrics:
    """What of the measured is offered, and how it is called.

    order : the names that are offered, out of those measured.
    default : of these, the one that is drawn first, for runs of this config.
    """

    order: Callable[[set[str]], list[str]]
    default: Callable[[Config, Sequence[str]], str]
    label: str = "Metric"
    title: Callable[[str], str] = lambda metric: metric.replace("_", " ").capitalize()

    def measured(self, table: pd.DataFrame) -> list[str]:
        """List the metrics on offer that a table has."""
        return self.order(set(table["metric"].dropna()) if len(table) else set())


@dataclass(frozen=True)
class ExperimentPage:
    """Everything that one experiment's page has of its own.

    sections : name in the address -> section; a single one has no tab.
    tasks : which runs are repetitions of each other; None: all may be drawn together.
    one_task : help text of the choice of task.
    empty : what to do where there is no run yet.
    fields : parameters of the address beside those that every experiment's page has.
    order : sorts runs.
    default_runs : what is drawn of the runs of one task until the viewer chooses.
    remark : says something about the drawn runs, given those and all of the task.
    """

    title: str
    caption: str
    form: RunForm
    sections: Mapping[str, Section]
    metrics: Metrics
    empty: str
    tasks: TaskKinds | None = None
    one_task: str = ""
    fields: Mapping[str, state.Field] = field(default_factory=dict)
    order: Callable[[Run], Any] = lambda run: (run.config.seed, run.uid)
    default_runs: Callable[[Sequence[Run]], Sequence[Run]] = lambda runs: runs
    placeholder: str = "all runs of this task"
    label: Callable[[Run], str] = run_label
    remark: Callable[[Sequence[Run], Sequence[Run]], None] = lambda drawn, same: None

    @property
    def name(self) -> str:
        """The experiment's name, which the page's view and keys have, too."""
        return self.form.experiment

    @property
    def address(self) -> dict[str, state.Field]:
        """Everything that a link to the page says."""
        first, *_ = self.sections
        preset = "quick" if "quick" in self.form.presets else next(iter(self.form.presets))
        return {
            "section": state.Choice(first, tuple(self.sections)),
            "task": Word(),
            "metric": Word(),
            "runs": Names(),
            "preset": state.Choice(preset, tuple(self.form.presets)),
            "seed": state.Number(0, 0, 2**31 - 1, whole=True),
            "presentation": state.Flag(),
            **self.fields,
        }

    def started(self, configs: Sequence[Config], uids: Sequence[str]) -> dict[str, Any]:
        """Return what the view takes over from the configs and uids that were started."""
        if self.tasks is None:
            return {"runs": tuple(uids)}
        return {"task": self.tasks.key(configs[0]), "runs": (), "metric": ""}


def show(page: ExperimentPage) -> None:
    """Draw the whole page."""
    front_door.enter()
    view = state.synchronise(page.name, page.address)
    large = view.values["presentation"]
    chrome.head(page.name, page.title, view, "" if large else page.caption)
    if large:
        st.html(f"<style>{STAGE}</style>")
    show_form(page.form, view.values, page.started)
    runs = sorted(runs_store.runs(page.name), key=page.order)
    above = st.container()
    section = page.sections[view.values["section"]]
    labels = {name: one.label for name, one in page.sections.items()}
    with open_section(page.name, labels):
        drawn = _section(page, section, runs)
    with above:
        for run in _panels(runs, drawn):
            run_panel(run.uid, run.status)
    chrome.onward(page.name)
    state.publish(page.name)


def _section(page: ExperimentPage, section: Section, runs: Sequence[Run]) -> Sequence[Run]:
    """Draw one section; returns the runs that it draws."""
    large = state.current(page.name)["presentation"]
    if section.of_runs is not None:
        section.of_runs(runs, large)
        return []
    story = _choose(page, section, runs, large)
    if len(story.table) and section.draw is not None:
        section.draw(story)
    elif any(run.status.active for run in runs):
        st.info("The first rows are under way.", icon=":material/hourglass_top:")
    else:
        st.info(f"No run has been computed yet. {page.empty}", icon=":material/play_circle:")
    return story.runs


def _choose(page: ExperimentPage, section: Section, runs: Sequence[Run], large: bool) -> Story:
    """Let the viewer choose task, runs and, where it matters, metric; the address has all three."""
    if not runs:
        return Story([], pd.DataFrame(), "", large)
    with st.container(horizontal=True, vertical_alignment="bottom", key=f"{page.name}-choices"):
        same = runs
        with st.container(horizontal=True, vertical_alignment="bottom", key=f"{ASIDE}-runs"):
            if page.tasks is not None:
                groups = page.tasks.by_task(runs)
                same = groups[page.tasks.choose(groups, page.one_task)]
            with st.popover("Runs drawn", icon=":material/stacks:"):
                drawn = _runs(page, same)
        table = runs_store.table([run.uid for run in drawn])
        if page.tasks is not None:
            table = joined(table)
        metric = _metric(page, section, same, table)
    page.remark(drawn, same)
    return Story(drawn, table, metric, large)


def _runs(page: ExperimentPage, runs: Sequence[Run]) -> list[Run]:
    """Let the viewer choose which runs are drawn; where none is chosen that is here, the default.

    Returns them in the order of `runs`.
    """
    known = {run.uid: run for run in runs}
    chosen = state.current(page.name)["runs"]
    for uid in set(chosen) - set(known):
        st.warning(f"The run {code(uid)} in the address is not here (deleted or archived).")
    asked = set(chosen) & set(known) or {run.uid for run in page.default_runs(runs)}
    drawn = [uid for uid in known if uid in asked]
    st.multiselect(
        "Runs drawn",
        list(known),
        format_func=lambda uid: page.label(known[uid]),
        help="Your own runs and the shipped records, drawn over each other. Empty: the default.",
        placeholder=page.placeholder,
        **state.bind(page.name, "runs", drawn),
    )
    return [known[uid] for uid in drawn]


def _metric(
    page: ExperimentPage, section: Section, same: Sequence[Run], table: pd.DataFrame
) -> str:
    """Let the viewer choose what is measured, where the section has a choice."""
    if section.choose_metric:
        return choose_metric(page.metrics, same[0].config, table, page.name, "metric")
    return page.metrics.default(same[0].config, page.metrics.measured(table))


def choose_metric(
    metrics: Metrics, config: Config, table: pd.DataFrame, page: str, name: str
) -> str:
    """Let the viewer choose what is measured; what is not measured here is refused.

    `name` is the parameter of the page's address. Nothing is drawn where nothing is measured.
    """
    measured = metrics.measured(table)
    default = metrics.default(config, measured)
    if not measured:
        return default
    first = default if default in measured else measured[0]
    metric = available(name, state.current(page)[name], measured, first, metrics.title)
    st.segmented_control(
        metrics.label,
        measured,
        format_func=lambda one: plain(metrics.title(one)),
        help=plain(metric_name(metric)),
        required=True,
        **state.bind(page, name, metric),
    )
    return metric


def _panels(runs: Sequence[Run], drawn: Sequence[Run]) -> list[Run]:
    """Return runs that want attention: active ones first, and drawn ones that ended early."""
    ended = [run for run in drawn if run.resumable and not run.status.active]
    return [*(run for run in runs if run.status.active), *ended]
