"""Where the numbers of a figure come from, in one line and as commands."""

from collections.abc import Sequence

import streamlit as st

from pages.ui.shared.outside import plain
from synverify_core.runs.export import command_of
from synverify_core.runs.record import Run

SHOWN_PACKAGES = ("python", "numpy", "torch")


def provenance_line(runs: Sequence[Run]) -> str:
    """Return runs, seeds, device, date, versions and commit of what a figure shows."""
    if not runs:
        return ""
    names = [run.title for run in runs] if len(runs) == 1 else []
    parts = [*names, source_line(runs)]
    records = [run.record for run in runs if run.record]
    for package in SHOWN_PACKAGES:
        versions = sorted({r.versions[package] for r in records if package in r.versions})
        parts += [f"{package} {', '.join(versions)}"] * bool(versions)
    commits = sorted({record.commit for record in records})
    parts += [f"commit {', '.join(short_commit(commit) for commit in commits)}"] * bool(commits)
    return " · ".join(parts)


def source_line(runs: Sequence[Run]) -> str:
    """Return how many runs a figure shows, whose, with which seeds, on what and when."""
    own = sum(not run.reference for run in runs)
    shipped = len(runs) - own
    counts = [f"{own} of your runs"] * (own > 0) + [f"{shipped} shipped"] * (shipped > 0)
    unfinished = sum(run.record is None for run in runs)
    more = [f"{unfinished} not finished"] * bool(unfinished)
    return " · ".join([" and ".join(counts), _seeds(runs), *_devices(runs), _days(runs), *more])


def _seeds(runs: Sequence[Run]) -> str:
    seeds = sorted({seed for run in runs for seed in run.config.seeds})
    return f"seeds {seeds[0]} to {seeds[-1]}" if len(seeds) > 1 else f"seed {seeds[0]}"


def _devices(runs: Sequence[Run]) -> list[str]:
    return sorted({run.device for run in runs if run.device})


def _days(runs: Sequence[Run]) -> str:
    days = sorted({f"{run.created:%Y-%m-%d}" for run in runs})
    return days[0] if len(days) == 1 else f"{days[0]} to {days[-1]}"


def short_commit(commit: str) -> str:
    """Shorten a commit's hash; keep its -dirty mark and any other text."""
    head, mark, rest = commit.partition("-")
    return head[:10] + mark + rest if len(head) == 40 else commit


def show_provenance(runs: Sequence[Run]) -> None:
    """Write the line under a figure; versions and commits are in its help text."""
    if runs:
        st.caption(plain(source_line(runs)), help=plain(provenance_line(runs)))


def commands(runs: Sequence[Run]) -> str:
    """Return the commands that compute the same rows again, one a line."""
    return "\n".join(dict.fromkeys(command_of(run) for run in runs))
