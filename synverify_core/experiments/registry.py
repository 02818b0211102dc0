"""The experiments by name; importing them loads neither torch nor transformers."""

import importlib
import importlib.util
import pkgutil
from functools import cache

from synverify_core import experiments as package
from synverify_core.errors import InputError
from synverify_core.experiments.base import AnyExperiment


@cache
def _load() -> dict[str, type[AnyExperiment]]:
    found: dict[str, type[AnyExperiment]] = {}
    for folder in pkgutil.iter_modules(package.__path__):
        name = f"{package.__name__}.{folder.name}.experiment"
        if folder.ispkg and importlib.util.find_spec(name) is not None:
            experiment: type[AnyExperiment] = importlib.import_module(name).EXPERIMENT
            found[experiment.name] = experiment
    return dict(sorted(found.items()))


def experiments() -> dict[str, type[AnyExperiment]]:
    """Return every experiment by name: `EXPERIMENT` of each `experiments/<name>/experiment.py`."""
    return dict(_load())


def get(name: str) -> type[AnyExperiment]:
    """Return the experiment with this name.

    Raises
    ------
    InputError
        If there is none; the message lists the names.
    """
    known = _load()
    if name not in known:
        raise InputError(f"experiment = {name!r} is unknown; experiments: {', '.join(known)}")
    return known[name]
