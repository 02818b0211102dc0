"""Models and pools on disk that can be tried by hand; read without torch."""

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import NamedTuple, TypeVar

from pydantic import BaseModel, ConfigDict, PositiveInt

from synverify_core.errors import StoreError
from synverify_core.experiments.catalogue import (
    Kind,
    Listing,
    Origin,
    Stored,
    in_order,
    list_stored,
    read_header,
    reading,
    regular,
)
from synverify_core.experiments.summarization.experiment import (
    CORPUS_NAME,
    MODEL_NAME,
    Summarization,
)
from synverify_core.experiments.summarization.pool import SCORES_NAME, TEXTS_NAME
from synverify_core.experiments.summarization.reading import stored_scores
from synverify_core.experiments.summarization.sources import EMBEDDED, embedded_folder
from synverify_core.experiments.summarization.words import corpus_words, model_words

_CONFIG, _WEIGHTS, _PARTS = "config.json", "model.safetensors", "model.safetensors.index.json"
_WEAK = "weak"
_ROLES: dict[Kind, str] = {"helper": "Supervisor", "model": "Retrained"}

F = TypeVar("F")

Model = Stored[int]
"""A folder that transformers wrote; `facts`: how many weights, 0 where its files do not say so."""
Pool = Stored[int]
"""A pool of summaries; `facts`: number of its articles."""


class Judges(NamedTuple):
    """The models that scored a pool, as far as they are still on disk."""

    generator: Model | None
    supervisor: Model | None


def list_pools(artifacts: Path, reference_artifacts: Path) -> Listing[int]:
    """List the pools whose summaries can be read."""

    def read(folder: Path) -> tuple[Path, int]:
        regular(folder / TEXTS_NAME)
        return folder, len(stored_scores(folder / SCORES_NAME)["similarity"])

    return list_stored(Summarization.name, artifacts, reference_artifacts, read, "pool")


def list_models(artifacts: Path, reference_artifacts: Path) -> Listing[int]:
    """List generators, supervisors and retrained models, the shipped base and fresh ones."""

    def read(folder: Path) -> tuple[Path, int]:
        return folder / MODEL_NAME, count_parameters(folder / MODEL_NAME)

    found, problems = list_stored(
        Summarization.name, artifacts, reference_artifacts, read, "generator", "helper", "model"
    )
    for key, kind, origin, path, shipped in [*_bases(artifacts), *_supervisors_inside(found)]:
        try:
            found.append(Stored.of(key, kind, origin, path, count_parameters(path), shipped))
        except (StoreError, OSError) as error:
            problems.append(str(error))
    return Listing(sorted(found, key=in_order), sorted(problems))


def list_corpora(
    artifacts: Path, reference_artifacts: Path, parse: Callable[[bytes], F]
) -> Listing[F]:
    """List the generators with what their corpus was made of, as `parse` reads it."""

    def read(folder: Path) -> tuple[Path, F]:
        return folder / CORPUS_NAME, parse(regular(folder / CORPUS_NAME).read_bytes())

    return list_stored(Summarization.name, artifacts, reference_artifacts, read, "generator")


def judges_of(pool: Pool, models: Sequence[Model]) -> Judges:
    """Find the model that wrote a pool and the supervisor that judged it."""
    origin = pool.origin
    judged = origin.judges.get(_WEAK, origin.identity)

    def find(kind: Kind, like: Origin) -> Model | None:
        fitting = (
            model
            for model in models
            if (model.kind, model.origin.seed, model.origin.steps) == (kind, like.seed, like.steps)
            and model.origin.agrees(like.settings, like.identity)
        )
        return next(fitting, None)

    return Judges(
        find("model" if origin.steps else "generator", origin),
        find("helper", origin.model_copy(update={"steps": (), "identity": judged})),
    )


def short_names(models: Sequence[Model]) -> dict[str, str]:
    """Return a short name a model, by key: its role, and further facts where two are alike."""
    facts = {model.key: _facts(model) for model in models}
    names = {key: known[0] for key, known in facts.items()}
    for place in range(1, 6):
        often = Counter(names.values())
        for key, name in names.items():
            if often[name] > 1 and facts[key][place]:
                names[key] = f"{name}, {facts[key][place]}"
    return names


def _facts(model: Model) -> list[str]:
    """List what tells models apart, the most telling first; empty where it is not known."""
    settings = model.origin.settings
    corpus, base = settings.get("corpus"), settings.get("model")
    return [
        _ROLES.get(model.kind, model.kind.capitalize()),
        model.origin.words if model.kind != "base" else "",
        corpus_words(str(corpus)) if corpus else "",
        model_words(str(base)) if base else "",
        f"{model.facts / 1e6:,.3g} million parameters",
        model.key[-12:],
    ]


def name_of_pool(pool: Pool) -> str:
    """Name a pool for people: `Seed 0, docstrings, embedded base, 3,072 articles (shipped)`."""
    corpus, model = (str(pool.origin.settings.get(name, "")) for name in ("corpus", "model"))
    parts = [pool.origin.words, *([corpus_words(corpus)] if corpus else [])]
    text = ", ".join([*parts, *([model_words(model)] if model else []), f"{pool.facts:,} articles"])
    return text[0].upper() + text[1:] + (" (shipped)" if pool.shipped else "")


Place = tuple[str, Kind, Origin, Path, bool]


def _bases(artifacts: Path) -> Iterator[Place]:
    nothing = Origin(settings={}, seed=0)
    if (embedded_folder() / _CONFIG).is_file():
        yield EMBEDDED, "base", nothing, embedded_folder(), True
    for folder in (artifacts / Summarization.name).glob("fresh-*/"):
        if folder.suffix != ".partial":  # being written at this moment
            yield folder.name, "base", nothing, folder, False


def _supervisors_inside(models: Sequence[Model]) -> Iterator[Place]:
    """Supervisors that an earlier version kept in their generator's folder."""
    for model in models:
        path = model.path.parent / _WEAK
        if path.is_dir():
            origin = model.origin.model_copy(update={"helper": _WEAK})
            yield f"{model.key}.{_WEAK}", "helper", origin, path, model.shipped


class _Sizes(BaseModel):
    """What of a model's own settings must at least make sense."""

    model_config = ConfigDict(strict=True, extra="ignore", protected_namespaces=())

    model_type: str
    vocab_size: PositiveInt | None = None
    hidden_size: PositiveInt | None = None
    num_hidden_layers: PositiveInt | None = None
    num_attention_heads: PositiveInt | None = None
    max_position_embeddings: PositiveInt | None = None


class _PartsFacts(BaseModel):
    total_parameters: int = 0


class _Parts(BaseModel):
    """The index of weights that are kept in parts."""

    metadata: _PartsFacts


def count_parameters(folder: Path) -> int:
    """Count the weights of a model by what its files say before them.

    Raises
    ------
    StoreError
        If a file is missing or damaged.
    """
    with reading(f"The model in {folder}"):
        _Sizes.model_validate_json(regular(folder / _CONFIG).read_bytes())
        if (folder / _WEIGHTS).exists():
            return read_header(folder / _WEIGHTS).parameters
        index = _Parts.model_validate_json(regular(folder / _PARTS).read_bytes())
        return index.metadata.total_parameters
