"""Runs as files for others: CSV, config, record and the command that makes them again."""

import io
import json
import shutil
import zipfile
from collections.abc import Callable, Sequence
from functools import partial
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
from synverify_core.experiments.lineage import Lineage
from synverify_core.experiments.row import Row
from synverify_core.runs.files import make_folder, store_errors
from synverify_core.runs.provenance import run_command
from synverify_core.runs.record import Run, Status
from synverify_core.runs.store import Store

PUBLISHED = ("config.json", "record.json", "rows.jsonl", "meta.json")


def export_files(store: Store, uids: Sequence[str]) -> dict[str, str]:
    """Return the text of every exported file by its path: one folder per run."""
    files = {}
    for uid in dict.fromkeys(uids):
        run = store.get(uid)
        rows = pd.DataFrame(map(dict, store.rows(uid)), columns=list(Row.model_fields))
        files[f"{uid}/rows.csv"] = rows.to_csv(index=False, lineterminator="\n")
        files[f"{uid}/config.json"] = json.dumps(run.config.model_dump(mode="json"), indent=1)
        files[f"{uid}/command.txt"] = command_of(run) + "\n"
        if run.record:
            files[f"{uid}/record.json"] = run.record.model_dump_json(indent=1)
        if run.note:
            files[f"{uid}/note.txt"] = run.note
    return files


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
    if to.suffix == ".zip":
        make_folder(to.parent)
        with store_errors(to, "written"):
            to.write_bytes(export_zip(store, uids))
        return to
    for name, text in export_files(store, uids).items():
        path = to / name
        make_folder(path.parent)
        with store_errors(path, "written"):
            path.write_text(text, encoding="utf-8", newline="\n")
    return to


def publish_generators(store: Store, uid: str) -> list[Path]:
    """Copy the trained generators of a run, and their helpers, into the shipped files.

    Raises
    ------
    StoreError
        If a model is not on this disk any more, or cannot be copied.
    """
    run = store.get(uid)
    experiment = registry.get(run.experiment)(run.config)

    def models(root: Path, seed: int) -> list[Artifact]:
        helpers = [helper_artifact(experiment, root, seed, name) for name in experiment.helpers]
        return [model_artifact(experiment, root, Lineage(seed)), *helpers]

    return _copy(store, run, models, experiment.ship)


def publish_pools(store: Store, uid: str) -> list[Path]:
    """Copy the synthesized pools of a run into the files shipped with the project.

    Raises
    ------
    InputError
        If the experiment keeps no pools.
    StoreError
        If a pool is not on this disk any more, or cannot be copied.
    """
    run = store.get(uid)
    experiment = registry.get(run.experiment)(run.config)
    if not experiment.stores_pool:
        raise InputError(f"{run.experiment} keeps no pools: they are drawn again from their seeds")

    def pools(root: Path, seed: int) -> list[Artifact]:
        return [pool_artifact(experiment, root, Lineage(seed))]

    return _copy(store, run, pools, partial(shutil.copytree, dirs_exist_ok=True))


def _copy(
    store: Store,
    run: Run,
    artifacts_of: Callable[[Path, int], list[Artifact]],
    copy: Callable[[Path, Path], object],
) -> list[Path]:
    """Copy what every seed of a run has made; return where it lies now."""
    targets = []
    for seed in run.config.seeds:
        sources = artifacts_of(store.artifacts, seed)
        for source, target in zip(
            sources, artifacts_of(store.reference_artifacts, seed), strict=True
        ):
            if not source.folder.is_dir():
                raise StoreError(
                    f"{source.folder}, the {source.kind} of seed {seed}, is not there any more"
                )
            with store_errors(target.folder, "written"):
                copy(source.folder, target.folder)
            targets.append(target.folder)
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
    make_folder(target)
    for name in PUBLISHED:
        if (run.path / name).exists():
            with store_errors(target / name, "written"):
                shutil.copyfile(run.path / name, target / name)
    return target


def command_of(run: Run) -> str:
    """Return the command line that gives the run's rows."""
    if run.record:
        return run.record.command
    return run_command(registry.get(run.experiment), run.config)
