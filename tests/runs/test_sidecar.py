"""The helper process: turns between sessions, a shared cache, and a life of its own."""

import io
import json
import math
import os
import signal
import subprocess
import sys
import time

import psutil
import pytest

from synverify_core.errors import InputError
from synverify_core.experiments.gaussian.simulate import compute, plan
from synverify_core.runs.sidecar import Schedule, Sidecar, answer_all

SMALL = {"n_samples": 200, "dimension": 5, "separation": 2.0, "penalty": 1.0, "seed": 0}
SWEEP = {**SMALL, "theta_prune": 0.7, "azimuth": math.pi / 2}


@pytest.fixture
def sidecar():
    helper = Sidecar()
    yield helper
    helper.close()


def wait_for(condition, seconds=60.0):
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, "nothing came in time"
        time.sleep(0.01)


def taken(schedule, count):
    return [schedule.next()[0] for _ in range(count)]


def test_sessions_take_turns():
    schedule = Schedule()
    jobs = [
        schedule.submit(name, "sweep", "sweep", {**SWEEP, "seed": seed})
        for seed, name in enumerate("abc")
    ]
    assert taken(schedule, 6) == jobs * 2


def test_a_session_computes_its_first_slot_first():
    schedule = Schedule()
    here = schedule.submit("a", "here", "here", {**SWEEP, "theta_gen": 1.0})
    figure = schedule.submit("a", "figure", "figure6", SMALL)
    assert taken(schedule, 3) == [here, here, figure]


def test_a_newer_setting_replaces_the_older_one_of_its_slot():
    schedule = Schedule()
    older = schedule.submit("a", "sweep", "sweep", SWEEP)
    assert taken(schedule, 1) == [older]
    newer = schedule.submit("a", "sweep", "sweep", {**SWEEP, "seed": 1})
    assert set(taken(schedule, newer.total)) == {newer}
    assert schedule.next() is None


def test_the_same_setting_is_one_job_for_all_and_goes_on_where_it_stopped():
    schedule = Schedule()
    first = schedule.submit("a", "sweep", "sweep", SWEEP)
    taken(schedule, 4)
    schedule.release("a", "sweep")
    assert schedule.next() is None
    assert schedule.submit("b", "sweep", "sweep", dict(reversed(SWEEP.items()))) is first
    assert len(taken(schedule, first.total - 4)) == first.total - 4


def test_old_jobs_are_forgotten():
    schedule = Schedule()
    first = schedule.submit("a", "sweep", "figure6", SMALL)
    for seed in range(1, 200):
        schedule.submit("a", "sweep", "figure6", {**SMALL, "seed": seed})
    assert schedule.submit("a", "sweep", "figure6", SMALL) is not first


def test_points_arrive_and_equal_those_computed_without_a_helper(sidecar):
    job = sidecar.submit("a", "sweep", "sweep", SWEEP)
    wait_for(lambda: not job.pending)
    assert job.error is None
    assert job.points == [compute(request) for request in plan("sweep", SWEEP)]


def test_a_killed_helper_is_started_again(sidecar):
    job = sidecar.submit("a", "sweep", "sweep", {**SWEEP, "n_samples": 20_000})
    wait_for(lambda: len(job.points) >= 2)
    first = sidecar.pid
    os.kill(first, signal.SIGKILL)
    wait_for(lambda: not job.pending)
    assert job.error is None
    assert len(job.points) == job.total
    assert sidecar.pid != first


def test_a_setting_that_kills_the_helper_twice_ends_with_a_message(sidecar, monkeypatch):
    monkeypatch.setattr(sys, "executable", "/bin/false")
    job = sidecar.submit("a", "here", "here", {**SWEEP, "theta_gen": 1.0})
    wait_for(lambda: not job.pending)
    assert "ended twice" in job.error
    monkeypatch.undo()
    again = sidecar.submit("a", "here", "here", {**SWEEP, "theta_gen": 1.0})
    wait_for(lambda: not again.pending)
    assert again.error is None


def test_a_refused_setting_never_enters_the_queue(sidecar):
    with pytest.raises(InputError, match="dimension = 1 is refused"):
        sidecar.submit("a", "sweep", "sweep", {**SWEEP, "dimension": 1})


def test_the_helper_answers_a_line_with_a_point_or_an_error():
    requests = [plan("figure6", SMALL)[0], {**plan("figure6", SMALL)[0], "dimension": 1}]
    answers = io.StringIO()
    answer_all(io.StringIO("".join(json.dumps(r) + "\n" for r in requests)), answers)
    good, bad = [json.loads(line) for line in answers.getvalue().splitlines()]
    assert good["point"]["psi"] == requests[0]["psi"]
    assert "dimension = 1 is refused" in bad["error"]


def test_the_helper_gives_way_and_loads_neither_torch_nor_streamlit(sidecar):
    sidecar.warm()
    job = sidecar.submit("a", "here", "here", {**SWEEP, "theta_gen": 1.0})
    wait_for(lambda: not job.pending)
    process = psutil.Process(sidecar.pid)
    assert process.nice() > psutil.Process().nice()
    loaded = {mapped.path.split("/site-packages/")[-1] for mapped in process.memory_maps()}
    assert any(path.startswith("numpy/") for path in loaded)
    assert not any(path.startswith(("torch/", "pandas/", "pyarrow/")) for path in loaded)


def test_the_helper_ends_with_its_page_process():
    script = (
        "from synverify_core.runs.sidecar import Sidecar\n"
        "import os\n"
        "helper = Sidecar(); helper.warm(); print(helper.pid, flush=True); os._exit(0)\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, check=True, timeout=60
    )
    pid = int(done.stdout)
    wait_for(lambda: not psutil.pid_exists(pid) or psutil.Process(pid).status() == "zombie")


def test_sessions_waiting_counts_sessions_with_points_to_come():
    schedule = Schedule()
    assert schedule.sessions_waiting() == 0
    job = schedule.submit("a", "sweep", "sweep", SWEEP)
    schedule.submit("b", "sweep", "sweep", SWEEP)
    assert schedule.sessions_waiting() == 2
    job.points.extend({} for _ in range(job.total))
    assert schedule.sessions_waiting() == 0
