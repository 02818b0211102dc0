"""Beam search against plain enumeration."""

import itertools

import numpy as np
import pytest
import torch

from synverify_core.errors import InputError
from synverify_core.experiments.eigenvalues import decode, encodings, stepper
from synverify_core.experiments.eigenvalues.data import sample_examples
from synverify_core.experiments.eigenvalues.decode import beam_search, greedy
from synverify_core.experiments.eigenvalues.encodings import ENCODINGS, Encoding, get_encoding
from synverify_core.experiments.eigenvalues.model import Transformer
from synverify_core.experiments.eigenvalues.shape import Shape

BATCH = 5


def make(encoding: str, dimension: int = 2, seed: int = 1):
    model = Transformer(Shape(encoding, dimension, "upper", 1, 2, 16, 2), seed).eval()
    source, _ = sample_examples(
        np.random.default_rng(seed),
        BATCH,
        dimension=dimension,
        encoding=get_encoding(encoding),
        layout="upper",
    )
    return model, torch.from_numpy(source)


@pytest.fixture
def tiny_encoding(monkeypatch):
    """Digits 0..9 with three exponents: few enough answers to list them all."""
    monkeypatch.setattr(encodings, "MAX_EXPONENT", 1)
    tiny = Encoding("T1", 1, ("sign", "mantissa", "exponent"))
    monkeypatch.setitem(ENCODINGS, "T1", tiny)
    return tiny


def well_formed(encoding: Encoding) -> torch.Tensor:
    """Every legal spelling of one number, (n, tokens_per_number)."""
    ranges = [range(slot.first, slot.first + slot.size) for slot in encoding.slots]
    zero = [slot.first + slot.zero for slot in encoding.slots]
    return torch.tensor(
        [word for word in itertools.product(*ranges) if word[1] != zero[1] or list(word) == zero]
    )


def test_full_width_beam_finds_every_answer_in_order_of_probability(tiny_encoding):
    model, source = make("T1", dimension=1)
    answers = well_formed(tiny_encoding)
    assert len(answers) == 2 * 9 * 3 + 1
    found = beam_search(model, source, 200)
    reached = torch.isfinite(found.log_probability)
    assert (reached.sum(dim=1) == len(answers)).all()
    for row in range(BATCH):
        with torch.no_grad():
            scores = model.log_probability(source[row].long().expand(len(answers), -1), answers)
        order = scores.argsort(descending=True)
        kept = found.log_probability[row, reached[row]]
        torch.testing.assert_close(kept, scores[order], rtol=1e-4, atol=1e-5)
        assert {tuple(t.tolist()) for t in found.tokens[row, reached[row]]} == {
            tuple(t.tolist()) for t in answers
        }
        assert found.tokens[row, 0].tolist() == answers[order[0]].tolist()


def test_one_beam_is_greedy_decoding():
    """Greedy without a cache: the whole prefix is run again for every token."""
    model, source = make("P1000")
    found = greedy(model, source)
    tokens = torch.zeros((BATCH, model.shape.target_length), dtype=torch.long)
    slots = model.shape.slots
    with torch.no_grad():
        memory = model.encode(source.long())
        for position in range(model.shape.target_length):
            slot = slots[position % len(slots)]
            scores = model.logits(model.decode(memory, tokens)[:, position], slot)
            tokens[:, position] = scores.argmax(dim=1) + slot.first
    torch.testing.assert_close(found.tokens[:, 0], tokens)


@pytest.mark.parametrize("name", ENCODINGS)
def test_scores_of_beams_equal_the_uncached_log_probability(name):
    model, source = make(name)
    found = beam_search(model, source, 6)
    flat = found.tokens.flatten(0, 1)
    with torch.no_grad():
        direct = model.log_probability(source.long().repeat_interleave(6, 0), flat)
    torch.testing.assert_close(found.log_probability, direct.view(BATCH, 6), rtol=1e-4, atol=1e-4)
    assert (found.log_probability.diff(dim=1) <= 0).all()
    assert all(len(set(map(tuple, beams.tolist()))) == 6 for beams in found.tokens)
    ENCODINGS[name].decode(flat.numpy())
    torch.testing.assert_close(found.perplexity, torch.exp(-found.log_probability / flat.shape[1]))


def test_decoding_never_leaves_the_grammar_even_where_the_model_wants_to():
    model, source = make("P1000")
    sign, mantissa, _exponent = model.shape.slots
    with torch.no_grad():  # this model likes nothing better than `- 0`
        model.target_tokens.zero_()
        model.decoder_norm.bias[0] = 50
        model.target_tokens[sign.first + 1, 0] = 1
        model.target_tokens[mantissa.first + mantissa.zero, 0] = 1
    found = beam_search(model, source, 10)
    numbers = found.tokens.reshape(-1, 3)[
        torch.isfinite(found.log_probability).repeat_interleave(2)
    ]
    minus = numbers[:, 0] == sign.first + 1
    zero = numbers[:, 1] == mantissa.first + mantissa.zero
    assert minus.any() and zero.any()
    assert not (minus & zero).any()
    values = ENCODINGS["P1000"].decode(numbers.numpy())
    assert (ENCODINGS["P1000"].encode(values) == numbers.numpy()).all()


def test_tokens_of_another_length_are_refused():
    model, source = make("FP15")
    with pytest.raises(InputError, match="3 tokens a matrix"):
        beam_search(model, source[:, :-1])


def test_scores_stay_exact_where_products_are_bfloat16():
    model, source = make("P1000")
    with torch.autocast("cpu", torch.bfloat16):
        found = beam_search(model, source, 20)
    assert found.log_probability.dtype == torch.float32
    # bfloat16 has eight bits: scores rounded to it would coincide.
    assert all(len(set(scores.tolist())) == 20 for scores in found.log_probability)


@pytest.mark.parametrize("name", ["P10", "P1000", "B1999"])
def test_shortcuts_change_no_answer(name, monkeypatch):
    """Tables of the first layer, folded projections and small portions are the same sums."""
    model, source = make(name)
    plain = beam_search(model, source, 12)
    for table, portion in ((0, 2**17), (2**40, 1)):
        monkeypatch.setattr(stepper, "_LARGEST_TABLE", table)
        monkeypatch.setattr(stepper, "_NUMBERS_AT_ONCE", portion)
        assert (stepper.FirstLayer.of(model, 10**6) is None) == (table == 0)
        many = beam_search(model, source.repeat(40, 1), 12)
        torch.testing.assert_close(many.tokens[-BATCH:], plain.tokens)
        torch.testing.assert_close(many.log_probability[-BATCH:], plain.log_probability)
    with torch.no_grad():
        memory = model.encode(source.long())
        layer, x = model.decoder[1], torch.randn(BATCH, 12, model.shape.d_model)
        folded = stepper._cross(model, layer, memory, 10**6)
        unfolded = stepper._cross(model, layer, memory, 0)
        assert isinstance(folded, stepper._Folded) and not isinstance(unfolded, stepper._Folded)
        torch.testing.assert_close(
            stepper._look(layer, x, folded), stepper._look(layer, x, unfolded), rtol=1e-4, atol=1e-5
        )


@pytest.mark.parametrize(("beams", "size"), [(1, 901), (2, 901), (7, 201), (50, 901), (35, 20)])
@pytest.mark.parametrize("width", [1, 20, 50])
def test_the_best_choices_are_those_of_a_plain_sort(beams, size, width):
    options = torch.randn((3, beams, size), generator=torch.Generator().manual_seed(0))
    options[:, :, 5] = -torch.inf
    score, choice = decode._best(options, width)
    expected = options.flatten(1).sort(dim=1, descending=True)
    torch.testing.assert_close(score, expected.values[:, :width])
    torch.testing.assert_close(options.flatten(1).gather(1, choice), score)
    assert all(len(set(row)) == width for row in choice.tolist())
