"""Runs as files for others: CSV, config, record and the command that makes them again."""

import io
import json
import shutil
import zipfile
from collections.abc import Sequence
from pathlib import Path

import pandas as pd

from synverify_core.errors import InputError, StoreError
from synverify_core.experiments import registry
from synverify_core.experiments.artifacts import (
    Artifact,
    helper_artifact,
    model_artifact,
    pool_artifact,
)
from synverify_core.experiments.catalogue import read_origin
from synverify_core.experiments.lineage import Lineage, Step
from synverify_core.experiments.row import Row
from synverify_core.files import make_folder, store_errors, whole_folder
from synverify_core.runs.provenance import run_command
from synverify_core.runs.record import Run, Status
from synverify_core.runs.store import Store

PUBLISHED = ("config.json", "record.json", "rows.jsonl", "meta.json")
FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r")


def export_files(store: Store, uids: Sequence[str]) -> dict[str, str]:
    """Return the text of every exported file by its path: one folder per run."""
    files = {}
    for uid in dict.fromkeys(uids):
        run = store.get(uid)
        rows = pd.DataFrame(map(dict, store.rows(uid)), columns=list(Row.model_fields))
        files[f"{uid}/rows.csv"] = csv_text(rows)
        files[f"{uid}/config.json"] = json.dumps(run.config.model_dump(mode="json"), indent=1)
        files[f"{uid}/command.txt"] = command_of(run) + "\n"
        if run.record:
            files[f"{uid}/record.json"] = run.record.model_dump_json(indent=1)
        if run.note:
            files[f"{uid}/note.txt"] = run.note
    return files


def csv_text(table: pd.DataFrame) -> str:
    """Return a table as CSV; an apostrophe before = + - @ keeps spreadsheets from computing."""

    def inert(cell: object) -> object:
        return f"'{cell}" if isinstance(cell, str) and cell.startswith(FORMULA_STARTS) else cell

    return table.map(inert).to_csv(index=False, lineterminator="\n")


def export_zip(store: Store, uids: Sequence[str]) -> bytes:
    """Return the exported runs as one zip archive, e.g. for a download button."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, text in export_files(store, uids).items():
            archive.writestr(name, text)
    return buffer.getvalue()


def export_runs(store: Store, uids: Sequence[str], to: Path) -> Path:
    """Write the exported runs into a folder, or into an archive where `to` ends in .zip.

    Raises
    ------
    InputError
        If a run does not exist.
    StoreError
        If the target cannot be written.
    """
    archive = export_zip(store, uids)
    zipped = to.suffix == ".zip"
    make_folder(to.parent if zipped else to)
    with store_errors(to, "written"):
        if zipped:
            to.write_bytes(archive)
        else:
            zipfile.ZipFile(io.BytesIO(archive)).extractall(to)
    return to


def publish_artifacts(store: Store, uid: str, kind: str) -> list[Path]:
    """Copy the generators with their helpers, or the pools, into the files of the project.

    Parameters
    ----------
    kind : "generator" or "pool".

    Raises
    ------
    InputError
        If the experiment keeps no pools.
    StoreError
        If a model or pool is not on this disk any more, or cannot be copied.
    """
    run = store.get(uid)
    experiment = registry.get(run.experiment)(run.config)
    if kind == "pool" and not experiment.stores_pool:
        raise InputError(f"{run.experiment} keeps no pools: they are drawn again from their seeds")

    def made(root: Path, seed: int) -> list[Artifact]:
        if kind == "pool":
            return [pool_artifact(experiment, root, Lineage(seed))]
        helpers = [helper_artifact(experiment, root, seed, name) for name in experiment.helpers]
        return [model_artifact(experiment, root, Lineage(seed)), *helpers]

    targets = []
    for seed in run.config.seeds:
        places = made(store.artifacts, seed), made(store.reference_artifacts, seed)
        for (what, source, _), (_, target, _) in zip(*places, strict=True):
            if not source.is_dir():
                raise StoreError(f"{source}, the {what} of seed {seed}, is not there any more")
            with store_errors(target, "written"):
                if kind == "pool":
                    shutil.copytree(source, target, dirs_exist_ok=True)
                else:
                    experiment.ship(source, target)
            targets.append(target)
    return targets


def publish_chains(store: Store, uid: str) -> list[Path]:
    """Copy the models that a run's chains went on with into the files of the project.

    Raises
    ------
    StoreError
        If none is on this disk any more, or one cannot be copied.
    """
    run = store.get(uid)
    experiment = registry.get(run.experiment)(run.config)
    first = model_artifact(experiment, store.artifacts, Lineage(0, (Step("", None, 1),)))
    targets = []
    for source in sorted(first.folder.parent.glob("model-*/")):
        origin = read_origin(source, run.experiment)
        if origin.seed in run.config.seeds and origin.settings == first.identity["settings"]:
            targets.append(store.reference_artifacts / run.experiment / source.name)
            with store_errors(targets[-1], "written"):
                experiment.ship(source, targets[-1])
    if not targets:
        raise StoreError(f"No model of a round of {uid} is on this disk")
    return targets


def publish(store: Store, uid: str) -> Path:
    """Copy a finished run into the records shipped with the project, without log and checkpoints.

    Raises
    ------
    InputError
        If the run is not done.
    StoreError
        If there is such a record already, or it cannot be written.
    """
    run = store.get(uid)
    if run.status is not Status.DONE:
        raise InputError(f"{uid} is {run.status}: only a run that is done can be published")
    target = store.reference_root / uid
    if target.exists():
        raise StoreError(f"{target} exists already: remove it before publishing the run again")
    with whole_folder(target) as partial:
        for name in PUBLISHED:
            if (run.path / name).exists():
                shutil.copyfile(run.path / name, partial / name)
    return target


def command_of(run: Run) -> str:
    """Return the command line that gives the run's rows."""
    if run.record:
        return run.record.command
    return run_command(registry.get(run.experiment), run.config)
