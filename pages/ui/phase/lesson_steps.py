"""Nine steps, predict - move - check; every check is computed from what the picture shows."""

import math

from pages.ui.phase.lesson_rounds import ROUNDS_STEPS
from pages.ui.phase.lesson_step import Check, Step, View
from pages.ui.phase.view import Numbers, crossing, numbers
from synverify_core.theory.angles import rates_from_angles


def _degrees(angle: float) -> str:
    return f"{math.degrees(angle):.0f}°"


def _error_rate(angle: float, separation: float) -> float:
    return float(rates_from_angles(angle, angle, 0.0, separation=separation).p)


def _near(angle: float, target: float) -> bool:
    return abs(math.degrees(angle) - target) <= 3


def rates_add_up(view: View, now: Numbers) -> Check:
    """Reached where the error rates of generator and verifier add up to 1."""
    if view["pruning"] == "none":
        return Check(False, "there is no verifier: take hold of it.")
    verifier_errs = _error_rate(view["theta_prune"], view["separation"])
    rates = f"generator {now.p:.0%} + verifier {verifier_errs:.0%} = {now.p + verifier_errs:.0%}"
    if abs(view["theta_gen"] - crossing(view)) > math.radians(4):
        return Check(False, f"{rates}, accuracy {now.accuracy:.0%}: go to where it is 50 %.")
    return Check(
        True,
        f"{rates}. (1 − p) φ − p ψ = P(both right) − P(both wrong) = 1 − the sum of the two error "
        "rates, whatever their correlation, n, d or k: it changes its sign there, and p = p⋆.",
    )


def no_verifier(view: View, now: Numbers) -> Check:
    """Reached at the breakdown point of keeping everything."""
    if view["pruning"] != "none":
        return Check(False, "a verifier is still at work: press **No verifier**.")
    if abs(view["theta_gen"] - crossing(view)) > math.radians(4):
        return Check(
            False, f"p = {now.p:.2f}, accuracy {now.accuracy:.0%}: turn it to where it is 50 %."
        )
    return Check(
        True,
        f"p = {now.p:.2f}. Keeping everything gives φ = ψ = 1, so p⋆ = 1/2: once most labels are "
        "wrong, the retrained model learns the opposite.",
    )


def random_selection(view: View, now: Numbers) -> Check:
    """Reached when the verifier keeps right and wrong labels alike."""
    if view["pruning"] == "none":
        return Check(False, "nothing is checked: take hold of the verifier.")
    if abs(now.phi - now.psi) > 0.03 or now.keep_rate > 0.9:
        return Check(
            False,
            f"it keeps {now.phi:.0%} of the right and {now.psi:.0%} of the wrong labels: turn it "
            "to where it cannot tell them apart (90° from the truth, azimuth independent).",
        )
    return Check(
        True,
        f"φ = {now.phi:.2f} and ψ = {now.psi:.2f}: this verifier tosses a coin, so p⋆ = 1/2, the "
        "same as keeping everything, and half of the data is gone.",
    )


def weaker_is_better(view: View, now: Numbers) -> Check:
    """Reached when the weaker verifier with other errors carries the generator of the pair."""
    if view["pruning"] == "none" or abs(view["theta_gen"] - 0.6) > 0.06:
        return Check(False, "press preset **A**, read p⋆, then compare it with **B**.")
    if view["theta_prune"] < 0.5 or now.p_star < 0.95:
        return Check(
            False,
            f"the verifier is {_degrees(view['theta_prune'])} from the truth and p⋆ = "
            f"{now.p_star:.2f}: find a weaker one with a higher p⋆ (preset **B**).",
        )
    return Check(
        True,
        f"{_degrees(view['theta_prune'])} from the truth, yet p⋆ = {now.p_star:.2f}: it is wrong "
        "where the generator is right, so no wrong label gets past both. What counts is whose "
        "errors are shared.",
    )


def jump_sharpens(view: View, now: Numbers) -> Check:
    """Reached when accuracy falls from above 95 % to below 10 % within 30 degrees."""
    if view["pruning"] == "none" or not _near(view["theta_prune"], 45):
        return Check(False, "set the verifier to 45° first, where the slope is soft.")
    gap = math.radians(15)
    middle = min(max(crossing(view), gap), math.pi - gap)
    before = numbers(view, theta_gen=middle - gap).accuracy
    after = numbers(view, theta_gen=middle + gap).accuracy
    fall = f"15° before the jump {before:.0%}, 15° after it {after:.0%}"
    if before < 0.95 or after > 0.10:
        return Check(
            False, f"{fall}: sharpen it to above 95 % and below 10 %. Try n; then try k as well."
        )
    return Check(
        True,
        f"{fall}. Theorem 4.2's jump is the limit: n removes the noise of the fit, but only the "
        "separation k (in the paper: the dimension) makes the two slow terms of the law die.",
    )


def adversary(view: View, now: Numbers) -> Check:
    """Reached when the verifier turns a mostly right generator into a failure."""
    if view["pruning"] == "none":
        return Check(False, "nothing is checked: take hold of the verifier.")
    if now.p >= 0.5:
        return Check(
            False, f"the generator is wrong on {now.p:.0%}: take one that is mostly right."
        )
    if now.p <= now.p_star:
        return Check(
            False,
            f"p = {now.p:.2f} < p⋆ = {now.p_star:.2f}: retraining still recovers. Turn the "
            "verifier away from the truth.",
        )
    return Check(
        True,
        f"only {now.p:.0%} of the labels were wrong, but the verifier prefers those "
        f"(ψ = {now.psi:.2f} > φ = {now.phi:.2f}): p⋆ fell to {now.p_star:.2f}. Without it, "
        "retraining would have recovered the truth.",
    )


def too_few_kept(view: View, now: Numbers) -> Check:
    """Reached when p is far below p_star and accuracy is poor for want of samples."""
    kept = now.keep_rate * view["n_samples"]
    if now.p_star < 0.7 or now.p > now.p_star - 0.1:
        return Check(
            False,
            f"p = {now.p:.2f}, p⋆ = {now.p_star:.2f}: first take a safe setting, p⋆ above 0.70 "
            "and p well below it (e.g. the verifier at 20°).",
        )
    if now.accuracy > 0.90:
        return Check(
            False,
            f"{kept:,.0f} samples kept in d = {view['dimension']}, accuracy {now.accuracy:.0%}: "
            "keep fewer, or raise d, until it falls below 90 %.",
        )
    return Check(
        True,
        f"p⋆ = {now.p_star:.2f} promises recovery, but only as n grows: {kept:,.0f} kept samples "
        f"in d = {view['dimension']} give {now.accuracy:.0%}. Read the keep rate beside p⋆.",
    )


STEPS = (
    Step(
        "Where does it break?",
        "A verifier keeps a label when it agrees with it. Up to which sum of the two error rates, "
        "generator's and verifier's, does retraining recover the truth?",
        ("50 %", "100 %", "150 %"),
        "100 %",
        "Turn the generator to where accuracy is 50 %, then turn the verifier and find it again.",
        rates_add_up,
    ),
    Step(
        "Without a verifier.",
        "Every label is kept. From which error rate on does retraining turn against the truth?",
        ("25 %", "50 %", "75 %"),
        "50 %",
        "Press **No verifier**, then turn the generator to where accuracy is 50 %.",
        no_verifier,
    ),
    Step(
        "Random selection.",
        "What is p⋆ of a verifier that cannot tell right labels from wrong ones?",
        ("0", "1/2", "1"),
        "1/2",
        "Turn the verifier until φ = ψ.",
        random_selection,
    ),
    Step(
        "Is a stronger verifier better?",
        "A: 17° from the truth, on the generator's side. B: 34°, on the other side. Which one has "
        "the higher p⋆?",
        ("A, the stronger", "B, the weaker", "equal"),
        "B, the weaker",
        "Compare presets **A** and **B**; leave the better one on.",
        weaker_is_better,
        advanced=True,
    ),
    Step(
        "The jump sharpens.",
        "What turns the soft slope at p⋆ into the theorem's jump?",
        ("more samples n", "more separation k", "only both"),
        "more separation k",
        "Make accuracy fall from above 95 % to below 10 % within 30° around the jump, "
        "the verifier at 45°.",
        jump_sharpens,
    ),
    Step(
        "The adversary.",
        "Can a bad verifier spoil a generator that is right on most labels?",
        ("no, good labels win", "yes"),
        "yes",
        "Keep the generator below 90° and turn the verifier until retraining fails.",
        adversary,
    ),
    Step(
        "What p⋆ does not see.",
        "p is far below p⋆. Can the retrained model still be poor?",
        ("no", "yes, if few are kept"),
        "yes, if few are kept",
        "Find a setting with p⋆ above 0.70 whose accuracy is below 90 %.",
        too_few_kept,
    ),
    *ROUNDS_STEPS,
)
