"""From an article and its summary to tokens: the paper's prompt, with the summary always whole."""

from collections.abc import Sequence
from typing import Any, Literal, NamedTuple

from synverify_core.errors import InputError

# Feng et al. 2024, Appendix D. On one line, as run_clm reads its examples: line breaks of an
# article become spaces, so the frame's words are the only mark between article and summary.
PROMPT = "Article: {article} A summary of the article:"
# Spaces and marks that a tokenizer may add between frame and summary, and the end token.
_MARKS = 4
IGNORED = -100
"""Label of a position that the loss leaves out (torch's and transformers' convention)."""

Loss = Literal["full", "completion"]
"""`full`: every token of the example is learnt (run_clm, the paper); `completion`: the summary."""


class Encoded(NamedTuple):
    """One example as tokens.

    tokens : prompt, then (in a training example) the summary and the end token.
    prompt_length : how many of them are the prompt; the others are the summary.
    truncated : whether the article's end was cut off.
    """

    tokens: list[int]
    prompt_length: int
    truncated: bool

    def labels(self, loss: Loss = "full") -> list[int]:
        """Give the tokens that the loss asks for; the first has nothing before it."""
        hidden = self.prompt_length if loss == "completion" else 1
        return [IGNORED] * hidden + self.tokens[hidden:]


def one_line(text: str) -> str:
    """Replace every run of spaces and line breaks by one space."""
    return " ".join(text.split())


def format_prompt(article: str) -> str:
    """Write the part of an example that a model continues with its summary."""
    return PROMPT.format(article=one_line(article))


def format_example(article: str, summary: str) -> str:
    """Write an example as the paper does: `Article: ... A summary of the article: ...`."""
    return f"{format_prompt(article)} {one_line(summary)}"


def encode_example(tokenizer: Any, article: str, summary: str, block_size: int) -> Encoded:
    """Encode an example with an end token; only the article is ever cut.

    Parameters
    ----------
    tokenizer : of transformers, with an end token.
    block_size : most tokens of the whole example.

    Raises
    ------
    InputError
        If the summary is empty, or does not fit into the block with an empty article.
    """
    if not summary.strip():
        raise InputError("summary = '' is refused: an example needs at least one word")
    return _fit(tokenizer, article, summary, block_size)


def encode_generated(
    tokenizer: Any, article: str, summary: str, block_size: int, *, ended: bool = True
) -> Encoded:
    """Encode an example as `encode_example` does; an empty summary is its end token alone.

    A model may write nothing, and a verifier may keep it: that is learnt, too. So is the
    beginning of a summary that became too long, as a text that is no text may when it is encoded
    again. One that did not end (`ended`) was cut: no end token follows.
    """
    if summary.strip():
        if fitting(tokenizer, [summary], block_size) == [False]:
            return _beginning(tokenizer, summary, block_size)
        example = encode_example(tokenizer, article, summary, block_size)
    else:
        prompt = encode_prompt(tokenizer, article, block_size, 1)
        example = prompt._replace(tokens=[*prompt.tokens, end_token(tokenizer)])
    return example if ended else example._replace(tokens=example.tokens[:-1])


def encode_prompt(tokenizer: Any, article: str, block_size: int, reserve: int) -> Encoded:
    """Encode what a model is asked to continue, leaving `reserve` tokens for its summary.

    Raises
    ------
    InputError
        If the frame alone leaves no room.
    """
    return _fit(tokenizer, article, None, block_size - reserve)


def fitting(tokenizer: Any, summaries: Sequence[str], block_size: int) -> list[bool]:
    """Tell which summaries fit whole into the block, with the frame and no article at all."""
    # No token is less than a byte of text, but for a mark at the beginning.
    sure = block_size - len(_tokens(tokenizer, format_prompt(""))) - _MARKS
    return [
        len(one_line(summary).encode("utf8", "surrogatepass")) <= sure
        or len(_tokens(tokenizer, format_example("", summary))) < block_size
        for summary in summaries
    ]


def encode_summary(tokenizer: Any, summary: str) -> list[int]:
    """Encode a summary as it stands after a prompt, without an end token."""
    example = _fit(tokenizer, "", summary, 10**9) if summary.strip() else None
    return example.tokens[example.prompt_length : -1] if example else []


def end_token(tokenizer: Any) -> int:
    """Return the token that ends a summary.

    Raises
    ------
    InputError
        If the tokenizer has none: generation could never stop.
    """
    if tokenizer.eos_token_id is None:
        raise InputError("This tokenizer has no end token (eos_token): a summary could never end")
    return int(tokenizer.eos_token_id)


def _beginning(tokenizer: Any, summary: str, block_size: int) -> Encoded:
    """Encode as much of a summary as the block holds without an article; it has no end."""
    tokens = _tokens(tokenizer, format_example("", summary))[:block_size]
    prompt = _tokens(tokenizer, format_prompt(""))
    return Encoded(tokens, _common(prompt, tokens), truncated=True)


def _fit(tokenizer: Any, article: str, summary: str | None, limit: int) -> Encoded:
    """Cut the article's end until all tokens fit; usually the first cut is right."""
    kept = one_line(article)
    truncated = False
    while True:
        prompt = _tokens(tokenizer, format_prompt(kept))
        if summary is None:
            tokens, prompt_length = prompt, len(prompt)
        else:
            tokens = [*_tokens(tokenizer, format_example(kept, summary)), end_token(tokenizer)]
            # A tokenizer may join the prompt's last sign with what follows: then the common
            # beginning is the prompt.
            prompt_length = _common(prompt, tokens)
        over = len(tokens) - limit
        if over <= 0:
            return Encoded(tokens, prompt_length, truncated)
        if not kept:
            what = "the prompt's frame" if summary is None else "the frame and the summary"
            raise InputError(
                f"block_size is too small: {what} need {len(tokens)} tokens, "
                f"and there is room for {max(limit, 0)}"
            )
        kept, truncated = _without_tail(tokenizer, kept, over), True


def _without_tail(tokenizer: Any, text: str, tokens: int) -> str:
    """Drop about as many characters as the last `tokens` tokens stand for, at least one."""
    tail = tokenizer.decode(_tokens(tokenizer, text)[-tokens:], skip_special_tokens=True)
    return text[: -max(1, len(tail))].rstrip()


def _tokens(tokenizer: Any, text: str) -> list[int]:
    # An article about tokenizers may hold "</s>": it must not end the example.
    tokens: list[int] = tokenizer(text, split_special_tokens=True, verbose=False)["input_ids"]
    if tokens and tokens[-1] == tokenizer.eos_token_id:  # some tokenizers end every text
        tokens.pop()
    return tokens


def _common(first: Sequence[int], second: Sequence[int]) -> int:
    for place, (one, other) in enumerate(zip(first, second, strict=False)):
        if one != other:
            return place
    return min(len(first), len(second))
