"""Numbers as tokens and back."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from synverify_core.errors import InputError
from synverify_core.experiments.eigenvalues.encodings import ENCODINGS, get_encoding
from synverify_core.experiments.eigenvalues.rounding import round_parts, round_values

NUMBERS = st.one_of(
    st.floats(-1e6, 1e6, allow_subnormal=False),
    st.floats(-1e90, 1e90, allow_subnormal=False),
    st.integers(-6, 4).map(lambda k: 9.996 * 10.0**k),
    st.integers(-6, 4).map(lambda k: 10.0**k),
    st.sampled_from([0.0, -0.0, 999.4999, 999.5, -99.95, 0.0999949]),
)
every_encoding = pytest.mark.parametrize("encoding", ENCODINGS.values(), ids=ENCODINGS)


@every_encoding
@settings(max_examples=150, deadline=None)
@given(values=arrays(np.float64, st.integers(1, 6), elements=NUMBERS))
def test_round_trip_is_within_half_a_unit_of_the_last_digit(encoding, values):
    read = encoding.decode(encoding.encode(values))
    assert read.shape == values.shape
    half_unit = (
        0.5
        * 10.0 ** (1 - encoding.digits)
        * 10.0 ** np.floor(np.log10(np.maximum(np.abs(values), 1e-300)))
    )
    lowest, highest = (1e-6, 9e8) if encoding.name == "FP15" else (1e-95, np.inf)
    inside = (np.abs(values) > lowest) & (np.abs(values) < highest)
    error = np.abs(read - values)
    assert (error[inside] <= half_unit[inside] * (1 + 1e-9)).all()
    # Written numbers are read back exactly: encoding them again changes nothing.
    np.testing.assert_array_equal(encoding.decode(encoding.encode(read)), read)


@every_encoding
def test_every_token_stands_in_its_slot(encoding):
    values = np.random.default_rng(0).normal(size=1000) * 100
    tokens = encoding.encode(values).reshape(-1, encoding.tokens_per_number)
    for column, slot in zip(tokens.T, encoding.slots, strict=True):
        assert ((column >= slot.first) & (column < slot.first + slot.size)).all()
    assert encoding.slots[-1].first + encoding.slots[-1].size <= encoding.vocabulary_size < 2**15


@every_encoding
def test_zero_and_negative_zero_have_one_spelling(encoding):
    tokens = encoding.encode([0.0, -0.0, 1e-120, -1e-120]).reshape(4, -1)
    assert (tokens == tokens[0]).all()
    assert [token - slot.first for token, slot in zip(tokens[0], encoding.slots, strict=True)] == [
        slot.zero for slot in encoding.slots
    ]
    assert not np.signbit(encoding.decode(tokens)).any()


@pytest.mark.parametrize(
    ("name", "spelling"),
    [
        ("P10", ["-", "3", "1", "4", "E-2"]),
        ("P100", ["-", "31", "E-1"]),
        ("P1000", ["-", "314", "E-2"]),
        ("B1999", ["N-314", "E-2"]),
        ("FP15", ["N-314e7"]),
    ],
)
def test_spelling_of_charton_2022(name, spelling):
    encoding = get_encoding(name)
    assert encoding.words(encoding.encode([-3.141])) == spelling
    # A mantissa has three digits where the paper prints two.
    assert get_encoding("P1000").words(get_encoding("P1000").encode([2.3])) == ["+", "230", "E-2"]


def test_carry_raises_the_exponent():
    parts = round_parts([9.996, -99.96, 0.9995, 999.5e97], 3)
    assert parts.mantissa.tolist() == [100, 100, 100, 100]
    assert parts.exponent.tolist() == [-1, 0, -2, 98]
    assert round_values([9.994, 9.996], 3).tolist() == [9.99, 10.0]
    for text in ("2.35", "-0.604", "0.00101", "999", "0.0000123"):  # the nearest doubles
        assert round_values(float(text), 3) == float(text)


def test_exponents_reach_a_hundred_and_not_further():
    values = round_values([9.99e102, 9.996e102, 1e200, 1e-98, 9.99e-99, 9.996e-99, 1e-300], 3)
    assert values.tolist() == pytest.approx([9.99e102, 0, 0, 1e-98, 0, 1e-98, 0])


def test_numbers_that_are_not_finite_and_malformed_tokens_are_refused():
    encoding = get_encoding("P1000")
    for bad in (np.nan, np.inf, -np.inf):
        with pytest.raises(InputError, match="not finite"):
            encoding.encode([1.0, bad])
    tokens = encoding.encode([1.0])
    with pytest.raises(InputError, match="position 1 is no mantissa"):
        encoding.decode(tokens[[0, 0, 2]])
    with pytest.raises(InputError, match="whole numbers"):
        encoding.decode(tokens[:2])
    with pytest.raises(InputError, match="P10, P100, P1000, B1999, FP15"):
        get_encoding("P7")
