"""Bad input to the eigenvalue experiment, from the command line to the last word about it."""

import shutil

import pytest
import torch

from synverify_core.experiments.artifacts import model_artifact
from synverify_core.experiments.base import make_config
from synverify_core.experiments.eigenvalues.experiment import MODEL_NAME, Eigenvalues
from synverify_core.experiments.eigenvalues.model import Transformer
from synverify_core.experiments.lineage import Lineage
from tests.drills.damage import MATRICES


@pytest.mark.parametrize(
    ("words", "message"),
    [
        ("tolerance=0", "tolerance = 0 is refused: Input should be greater than 0"),
        ("tolerance=1", "tolerance = 1 is refused: Input should be less than 1"),
        ("tolerance=NaN", "tolerance = nan is refused"),
        ("verifiers=noisy(p_noise=1.5)", "p_noise = 1.5: Input should be less than or equal to 1"),
        ("verifiers=noisy(p_noise=nan)", "p_noise = "),
        ("verifiers=trace(tolerance=0)", "tolerance = 0.0: Input should be greater than 0"),
        ("sizes=301", "sizes ask for 301 samples, the pool has pool_size = 300"),
        ("dimension=100", "dimension = 100 is refused"),
        ("encoding=P1", "encoding = 'P1' is refused"),
        ("beam_size=500", "beam_size = 500 is refused"),
    ],
)
def test_a_refused_setting_is_named_with_its_range(call, store, words, message):
    code, out, err = call(*MATRICES, words)
    assert (code, out) == (2, "")
    assert message in err
    assert "Config(" not in err and "'seed': 0" not in err
    assert store.runs() == []


def test_a_generator_of_another_shape_is_refused_until_its_folder_is_deleted(call, store):
    assert call(*MATRICES)[0] == 0

    def folder(**settings):
        config = make_config(Eigenvalues, "smoke", {"generator_steps": 20, **settings})
        return model_artifact(Eigenvalues(config), store.artifacts, Lineage(0)).folder

    there, wanted = folder(), folder(d_model=16)
    shutil.copytree(there, wanted)
    runs = store.runs()
    code, out, err = call(*MATRICES, "d_model=16")
    assert (code, out, store.runs()) == (2, "", runs)
    for words in (str(wanted / MODEL_NAME), "d_model = ", "(needed: 16)", "Delete this folder"):
        assert words in err
    assert "Traceback" not in err
    shutil.rmtree(wanted)
    assert call(*MATRICES, "d_model=16")[0] == 0


def test_no_memory_at_all_is_refused_with_a_remedy(call, store, monkeypatch):
    def never(self, source, target):
        raise torch.OutOfMemoryError("CUDA out of memory")

    monkeypatch.setattr(Transformer, "loss", never)
    code, out, err = call(*MATRICES)
    assert (code, out, store.runs()) == (2, "", [])
    assert "Out of memory with one example at a time. Try a smaller d_model or dimension." in err
