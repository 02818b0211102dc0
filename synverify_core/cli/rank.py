"""`rank`: measure the verifiers of one's own data and order them by p_star."""

import argparse
from pathlib import Path
from typing import Any

from synverify_core.cli.output import Verbs, add_json, number, print_json, print_table

PAPER_RATES = (0.125, 0.25, 0.5)


def add(verbs: Verbs) -> None:
    """Declare the verb."""
    parser = verbs.add_parser(
        "rank",
        help="measure the verifiers of your own data, best first",
        description="Keep the best-scored share of the samples and measure phi, psi and p_star "
        "(Appendix C) for every score and rate.",
    )
    parser.add_argument(
        "file", type=Path, metavar="FILE", help="table: .csv, .jsonl, .json or .parquet"
    )
    parser.add_argument(
        "--label",
        required=True,
        metavar="COL",
        help="column with 1 where the synthesized label is right, 0 where wrong, or a similarity "
        "between",
    )
    parser.add_argument(
        "--score",
        required=True,
        action="append",
        metavar="COL",
        help="column with a verifier's score, higher is better; may be given several times",
    )
    parser.add_argument(
        "--rate",
        type=float,
        nargs="+",
        action="extend",
        metavar="SHARE",
        help="share of the samples to keep, in (0, 1] (default: 0.125 0.25 0.5, as in Section 6.2)",
    )
    parser.add_argument(
        "--seed",
        type=int,
        default=0,
        metavar="N",
        help="seed for ties at the cut and for bootstrap intervals (default 0)",
    )
    add_json(parser)
    parser.set_defaults(execute=execute)


def execute(arguments: argparse.Namespace) -> int:
    """Print one line per score and rate, best first."""
    from synverify_core.lab.scores import read_scores
    from synverify_core.measuring import rank_scores

    data = read_scores(arguments.file, arguments.label, arguments.score)
    ranking = rank_scores(*data, arguments.rate or PAPER_RATES, arguments.seed)
    values = {
        "p": ranking.p,
        "n_samples": ranking.n_samples,
        "verifiers": [one._asdict() for one in ranking.verifiers],
    }
    if arguments.json:
        print_json(values)
    else:
        _print(values)
    return 0


def _print(values: dict[str, Any]) -> None:
    print(f"p = {number(values['p'])} over {values['n_samples']} samples")
    header = ("VERIFIER", "RATE", "P_STAR", "95 %", "PHI", "PSI", "KEPT", "PRECISION", "NOTE")
    lines = [
        (
            one["verifier"],
            number(one["selection_rate"]),
            number(one["p_star"]),
            f"[{number(one['p_star_low'])}, {number(one['p_star_high'])}]",
            number(one["phi"]),
            number(one["psi"]),
            str(one["kept"]),
            number(one["precision_kept"]),
            one["note"],
        )
        for one in values["verifiers"]
    ]
    print_table(header, lines)
