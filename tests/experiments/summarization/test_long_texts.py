"""Texts that a block does not hold: what is cut, what is left out, and what is said of it."""

import json
import re

import numpy as np
import pytest

from synverify_core.experiments.base import make_config
from synverify_core.experiments.row import of_selection
from synverify_core.experiments.summarization.corpora import load_corpus
from synverify_core.experiments.summarization.experiment import Summarization
from synverify_core.experiments.summarization.models import save
from synverify_core.experiments.summarization.text import (
    encode_generated,
    encode_prompt,
    fitting,
    format_example,
)

LONG = "array compute matrix index shape tensor value " * 12


def write_rows(path, summaries, *, longest=60):
    lines = [
        {"text": f"w{number} " + "array of a value " * (longest // 4), "summary": summary}
        for number, summary in enumerate(summaries)
    ]
    path.write_text("".join(json.dumps(line) + "\n" for line in lines))
    return path


@pytest.mark.parametrize("summary", ["array", "字" * 9, "value " * 7, "matrix " * 30, LONG])
def test_a_summary_fits_if_frame_summary_and_end_do(tiny_tokenizer, summary):
    size = len(tiny_tokenizer(format_example("", summary))["input_ids"]) + 1
    assert fitting(tiny_tokenizer, [summary, summary], size) == [True, True]
    assert fitting(tiny_tokenizer, [summary], size - 1) == [False]


def test_of_a_generated_summary_that_does_not_fit_the_beginning_is_learnt(tiny_tokenizer):
    example = encode_generated(tiny_tokenizer, "an article", LONG, 40)
    assert len(example.tokens) == 40 and example.truncated
    assert tiny_tokenizer.decode(example.tokens[example.prompt_length :]).startswith(" array comp")
    frame = encode_prompt(tiny_tokenizer, "", 40, 1)
    assert example.prompt_length == len(frame.tokens)
    whole = encode_generated(tiny_tokenizer, "an article", "array", 40)
    assert whole.tokens[-1] == tiny_tokenizer.eos_token_id


def test_long_summaries_are_left_out_of_the_training_side_and_counted(tmp_path):
    path = write_rows(tmp_path / "news_train.jsonl", ["short", *["much too long"] * 3] * 30)
    write_rows(tmp_path / "news_test.jsonl", ["much too long"] * 5, longest=20)

    def short(summaries):
        return [len(summary) < 8 for summary in summaries]

    corpus = load_corpus(f"jsonl:{path}", fitting=short, max_train=25)
    assert {pair.summary for pair in corpus.train} == {"short"} and len(corpus.train) == 25
    assert len(corpus.test) == 5
    assert corpus.fingerprint["summaries_too_long"] == 90
    assert any(note.startswith("90 of 120 train pairs are left out") for note in corpus.notes)
    everything = load_corpus(f"jsonl:{path}", fitting=lambda texts: [True] * len(texts))
    assert everything == load_corpus(f"jsonl:{path}")


def test_a_run_outlives_long_summaries_and_counts_each_pool_once(run, tmp_path, tiny_llama):
    save(tiny_llama, tmp_path / "base")
    # Other scripts take a token for every byte, and rouge-score does not see them.
    summaries = ["array of a", "a value of", "字" * 60, LONG] * 12
    path = write_rows(tmp_path / "news.jsonl", summaries)
    values = make_config(Summarization, "quick").model_dump()
    values |= {"corpus": f"jsonl:{path}", "verifiers": ("weak",), "selection_rates": (0.5,)}
    values |= {"model": str(tmp_path / "base"), "weak_model": str(tmp_path / "base")}
    values |= {"sizes": (8, 20), "max_train": 0, "n_test": 0, "epochs": 1}
    values |= {"batch_size": 4, "block_size": 64, "max_new_tokens": 6, "weak_epochs": 1.0}
    _, memory = run(Summarization, values)
    clean = [row for row in memory.rows if row.verifier == "clean"]
    assert {row.n_samples for row in clean if not of_selection(row.metric)} == {8, 20}
    assert all(np.isfinite(row.value) for row in memory.rows)
    text = "\n".join(memory.lines)
    (left_out,) = re.findall(r"(\d+) of 43 train pairs are left out", text)
    assert 15 < int(left_out) < 25
    assert f'"summaries_too_long": {left_out}' in text
    assert text.count(" summaries: ") == 1 and text.count("articles are cut to keep") == 2
    assert text.count("have no letter a-z and no digit") == 1
