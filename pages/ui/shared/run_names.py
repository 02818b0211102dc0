"""Short texts that tell runs apart on a page."""

import re
from typing import Any

from synverify_core.runs.record import Run
from synverify_core.runs.uid import changed_fields


def settings_text(run: Run) -> str:
    """Return the settings that differ from the experiment's defaults, lists last."""
    changed = sorted(changed_fields(run.config).items(), key=lambda pair: _is_list(pair[1]))
    parts = (
        f"{name}={', '.join(map(str, value)) if _is_list(value) else value}"
        for name, value in changed
    )
    return "; ".join(parts) or "defaults"


def _is_list(value: Any) -> bool:
    return isinstance(value, list)


def short_device(run: Run) -> str:
    """Return the device without the marks and words that all processors' names have."""
    words = re.sub(r"\((?:R|TM)\)|\b(?:Processor|CPU)\b", " ", run.device)
    return " ".join(words.split()).replace(" )", ")")


def short_title(run: Run) -> str:
    """Return the name given by the user, else the experiment and the hash of the settings."""
    return run.name or f"{run.experiment} {run.uid.rpartition('-')[2]}"


def source_text(run: Run) -> str:
    """Say whether a run was shipped, else how it stands."""
    return "shipped" if run.reference else run.status.value
