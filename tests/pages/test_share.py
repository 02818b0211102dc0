"""The link that is shown around: short, without pasted text; its QR code as others draw it."""

import hashlib

import numpy as np
import pytest
import streamlit as st

from pages.ui.phase.view import FIELDS
from pages.ui.phase.view import PAGE as PHASE
from pages.ui.shared import state
from pages.ui.shared.qr import LONGEST, qr_modules
from pages.ui.summarization import address as summaries
from synverify_core.errors import InputError

# sha256 of the modules, row by row as 0 and 1, of an independent encoder (the Python package
# qrcode 8.2, level M, byte mode, the same mask) for so many characters of TEXT: every version, and
# both ends of most.
TEXT = "https://arxiv.org/abs/2406.07515?" * 9
DRAWN = {
    1: "9d1dde5ac05151b2",
    14: "86f38e1f3bf6b28e",
    26: "700ff18d2e1bbaa1",
    27: "0878bdf0e1d61fd7",
    62: "2af03303fabfdb7f",
    84: "01293f3c5cb111ce",
    106: "18503ffe3e8fe1fb",
    122: "1b641a2dff16964a",
    152: "70415dfce5bde1b4",
    180: "65e02b473e850be6",
    181: "294977bfbe4ead18",
    213: "6f01a988a4cb4ce2",
}


@pytest.mark.parametrize("length", DRAWN)
def test_a_code_is_drawn_as_an_independent_encoder_draws_it(length):
    modules = qr_modules(TEXT[:length])
    text = "".join("1" if dark else "0" for dark in modules.ravel())
    assert hashlib.sha256(text.encode()).hexdigest()[:16] == DRAWN[length]


def test_the_smallest_code_that_holds_a_text_is_taken():
    sides = [len(qr_modules("a" * length)) for length in (14, 15, 26, 27, 180, 181)]
    assert sides == [21, 25, 25, 29, 53, 57]


def test_a_text_that_does_not_fit_is_refused_with_its_length():
    assert qr_modules("a" * LONGEST).shape == (57, 57)
    with pytest.raises(InputError, match=r"216 bytes.*at most 213"):
        qr_modules("⋆" * 72)


def test_codes_differ_wherever_texts_do():
    assert np.sum(qr_modules("http://a/1") != qr_modules("http://a/2")) > 20


def remember(page, fields, **values):
    everything = {name: field.default for name, field in fields.items()} | values
    st.session_state[f"{page}:view"] = {"values": everything, "fields": fields, "refused": []}
    return everything


def test_a_short_link_says_what_differs_and_opens_the_same_view():
    assert remember(PHASE, FIELDS) and state.short_link(PHASE) == {}
    shown = remember(PHASE, FIELDS, theta_gen=2.5, preset="weak", presentation=True)
    short = state.short_link(PHASE)
    assert short == {"theta_gen": "2.5", "preset": "weak"}
    assert state.read(FIELDS, short).values == {**shown, "presentation": False}


def test_nothing_that_was_pasted_is_shown_around():
    fields = summaries.FIELDS
    remember(summaries.PAGE, fields, text="my letter", human="my words", article=3)
    assert state.link(fields, state.current(summaries.PAGE))["text"] == "my letter"
    assert state.short_link(summaries.PAGE) == {"article": "3"}
