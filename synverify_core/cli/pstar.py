"""`pstar`: the rates that three angles make."""

import argparse

from synverify_core.cli.output import Verbs, add_json, print_json


def add(verbs: Verbs) -> None:
    """Declare the verb."""
    parser = verbs.add_parser(
        "pstar",
        help="p, phi, psi and p_star from three angles",
        description="Closed forms for a generator and a verifier at three angles (Section 4).",
    )
    angles = (
        ("--theta-gen", "angle between generator and truth (rad)"),
        ("--theta-prune", "angle between verifier and truth (rad)"),
        ("--theta", "angle between verifier and generator (rad)"),
    )
    for option, text in angles:
        parser.add_argument(option, type=float, required=True, metavar="RAD", help=text)
    parser.add_argument(
        "--separation",
        type=float,
        default=0.0,
        metavar="K",
        help="distance of the class means from 0 in units of the noise; 0: isotropic limit",
    )
    parser.add_argument("--degrees", action="store_true", help="the angles are in degrees")
    add_json(parser)
    parser.set_defaults(execute=execute)


def execute(arguments: argparse.Namespace) -> int:
    """Print the rates."""
    import math

    from synverify_core.theory.angles import rates_from_angles

    unit = math.pi / 180 if arguments.degrees else 1.0
    rates = rates_from_angles(
        arguments.theta_gen * unit,
        arguments.theta_prune * unit,
        arguments.theta * unit,
        separation=arguments.separation,
    )
    values = {name: float(value) for name, value in rates._asdict().items()}
    if arguments.json:
        print_json(values)
        return 0
    for name, value in values.items():
        print(f"{name:<15}{value:.6f}")
    if values["p"] < values["p_star"]:
        print("p < p_star: retraining on the kept samples recovers the truth")
    else:
        print("p >= p_star: retraining on the kept samples does not recover the truth")
    return 0
