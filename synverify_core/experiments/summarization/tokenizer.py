"""A byte-level BPE tokenizer, learnt from articles."""

from collections.abc import Iterable
from typing import Any

from tokenizers import Tokenizer, decoders, models, pre_tokenizers, trainers
from transformers import PreTrainedTokenizerFast

from synverify_core.errors import InputError
from synverify_core.experiments.summarization.text import PROMPT, one_line

END = "<|end|>"
PAD = "<|pad|>"
SMALLEST_VOCABULARY = 300
"""256 bytes, two special tokens and a few words."""


def train_tokenizer(texts: Iterable[str], vocabulary: int, context: int) -> Any:
    """Learn a tokenizer; every text can be encoded, since all 256 bytes are tokens.

    The same texts in the same order give the same tokenizer.

    Parameters
    ----------
    texts : articles; the prompt's frame is added, so that its words are tokens too.
    vocabulary : size, special tokens included.
    context : most tokens of a model that will use it.

    Raises
    ------
    InputError
        If the vocabulary is too small for all bytes.
    """
    if vocabulary < SMALLEST_VOCABULARY:
        raise InputError(
            f"vocabulary = {vocabulary} is refused: it must be at least {SMALLEST_VOCABULARY}"
        )
    tokenizer = Tokenizer(models.BPE())
    # Digits alone: numbers of versions and sizes would fill a small vocabulary.
    tokenizer.pre_tokenizer = pre_tokenizers.Sequence(
        [pre_tokenizers.Digits(individual_digits=True), pre_tokenizers.ByteLevel(False)]
    )
    tokenizer.decoder = decoders.ByteLevel()
    trainer = trainers.BpeTrainer(
        vocab_size=vocabulary,
        special_tokens=[END, PAD],
        initial_alphabet=sorted(pre_tokenizers.ByteLevel.alphabet()),
        show_progress=False,
    )
    frame = PROMPT.format(article="")
    lines = [one_line(text) for text in texts]
    tokenizer.train_from_iterator([*lines, frame, frame], trainer)
    return PreTrainedTokenizerFast(  # type: ignore[no-untyped-call]
        tokenizer_object=tokenizer, eos_token=END, pad_token=PAD, model_max_length=context
    )
