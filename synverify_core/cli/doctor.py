"""`doctor`: what is installed, which device, what can run here."""

import argparse
from typing import Any

from synverify_core.cli.output import Verbs, add_json, print_json


def add(verbs: Verbs) -> None:
    """Declare the verb."""
    parser = verbs.add_parser(
        "doctor",
        help="what is installed, which device, what can run here",
        description="Look at this machine: packages, devices, cache, browser, presets.",
    )
    add_json(parser)
    parser.set_defaults(execute=execute)


def execute(arguments: argparse.Namespace) -> int:
    """Print the findings; exit code 1 if runs cannot work here."""
    from synverify_core.cli.examine import examine

    findings = examine()
    if arguments.json:
        print_json(findings)
    else:
        _print(findings)
    return 0 if findings["healthy"] else 1


def _print(findings: dict[str, Any]) -> None:
    presets, models = findings.pop("presets"), findings.pop("models")
    for key, value in findings.items():
        if isinstance(value, dict):
            value = ", ".join(f"{name} {text}" for name, text in value.items())
        elif isinstance(value, list):
            more = f"; {len(value) - 1} more, see --json" if len(value) > 1 else ""
            value = f"{value[0]}{more}" if value else "none"
        print(f"{key:<11}{value}")
    for experiment in dict.fromkeys(one["experiment"] for one in presets):
        own = [one for one in presets if one["experiment"] == experiment]
        print(f"{experiment}: " + "; ".join(f"{one['preset']}, {one['verdict']}" for one in own))
    for model, sentence in models.items():
        print(f"memory of {model}: {sentence}")
