"""`runs`: list, look at, end, continue and keep runs."""

import argparse
import sys
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

from synverify_core.cli.output import (
    Verbs,
    add_json,
    duration,
    find_uid,
    print_json,
    print_table,
    say,
)

if TYPE_CHECKING:
    from synverify_core.runs.record import Run
    from synverify_core.runs.store import Store

Action = Callable[["Store", argparse.Namespace], dict[str, Any]]


def add(verbs: Verbs) -> None:
    """Declare the verb and its actions."""
    parser = verbs.add_parser(
        "runs",
        help="list, show, cancel, resume, delete, restore, rename, judge, export, publish runs",
        description="Look after the runs. A UID may be shortened to its beginning or its end.",
    )
    actions = parser.add_subparsers(dest="action", required=True, metavar="ACTION")

    def action(name: str, execute: Action, text: str) -> argparse.ArgumentParser:
        sub = actions.add_parser(name, help=text, description=text)
        add_json(sub)
        sub.set_defaults(execute=_with_store(execute))
        return sub

    listing = action("list", _list, "list the runs, newest first")
    listing.add_argument("--archived", action="store_true", help="list archived runs too")
    listing.add_argument("--trash", action="store_true", help="list the deleted runs instead")
    _add_uid(action("show", _show, "show a run: settings, record, end of its log"))
    _add_uid(action("cancel", _cancel, "end a queued or running run with all its processes"))
    _add_uid(action("resume", _resume, "go on with a run, in a process of its own"))
    deleting = action("delete", _delete, "move a run to the trash")
    _add_uid(deleting)
    deleting.add_argument(
        "--purge", action="store_true", help="remove a run that is in the trash for good"
    )
    _add_uid(action("restore", _restore, "bring a run back from the trash"))
    renaming = action("rename", _rename, "give a run a name")
    _add_uid(renaming)
    renaming.add_argument("name", metavar="NAME", help="name to show; empty: the uid again")
    noting = action("note", _note, "keep a text with a run")
    _add_uid(noting)
    noting.add_argument("text", metavar="TEXT", help="the note; it replaces an earlier one")
    archiving = action("archive", _archive, "hide a run from the list")
    _add_uid(archiving)
    archiving.add_argument("--undo", action="store_true", help="show it in the list again")
    exporting = action("export", _export, "write rows (CSV), config, record and command to files")
    exporting.add_argument("uid", nargs="+", metavar="UID", help="runs, or parts of their uids")
    exporting.add_argument(
        "--to", type=Path, required=True, metavar="PATH", help="a folder, or a file ending in .zip"
    )
    judging = action("claims", _claims, "judge the paper's statements by the rows of runs")
    judging.add_argument("uid", nargs="+", metavar="UID", help="runs of one task")
    judging.add_argument("--metric", default="", help="of eigenvalues, e.g. accuracy@2%%")
    publishing = action("publish", _publish, "copy a finished run into the shipped records")
    _add_uid(publishing)
    publishing.add_argument(
        "--generators", action="store_true", help="ship its trained generators, too"
    )
    publishing.add_argument(
        "--chains", action="store_true", help="ship the models that its rounds went on with, too"
    )
    publishing.add_argument("--pools", action="store_true", help="ship its synthesized pools, too")


def _add_uid(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("uid", metavar="UID", help="uid of the run, or a part of it")


def _with_store(action: Action) -> Callable[[argparse.Namespace], int]:
    def execute(arguments: argparse.Namespace) -> int:
        from synverify_core.runs.store import Store

        values = action(Store(), arguments)
        if arguments.json:
            print_json(values)
        elif "text" in values:
            say(values["text"])
        return 0

    return execute


def _list(store: "Store", arguments: argparse.Namespace) -> dict[str, Any]:
    runs = store.trash() if arguments.trash else store.runs(include_archived=arguments.archived)
    problems = store.problems
    for problem in problems:
        say(f"warning: {problem}", file=sys.stderr)
    if not arguments.json:
        header = ("STATUS", "DONE", "TIME", "NAME")
        print_table(header, [_line(run) for run in runs])
    return {"runs": [_summary(run) for run in runs], "problems": problems}


def _line(run: "Run") -> tuple[str, str, str, str]:
    progress = run.progress
    name = f"{run.uid} ({run.name})" if run.name else run.uid
    return (
        f"{run.status}{' (shipped)' if run.reference else ''}",
        f"{progress.done}/{progress.total}" if progress.total else "",
        duration(progress.seconds_elapsed),
        name,
    )


def _summary(run: "Run") -> dict[str, Any]:
    return {
        "uid": run.uid,
        "experiment": run.experiment,
        "status": str(run.status),
        "name": run.name,
        "note": run.note,
        "archived": run.archived,
        "reference": run.reference,
        "resumable": run.resumable,
        "created": run.created.isoformat(),
        "path": str(run.path),
        "progress": run.progress._asdict(),
        "error": run.error,
    }


def _show(store: "Store", arguments: argparse.Namespace) -> dict[str, Any]:
    from synverify_core.runs.export import command_of

    run = store.get(find_uid(store, arguments.uid))
    record = run.record.model_dump(mode="json") if run.record else None
    values = {
        **_summary(run),
        "command": command_of(run),
        "config": run.config.model_dump(mode="json"),
        "record": record,
        "n_rows": len(store.rows(run.uid)),
        "log": store.log_tail(run.uid),
    }
    if not arguments.json:
        for key, value in values.items():
            if key not in ("log", "record") and value not in (None, ""):
                say(f"{key:<12}{value}")
        for key, value in (record or {}).items():
            if key in ("versions", "commit", "device", "threads", "finished", "seconds"):
                say(f"{key:<12}{value}")
        say(values["log"], end="")
    return values


def _cancel(store: "Store", arguments: argparse.Namespace) -> dict[str, Any]:
    from synverify_core.runs.launcher import LocalLauncher

    run = LocalLauncher(store).cancel(find_uid(store, arguments.uid))
    return _told(run, f"{run.uid} is {run.status}")


def _resume(store: "Store", arguments: argparse.Namespace) -> dict[str, Any]:
    from synverify_core.runs.launcher import LocalLauncher

    run = LocalLauncher(store).resume(find_uid(store, arguments.uid))
    return _told(run, f"{run.uid} is {run.status}; see it with: runs show {run.uid}")


def _delete(store: "Store", arguments: argparse.Namespace) -> dict[str, Any]:
    if arguments.purge:
        store.purge(arguments.uid)
        return {"uid": arguments.uid, "text": f"{arguments.uid} is removed for good"}
    name = store.delete(find_uid(store, arguments.uid))
    return {"uid": name, "text": f"moved to the trash; undo with: runs restore {name}"}


def _restore(store: "Store", arguments: argparse.Namespace) -> dict[str, Any]:
    run = store.restore(arguments.uid)
    return _told(run, f"{run.uid} is back")


def _rename(store: "Store", arguments: argparse.Namespace) -> dict[str, Any]:
    uid = find_uid(store, arguments.uid)
    store.rename(uid, arguments.name)
    return _told(store.get(uid), f"{uid} is called {store.get(uid).title}")


def _note(store: "Store", arguments: argparse.Namespace) -> dict[str, Any]:
    uid = find_uid(store, arguments.uid)
    store.set_note(uid, arguments.text)
    return _told(store.get(uid), f"noted with {uid}")


def _archive(store: "Store", arguments: argparse.Namespace) -> dict[str, Any]:
    uid = find_uid(store, arguments.uid)
    store.archive(uid, not arguments.undo)
    return _told(store.get(uid), f"{uid} is {'listed again' if arguments.undo else 'archived'}")


def _export(store: "Store", arguments: argparse.Namespace) -> dict[str, Any]:
    from synverify_core.runs.export import export_runs

    uids = [find_uid(store, uid) for uid in arguments.uid]
    path = export_runs(store, uids, arguments.to)
    return {"uids": uids, "path": str(path), "text": f"written to {path}"}


def _claims(store: "Store", arguments: argparse.Namespace) -> dict[str, Any]:
    from synverify_core.runs.table import tidy_table
    from synverify_core.stats.cards import cards

    uids = [find_uid(store, uid) for uid in arguments.uid]
    found = cards(tidy_table(store, uids), arguments.metric)
    text = "\n\n".join(f"[{claim.verdict}] {claim.paper}\n{claim.found}" for claim in found)
    return {"uids": uids, "claims": [claim._asdict() for claim in found], "text": text}


def _publish(store: "Store", arguments: argparse.Namespace) -> dict[str, Any]:
    from synverify_core.runs.export import publish, publish_artifacts, publish_chains

    uid = find_uid(store, arguments.uid)
    pools = publish_artifacts(store, uid, "pool") if arguments.pools else []
    generators = publish_artifacts(store, uid, "generator") if arguments.generators else []
    chains = publish_chains(store, uid) if arguments.chains else []
    path = publish(store, uid)
    text = "\n".join(f"shipped as {target}" for target in (path, *generators, *chains, *pools))
    return {
        "uid": uid,
        "path": str(path),
        "generators": list(map(str, generators)),
        "chains": list(map(str, chains)),
        "pools": list(map(str, pools)),
        "text": text,
    }


def _told(run: "Run", text: str) -> dict[str, Any]:
    return {**_summary(run), "text": text}
