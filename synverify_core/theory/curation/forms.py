"""The closed forms of curated retraining by name."""

from synverify_core.theory.curation.camps import camps, narrowing
from synverify_core.theory.curation.choice import curated, gain, pstar_of_choice, rates
from synverify_core.theory.curation.groups import nash, survival
from synverify_core.theory.curation.rounds import drift, fixed_point
from synverify_core.theory.form import Form, Input

FERBACH = "Ferbach et al. 2024 (arXiv 2407.09499)"
ZHAO = "Zhao et al. 2025 (arXiv 2511.09002)"

_P = Input("shares of the outcomes: a list, each in [0, 1], sum 1")
_REWARD = Input("rewards r of the outcomes (log-odds): a list of finite numbers")
_K = Input("samples that a user chooses from: a whole number from 2 on, or inf")
_U = Input("e^(reward gap) of a group's favourite, at least 1")
_WEIGHT = Input("share of the choices that group 1 makes, in [0, 1]")

FORMS: tuple[Form, ...] = (
    Form(
        "curation.round",
        {"p": _P, "reward": _REWARD, "K": _K},
        "list: share of each outcome after one round of choices",
        FERBACH + ", Lemma 2.1; as one integral for any K: ours",
        curated,
    ),
    Form(
        "curation.groups",
        {
            "p": _P,
            "reward": Input("one list of rewards a group"),
            "weights": Input("share of the choices of each group: a list, sum 1"),
            "K": _K,
        },
        "list: share of each outcome after one round, each choice made by a random group",
        ZHAO,
        curated,
    ),
    Form(
        "curation.fixed_point",
        {
            "p_ref": Input("shares of the outcomes in the real data: a list, sum 1"),
            "reward": _REWARD,
            "a": Input("share of curated data in every round (K = inf), in [0, 1]"),
        },
        "list: share of each outcome where the rounds end",
        "ours; extends " + FERBACH,
        fixed_point,
    ),
    Form(
        "curation.survival",
        {"U": _U, "K": _K},
        "q_K: a group with a smaller share of the choices loses its favourite outcome",
        "ours",
        survival,
    ),
    Form(
        "curation.nash",
        {
            "U": Input("utility e^r of a group's own favourite, above 1; the other's is worth 1"),
            "V": Input("utility of the compromise to both groups, above 0"),
            "q": _WEIGHT,
        },
        "list: shares of group 1's favourite, group 2's favourite, the compromise (K = inf)",
        "ours, by Cover's algorithm; " + ZHAO,
        nash,
    ),
    Form(
        "curation.camps",
        {
            "mu": Input("half the distance of the groups' peaks, at least 0"),
            "s": Input("width of both tastes, above 0, in the same unit"),
        },
        "x0: two camps at -x0 and x0 (K = inf); 0: consensus",
        "ours",
        camps,
    ),
    Form(
        "curation.narrowing",
        {
            "variance": Input("variance of a normal distribution at the start, above 0"),
            "s": Input("width of the one group's taste, above 0"),
            "T": Input("rounds (K = inf), at least 0"),
        },
        "variance after T rounds",
        "ours",
        narrowing,
    ),
    Form(
        "curation.gain",
        {"p": _P, "reward": _REWARD, "K": _K},
        "list: mean of e^r before, after a round, lower bound of after; unit: the largest e^r",
        FERBACH + ", Lemma 2.2",
        gain,
    ),
    Form(
        "curation.rates",
        {"U": _U, "K": _K},
        "list: factor a round of the best outcome while rare, of the rest once it is rare",
        FERBACH,
        rates,
    ),
    Form(
        "curation.pstar",
        {
            "gap": Input("reward of right minus reward of wrong, finite"),
            "K": _K,
            "p": Input("share of wrong samples, in [0, 1]; without effect where K = inf", 0.5),
        },
        "p* of the choice as a verifier; sigmoid(gap) for K = inf",
        "ours",
        pstar_of_choice,
    ),
    Form(
        "curation.drift",
        {
            "N": Input("rows a round, at least 1"),
            "T": Input("rounds, 1 to a million"),
            "policy": Input("replace or accumulate", "replace"),
            "real": Input("share of fresh real rows, in [0, 1]; replace only", 0.0),
        },
        "list over rounds 1 to T: share of the variety that is left without any choices",
        "ours",
        drift,
    ),
)
