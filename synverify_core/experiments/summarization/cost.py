"""How much work a unit of the summarization experiment is; without torch."""

import math
from collections.abc import Mapping

from synverify_core.experiments.plan import samples
from synverify_core.experiments.summarization.config import SummarizationConfig
from synverify_core.experiments.summarization.corpora.spec import check_spec
from synverify_core.experiments.summarization.model_sizes import model_sizes
from synverify_core.experiments.summarization.sources import FRESH, artifacts_folder
from synverify_core.experiments.unit import Unit

# Where all of a corpus is asked for, its size is not known before it is read.
TEST_ARTICLES = 2_000
"""Counted where all are asked for."""
_UNKNOWN_PARAMETERS = 1e8
_SECONDS_A_PRODUCT = 4e-11
# Roughly, on one idle core (s): they matter for small runs only.
_FIXED = {"imports": 4.0, "corpus": 20.0, "fresh": 8.0}
_OF_A_MODEL = {"load": 0.1, "start": 0.1}


def cost(config: SummarizationConfig, unit: Unit) -> Mapping[str, float]:
    """Count the work of a unit.

    A curve is one training: its base is loaded for the first size, and a size adds its own steps.
    Beside what is done once, a model's `load`, `start` (of a training), `step`, `article`
    (summarized) and `score` (of a summary); the supervisor's are called `weak ...`. A corpus or a
    fresh base that is in the cache is not counted. Where all of a corpus is asked for, the largest
    size stands for the articles to train on, and 2,000 for those to test on.
    """
    pool, tests = pool_size(config), config.n_test or TEST_ARTICLES
    if unit.verb == "start":
        once = {"imports": 1, "corpus": not _is_cached(config), "fresh": _makes_a_base(config)}
        return {"load": 1, "article": tests} | {name: 1 for name, due in once.items() if due}
    if unit.verb == "generator":
        steps = _steps(config, config.epochs * _n_original(config))
        return {"load": 1, "start": 1, "step": steps, "article": tests}
    if unit.verb == "helper":
        steps = _steps(config, config.weak_epochs * pool)
        return {"weak load": 1, "weak start": 1, "weak step": steps, "weak article": tests}
    if unit.verb == "pool":
        return {"article": pool} | ({"weak score": pool} if config.supervised else {})
    learnt = samples(unit, config, _n_original(config), pool)
    if not learnt:
        return {}
    place = config.sizes.index(unit.size or 0)
    before = unit._replace(size=config.sizes[place - 1] if place else None)
    new = learnt - samples(before, config, _n_original(config), pool)
    steps = _steps(config, config.epochs * new)
    return {"start": 1, "step": steps, "article": tests} | ({} if place else {"load": 1})


def prices(config: SummarizationConfig) -> Mapping[str, float]:
    """Return nominal seconds: parameters times tokens, three times that to train."""
    found = dict(_FIXED)
    for prefix, model in (("", config.model), ("weak ", config.weak_model)):
        sizes = model_sizes(model)
        parameters = sizes.parameters if sizes else _UNKNOWN_PARAMETERS
        example = parameters * config.block_size * _SECONDS_A_PRODUCT
        own = {"step": 3 * config.batch_size * example, "article": example, "score": example}
        found |= {prefix + name: price for name, price in (_OF_A_MODEL | own).items()}
    return found


def pool_size(config: SummarizationConfig) -> int:
    """Count the articles to train on."""
    return config.max_train or config.sizes[-1]


def _steps(config: SummarizationConfig, examples: float) -> int:
    return max(1, math.ceil(round(examples) / config.batch_size))


def _n_original(config: SummarizationConfig) -> int:
    return round(config.generator_share * pool_size(config))


def _is_cached(config: SummarizationConfig) -> bool:
    """Tell whether the corpus is read already; files and data sets never are."""
    spec = check_spec(config.corpus)
    if spec.kind != "docstrings":
        return False
    from synverify_core.experiments.summarization.corpora.cached import corpus_path

    return corpus_path(spec.target, artifacts_folder() / "corpora").is_file()


def _makes_a_base(config: SummarizationConfig) -> bool:
    """Tell whether a fresh base is needed and none is there; that of another corpus counts."""
    return FRESH in (config.model, config.weak_model) and not any(
        artifacts_folder().glob("fresh-*")
    )
