"""What is in a beam: any of its answers right, against the likeliest one (Table 1)."""

import re

import pandas as pd

from synverify_core.stats.tables import aggregate, ready

METRIC = re.compile(r"beam (\d+), (any|best)@([\d.]+)%")
GREEDY = re.compile(r"accuracy@([\d.]+)%")
COLUMNS = ("n_beams", "kind", "tolerance", "mean", "low", "high", "n_seeds")
KINDS = ("any", "best")


def beam_table(table: pd.DataFrame) -> pd.DataFrame:
    """Return the generator's accuracies by beam size; one beam is greedy decoding.

    Returns
    -------
    DataFrame
        Columns n_beams, kind (any, best), tolerance (per cent), mean, low, high over seeds, and
        n_seeds; one row each. Empty where no beams were searched.
    """
    rows = ready(table)
    rows = rows[rows["verifier"] == "generator"]
    lines: list[dict[str, object]] = []
    for metric in rows["metric"].dropna().unique():
        beam, greedy = METRIC.fullmatch(str(metric)), GREEDY.fullmatch(str(metric))
        if beam is None and greedy is None:
            continue
        level = aggregate(rows, str(metric), ["verifier"])
        for _, row in level.iterrows():
            found = {name: row[name] for name in COLUMNS[3:]}
            if beam is not None:
                place = {"n_beams": int(beam[1]), "kind": beam[2], "tolerance": float(beam[3])}
                lines.append({**place, **found})
            elif greedy is not None:
                lines += [
                    {"n_beams": 1, "kind": kind, "tolerance": float(greedy[1]), **found}
                    for kind in KINDS
                ]
    # Greedy decoding alone says nothing of beams.
    searched = any(line["n_beams"] != 1 for line in lines)
    beams = pd.DataFrame(lines if searched else [], columns=list(COLUMNS))
    return beams.sort_values(["kind", "tolerance", "n_beams"], ignore_index=True)
