import json
import math

import pytest

KEYS = ["p", "phi", "psi", "p_star", "keep_rate", "precision_kept"]


def test_json_holds_the_six_rates(call):
    code, out, err = call(
        "pstar", "--theta-gen", 0.6, "--theta-prune", 0.3, "--theta", 0.3, "--json"
    )
    assert (code, err) == (0, "")
    values = json.loads(out)
    assert list(values) == KEYS
    assert values["p"] == pytest.approx(0.6 / math.pi)
    assert values["phi"] == pytest.approx((2 * math.pi - 1.2) / (2 * (math.pi - 0.6)))
    assert values["psi"] == pytest.approx(0.6 / 1.2)
    assert values["p_star"] == pytest.approx(values["phi"] / (values["phi"] + values["psi"]))


@pytest.mark.parametrize(
    ("angles", "words", "p"),
    [
        ((60, 30, 45), ("--degrees",), 1 / 3),
        ((0, 0.5, 0.5), ("--separation", 1.5), 0.0668072),
    ],
)
def test_degrees_are_turned_into_radians_and_separation_is_the_mixture(call, angles, words, p):
    theta_gen, theta_prune, theta = angles
    given = ("--theta-gen", theta_gen, "--theta-prune", theta_prune, "--theta", theta)
    assert json.loads(call("pstar", *given, *words, "--json")[1])["p"] == pytest.approx(p, abs=1e-6)


def test_text_says_what_follows(call):
    code, out, _ = call("pstar", "--theta-gen", 0.6, "--theta-prune", 0.3, "--theta", 0.3)
    assert code == 0
    assert "p < p_star" in out
    _, out, _ = call("pstar", "--theta-gen", 2.6, "--theta-prune", 0.7, "--theta", 2.2)
    assert "p >= p_star" in out


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"--theta": 2.9}, "it must lie in [0.3, 0.9]"),
        ({"--theta-gen": 4}, "theta_gen = 4"),
        ({"--theta-gen": "nan"}, "theta_gen"),
        ({"--separation": -1}, "separation = -1"),
        ({"--theta-gen": "wide"}, "'wide'"),
    ],
)
def test_bad_angles_are_refused_with_their_range(call, change, message):
    words = {"--theta-gen": 0.6, "--theta-prune": 0.3, "--theta": 0.5, **change}
    code, out, err = call("pstar", *(word for pair in words.items() for word in pair))
    assert (code, out) == (2, "")
    assert message in err
