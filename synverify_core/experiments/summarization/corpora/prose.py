"""All English at hand for the base to read: whatever is installed, and the announcements."""

import importlib.metadata
import sys

from synverify_core.experiments.summarization.corpora.digitalgov import read_digitalgov
from synverify_core.experiments.summarization.corpora.docstring_corpus import corpus_of
from synverify_core.experiments.summarization.corpora.docstrings import whole_text
from synverify_core.experiments.summarization.corpora.packages import installed
from synverify_core.experiments.summarization.corpora.pairs import Corpus, text_hash
from synverify_core.experiments.summarization.corpora.reading import Docstring


def prose_corpus() -> Corpus:
    """Read docstrings and descriptions of every installed package, and the announcements.

    A model may read the articles of the training side and the further texts. No test or validation
    side of an embedded corpus is among them, and no summary of a pair.
    """
    docstrings, announcements = corpus_of(installed(), short_texts=True), read_digitalgov()
    found = importlib.metadata.distributions()
    distributions = {one.name: one for one in sorted(found, key=lambda one: one.name.lower())}
    described = [
        whole_text(Docstring(name, name, name, _description(one)))
        for name, one in distributions.items()
    ]
    corpus = Corpus(
        docstrings.train + announcements.train,
        docstrings.validation + announcements.validation,
        docstrings.test + announcements.test,
        [*docstrings.unpaired, *filter(None, described)],
        {
            "python": sys.version.split()[0],
            "packages": {name: one.version for name, one in distributions.items()},
        },
        docstrings.notes + announcements.notes,
    )
    corpus.fingerprint["hash"] = text_hash(*corpus[:4])
    return corpus


def _description(distribution: importlib.metadata.Distribution) -> str:
    """Return what stands below the headers of a package's metadata."""
    return (distribution.read_text("METADATA") or "").partition("\n\n")[2]
