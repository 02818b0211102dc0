"""Every term once: plain words and, where there is one, its formula. Text only, drawn elsewhere."""

from typing import NamedTuple


class Term(NamedTuple):
    """One word of this project.

    name : as it is written on the pages.
    words : a sentence or two that need no other term.
    formula : in signs that any screen has; empty where there is none.
    """

    name: str
    words: str
    formula: str = ""


TERMS: dict[str, Term] = {
    "collapse": Term(
        "Model collapse",
        "Models that learn from what other models made get worse: mistakes are learnt, too.",
    ),
    "generator": Term("generator", "The model that labels, or writes, what the next one learns."),
    "synthesized": Term("synthesized data", "Questions with the answers that the generator gave."),
    "verifier": Term(
        "verifier",
        "Whatever decides which synthesized samples are kept. The paper's theory (Section 4) calls "
        "it the pruner.",
    ),
    "retrained": Term("retrained model", "The new model, which learns the kept samples."),
    "p": Term("p", "Error rate: share of the generator's labels that are wrong.", "p = P(wrong)"),
    "phi": Term("φ", "Share of the right labels that a verifier keeps.", "φ = P(kept | right)"),
    "psi": Term("ψ", "Share of the wrong labels that a verifier keeps.", "ψ = P(kept | wrong)"),
    "p_star": Term(
        "p*",
        "The error rate that a verifier can carry. Below it, and with enough data, retraining "
        "recovers the truth; above it, the mistakes are learnt. Known before any training.",
        "p* = 1/(1 + ψ/φ)",
    ),
    "margin": Term("margin", "How far the error rate lies below what can be carried.", "p* − p"),
    "odds": Term(
        "odds φ/ψ", "How many times likelier a right label is kept than a wrong one.", "φ/ψ"
    ),
    "keep_rate": Term(
        "keep rate", "Share of all labels that is kept.", "P(kept) = (1 − p) φ + p ψ"
    ),
    "precision_kept": Term(
        "precision", "Share of right ones among the kept labels.", "P(right | kept)"
    ),
    "selection_rate": Term(
        "selection rate", "Share of the samples, the verifier's best ones, that is kept on demand."
    ),
    "oracle": Term(
        "perfect check", "Knows the true answers: keeps exactly the right ones.", "p* = 1"
    ),
    "noisy": Term(
        "noisy check",
        "Keeps every right answer and lets a share of the wrong ones through.",
        "φ = 1, ψ = that share",
    ),
    "none": Term(
        "no check", "Everything is kept, so nothing is lost or gained.", "φ = ψ = 1, p* = 1/2"
    ),
    "random": Term(
        "random selection",
        "Keeps samples without looking at them: the p* of no check at all, with less data left.",
        "φ = ψ, p* = 1/2",
    ),
    "weak": Term("weaker model", "Another trained model judges the answers."),
    "self": Term("own confidence", "Keeps the answers that the generator itself finds likeliest."),
    "trace": Term(
        "trace check",
        "Eigenvalues must add up to the sum of the matrix's diagonal: checked without solving.",
        "|Σ λᵢ − tr A| small",
    ),
    "law": Term(
        "retraining law",
        "Closed formula for the retrained model's accuracy at a given number of samples. Not in "
        "the paper; theorem 4.2 is its limit.",
    ),
    "bayes": Term("Bayes classifier", "The best that any classifier can do on these data."),
    "separation": Term(
        "k",
        "Separation: how far the middle of a class lies from the border, in units of the noise.",
    ),
    "dimension": Term("d", "Dimension: how many numbers one sample has."),
    "n_samples": Term("n", "Number of synthesized samples before any are dropped."),
    "n_selected": Term("n'", "Number of selected samples that the new model learns."),
    "n_original": Term("N₀", "Number of true samples that the generator learnt from."),
    "penalty": Term("λ", "Ridge penalty: how strongly large weights are held back in training."),
    "theta": Term("θ", "Angle between two directions; 0° is agreement, 90° knows nothing."),
    "azimuth": Term(
        "azimuth", "On which side of the truth the verifier errs, seen from the generator."
    ),
    "coverage": Term(
        "coverage",
        "How far the kept samples still show all kinds of questions as often as the pool does; 1 "
        "is the same mixture.",
        "Σ min(share kept, share of the pool)",
    ),
    "distinct": Term("distinct", "Different answers among the kept ones.", "different / kept"),
    "beam": Term(
        "beam", "One of the answers that a decoder follows in parallel, with a probability."
    ),
    "tolerance": Term(
        "tolerance τ", "How far an eigenvalue may be off, as a share, and still count as right."
    ),
    "rouge1": Term(
        "Rouge-1",
        "Words that a summary shares with a human's: between 0 and 1, as the mean of precision and "
        "recall.",
        "F = 2 P R/(P + R)",
    ),
    "round": Term(
        "round",
        "A model makes samples, some of them are kept, and the next model learns those; round 0 is "
        "the first model.",
    ),
    "curation": Term(
        "curation", "People choose among samples of a model, and the next model learns the choices."
    ),
    "candidates": Term(
        "K samples", "Number of samples that a person sees at a time and keeps one of."
    ),
    "bargain": Term(
        "bargain",
        "What several groups' choices raise together: their mean utilities, multiplied, each "
        "counted by its share of the choices.",
        "F = Σ q log E u",
    ),
    "seed": Term("seed", "Number that fixes every random draw; another seed is a repetition."),
    "band": Term("band", "From the smallest to the largest value over the seeds."),
    "preset": Term("preset", "A set of settings with a name, from seconds to the paper's size."),
}
