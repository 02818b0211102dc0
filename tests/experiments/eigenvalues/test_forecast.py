"""From measured speeds to the time of a run."""

import subprocess
import sys
import time

import pytest

from synverify_core.experiments.base import make_config
from synverify_core.experiments.eigenvalues import forecast as forecasts
from synverify_core.experiments.eigenvalues.experiment import Eigenvalues

SPEEDS = {"step": 0.01, "matrix": 0.001}
PLAIN = {
    "generator_steps": 100,
    "retrain_steps": 10,
    "pool_size": 1000,
    "n_test": 200,
    "n_table": 4,
    "table_beams": (5,),
    "sizes": (10, 20),
    "verifiers": ("oracle", "none"),
}


def seconds(**settings):
    config = make_config(Eigenvalues, "smoke", {**PLAIN, **settings})
    return forecasts.extrapolate(config, SPEEDS).seconds


def test_a_run_is_its_steps_and_its_answers():
    models = 3 * 2  # two verifiers and clean, at two sizes
    steps = 100 + models * 10
    answers = 1000 + 200 * (models + 1) + 4 * 5
    assert seconds() == pytest.approx(steps * 0.01 + answers * 0.001)
    assert seconds(n_seeds=7) == pytest.approx(7 * seconds())
    assert seconds(base_steps=50, base_original=9, start="base") == pytest.approx(seconds() + 0.5)


def test_speeds_are_said_per_second():
    config = make_config(Eigenvalues, "smoke", PLAIN)
    words = forecasts.extrapolate(config, SPEEDS).basis
    assert words == "3,200 examples trained and 1,000 matrices answered a second"


def test_a_measurement_is_shared_by_what_it_does_not_depend_on():
    def speeds_of(**settings):
        return forecasts.speed_settings(make_config(Eigenvalues, "smoke", settings))

    plain = speeds_of()
    assert speeds_of(n_seeds=5, sizes=(7,), retrain_steps=9, beam_size=10, learning_rate=1) == plain
    for change in ({"d_model": 64}, {"batch_size": 7}, {"encoding": "P10"}, {"layout": "full"}):
        assert speeds_of(**change) != plain
    assert speeds_of(synthesis="best_of_beam", beam_size=10)["beams"] == 10


def test_a_smaller_batch_is_measured_where_a_step_would_take_too_long():
    steps = []

    def train(n, batch_size):
        steps.append((n, batch_size))
        time.sleep(0.001 * batch_size)

    batch = forecasts._fitting_batch(train, 1024, 0.1, "cpu")
    assert 16 <= batch <= 64
    assert steps == [(1, 16), (1, 16)]
    assert forecasts._fitting_batch(train, 8, 0.0, "cpu") == 8


def test_a_page_extrapolates_without_torch():
    script = (
        "import sys\n"
        "from synverify_core.experiments.registry import get\n"
        "from synverify_core.experiments.base import make_config\n"
        "from synverify_core.runs.forecast import find_job, measured_estimate\n"
        "from synverify_core.runs.store import Store\n"
        "config = make_config(get('eigenvalues'), 'quick')\n"
        "job = find_job(Store(), 'eigenvalues', config, 'auto')\n"
        "assert job.hook.extrapolate(config, {'step': 1, 'matrix': 1}).seconds > 1000\n"
        "assert not {'torch', 'transformers', 'sklearn'} & set(sys.modules)\n"
    )
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
