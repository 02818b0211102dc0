"""All cards of an experiment, from its rows: what pages show and the command line prints."""

from collections.abc import Callable, Mapping

import pandas as pd

from synverify_core.errors import InputError
from synverify_core.experiments.eigenvalues.scoring import nearest_metric
from synverify_core.stats.claims import Claim
from synverify_core.stats.eigenvalues import eigen_claims, solver_free_worth
from synverify_core.stats.gaps import ROUGE
from synverify_core.stats.gaussian import METRIC, paper_claims
from synverify_core.stats.summaries import summary_claims
from synverify_core.stats.tables import hidden_differences, joined, ready

TRIAL = "Runs as small as the preset smoke are not judged."
TOGETHER = {"gaussian": ("n_original",), "eigenvalues": ("table_beams", "held_out")}
"""What judged runs may differ in, beside seeds, sizes and verifiers."""

CARDS: Mapping[str, Callable[[pd.DataFrame, str], list[Claim]]] = {
    "gaussian": lambda table, metric: paper_claims(table),
    "eigenvalues": lambda table, metric: [
        *eigen_claims(table, metric),
        solver_free_worth(table, metric),
    ],
    "summarization": lambda table, metric: summary_claims(table),
}


def own_metric(table: pd.DataFrame) -> str:
    """Return the metric that an experiment's cards are about, by its rows.

    Of eigenvalues it is the accuracy at the runs' own tolerance, or at the nearest measured one.
    """
    experiment = str(table["experiment"].iloc[0])
    if experiment != "eigenvalues":
        return METRIC if experiment == "gaussian" else ROUGE
    return nearest_metric(float(table["tolerance"].iloc[0]), set(table["metric"]))


def cards(table: pd.DataFrame, metric: str = "") -> list[Claim]:
    """Judge the rows of one or more runs of one experiment and task.

    Parameters
    ----------
    table : rows as `runs.table.tidy_table` has them.
    metric : of eigenvalues, e.g. accuracy@2%; empty: `own_metric`.

    Raises
    ------
    InputError
        If there are no rows, an experiment has no cards, runs differ in what must not be
        averaged, or no row has the metric.
    """
    names = sorted(set(table["experiment"])) if len(table) else []
    if len(names) != 1 or names[0] not in CARDS:
        known = ", ".join(CARDS)
        raise InputError(f"experiments = {names} is refused: cards are of one of {known}")
    differing = hidden_differences(table, TOGETHER.get(names[0], ("held_out",)))
    if differing:
        raise InputError(f"The runs differ in {', '.join(differing)}: judge one setting at a time")
    metric = metric or own_metric(table)
    if metric not in set(table["metric"]):
        raise InputError(f"metric = {metric!r} is not in these rows")
    rows = table if names == ["gaussian"] else joined(table)
    found = CARDS[names[0]](rows, metric)
    trial = "trial" in table and ready(table)["trial"].eq(True).all()
    return [claim._replace(found=TRIAL) if trial else claim for claim in found]
