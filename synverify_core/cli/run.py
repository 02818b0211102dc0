"""`run`: an experiment in the foreground; Ctrl-C leaves a run that can be resumed."""

import argparse
import sys
from functools import partial
from typing import TYPE_CHECKING, Any

from synverify_core.cli.output import (
    BAD_INPUT,
    FAILURE,
    INTERRUPTED,
    Verbs,
    add_json,
    complain,
    duration,
    print_json,
    say,
)
from synverify_core.cli.worker import add_threads
from synverify_core.errors import InputError, SynverifyError

if TYPE_CHECKING:
    from synverify_core.runs.record import Run
    from synverify_core.runs.store import Store

_SETTINGS: dict[str, Any] = {"nargs": "+", "action": "extend", "default": []}


def add(verbs: Verbs) -> None:
    """Declare the verb."""
    parser = verbs.add_parser(
        "run",
        help="run an experiment",
        description="Run an experiment; the same settings again go on with, or show, the same run.",
    )
    option = parser.add_argument
    option("experiment", metavar="EXPERIMENT", help="name, e.g. gaussian")
    option(
        "--preset", metavar="NAME", help="settings to begin with: smoke, class, quick, gpu or paper"
    )
    setting = "change a setting; the value is JSON or a comma-separated list"
    option("--set", metavar="FIELD=VALUE", help=setting, **_SETTINGS)
    sweep = "one run for each value; several sweeps give all combinations"
    option("--sweep", metavar="FIELD=V1,V2", help=sweep, **_SETTINGS)
    option(
        "--device",
        default="auto",
        choices=("auto", "cpu", "cuda"),
        help="where to compute; auto takes a GPU if there is one",
    )
    add_threads(parser)
    option(
        "--slurm",
        nargs="*",
        metavar="FIELD=VALUE",
        help="submit to Slurm instead, e.g. --slurm partition=gpu gpus_per_node=1 time=60",
    )
    option(
        "--estimate",
        action="store_true",
        help="print how long it will take, from a measurement of a few seconds, and run nothing",
    )
    option(
        "--stage",
        choices=("base",),
        help="make what all runs of an experiment start from, and run nothing: base, the "
        "pre-trained model of summarization (an hour or more on two cores)",
    )
    option("--to", metavar="FOLDER", help="where --stage writes; else where the shipped one lies")
    option(
        "--from",
        dest="corpus_file",
        metavar="FILE",
        help="what --stage reads, a corpus.jsonl beside another training's checkpoints; else all "
        "that is installed here",
    )
    add_json(parser)
    parser.set_defaults(execute=execute)


def execute(arguments: argparse.Namespace) -> int:
    """Run what was asked for, one after the other, and print the rows."""
    from synverify_core.runs.threads import limit_threads

    limit_threads(arguments.threads)  # before numpy is imported
    if arguments.stage or arguments.to or arguments.corpus_file:
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
    _print_answers([_answer(store, run) for run in runs], arguments)
    return code


def _build_stage(arguments: argparse.Namespace) -> int:
    from synverify_core.cli.progress import ProgressBar
    from synverify_core.experiments import registry
    from synverify_core.runs.provenance import code_commit, resolve_device

    others = ("preset", "set", "sweep", "slurm", "estimate")
    if not arguments.stage or any(getattr(arguments, name) for name in others):
        raise InputError(
            "--stage is given with --to, --from, --device and --threads only, --to and --from with "
            "it"
        )
    build = getattr(registry.get(arguments.experiment), "build_base", None)
    if build is None:
        raise InputError(f"--stage base: {arguments.experiment} starts from no pre-trained model")
    with ProgressBar(sys.stderr) as bar:
        facts = {"commit": code_commit()}
        device = resolve_device(arguments.device)
        folder = build(arguments.to, arguments.corpus_file, device, bar, facts)
    if arguments.json:
        print_json({"path": str(folder)})
    else:
        say(folder)
    return 0


def _print_estimates(store: "Store", arguments: argparse.Namespace, configs: list[Any]) -> int:
    from synverify_core.experiments import registry
    from synverify_core.runs.estimate import estimate, in_words
    from synverify_core.runs.uid import run_uid

    if arguments.slurm is not None:
        raise InputError("--estimate measures this machine and says nothing of a Slurm job's time")
    experiment = registry.get(arguments.experiment)
    answers = []
    for config in configs:
        found = estimate(store, experiment.name, config, arguments.device, measure=True)
        answers.append({"uid": run_uid(experiment, config), **found._asdict()})
        if not arguments.json:
            say(f"{answers[-1]['uid']}: {in_words([found], duration)}")
    if arguments.json:
        print_json({"estimates": answers} if arguments.sweep else answers[0])
    return 0


def _in_foreground(
    store: "Store", arguments: argparse.Namespace, configs: list[Any]
) -> tuple[list["Run"], int]:
    from synverify_core.cli.progress import ProgressBar
    from synverify_core.experiments import registry
    from synverify_core.runs.estimate import estimate, shares_of_work
    from synverify_core.runs.foreground import run_here

    runs: list[Run] = []
    code = 0
    while len(runs) < len(configs) and not code:
        what = (store, arguments.experiment, configs[len(runs)], arguments.device)
        shares = shares_of_work(registry.get(arguments.experiment)(what[2]))
        with ProgressBar(sys.stderr, partial(estimate, *what), shares) as bar:
            try:
                runs.append(run_here(*what, bar))
            except SynverifyError as error:
                complain(error)
                return runs, BAD_INPUT
        code = _tell_end(runs[-1])
    return runs, code


def _tell_end(run: "Run") -> int:
    """Say why a run is not done, and return the exit code."""
    from synverify_core.runs.record import Status

    if run.status.active:
        print(f"\n{run.uid} goes on in another process", file=sys.stderr)
        return INTERRUPTED
    if run.status is Status.INTERRUPTED:
        hint = f"go on with: python -m synverify_core runs resume {run.uid}"
        print(f"\ninterrupted; {hint}", file=sys.stderr)
        return INTERRUPTED
    if run.status is Status.DONE:
        return 0
    complain(f"{run.uid} {run.status}: {run.error or ''}")
    return FAILURE


def _answer(store: "Store", run: "Run") -> dict[str, Any]:
    answer = {
        "uid": run.uid,
        "status": str(run.status),
        "path": str(run.path),
        "rows": [row.as_json() for row in store.rows(run.uid)],
    }
    return {**answer, "error": run.error} if run.error else answer


def _print_answers(answers: list[dict[str, Any]], arguments: argparse.Namespace) -> None:
    if not arguments.json:
        for answer in answers:
            print(f"{answer['uid']}: {answer['status']}, {len(answer['rows'])} rows")
            say(f"  {answer['path']}")
    elif answers:
        print_json({"runs": answers} if arguments.sweep else answers[0])
