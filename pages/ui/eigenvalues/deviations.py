"""Where the model and its training depart from the paper's, for readers who compare the two."""

import streamlit as st

BENCHMARK = "python benchmarks/eigenvalues_deviations.py"
DEVIATIONS = """
| here | paper (Appendix B and its code) | why |
|---|---|---|
| layer norms before each block | behind each block | ten times the rate, a short warm-up |
| softmax over the tokens that the grammar allows at a position | over the whole vocabulary | \
sign, mantissa and exponent need not be told apart; answers are always numbers |
| no size tokens before the matrix, no end token, no padding | both | all matrices of a run have \
one size, all answers one length |
| matrices and eigenvalues drawn once, a pass over them in random order | drawn with replacement, \
300,000 to an epoch | a sample count means samples |
| the same number of steps for every model | epochs; the text does not say how many for \
downstream models | a difference between two models is then one of their data |
| right: within the tolerance of the eigenvalues of the matrix as the model reads it (three \
digits) | not said | the answer is a function of what is read |
"""


def show_deviations() -> None:
    """List them, folded, with the command that measures what they are worth in small."""
    with st.expander("How these models differ from the paper's", icon=":material/compare_arrows:"):
        st.markdown(DEVIATIONS)
        st.markdown(
            "The presets *quick* and *dense* are also far smaller: 2 × 2 matrices read as their "
            "upper triangle, width 64, three layers. One choice decides whether the oracle's model "
            "surpasses the generator there: the generator has 6,500 examples, about the most with "
            "which its data limit it and not its steps. With more, and 3,000 steps for every "
            "model, it stays ahead of all that learn from its greedy answers (docs/decisions.md). "
            "What the first three rows are worth at that size:"
        )
        st.code(BENCHMARK, language="bash")
