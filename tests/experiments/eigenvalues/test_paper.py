"""The paper's numbers, guarded against slips of the pen."""

import numpy as np

from synverify_core.experiments.eigenvalues.paper import TABLE_1, TABLE_3, TABLE_3_MODELS


def test_more_beams_hold_more_right_answers_and_tighter_tolerances_fewer():
    by_width = [TABLE_1[width] for width in sorted(TABLE_1)]
    assert (np.diff([row.any_beam for row in by_width], axis=0) > 0).all()
    best = np.array([row.best_beam for row in by_width])
    assert (np.diff(best[:, :2], axis=0) <= 0).all()
    for row in by_width:
        for values in row:
            assert (np.diff(values) < 0).all()
    assert TABLE_1[1].any_beam == TABLE_1[1].best_beam


def test_fine_tuning_on_wider_beams_is_better_for_every_model():
    beams = np.array([TABLE_3[f"beam {width}"] for width in (1, 5, 10, 25, 35, 50)])
    assert beams.shape == (6, len(TABLE_3_MODELS))
    assert (np.diff(beams, axis=0) > 0).all()
    # Models that knew more before know more after.
    a, b, c, d, scratch = TABLE_3["rejection"]
    assert c > b > scratch > d > a
