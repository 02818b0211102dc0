"""A docstring as article and summary, or the reason why it is neither."""

import re
from typing import NamedTuple

from synverify_core.experiments.summarization.corpora.markup import plain_line, plain_text
from synverify_core.experiments.summarization.corpora.pairs import Pair, words
from synverify_core.experiments.summarization.corpora.reading import Docstring

SUMMARY_WORDS = (4, 25)
SMALLEST_ARTICLE = 20
SMALLEST_BODY = 12
LARGEST_ARTICLE = 400

_SENTENCE_END = re.compile(r"(?<=[\w)\]\"'`*>])[.!?](?=\s+[A-Z\"'(`\[*:]|\s*$)")
_ABBREVIATION = re.compile(
    r"(?:\b(?:e\.g|i\.e|etc|vs|cf|resp|approx|incl|eq|fig|no|dr|mr|st|al|ver|[a-zA-Z]))$", re.I
)
_CALL = re.compile(
    r"^[\w.*]+\s*\(.*\)\s*(?:->.*|[:=].*)?\.?$|^[\w.]+\s*=\s*\S+$|^\w[\w.]*\($", re.S
)
_BREAK = re.compile(
    r"\s*(?::\w+[^:]*:|>>>|\.\. |[-*+•]\s|\d\.\s|```|@\w+|\||#|~~~|[\w ]{3,20}:\s*$)"
)
_UNDERLINE = re.compile(r"\s*([-=~^*#])\1{2,}\s*")
_NO_SUMMARY = re.compile(
    r"^(?:see |refer to |alias|same as|equivalent (?:of|to) |like |\W?deprecated|overrid|delegat"
    r"|this is (?:the same|an? alias|equivalent)|author|internal[: ]|examples?\b|usage\b|notes?:"
    r"|warning|parameters?\b|args|returns:|version\b|test (?:that|if|for|case)"
    r"|.*\b(?:is deprecated|todo|fixme|xxx|copyright|license|all rights|auto-?generated)\b"
    r"|.*\bdo not (?:use|edit)\b"
    r"|(?:wrapper (?:for|around)|wraps|helper (?:function |method )?(?:for|to)?) ?\S+$"
    r"|implement(?:s|ation of|ation for)? (?:the )?[\w.]+$)",
    re.I,
)
_TEMPLATE = re.compile(r"%\(\w+\)s|(?<![\w^_])\{\w+\}|\{\}|%s|<<|>>|\$\{|__\w+__$")
_SYMBOL = re.compile(r"[\d\W_](?<!\s)")
_LETTERS_AND_SPACES = bytes(
    byte for byte in range(128) if chr(byte).isalpha() or chr(byte).isspace()
)
_POINTER = re.compile(r"Read more in the [^.\n]*\.\s?", re.I)


class Reading(NamedTuple):
    """What became of a docstring: a pair, or a further text, or only a reason; reason "" = pair."""

    pair: Pair | None
    text: str
    reason: str


def read(docstring: Docstring) -> Reading:
    """Split a docstring into summary and article, both in plain words.

    The summary is the first sentence (PEP 257: a line of its own); the article is the signature
    and everything that follows. A signature in the place of the summary is passed over, as numpy
    writes it for functions in C.
    """
    if len(docstring.text.split()) < SMALLEST_BODY:
        return Reading(None, "", "nothing but a summary")
    title = docstring.title
    head, body = _first_paragraph(docstring.text)
    if _CALL.match(head):
        if "(" in head and "(" not in title:
            title += head[head.find("(") : head.find(")") + 1]
        head, body = _first_paragraph(body)
    summary, rest = _first_sentence(plain_line(head))
    reason = refuse_summary(summary)
    told = _cut(_POINTER.sub("", plain_text(f"{rest}\n\n{body}" if rest else body)))
    article = f"{title}\n{told}" if told else title
    if len(told.split()) < SMALLEST_BODY or len(article.split()) < SMALLEST_ARTICLE:
        return Reading(None, "", reason or "nothing but a summary")
    unusable = _refuse_article(told)
    if reason or unusable:
        return Reading(None, "" if unusable else article, reason or unusable)
    if f" {' '.join(words(summary))} " in f" {' '.join(words(article))} ":
        return Reading(None, "", "summary repeated in the article")
    return Reading(Pair(article, summary, docstring.module, docstring.name), "", "")


def whole_text(docstring: Docstring) -> str:
    """Return title and text in plain words, summary included; nothing if it is no prose."""
    told = plain_text(docstring.text)
    if len(told.split()) < SUMMARY_WORDS[0] or _refuse_article(told):
        return ""
    return f"{docstring.title}\n{told}"


def refuse_summary(summary: str) -> str:
    """Return why a sentence is no summary, or nothing."""
    if not summary:
        return "no summary"
    if _TEMPLATE.search(summary):
        return "template"
    if _CALL.match(summary) or summary.startswith(("(", "[", "{", "<", "@", "-", "=", "|")):
        return "signature or symbols"
    size = len(summary.split())
    if size < SUMMARY_WORDS[0]:
        return "summary too short"
    if size > SUMMARY_WORDS[1]:
        return "summary too long"
    if _NO_SUMMARY.match(summary):
        return "stub"
    if summary.endswith((":", ",", " and", " or", " the", " a", " of", "(", "-", ";")):
        return "unfinished sentence"
    if _symbols(summary) > 0.2 * len(summary) or not summary.isascii() or "://" in summary:
        return "not prose"
    plain_words = sum(word.strip(".,;:()'\"!?").isalpha() for word in summary.split())
    if plain_words < 0.6 * size or plain_words < 3:
        return "not prose"
    return ""


def _refuse_article(text: str) -> str:
    if len(_TEMPLATE.findall(text)) > 1:
        return "template"
    return "not prose" if _symbols(text) > 0.25 * len(text) else ""


def _symbols(text: str) -> int:
    """Count what is neither a letter nor a space; without a search where all is ASCII."""
    if text.isascii():
        return len(text.encode().translate(None, _LETTERS_AND_SPACES))
    return len(_SYMBOL.findall(text))


def _first_paragraph(text: str) -> tuple[str, str]:
    """Return the first paragraph as one line, and what follows."""
    lines = text.strip("\n").split("\n")
    for number, line in enumerate(lines):
        ends = not line.strip() or _UNDERLINE.fullmatch(line) or (number and _BREAK.match(line))
        if number and not ends and _is_title(lines[number - 1], line, number):
            ends = True
        if ends:
            head, rest = lines[:number], lines[number:]
            break
    else:
        head, rest = lines, []
    return " ".join(line.strip() for line in head), "\n".join(rest)


def _is_title(first: str, second: str, number: int) -> bool:
    # "Short title" above a paragraph that starts anew: PEP 257 makes the first line the summary.
    return (
        number == 1
        and len(first) < 60
        and first[-1:].isalnum()
        and second.lstrip()[:1].isupper()
        and len(second) > 30
        and second.split()[0].isalpha()
        and second.split()[0].istitle()
        and len(first.split()) >= SUMMARY_WORDS[0]
    )


def _first_sentence(paragraph: str) -> tuple[str, str]:
    for end in _SENTENCE_END.finditer(paragraph):
        if not _ABBREVIATION.search(paragraph[: end.start()]):
            return paragraph[: end.end()].strip(), paragraph[end.end() :].strip()
    return paragraph.strip(), ""


def _cut(text: str) -> str:
    """Return the text up to the last whole paragraph within the largest article."""
    size = 0
    kept: list[str] = []
    for line in text.split("\n"):
        size += len(line.split())
        if kept and size > LARGEST_ARTICLE:
            break
        kept.append(line)
    return "\n".join(kept)
