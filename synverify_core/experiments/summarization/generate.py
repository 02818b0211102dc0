"""Summaries of many articles: long prompts first, batches by memory, finished ones kept on disk."""

import hashlib
import json
import time
from collections.abc import Callable, Iterator, Sequence
from functools import partial
from pathlib import Path
from typing import Any, NamedTuple

from synverify_core.errors import InputError, StoreError
from synverify_core.experiments.memory import attempt
from synverify_core.experiments.summarization.fingerprint import fingerprint
from synverify_core.experiments.summarization.greedy import Continuation, greedy
from synverify_core.experiments.summarization.lean import lean
from synverify_core.experiments.summarization.models import Loaded
from synverify_core.experiments.summarization.text import Encoded, encode_prompt, end_token

PROGRESS_NAME = "summaries.jsonl"
# Tokens (prompt and summary together) that are decoded at once.
_TOKENS_ON_CPU, _TOKENS_ON_GPU = 32_768, 262_144
_REPORT_SECONDS = 2.0
ONE_ARTICLE = "one article at a time. Try a smaller block_size or model"
"""What to say where memory does not hold it."""

Log = Callable[[str], None]
Progress = Callable[[int, int, float], None]
"""Told now and then: articles done, in all, and new tokens per second."""


class Summary(NamedTuple):
    """What a model wrote about one article.

    text : without the end token, spaces at both ends removed; may be empty.
    tokens : as generated, with the end token if it came.
    log_probability_mean : mean over these tokens, natural logarithm.
    ended : whether the end token came before the limit.
    truncated : whether the article's end was cut off.
    """

    text: str
    tokens: list[int]
    log_probability_mean: float
    ended: bool
    truncated: bool


def summarize(
    loaded: Loaded,
    articles: Sequence[str],
    *,
    block_size: int,
    max_new_tokens: int,
    batch_size: int = 0,
    workspace: Path | None = None,
    log: Log | None = None,
    progress: Progress | None = None,
) -> list[Summary]:
    """Write a summary of every article by greedy decoding.

    Parameters
    ----------
    block_size : most tokens of prompt and summary together; the article is cut to leave
        `max_new_tokens` for the summary.
    batch_size : most articles at once; 0: as many as a budget of tokens allows. Halved where
        memory runs out.
    workspace : folder in which finished batches are kept; a later call with the same model and
        articles goes on behind them.

    Raises
    ------
    InputError
        If there is no room for a summary, or the workspace belongs to other settings.
    SynverifyError
        If one article alone does not fit into memory.
    """
    if not 1 <= max_new_tokens < loaded.block(block_size):
        raise InputError(
            f"max_new_tokens = {max_new_tokens} is refused: it must lie in "
            f"[1, {loaded.block(block_size) - 1}], below the block"
        )
    prompts = [
        encode_prompt(loaded.tokenizer, article, loaded.block(block_size), max_new_tokens)
        for article in articles
    ]
    work = _Work(loaded, prompts, max_new_tokens, batch_size, log, progress)
    with _Finished(workspace, work.identity) as finished:
        work.run(finished)
        summaries = [
            _summary(loaded, finished.found[place], prompt) for place, prompt in enumerate(prompts)
        ]
    return summaries


class _Work:
    def __init__(
        self,
        loaded: Loaded,
        prompts: Sequence[Encoded],
        max_new_tokens: int,
        batch_size: int,
        log: Log | None,
        progress: Progress | None,
    ) -> None:
        self.loaded, self.prompts, self.max_new_tokens = loaded, prompts, max_new_tokens
        self.log, self.progress = log, progress
        self.most_rows = batch_size or len(prompts) or 1
        self.budget = _TOKENS_ON_GPU if loaded.device.type == "cuda" else _TOKENS_ON_CPU
        if batch_size:
            self.budget = batch_size * loaded.context
        self.ends = end_tokens(loaded)
        tokens = [prompt.tokens for prompt in prompts]
        self.identity = {
            "model": fingerprint(loaded.model),
            "prompts": hashlib.sha256(json.dumps(tokens).encode()).hexdigest(),
            "max_new_tokens": max_new_tokens,
        }

    def run(self, finished: "_Finished") -> None:
        total, began = len(self.prompts), time.monotonic()
        if finished.found and self.log:
            self.log(f"generation goes on behind {len(finished.found)} of {total} articles")
        left = [place for place in range(total) if place not in finished.found]
        self.lean = lean(self.loaded.model) if left else None
        # The longest first: if memory runs out, it does so at once.
        left.sort(key=lambda place: len(self.prompts[place].tokens), reverse=True)
        reported, tokens = began, 0
        while left:
            batch = self._next(left)
            found = self._decode([self.prompts[place].tokens for place in batch])
            if found is None:
                continue
            finished.add(dict(zip(batch, found, strict=True)))
            left = left[len(batch) :]
            tokens += sum(len(one.tokens) for one in found)
            now = time.monotonic()
            if self.progress and (not left or now - reported > _REPORT_SECONDS):
                self.progress(total - len(left), total, tokens / max(now - began, 1e-9))
                reported = now

    def _next(self, left: Sequence[int]) -> Sequence[int]:
        widest = len(self.prompts[left[0]].tokens) + self.max_new_tokens
        return left[: max(1, min(self.most_rows, self.budget // widest))]

    def _decode(self, prompts: Sequence[Sequence[int]]) -> list[Continuation] | None:
        """Decode a batch; None: it was too big, and the next one will be half of it."""
        decode = partial(
            greedy,
            self.loaded.model,
            prompts,
            ends=self.ends,
            pad=int(self.loaded.tokenizer.pad_token_id),
            max_new_tokens=self.max_new_tokens,
            weights=self.lean,
        )
        remedy = ONE_ARTICLE if len(prompts) == 1 else ""
        found: list[Continuation] | None = attempt(decode, self.loaded.device, remedy=remedy)
        if found is None:
            self.most_rows = len(prompts) // 2
            if self.log:
                self.log(f"out of memory: {self.most_rows} articles at a time from here on")
        return found


class _Finished:
    """Continuations by the article's place, appended to a file batch by batch."""

    def __init__(self, workspace: Path | None, identity: dict[str, Any]) -> None:
        self.path = workspace / PROGRESS_NAME if workspace else None
        self.identity = identity
        self.found: dict[int, Continuation] = {}

    def __enter__(self) -> "_Finished":
        if self.path is None:
            return self
        lines = list(_whole_lines(self.path))
        if lines and lines[0] != self.identity:
            raise InputError(
                f"{self.path} holds summaries of another model or of other articles: delete it, "
                "or name another workspace"
            )
        try:
            for line in lines[1:]:
                place = line.pop("place")
                self.found[place] = Continuation(**line)
        except (KeyError, TypeError, AttributeError) as error:
            raise StoreError(f"{self.path} cannot be read as summaries: {error}") from error
        # Written anew: a line that was cut off by an interruption must not swallow the next.
        self.path.parent.mkdir(parents=True, exist_ok=True)
        self._file = self.path.open("w", encoding="utf8")
        self._write([self.identity])
        kept, self.found = self.found, {}
        self.add(kept)
        return self

    def __exit__(self, *_: object) -> None:
        if self.path is not None:
            self._file.close()

    def add(self, found: dict[int, Continuation]) -> None:
        self.found |= found
        if self.path is not None:
            self._write([{"place": place, **one._asdict()} for place, one in found.items()])

    def _write(self, lines: Sequence[dict[str, Any]]) -> None:
        self._file.write("".join(f"{json.dumps(line)}\n" for line in lines))
        self._file.flush()


def end_tokens(loaded: Loaded) -> set[int]:
    """Tokens that end a summary: the tokenizer's, and those that the model's settings name."""
    named = loaded.model.generation_config.eos_token_id
    named = named if isinstance(named, list) else [named]
    return {end_token(loaded.tokenizer), *(int(token) for token in named if token is not None)}


def _whole_lines(path: Path) -> Iterator[dict[str, Any]]:
    try:
        text = path.read_text(encoding="utf8")
    except FileNotFoundError:
        return
    for number, line in enumerate(text.split("\n")[:-1], start=1):
        try:
            yield json.loads(line)
        except ValueError as error:
            raise StoreError(f"{path}, line {number} is not JSON: delete the file") from error


def _summary(loaded: Loaded, one: Continuation, prompt: Encoded) -> Summary:
    text = loaded.tokenizer.decode(one.tokens, skip_special_tokens=True).strip()
    return Summary(text, one.tokens, one.log_probability_mean, one.ended, prompt.truncated)


def counts(summaries: Sequence[Summary]) -> str:
    """Say how many summaries are empty, endless, or of articles that were cut."""
    empty = sum(not summary.text for summary in summaries)
    cut = sum(summary.truncated for summary in summaries)
    endless = sum(not summary.ended for summary in summaries)
    return (
        f"{len(summaries)} summaries: {empty} empty, {endless} without an end, "
        f"{cut} of articles that were cut"
    )
