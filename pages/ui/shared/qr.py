"""QR codes of short texts (ISO/IEC 18004): byte mode, error correction M, versions 1 to 10."""

import functools
import itertools
import re
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from synverify_core.errors import InputError

Modules = NDArray[np.bool_]
LONGEST = 213
"""Bytes that version 10 holds."""
_DIGITS = bytes.maketrans(b"\0\1", b"01")


class Version(NamedTuple):
    """How one version cuts its data: blocks (data codewords each), check codewords of each block.

    centres : of the alignment patterns, in rows and columns.
    """

    blocks: tuple[int, ...]
    checks: int
    centres: tuple[int, ...]


VERSIONS = (
    Version((16,), 10, ()),
    Version((28,), 16, (6, 18)),
    Version((44,), 26, (6, 22)),
    Version((32,) * 2, 18, (6, 26)),
    Version((43,) * 2, 24, (6, 30)),
    Version((27,) * 4, 16, (6, 34)),
    Version((31,) * 4, 18, (6, 22, 38)),
    Version((38,) * 2 + (39,) * 2, 22, (6, 24, 42)),
    Version((36,) * 3 + (37,) * 2, 22, (6, 26, 46)),
    Version((43,) * 4 + (44,), 26, (6, 28, 50)),
)


@functools.lru_cache(maxsize=64)
def qr_modules(text: str) -> Modules:
    """Return the code's dark modules, shape (side, side), without the quiet zone of 4 around it.

    Raises
    ------
    InputError
        For a text of more than 213 bytes in UTF-8.
    """
    data = text.encode()
    sizes = [sum(version.blocks) - (3 if number > 9 else 2) for number, version in _numbered()]
    number = next((i for i, size in enumerate(sizes, 1) if len(data) <= size), 0)
    if not number:
        raise InputError(
            f"text has {len(data)} bytes; a QR code of version 10 holds at most {LONGEST}"
        )
    fixed, free = _patterns(number)
    drawn = _zigzag(fixed, free, _codewords(data, number))
    candidates = [_masked(drawn, free, mask, number) for mask in range(8)]
    best: Modules = min(candidates, key=_penalty)
    best.flags.writeable = False
    return best


def svg(text: str) -> str:
    """Return the code as an SVG image with its quiet zone; empty for a text that is too long."""
    if len(text.encode()) > LONGEST:
        return ""
    modules = qr_modules(text)
    side = len(modules) + 8
    path = "".join(f"M{column + 4} {row + 4}h1v1h-1z" for row, column in np.argwhere(modules))
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {side} {side}" role="img" '
        f'aria-label="QR code of the link"><path fill="#000" d="{path}"/></svg>'
    )


def _numbered() -> list[tuple[int, Version]]:
    return list(enumerate(VERSIONS, 1))


def _codewords(data: bytes, number: int) -> list[int]:
    """Return data and check codewords in the order in which they are drawn."""
    version = VERSIONS[number - 1]
    room = 8 * sum(version.blocks)
    bits = f"{0b0100:04b}{len(data):0{16 if number > 9 else 8}b}"
    bits += "".join(f"{byte:08b}" for byte in data)
    bits += "0" * min(4, room - len(bits))
    bits += "0" * (-len(bits) % 8)
    words = [int(bits[i : i + 8], 2) for i in range(0, len(bits), 8)]
    words += [(0xEC, 0x11)[i % 2] for i in range(room // 8 - len(words))]
    blocks, start = [], 0
    for size in version.blocks:
        blocks.append(words[start : start + size])
        start += size
    checks = [_remainder(block, version.checks) for block in blocks]
    ordered = [block[i] for i in range(max(version.blocks)) for block in blocks if i < len(block)]
    return ordered + [check[i] for i in range(version.checks) for check in checks]


@functools.cache
def _field() -> tuple[list[int], list[int]]:
    """Return powers of 2 and logarithms in GF(256) modulo x^8 + x^4 + x^3 + x^2 + 1."""
    powers, value = [], 1
    for _ in range(255):
        powers.append(value)
        value = value << 1 ^ (0x11D if value & 0x80 else 0)
    logs = [0] * 256
    for exponent, power in enumerate(powers):
        logs[power] = exponent
    return powers * 2, logs


def _remainder(block: list[int], count: int) -> list[int]:
    """Return the Reed-Solomon check codewords of a block."""
    powers, logs = _field()
    divisor = [1]
    for root in range(count):
        shifted = [0, *(powers[logs[c] + root] if c else 0 for c in divisor)]
        divisor = [a ^ b for a, b in zip([*divisor, 0], shifted, strict=True)]
    rest = block + [0] * count
    for i in range(len(block)):
        if rest[i]:
            factor = logs[rest[i]]
            for j, term in enumerate(divisor):
                rest[i + j] ^= powers[factor + logs[term]]
    return rest[len(block) :]


def _patterns(number: int) -> tuple[Modules, Modules]:
    """Return what every code of a version shows, and where its data stand."""
    side = 17 + 4 * number
    dark = np.zeros((side, side), dtype=bool)
    free = np.ones((side, side), dtype=bool)
    ring = np.maximum(*np.abs(np.mgrid[-4:5, -4:5]))  # distance from the centre of a finder
    for row, column in ((3, 3), (3, side - 4), (side - 4, 3)):
        square = tuple(slice(max(0, at - 4), at + 5) for at in (row, column))
        inside = tuple(slice(max(0, 4 - at), 4 + side - at) for at in (row, column))
        dark[square] = np.isin(ring, (0, 1, 3))[inside]
        free[square] = False
    dark[6, 8:-8] = dark[8:-8, 6] = np.arange(8, side - 8) % 2 == 0
    free[6] = free[:, 6] = False
    free[8, :9] = free[:9, 8] = free[8, -8:] = free[-8:, 8] = False
    centres = VERSIONS[number - 1].centres
    corners = {(6, 6), (6, side - 7), (side - 7, 6)}
    for row, column in set(itertools.product(centres, repeat=2)) - corners:
        dark[row - 2 : row + 3, column - 2 : column + 3] = ring[2:7, 2:7] != 1
        free[row - 2 : row + 3, column - 2 : column + 3] = False
    dark[-8, 8] = True
    if number > 6:
        bits = _with_checks(number, 0x1F25, 12)
        block = np.array([bits >> i & 1 for i in range(18)], dtype=bool).reshape(6, 3)
        dark[:6, -11:-8], dark[-11:-8, :6] = block, block.T
        free[:6, -11:-8] = free[-11:-8, :6] = False
    return dark, free


def _with_checks(value: int, divisor: int, count: int) -> int:
    """Return a number followed by its BCH check bits."""
    rest = value << count
    for shift in range(rest.bit_length() - count - 1, -1, -1):
        if rest >> (count + shift) & 1:
            rest ^= divisor << shift
    return value << count | rest


def _zigzag(fixed: Modules, free: Modules, words: list[int]) -> Modules:
    """Lay the codewords into the free modules, two columns at a time, up and down."""
    side = len(fixed)
    bits = iter([word >> (7 - i) & 1 for word in words for i in range(8)])
    dark = fixed.copy()
    columns = [*range(side - 1, 6, -2), 5, 3, 1]
    for turn, right in enumerate(columns):
        for row in range(side)[:: 1 if turn % 2 else -1]:
            for column in (right, right - 1):
                if free[row, column]:
                    dark[row, column] = next(bits, 0)
    return dark


def _masked(drawn: Modules, free: Modules, mask: int, number: int) -> Modules:
    """Return the code under one of the eight masks, with the bits that name the mask."""
    i, j = np.indices(drawn.shape)
    flipped = (
        (i + j) % 2,
        i % 2,
        j % 3,
        (i + j) % 3,
        (i // 2 + j // 3) % 2,
        i * j % 2 + i * j % 3,
        (i * j % 2 + i * j % 3) % 2,
        ((i + j) % 2 + i * j % 3) % 2,
    )[mask] == 0
    dark: Modules = drawn ^ (flipped & free)
    name = _with_checks(mask, 0x537, 10) ^ 0x5412  # level M is 00
    bits = [bool(name >> place & 1) for place in range(15)]
    for place, row in enumerate((*range(6), 7, 8, *range(-7, 0))):
        dark[row, 8] = bits[place]
    for place, column in enumerate((*range(-1, -9, -1), 7, *range(5, -1, -1))):
        dark[8, column] = bits[place]
    return dark


def _penalty(dark: Modules) -> int:
    """Return how hard a code is to read, by the standard's four rules."""
    total = 0
    for line in [*dark, *dark.T]:
        text = line.tobytes().translate(_DIGITS).decode()
        total += sum(len(run) - 2 for run in re.findall("0{5,}|1{5,}", text))
        total += 40 * (text.count("10111010000") + text.count("00001011101"))
    same = (dark[1:, 1:] == dark[:-1, :-1]) & (dark[1:, 1:] == dark[:-1, 1:])
    total += 3 * int(np.sum(same & (dark[1:, 1:] == dark[1:, :-1])))
    return total + 10 * int(abs(100 * dark.mean() - 50) // 5)
