import numpy as np

from synverify_core.experiments.eigenvalues.pool import EigenPool
from synverify_core.experiments.eigenvalues.strata import fingerprints, strata


def pool(spectra) -> EigenPool:
    y = np.asarray(spectra, dtype=float)
    n, d = y.shape
    x = np.zeros((n, d * (d + 1) // 2), dtype=np.float32)
    return EigenPool(x, y, y, np.zeros(n, dtype=np.float32), 0.02)


def test_signs_ratio_and_scale_name_the_kind_of_a_spectrum():
    found = strata(pool([[1, 2], [-1, -2], [-1, 20], [-10, 20], [19, 20], [0, 5]]))
    named = [found.names[label] for label in found.labels]
    same = ["same sign" in name for name in named]
    assert same == [True, True, False, False, True, True]
    assert "ratio high" in named[4] and "large" in named[4]
    assert "ratio low" in named[5]
    assert "small" in named[0] and named[0] == named[1]
    assert len(found.names) == 12


def test_equal_answers_and_no_others_share_a_fingerprint():
    grid = np.stack(np.meshgrid(np.arange(-300.0, 300), np.arange(-50.0, 50)), axis=-1)
    rows = grid.reshape(-1, 2)
    assert len(np.unique(fingerprints(rows))) == len(rows)
    twice = fingerprints(np.concatenate([rows, rows[::-1]]))
    assert len(np.unique(twice)) == len(rows)
    assert fingerprints(np.array([[0.0, -0.0]])) == fingerprints(np.array([[-0.0, 0.0]]))
