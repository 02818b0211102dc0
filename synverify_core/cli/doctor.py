"""`doctor`: what is installed, which device, what can run here."""

import argparse
from typing import Any

from synverify_core.cli.output import Verbs, add_json, duration, print_json


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
    for key, value in findings.items():
        if key in ("presets", "models"):
            continue
        if isinstance(value, dict):
            value = ", ".join(f"{name} {text}" for name, text in value.items())
        elif isinstance(value, list):
            value = "; ".join(value) or "none"
        print(f"{key:<11}{value}")
    for preset in findings["presets"]:
        expected = duration(preset["seconds"])
        verdict = "can run here" if preset["suited"] else "meant for a GPU"
        print(f"  {preset['experiment']} --preset {preset['preset']}: {verdict}, about {expected}")
        print(f"    {preset['basis']}")
    print("memory that models of summarization need (GB are 10^9 bytes):")
    for model, lines in findings["models"].items():
        print(f"  {model}")
        for line in lines:
            print(f"    {line}")
