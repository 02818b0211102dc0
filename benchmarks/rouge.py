"""Ratio claim: Rouge-1 of many pairs against rouge-score, on docstrings of installed packages.

A pair is the first line of a docstring against the first line of another one, as short as the
default corpus' summaries, or against the text below it. `cold` has no word in memory yet.

Usage: python benchmarks/rouge.py [--pairs 3000] [--repeats 3]
"""

import argparse
import ast
import platform
import sys
import sysconfig
import time
from collections.abc import Callable, Iterator
from importlib.metadata import version
from itertools import islice
from pathlib import Path

import numpy as np
from rouge_score.rouge_scorer import RougeScorer

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))
from synverify_core.experiments.summarization import rouge

PACKAGES = ("numpy", "scipy", "pandas", "transformers", "plotly", "torch", "streamlit")


def docstrings() -> Iterator[tuple[str, str]]:
    root = Path(sysconfig.get_paths()["purelib"])
    for package in PACKAGES:
        for file in sorted((root / package).rglob("*.py")):
            try:
                tree = ast.parse(file.read_text(encoding="utf8"))
            except SyntaxError:  # test data of some packages is meant to be wrong
                continue
            for node in ast.walk(tree):
                if isinstance(node, ast.FunctionDef | ast.ClassDef):
                    first, _, rest = (ast.get_docstring(node) or "").partition("\n\n")
                    if rest:
                        yield first, rest


def seconds(work: Callable[[], object]) -> float:
    began = time.perf_counter()
    work()
    return time.perf_counter() - began


def compare(name: str, said: list[str], right: list[str], repeats: int) -> None:
    scorer = RougeScorer(["rouge1"], use_stemmer=True)

    def theirs() -> list[float]:
        pairs = zip(said, right, strict=True)
        return [scorer.score(reference, text)["rouge1"].fmeasure for text, reference in pairs]

    if not np.array_equal(rouge.rouge1(said, right), theirs()):
        raise SystemExit(f"{name}: the numbers differ")
    cold, warm, peer = [], [], []
    for _ in range(repeats):  # in turns: other work on the machine meets all three alike
        rouge._memo.cache_clear()
        cold.append(seconds(lambda: rouge.rouge1(said, right)))
        warm.append(seconds(lambda: rouge.rouge1(said, right)))
        peer.append(seconds(theirs))
    n, words = len(said), np.mean([len(text.split()) for text in said])
    print(
        f"{name} ({n:,} pairs, {words:.0f} words): rouge-score {n / min(peer):,.0f} pairs/s, cold "
        f"{n / min(cold):,.0f} (ratio {min(peer) / min(cold):.0f}), warm {n / min(warm):,.0f} "
        f"(ratio {min(peer) / min(warm):.0f}); same numbers",
        flush=True,
    )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--pairs", type=int, default=3_000)
    parser.add_argument("--repeats", type=int, default=3)
    options = parser.parse_args()
    print(f"python {platform.python_version()}, rouge-score {version('rouge-score')}, one thread")
    found = list(islice(docstrings(), options.pairs))
    first, rest = ([pair[side] for pair in found] for side in (0, 1))
    compare("first lines", first[1:] + first[:1], first, options.repeats)
    compare("texts below", rest, first, options.repeats)


if __name__ == "__main__":
    main()
