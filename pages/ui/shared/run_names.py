"""Short texts that tell runs apart on a page."""

import re

from synverify_core.experiments import registry
from synverify_core.runs.record import Run
from synverify_core.runs.titles import nearest_preset


def preset_text(run: Run, at_most: int = 3) -> str:
    """Return the nearest preset and the settings in which the run differs, so many at most."""
    return nearest_preset(registry.get(run.experiment), run.config).text(at_most)


def short_device(run: Run) -> str:
    """Return the device without the marks and words that all processors' names have."""
    words = re.sub(r"\((?:R|TM)\)|\b(?:Processor|CPU)\b", " ", run.device)
    return " ".join(words.split()).replace(" )", ")")


def source_text(run: Run) -> str:
    """Say whether a run was shipped, else how it stands."""
    return "shipped" if run.reference else run.status.value
