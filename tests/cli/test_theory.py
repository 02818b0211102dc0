import json

import pytest

from synverify_core.cli.theory import parse
from synverify_core.theory.catalogue import forms


def test_json_holds_name_inputs_and_value(call):
    code, out, err = call("theory", "pstar", "--set", "phi=1", "psi=0.5", "--json")
    assert (code, err) == (0, "")
    answer = json.loads(out)
    assert (answer["name"], answer["value"]) == ("pstar", pytest.approx(2 / 3))
    assert answer["inputs"] == {"phi": 1, "psi": 0.5, "separation": 0}


def test_settings_may_be_given_one_by_one_and_text_says_what_came_out(call):
    words = ("theory", "keep_rate", "--set", "p=0.1,0.2", "--set", "phi=1", "psi=0")
    code, out, _ = call(*words)
    assert code == 0
    assert "= [0.9, 0.8]" in out and "share of the pool" in out


@pytest.mark.parametrize(
    ("word", "value"),
    [
        ("n=inf", float("inf")),
        ("n=3", 3),
        ("n=-2.5e3", -2500),
        ("p=[1, 0,0]", [1, 0, 0]),
        ("p=1,0.5", [1, 0.5]),
        ("p=[[1,2],[3,4]]", [[1, 2], [3, 4]]),
        ("p=[[1,2],inf]", [[1, 2], float("inf")]),
        ("inputs=same", "same"),
        ("verifier=bits(phi=.9, psi=.2)", "bits(phi=.9, psi=.2)"),
        ("verifier=a, b", "a, b"),
    ],
)
def test_words_are_numbers_lists_and_words(word, value):
    assert list(parse([word]).values()) == [value]


def test_list_prints_every_form_with_fields_units_and_source(call):
    _, out, _ = call("theory", "list")
    listed = json.loads(call("theory", "list", "--json")[1])["forms"]
    assert [form["name"] for form in listed] == list(forms())
    for form in listed:
        assert form["source"] and all(one["text"] for one in form["inputs"].values())
        assert f"\n{form['name']}: " in f"\n{out}"


def test_infinity_is_told_as_it_is_typed(call):
    limits = ("a=inf", "b=0", "rho=0.3")
    _, out, _ = call("theory", "bivariate_normal_cdf", "--set", *limits, "--json")
    assert json.loads(out)["inputs"]["a"] == "inf"


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (("nonsense",), "no closed form"),
        (("pstar", "--set", "phi"), "write FIELD=VALUE"),
        (("pstar", "--set", "phi="), "write FIELD=VALUE"),
        (("pstar", "--set", "phi=2", "psi=1"), "phi = 2 is out of range"),
        (("pstar", "--set", "phi=nan", "psi=1"), "phi = nan"),
        (("pstar", "--set", "phi=1e999", "psi=1"), "phi = inf"),
        (("pstar", "--set", "colour=1"), "no field of pstar"),
        (("pstar", "--set", "psi=1", "phi=" + "[" * 2_000), "phi = "),
        (("pstar", "--set", "phi=" + "[" * 2_000 + "]" * 2_000, "psi=1"), "too deep"),
        (("list", "--set", "phi=1"), "list takes no field"),
    ],
)
def test_bad_input_is_one_line_and_exit_code_2(call, words, message):
    code, out, err = call("theory", *words)
    assert (code, out) == (2, "")
    assert message in err and err.count("\n") == 1
