"""`run`: an experiment in the foreground; Ctrl-C leaves a run that can be resumed."""

import argparse
import sys
from typing import TYPE_CHECKING, Any

from synverify_core.cli.output import Verbs, add_json, duration, print_json
from synverify_core.cli.worker import add_threads
from synverify_core.errors import InputError

if TYPE_CHECKING:
    from synverify_core.runs.record import Run
    from synverify_core.runs.store import Store

INTERRUPTED = 130


def add(verbs: Verbs) -> None:
    """Declare the verb."""
    parser = verbs.add_parser(
        "run",
        help="run an experiment",
        description="Run an experiment; the same settings again go on with, or show, the same run.",
    )
    parser.add_argument("experiment", metavar="EXPERIMENT", help="name, e.g. gaussian")
    parser.add_argument(
        "--preset", metavar="NAME", help="settings to begin with: smoke, quick, gpu or paper"
    )
    parser.add_argument(
        "--set",
        nargs="+",
        action="extend",
        default=[],
        metavar="FIELD=VALUE",
        help="change a setting; the value is JSON or a comma-separated list",
    )
    parser.add_argument(
        "--sweep",
        nargs="+",
        action="extend",
        default=[],
        metavar="FIELD=V1,V2",
        help="one run for each value; several sweeps give all combinations",
    )
    parser.add_argument(
        "--device",
        default="auto",
        choices=("auto", "cpu", "cuda"),
        help="where to compute; auto takes a GPU if there is one",
    )
    add_threads(parser)
    parser.add_argument(
        "--slurm",
        nargs="*",
        metavar="FIELD=VALUE",
        help="submit to Slurm instead, e.g. --slurm partition=gpu gpus_per_node=1 time=60",
    )
    parser.add_argument(
        "--estimate",
        action="store_true",
        help="print how long it will take, from a measurement of a few seconds, and run nothing",
    )
    parser.add_argument(
        "--stage",
        choices=("base",),
        help="make what all runs of an experiment start from, and run nothing: base, the "
        "pre-trained model of summarization (an hour or more on two cores)",
    )
    parser.add_argument(
        "--to", metavar="FOLDER", help="where --stage writes; else where the shipped one lies"
    )
    add_json(parser)
    parser.set_defaults(execute=execute)


def execute(arguments: argparse.Namespace) -> int:
    """Run what was asked for, one after the other, and print the rows."""
    from synverify_core.runs.threads import limit_threads

    limit_threads(arguments.threads)  # before numpy is imported
    if arguments.stage or arguments.to:
        return _build_stage(arguments)
    from synverify_core.cli.settings import parse_configs, parse_parameters
    from synverify_core.runs.slurm import SlurmLauncher
    from synverify_core.runs.store import Store

    configs = parse_configs(arguments.experiment, arguments.preset, arguments.set, arguments.sweep)
    store = Store()
    if arguments.estimate:
        return _print_estimates(store, arguments, configs)
    if arguments.slurm is not None:
        launcher = SlurmLauncher(store, **parse_parameters(arguments.slurm))
        runs = [launcher.start(arguments.experiment, one, arguments.device) for one in configs]
        code = 0
    else:
        runs, code = _in_foreground(store, arguments, configs)
    answers = [_answer(store, run) for run in runs]
    if arguments.json:
        print_json({"runs": answers} if arguments.sweep else answers[0])
    else:
        for answer in answers:
            print(f"{answer['uid']}: {answer['status']}, {len(answer['rows'])} rows")
            print(f"  {answer['path']}")
    return code


def _build_stage(arguments: argparse.Namespace) -> int:
    from synverify_core.cli.progress import ProgressBar
    from synverify_core.experiments import registry
    from synverify_core.runs.provenance import code_commit, resolve_device

    others = ("preset", "set", "sweep", "slurm", "estimate")
    if not arguments.stage or any(getattr(arguments, name) for name in others):
        raise InputError("--stage is given with --to, --device and --threads only, --to with it")
    build = getattr(registry.get(arguments.experiment), "build_base", None)
    if build is None:
        raise InputError(f"--stage base: {arguments.experiment} starts from no pre-trained model")
    with ProgressBar(sys.stderr) as bar:
        facts = {"commit": code_commit()}
        folder = build(arguments.to, resolve_device(arguments.device), bar, facts)
    if arguments.json:
        print_json({"path": str(folder)})
    else:
        print(folder)
    return 0


def _print_estimates(store: "Store", arguments: argparse.Namespace, configs: list[Any]) -> int:
    from synverify_core.experiments import registry
    from synverify_core.runs.measure import estimate_here
    from synverify_core.runs.uid import run_uid

    if arguments.slurm is not None:
        raise InputError("--estimate measures this machine and says nothing of a Slurm job's time")
    experiment = registry.get(arguments.experiment)
    answers = []
    for config in configs:
        seconds, basis = estimate_here(store, experiment.name, config, arguments.device)
        answers.append({"uid": run_uid(experiment, config), "seconds": seconds, "basis": basis})
        if not arguments.json:
            print(f"{answers[-1]['uid']}: {_about(seconds, basis)}", flush=True)
    if arguments.json:
        print_json({"estimates": answers} if arguments.sweep else answers[0])
    return 0


def _about(seconds: float | None, basis: str) -> str:
    return (
        f"about {duration(seconds)}, {basis}" if seconds is not None else f"time unknown: {basis}"
    )


def _in_foreground(
    store: "Store", arguments: argparse.Namespace, configs: list[Any]
) -> tuple[list["Run"], int]:
    from synverify_core.cli.progress import ProgressBar
    from synverify_core.runs.forecast import best_estimate
    from synverify_core.runs.foreground import run_here
    from synverify_core.runs.record import Status

    runs: list[Run] = []
    for config in configs:
        expected = best_estimate(store, arguments.experiment, config, arguments.device)
        with ProgressBar(sys.stderr, expected.seconds) as bar:
            known = store.find(arguments.experiment, config)
            if known is None or known.status is not Status.DONE:
                bar.log(_about(*expected))
            run = run_here(store, arguments.experiment, config, arguments.device, bar)
        runs.append(run)
        if run.status.active:
            print(f"\n{run.uid} goes on in another process", file=sys.stderr)
            return runs, INTERRUPTED
        if run.status is Status.INTERRUPTED:
            hint = f"go on with: python -m synverify_core runs resume {run.uid}"
            print(f"\ninterrupted; {hint}", file=sys.stderr)
            return runs, INTERRUPTED
        if run.status is not Status.DONE:
            print(f"error: {run.uid} {run.status}: {run.error or ''}", file=sys.stderr)
            return runs, 1
    return runs, 0


def _answer(store: "Store", run: "Run") -> dict[str, Any]:
    answer = {
        "uid": run.uid,
        "status": str(run.status),
        "path": str(run.path),
        "rows": [row.as_json() for row in store.rows(run.uid)],
    }
    return {**answer, "error": run.error} if run.error else answer
