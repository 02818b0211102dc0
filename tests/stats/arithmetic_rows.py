"""Rows of two filters over three rounds: one keeps p below p*, the other does not."""

import pandas as pd

P = {"oracle": (0.6, 0.4, 0.7), "none": (0.4, 0.9, 0.95)}
P_STAR = {"oracle": (1.0, 1.0, 1.0), "none": (0.5, 0.5, 0.5)}
DIFFICULTY = {"oracle": (3, 3, 4), "none": (3, 4, 5)}
PSI = {"oracle": 0.0, "none": 1.0}
AT_3 = {"oracle": (0.4, 0.6, 0.8, 0.9), "none": (0.4, 0.5, 0.3, 0.1)}


def arithmetic_table(seeds=(0, 1)) -> pd.DataFrame:
    lines = []
    for seed in seeds:
        for verifier in ("generator", "oracle", "none"):
            rounds = [0] if verifier == "generator" else [1, 2, 3]
            for round_ in rounds:
                lines += _round(verifier, round_, seed)
    return pd.DataFrame(lines)


def _round(verifier, round_, seed):
    common = {
        "verifier": verifier,
        "seed": seed,
        "round": round_,
        "n_samples": 100 if round_ else None,
    }
    common |= {"task": "reverse", "base_difficulty": 2, "selection_rate": None}
    if round_:
        place = round_ - 1
        common |= {"p": P[verifier][place], "p_star": P_STAR[verifier][place], "phi": 1.0}
        common |= {"kept": 40, "pool_size": 100}
        common |= {"psi": PSI[verifier] + 0.01 * round_, "difficulty": DIFFICULTY[verifier][place]}
    third = AT_3["none" if verifier == "generator" else verifier][round_]
    values = {1: 1.0, 2: 0.98, 3: third + 0.02 * seed, 4: 0.0}
    metrics = {f"accuracy@{n}": value for n, value in values.items()}
    metrics |= {"max_length@0.99": 1, "max_length@0.5": 3 if third > 0.5 else 2, "accuracy": 0.5}
    return [{**common, "metric": name, "value": float(value)} for name, value in metrics.items()]
