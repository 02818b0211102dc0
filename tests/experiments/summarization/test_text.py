"""The prompt and its truncation."""

import pytest

from synverify_core.errors import InputError
from synverify_core.experiments.summarization.text import (
    IGNORED,
    encode_example,
    encode_prompt,
    encode_summary,
    format_example,
)
from synverify_core.experiments.summarization.tokenizer import train_tokenizer

LONG = "array compute matrix index shape tensor value " * 30
SUMMARY = "Compute the shape of a matrix."


def test_an_example_is_the_papers_line():
    assert format_example("first line\n\n  second", "One\nline.") == (
        "Article: first line second A summary of the article: One line."
    )


def test_a_short_example_is_its_text_and_the_end_token(tiny_tokenizer):
    example = encode_example(tiny_tokenizer, "short {article}", SUMMARY, 64)
    assert not example.truncated
    assert example.tokens[-1] == tiny_tokenizer.eos_token_id
    assert tiny_tokenizer.decode(example.tokens[:-1]) == format_example("short {article}", SUMMARY)


@pytest.mark.parametrize("block_size", [40, 63, 64, 200])
def test_only_the_article_is_cut(tiny_tokenizer, block_size):
    example = encode_example(tiny_tokenizer, LONG, SUMMARY, block_size)
    assert example.truncated
    assert block_size - 8 < len(example.tokens) <= block_size
    summary = tiny_tokenizer.decode(example.tokens[example.prompt_length : -1])
    assert summary.strip() == SUMMARY
    prompt = tiny_tokenizer.decode(example.tokens[: example.prompt_length])
    assert prompt.startswith("Article: array compute")
    assert prompt.endswith("A summary of the article:")
    prompt = encode_prompt(tiny_tokenizer, LONG, block_size, reserve=9)
    assert prompt.truncated and len(prompt.tokens) <= block_size - 9
    strange = encode_example(tiny_tokenizer, "字" * 300, "要約", 80)  # a token for every byte
    assert strange.truncated and len(strange.tokens) <= 80
    assert tiny_tokenizer.decode(strange.tokens[strange.prompt_length : -1]).strip() == "要約"


def test_a_prompt_begins_its_example_and_completion_only_hides_nothing_else(tiny_tokenizer):
    article = f"array of {tiny_tokenizer.eos_token} a value"  # which is no end here
    example = encode_example(tiny_tokenizer, article, SUMMARY, 64)
    assert example.tokens.count(tiny_tokenizer.eos_token_id) == 1
    prompt = encode_prompt(tiny_tokenizer, article, 64, reserve=10)
    assert prompt.tokens == example.tokens[: example.prompt_length]
    assert encode_summary(tiny_tokenizer, SUMMARY) == example.tokens[example.prompt_length : -1]
    labels = example.labels("completion")
    assert labels[: example.prompt_length] == [IGNORED] * example.prompt_length
    assert labels[example.prompt_length :] == example.tokens[example.prompt_length :]
    assert example.labels("full") == [IGNORED, *example.tokens[1:]]


def test_what_cannot_fit_is_refused_with_both_numbers(tiny_tokenizer):
    with pytest.raises(InputError, match=r"block_size is too small: the frame and the summary"):
        encode_example(tiny_tokenizer, LONG, SUMMARY, 12)
    with pytest.raises(InputError, match="summary = '' is refused"):
        encode_example(tiny_tokenizer, LONG, " ", 64)


def test_every_text_survives_the_tokenizer_that_articles_give(articles, tiny_tokenizer):
    text = "naïve 字 🙂 x_1 = 3.14\tend"
    assert tiny_tokenizer.decode(tiny_tokenizer(text)["input_ids"]) == text
    assert train_tokenizer(articles, 320, 64).get_vocab() == tiny_tokenizer.get_vocab()
    with pytest.raises(InputError, match="vocabulary = 100 is refused"):
        train_tokenizer(articles, 100, 64)
