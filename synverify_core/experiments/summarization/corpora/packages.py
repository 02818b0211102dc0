"""Which installed source files the docstring corpus reads, and which side of the split they are on.

The list is fixed: everything that requirements.txt installs, so that two installations have the
same corpus but for versions. Nothing is imported; folders are found by name.
"""

import hashlib
import importlib.metadata
import importlib.util
import os
import platform
import sys
import sysconfig
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Literal, NamedTuple

from synverify_core.errors import InputError

STDLIB = "stdlib"
Side = Literal["test", "validation", "train"]
SIDES: tuple[Side, ...] = ("test", "validation", "train")
TEST_SHARE, VALIDATION_SHARE = 0.12, 0.05
# Of sixty numbers one that gives each large package a share of the test set; never change it: the
# shipped base model has read the training side.
_SPLIT = 31

# import name -> distribution, where they differ
PACKAGES = {
    **{
        name: name
        for name in (
            "numpy scipy pandas torch transformers streamlit plotly pydantic sympy networkx nltk "
            "altair pyarrow joblib jinja2 pygments rich requests starlette anyio click typer "
            "fsspec mpmath narwhals uvicorn tqdm psutil filelock safetensors tokenizers jsonschema "
            "watchdog websockets httpx2 httpcore2 pydeck packaging itsdangerous referencing "
            "truststore certifi regex"
        ).split()
    },
    "PIL": "pillow",
    "huggingface_hub": "huggingface-hub",
    "attr": "attrs",
    "absl": "absl-py",
    "yaml": "pyyaml",
    "dateutil": "python-dateutil",
    "markdown_it": "markdown-it-py",
    "rouge_score": "rouge-score",
    "typing_inspection": "typing-inspection",
}

_SKIPPED_FOLDERS = {
    *("test", "tests", "testing", "idle_test", "conftest", "benchmarks", "__pycache__"),
    *("_vendor", "vendor", "vendored", "_vendored", "extern", "externals", "_external"),
    *("third_party", "_bundled", "node_modules", "site-packages", "dist-packages"),
}
# Written by programs from a schema, or copied from file to file: thousands of nearly equal texts.
_GENERATED = (
    *("plotly.graph_objs", "plotly.graph_objects", "plotly.validators", "altair.vegalite"),
    *("transformers.models", "sympy.physics.quantum.gate", "sympy.parsing.latex._antlr"),
    *("torch._inductor", "torch._dynamo", "torch.sparse._triton_ops_meta", "streamlit.proto"),
    *("pandas.compat", "torch.ao.ns", "nltk.twitter"),
    *("stdlib.pydoc_data", "stdlib.encodings", "stdlib.lib2to3", "stdlib._pydecimal"),
    *("stdlib.turtledemo", "stdlib.idlelib", "stdlib.antigravity", "stdlib.this"),
    *("pygments.lexers._", "sympy.integrals.rubi", "stdlib.__phello__"),
)
# Folders so large that their children, not they, are the smallest thing that is split.
_CONTAINERS = {
    *("pandas.core", "torch.distributed", "torch.utils", "transformers.utils", "torch.ao"),
    *("sympy.physics", "networkx.algorithms", "numpy.core", "streamlit.elements"),
    *("streamlit.runtime", "scipy.sparse"),
}


class Source(NamedTuple):
    """One file: where it is, its dotted module name, and the root package it belongs to."""

    path: Path
    module: str
    package: str


# A page asks at every run, and reading 50 packages' metadata takes a fifth of a second.
_installed = cache(importlib.metadata.version)


def versions(selected: str = "") -> dict[str, str]:
    """Return the packages that are installed here, and their versions; nothing is imported.

    selected : names parted by commas; a name that is no listed package is a module of the
        standard library. Nothing: the whole list.

    Raises
    ------
    InputError
        If a selected package is not here.
    """
    names = [*PACKAGES, STDLIB]
    if selected:
        names = sorted({name if name in PACKAGES else STDLIB for name in selected.split(",")})
    found = {}
    for name in names:
        if name == STDLIB:
            found[name] = platform.python_version()
            continue
        try:
            found[name] = _installed(PACKAGES[name])
        except importlib.metadata.PackageNotFoundError:
            if selected:
                raise InputError(
                    f"corpus = docstrings:{selected}: {name} is not installed"
                ) from None
    return found


def sources(packages: dict[str, str], selected: str = "") -> Iterator[Source]:
    """Yield the source files of the packages, in the order of their module names."""
    chosen = {name for name in selected.split(",") if name and name not in PACKAGES}
    for package in sorted(packages):
        if package == STDLIB:
            roots = [Path(sysconfig.get_path("stdlib"))]
        else:
            found = importlib.util.find_spec(package)  # a top-level name: looked up, not imported
            roots = [Path(p) for p in (found and found.submodule_search_locations) or ()]
        for root in roots:
            for source in walk(root, package):
                if not chosen or package != STDLIB or _top(source.module) in chosen:
                    yield source
    missing = chosen - set(sys.stdlib_module_names)
    if missing:
        raise InputError(
            f"corpus = docstrings:{selected}: {', '.join(sorted(missing))} is neither a listed "
            "package nor a module of the standard library"
        )


def walk(root: Path, package: str, *, generated: bool = False) -> Iterator[Source]:
    """Yield the source files below a package's folder; neither tests nor copies.

    generated : those that a program wrote, too.
    """
    for folder, children, files in os.walk(root):
        where = ".".join((package, *Path(folder).relative_to(root).parts))
        children[:] = sorted(
            child
            for child in children
            if child not in _SKIPPED_FOLDERS and (generated or not is_generated(f"{where}.{child}"))
        )
        for file in sorted(files):
            stem, _, suffix = file.rpartition(".")
            if suffix != "py" or stem in ("conftest", "setup", "_version") or "." in stem:
                continue
            module = where if stem == "__init__" else f"{where}.{stem}"
            is_test = stem.startswith("test_") or stem.endswith(("_test", "_tests"))
            written = stem.endswith("_pb2") or is_generated(module)
            if not is_test and (generated or not written):
                yield Source(Path(folder, file), module, package)


def is_generated(module: str) -> bool:
    """Tell whether a module belongs to a family that a program wrote."""
    return any(
        module == name or module.startswith(name if name[-1] == "_" else name + ".")
        for name in _GENERATED
    )


def public_name(module: str) -> str:
    """Return a dotted name without private folders: scipy.stats._fit is scipy.stats.fit."""
    parts = [part.strip("_") or part for part in module.split(".")]
    return ".".join(parts[1:] if parts[0] == STDLIB and len(parts) > 1 else parts)


def unit(module: str) -> str:
    """Return the smallest part that is never split: a subpackage, or a standard library module."""
    parts = [part.strip("_") or part for part in module.split(".")]
    size = 3 if ".".join(parts[:2]) in _CONTAINERS else 2
    return ".".join(parts[:size])


@cache
def side(module: str) -> Side:
    """Tell the side of a module by its name alone, whatever its version or the seed."""
    return drawn_side(f"synverify docstrings {_SPLIT}: {unit(module)}")


def drawn_side(name: str) -> Side:
    """Draw a side from a name: the same name is always on the same side."""
    drawn = int.from_bytes(hashlib.sha256(name.encode()).digest()[:4], "big") / 2**32
    if drawn < TEST_SHARE:
        return "test"
    return "validation" if drawn < TEST_SHARE + VALIDATION_SHARE else "train"


def installed() -> Iterator[Source]:
    """Yield the source files of everything that is installed, listed or not, generated or not."""
    tops = {
        Path(str(file)).parts[0]
        for distribution in importlib.metadata.distributions()
        for file in distribution.files or ()
        if file.suffix == ".py" and len(file.parts) > 1 and file.parts[0] != ".."
    }
    yield from walk(Path(sysconfig.get_path("stdlib")), STDLIB, generated=True)
    for top in sorted(tops):
        yield from walk(Path(sysconfig.get_path("purelib"), top), top, generated=True)


def _top(module: str) -> str:
    return module.split(".")[1] if "." in module else module
