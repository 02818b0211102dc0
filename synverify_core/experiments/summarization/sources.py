"""Where models and corpora come from, and what tells two of them apart; read without torch."""

import hashlib
import os
from pathlib import Path
from typing import Any

from synverify_core.experiments.summarization.corpora.spec import FILE_KINDS, check_spec

EMBEDDED = "embedded"
"""Name of the model that is shipped with the project."""
FRESH = "fresh"
"""Name of a very small model that is made on the spot, to try everything out."""
_PROJECT = Path(__file__).resolve().parents[3]
_LOOKED_AT = 2**20


def embedded_folder() -> Path:
    """Where the shipped base lies; `SYNVERIFY_REFERENCE` moves it with the shipped records."""
    root = os.environ.get("SYNVERIFY_REFERENCE") or _PROJECT / "cache" / "reference"
    return Path(root) / "models" / "summarization-base"


def artifacts_folder() -> Path:
    """Where runs keep corpora, fresh bases, generators and pools; `SYNVERIFY_CACHE` moves it."""
    root = os.environ.get("SYNVERIFY_CACHE") or _PROJECT / "cache"
    return Path(root) / "artifacts" / "summarization"


def corpus_identity(spec: str) -> dict[str, Any]:
    """Tell what a corpus is made of beyond its name: contents of files, versions of packages.

    Raises
    ------
    InputError
        If the files are not there.
    """
    parsed = check_spec(spec)
    if parsed.kind == "docstrings":
        from synverify_core.experiments.summarization.corpora.cached import VERSION
        from synverify_core.experiments.summarization.corpora.packages import versions

        return {"reading": VERSION, "packages": versions(parsed.target)}
    if parsed.kind in FILE_KINDS:
        from synverify_core.experiments.summarization.corpora.files import file_hashes

        return {"files": file_hashes(parsed)}
    return {}


def model_identity(model: str) -> str | None:
    """Hash the weights' files of a folder at both ends, 16 hexadecimal digits.

    Enough to tell a model from another training of it, and quick for billions of parameters.
    None for names on the hub.
    """
    folder = embedded_folder() if model == EMBEDDED else Path(model).expanduser()
    if not folder.is_dir():
        return None
    mark = hashlib.sha256()
    for path in sorted(folder.glob("*.safetensors")):
        size = path.stat().st_size
        mark.update(f"{path.name} {size}".encode())
        with path.open("rb") as file:
            mark.update(file.read(_LOOKED_AT))
            file.seek(max(0, size - _LOOKED_AT))
            mark.update(file.read())
    return mark.hexdigest()[:16]
