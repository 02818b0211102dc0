"""Texts that repeat earlier ones: near-duplicates by MinHash, and phrases found word for word."""

import zlib
from collections import Counter, defaultdict
from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from synverify_core.experiments.summarization.corpora.pairs import words

SIMILAR = 0.6

_BANDS, _ROWS = 24, 4
_SHINGLE = 3
_LARGEST_BUCKET = 16
_CHUNK = 200_000
_MIX = np.uint64(0x9E3779B97F4A7C15)

Signatures = NDArray[np.uint32]


class Numbered(NamedTuple):
    """Texts as word numbers, one int32 array a text, and the hash of each number's word.

    hashes : shape (number of words,), 0 for numerals; they depend on the words alone.
    """

    texts: list[NDArray[np.int32]]
    hashes: NDArray[np.uint64]


def number_words(texts: Sequence[str]) -> Numbered:
    """Write texts as numbers, one for each distinct word."""
    numbers: defaultdict[str, int] = defaultdict(lambda: len(numbers))
    arrays = [np.array([numbers[word] for word in words(text)], dtype=np.int32) for text in texts]
    hashes = [0 if word.isdigit() else zlib.crc32(word.encode()) for word in numbers]
    return Numbered(arrays, np.array(hashes, dtype=np.uint64))


def first_alike(numbered: Numbered, similar: float = SIMILAR) -> NDArray[np.intp]:
    """Return for each text an earlier kept one with Jaccard similarity above `similar`, or -1.

    A text that is like an earlier one is left out, and later texts are not compared with it.
    Similarity is that of word triples without numerals, estimated by 96 MinHash values (Broder
    1997); two texts of similarity 0.6 meet with probability 0.96, of 0.7 with 0.998.
    """
    signed = signatures(numbered)
    alike = np.full(len(signed), -1, dtype=np.intp)
    buckets: dict[int, list[int]] = {}
    for number, keys in enumerate(_shared_keys(signed)):
        candidates = sorted({other for key in keys for other in buckets.get(key, ())})
        if candidates:
            shares = (signed[candidates] == signed[number]).mean(axis=1)
            best = int(shares.argmax())
            if shares[best] >= similar:
                alike[number] = candidates[best]
                continue
        for key in keys:
            bucket = buckets.setdefault(key, [])
            if len(bucket) < _LARGEST_BUCKET:
                bucket.append(number)
    return alike


def _shared_keys(signed: Signatures) -> list[list[int]]:
    """Return for each text the numbers of its bands that another text has, too."""
    keys: list[list[int]] = [[] for _ in signed]
    used = 0
    for band in range(_BANDS):
        values = np.ascontiguousarray(signed[:, band * _ROWS : (band + 1) * _ROWS])
        whole = values.view(np.dtype((np.void, values.itemsize * _ROWS))).ravel()
        _, numbers, counts = np.unique(whole, return_inverse=True, return_counts=True)
        for text in np.flatnonzero(counts[numbers] > 1).tolist():
            keys[text].append(used + int(numbers[text]))
        used += len(counts)
    return keys


def signatures(numbered: Numbered) -> Signatures:
    """Return the MinHash values of texts, shape (n, 96)."""
    factors = np.random.default_rng(96).integers(1, 2**63, _BANDS * _ROWS, dtype=np.uint64)
    factors |= np.uint64(1)
    result = np.empty((len(numbered.texts), len(factors)), dtype=np.uint32)
    block: list[NDArray[np.uint64]] = []
    start = size = 0
    for number, text in enumerate(numbered.texts):
        hashes = numbered.hashes[text]
        block.append(_shingles(hashes[hashes > 0]))
        size += len(block[-1])
        if size >= _CHUNK or number == len(numbered.texts) - 1:
            result[start : number + 1] = _smallest(block, factors)
            block, start, size = [], number + 1, 0
    return result


def holds_phrase(
    texts: Sequence[NDArray[np.int32]], phrases: Sequence[NDArray[np.int32]]
) -> NDArray[np.bool_]:
    """Tell which texts have one of the phrases in them, word for word, shape (len(texts),)."""
    seen = Counter[int]()
    own = [frozenset(text.tolist()) for text in texts]
    for words_of_text in own:
        seen.update(words_of_text)
    by_word: dict[int, list[bytes]] = {}
    for phrase in phrases:
        if len(phrase):
            rarest = min(phrase.tolist(), key=lambda word: (seen[word], word))
            by_word.setdefault(rarest, []).append(phrase.tobytes())
    found = np.zeros(len(texts), dtype=bool)
    rare = frozenset(by_word)
    for number, text in enumerate(texts):
        candidates = own[number] & rare
        if candidates:
            raw = text.tobytes()
            found[number] = any(_holds(raw, part) for word in candidates for part in by_word[word])
    return found


def _holds(text: bytes, phrase: bytes) -> bool:
    at = text.find(phrase)
    while at >= 0 and at % 4:  # numbers are four bytes: only then do words begin at words
        at = text.find(phrase, at + 1)
    return at >= 0


def _shingles(hashes: NDArray[np.uint64]) -> NDArray[np.uint64]:
    if len(hashes) < _SHINGLE:
        hashes = np.concatenate([hashes, np.zeros(_SHINGLE - len(hashes), dtype=np.uint64)])
    n = len(hashes) - _SHINGLE + 1
    mixed = hashes[:n]
    for shift in range(1, _SHINGLE):
        mixed = (mixed * _MIX) ^ (hashes[shift : n + shift] + (mixed >> np.uint64(29)))
    return mixed


def _smallest(block: list[NDArray[np.uint64]], factors: NDArray[np.uint64]) -> Signatures:
    starts = np.cumsum([0] + [len(part) for part in block[:-1]])
    joined = np.concatenate(block)
    columns = [
        np.minimum.reduceat(((joined * factor) >> np.uint64(32)).astype(np.uint32), starts)
        for factor in factors
    ]
    return np.stack(columns, axis=1)
