"""Docstrings as plain text: reStructuredText, Markdown, numpydoc and Google markup taken off."""

import re
from collections.abc import Iterator

# Sections that are code, lists of names or citations: nothing to summarize.
_DROPPED_SECTIONS = {
    *("examples", "example", "references", "reference", "see also", "doctest", "doctests"),
    *("usage", "usage example", "usage examples", "example usage", "methods", "index", "tests"),
    *("bibliography", "links", "external links", "methods defined here", "exports", "todo"),
}
_KEPT_SECTIONS = {
    *("parameters", "args", "arguments", "returns", "return", "yields", "raises", "notes", "note"),
    *("attributes", "warnings", "warning", "warns", "other parameters", "keyword args"),
    *("keyword arguments", "explanation", "receives", "parameters and options", "description"),
    *("shape", "inputs", "outputs", "input", "output", "caution", "important", "tip", "params"),
}
_TOLD_DIRECTIVES = {"note", "warning", "important", "tip", "caution", "hint", "attention", "danger"}

_UNDERLINE = re.compile(r"([-=~^*\"#`+_])\1{2,}\s*")
_TABLE = re.compile(r"\s*(?:[+|][-=+| ].*|=+(?:\s+=+)+|-+(?:\s+-+)+|\|.*\|)\s*")
_DIRECTIVE = re.compile(r"(\s*)\.\. ?(?:(\w[\w:-]*)::\s*(.*)|\[[^\]]*\].*|_[^:]*:.*|\|.*|[^ ].*|$)")
_FIELD = re.compile(r"(\s*):(\w+)((?:\s+[^:`]+)?):(?!`)\s*(.*)")
_ENTRY = re.compile(r"(\s*)(\*{0,2}\w[\w.]*(?:,\s*\*{0,2}\w+)*)\s+:\s+(\S.*)")
_GOOGLE = re.compile(r"(\s*)#*\s*\**([A-Za-z][A-Za-z ]{2,24}):?\**:?\s*")
_ARGUMENT = re.compile(r"\*{0,2}[a-z]\w*(?: \([^)]*\))?: \S")
_BULLET = re.compile(r"\s*(?:[-*+•]|\d{1,2}[.)])\s+")

# (what a text must have for it, pattern, replacement), in this order
_INLINE = (
    (":`~", re.compile(r":[\w:+-]+:`~([^`<]*?)([\w]+)`"), r"\2"),  # :func:`~package.name`
    (">`", re.compile(r":[\w:+-]+:`!?([^`<]+?)\s*<[^`>]*>`"), r"\1"),  # :ref:`title <target>`
    (":`", re.compile(r":[\w:+-]+:`!?([^`]*)`"), r"\1"),
    (">`_", re.compile(r"`([^`<]+?)\s*<[^`>]*>`__?"), r"\1"),  # `title <https://...>`_
    ("``", re.compile(r"``([^`]*)``"), r"\1"),
    (
        "[`",
        re.compile(r"\[`~?([^`\]]*)`\](?:\([^)]*\))?"),
        r"\1",
    ),  # [`Name`](link), as transformers does
    ("](", re.compile(r"!?\[([^\]]+)\]\((?:https?:|#|\.|/)[^)]*\)"), r"\1"),
    ("`", re.compile(r"`([^`]*)`_{0,2}"), r"\1"),
    ("`", re.compile(r"`([^`'\n]*)'"), r"'\1'"),  # `quoted', as old GNU texts do
    ("`", re.compile(r"`+"), ""),
    ("**", re.compile(r"\*\*(?=\S)([^*]+?)(?<=\S)\*\*"), r"\1"),
    ("*", re.compile(r"(?<![\w*(])\*(?=[^\s*,)])([^*\n]+?)(?<=[^\s,(])\*(?![\w*])"), r"\1"),
    ("]_", re.compile(r"\s?\[(?:\d+|[A-Z]\w*\d+)\]_"), ""),  # a citation
    ("<", re.compile(r"</?(?:Tip|tip|p|br|b|i|em|code|pre|ul|li|a|hfoptions?|div)\b[^>]*>"), ""),
    ("<http", re.compile(r"<(https?://[^>]*)>"), r"\1"),
    ("_", re.compile(r"\b([a-z]++)_(?=[\s.,;]|$)(?<=[a-z]{4}_)"), r"\1"),  # reference_
    ("\\", re.compile(r"\\([*_`|\\<>])"), r"\1"),
    ("|", re.compile(r"\|(\w+)\|_{0,2}"), r"\1"),
    ("$", re.compile(r"(?:\$\$?)([^$\n]{1,80})\$\$?"), r"\1"),
)
_SPACE = re.compile(r"[ \t\xa0]+")


def plain_line(text: str) -> str:
    """Return one line without inline markup and with single spaces."""
    for mark, pattern, replacement in _INLINE:
        if mark in text:
            text = pattern.sub(replacement, text)
    if "  " in text or "\t" in text or "\xa0" in text:
        text = _SPACE.sub(" ", text)
    return text.strip()


def plain_text(text: str) -> str:
    """Return a docstring's body as plain paragraphs, one a line, without code and tables.

    Sections named Examples, References and See Also are dropped, doctests and literal blocks too;
    entries of parameter lists become `name (type): description`.
    """
    lines: list[str] = []
    for paragraph in _paragraphs(_told(text.expandtabs(4).split("\n"))):
        line = plain_line(paragraph)
        if any(character.isalpha() for character in line):
            lines.append(line)
    heads = [line[-1] == ":" and line[:-1].lower() in _KEPT_SECTIONS for line in lines]
    heads.append(True)  # a heading with nothing below it says nothing
    told = [line for i, line in enumerate(lines) if not (heads[i] and heads[i + 1])]
    return "\n".join(line[:-1] if line.endswith("):") else line for line in told)


def _indent(line: str) -> int:
    return len(line) - len(line.lstrip())


def _told(lines: list[str]) -> Iterator[str]:
    """Yield the lines that tell something in words; an empty line parts paragraphs."""
    hidden: int | None = None  # lines indented deeper than this belong to what is dropped
    section: int | None = None  # everything down to the next heading at this depth is dropped
    fenced = doctest = False
    for number, line in enumerate(lines):
        bare = line.strip()
        if bare.startswith(("```", "~~~")):
            fenced = not fenced
            continue
        if fenced:
            continue
        if not bare:
            doctest = False
            yield ""
            continue
        depth = _indent(line)
        if hidden is not None and depth > hidden:
            continue
        hidden = None
        heading = _heading(lines, number)
        if heading is not None and (section is None or depth <= section):
            section = depth if heading in _DROPPED_SECTIONS else None
            if section is None:
                yield from ("", " " * depth + bare.strip("#*: ") + ":", "")
            continue
        if section is not None:
            continue
        doctest = doctest or bare.startswith(">>>")
        drawn = not bare[0].isalnum() and (_UNDERLINE.fullmatch(bare) or _TABLE.fullmatch(line))
        if doctest or drawn:
            continue
        directive = _DIRECTIVE.fullmatch(line) if bare.startswith("..") else None
        if directive:
            if directive[2] in _TOLD_DIRECTIVES:
                yield from ("", f"{directive[1]}{directive[2].capitalize()}: {directive[3] or ''}")
            else:
                hidden = depth
            continue
        if bare.endswith("::"):
            hidden = depth
            if bare == "::":
                continue
            line = line.rstrip()[:-1]
        yield line


def _heading(lines: list[str], number: int) -> str | None:
    """Return the lower-cased title if this line starts a section."""
    bare = lines[number].strip()
    if len(bare) > 40 or (not bare[0].isalpha() and bare[0] not in "#*"):
        return None
    if number + 1 < len(lines):
        below = lines[number + 1].strip()
        if len(below) >= 3 and below[0] in "-=~^" and _UNDERLINE.fullmatch(below):
            return bare.strip(":").lower()
    marked = bare.endswith((":", "**")) or bare[0] == "#"
    google = _GOOGLE.fullmatch(bare) if marked else None
    if google:
        title = google[2].strip().lower()
        if title in _DROPPED_SECTIONS or title in _KEPT_SECTIONS:
            return title
    return None


def _paragraphs(lines: Iterator[str]) -> Iterator[str]:
    """Join lines into paragraphs; a list entry, a field and a step to the left start a new one."""
    current: list[str] = []
    before = 0
    for line in lines:
        depth = _indent(line)
        text, starts = _entry(line)
        if current and (not text or starts or depth < before):
            yield " ".join(current)
            current = []
        if text:
            current.append(text)
            before = depth
    if current:
        yield " ".join(current)


def _entry(line: str) -> tuple[str, bool]:
    """Return the line's text in words, and whether it starts an entry of a list."""
    bare = line.strip()
    if not bare:
        return "", False
    if bare[0] == ":":
        field = _FIELD.fullmatch(line)
        if field:
            return _field(field[2], field[3].split(), field[4]), True
    entry = _ENTRY.fullmatch(line) if " : " in line else None
    if entry:
        return f"{entry[2]} ({entry[3].rstrip(' .')}):", True
    if (bare[0] in "-*+•" or bare[0].isdigit()) and _BULLET.match(line):
        return bare, True
    return bare, ": " in bare and _ARGUMENT.match(bare) is not None


def _field(kind: str, names: list[str], text: str) -> str:
    """Return `:param int x: text` as `x (int): text`; a field of types alone is dropped."""
    if kind in ("type", "rtype", "vartype", "meta") or kind.startswith("version"):
        return ""
    if kind in ("param", "parameter", "arg", "argument", "key", "keyword", "ivar", "cvar", "var"):
        kinds = f" ({' '.join(names[:-1])})" if len(names) > 1 else ""
        return f"{names[-1] if names else ''}{kinds}: {text}"
    label = {"return": "Returns", "returns": "Returns", "raise": "Raises", "raises": "Raises"}
    return f"{label.get(kind, kind.capitalize())}{' ' if names else ''}{' '.join(names)}: {text}"
