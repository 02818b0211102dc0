"""Docstrings of a source file, read from its syntax tree; the file is never run."""

import ast
import gc
import inspect
import re
import warnings
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import NamedTuple

from synverify_core.experiments.summarization.corpora.packages import Source, public_name

# How numpy, scipy and torch attach the docstrings of functions written in C.
_ADDERS = {"add_docstr", "add_newdoc", "_add_docstr", "_add_newdoc"}
_PLACEHOLDER = re.compile(r"(?<!\{)\{\w+\}(?!\})")

_SHORTEST = 80

_Definition = ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef


class Docstring(NamedTuple):
    """One docstring, its indentation removed, and the head of what it describes.

    title : the signature with the public path, e.g. `json.dump(obj, fp, *, indent)`.
    """

    module: str
    name: str
    title: str
    text: str


@contextmanager
def _no_collection() -> Iterator[None]:
    # Syntax trees have no cycles that matter here; collecting among them takes a third of the time.
    enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if enabled:
            gc.enable()


def read_docstrings(sources: Iterable[Source]) -> tuple[list[Docstring], list[str]]:
    """Return the docstrings, and the files that cannot be read with the reason."""
    found: list[Docstring] = []
    unreadable: list[str] = []
    with _no_collection(), warnings.catch_warnings():
        warnings.simplefilter("ignore")  # old escapes in other people's files
        for source in sources:
            try:
                data = source.path.read_bytes()
                if not _has_long_string(data):
                    continue
                found += _of_module(ast.parse(data), source)
            except (OSError, SyntaxError, ValueError, RecursionError) as error:
                unreadable.append(f"{source.module}: {error}")
    return found, unreadable


def _has_long_string(data: bytes) -> bool:
    # A docstring of one short line is never a pair: such files need not be parsed.
    return any(
        len(inside) > _SHORTEST and b"\n" in inside
        for quotes in (b'"""', b"'''")
        for inside in data.split(quotes)[1:]
    )


def _of_module(tree: ast.Module, source: Source) -> Iterator[Docstring]:
    path = public_name(source.module)
    text = _text(tree)
    if text:
        yield Docstring(source.module, path, path, text)
    yield from _of_body(tree.body, source.module, path)


def _of_body(body: list[ast.stmt], module: str, path: str) -> Iterator[Docstring]:
    for node in body:
        if isinstance(node, _Definition):
            name = f"{path}.{node.name}"
            text = _text(node)
            if text:
                yield Docstring(module, name, name + _signature(node), text)
            if isinstance(node, ast.ClassDef):
                yield from _of_body(node.body, module, name)
        elif isinstance(node, ast.Expr) and isinstance(node.value, ast.Call):
            attached = _attached(node.value)
            if attached:
                name = f"{path.rpartition('.')[0]}.{attached[0]}"
                yield Docstring(module, name, name, attached[1])
        elif isinstance(node, ast.If | ast.Try):
            yield from _of_body(node.body, module, path)


def _text(node: ast.Module | _Definition) -> str:
    """Return the docstring as Python 3.13 and later store it."""
    if not node.body or not isinstance(node.body[0], ast.Expr):
        return ""
    value = node.body[0].value
    if not isinstance(value, ast.Constant) or not isinstance(value.value, str):
        return ""
    return inspect.cleandoc(value.value)


def _attached(call: ast.Call) -> tuple[str, str] | None:
    """Return name and docstring of `add_docstr(torch.abs, text)` or `add_newdoc(..., text)`."""
    adder = call.func
    name = adder.attr if isinstance(adder, ast.Attribute) else getattr(adder, "id", "")
    if name not in _ADDERS or len(call.args) < 2:
        return None
    target, text, fill = call.args[-2], call.args[-1], False
    if isinstance(text, ast.Call) and isinstance(text.func, ast.Attribute):
        text = text.func.value  # text.format(...): the template's own words
        fill = True
    if isinstance(text, ast.Tuple) and len(text.elts) == 2:
        target, text = text.elts  # add_newdoc(module, class, (method, text))
    if isinstance(target, ast.Constant):
        label = str(target.value)
    elif isinstance(target, ast.Attribute):
        label = target.attr
    else:
        return None
    if not isinstance(text, ast.Constant) or not isinstance(text.value, str):
        return None
    own = _PLACEHOLDER.sub("", text.value) if fill else text.value
    return label, inspect.cleandoc(own)


def _signature(node: _Definition) -> str:
    """Return the argument names in parentheses; of a class those of its `__init__`, if it has."""
    if isinstance(node, ast.ClassDef):
        for child in node.body:
            if isinstance(child, ast.FunctionDef) and child.name == "__init__":
                return _signature(child)
        return ""
    for decorator in node.decorator_list:
        label = getattr(decorator, "attr", getattr(decorator, "id", ""))
        if label in ("property", "cached_property", "setter", "getter", "cache_readonly"):
            return ""
    arguments = node.args
    names = [argument.arg for argument in arguments.posonlyargs + arguments.args]
    if names and names[0] in ("self", "cls", "mcs"):
        del names[0]
    if arguments.vararg:
        names.append("*" + arguments.vararg.arg)
    elif arguments.kwonlyargs:
        names.append("*")
    names += [argument.arg for argument in arguments.kwonlyargs]
    if arguments.kwarg:
        names.append("**" + arguments.kwarg.arg)
    return f"({', '.join(names)})"
