"""Jobs through submitit: its local executor, and the script that sbatch would get."""

import stat
import sys

import psutil
import pytest
import submitit

from synverify_core.errors import InputError, StoreError
from synverify_core.runs.launcher import LocalLauncher
from synverify_core.runs.record import Status
from synverify_core.runs.slurm import SlurmLauncher
from synverify_core.runs.state import read_state
from synverify_core.runs.worker import RunBusyError, execute
from tests.runs.conftest import FAKE_CLI
from tests.runs.fake import FakeConfig


@pytest.fixture
def cluster(tmp_path, monkeypatch):
    """Put a sbatch, srun and scancel on the path that write down what they are told."""
    folder = tmp_path / "bin"
    folder.mkdir()
    said = tmp_path / "said.txt"
    scripts = {
        "srun": "",
        "sbatch": f"cat \"$1\" > {tmp_path}/job.sh; echo 'Submitted batch job 4711'",
        "scancel": f'echo "scancel $@" >> {said}',
    }
    for name, script in scripts.items():
        (folder / name).write_text(f"#!/bin/sh\n{script}\n")
        (folder / name).chmod(stat.S_IRWXU)
    monkeypatch.setenv("PATH", f"{folder}:/usr/bin:/bin")
    return tmp_path


def test_a_job_runs_the_same_worker(store, tmp_path, monkeypatch, wait_for, expected):
    executor = submitit.LocalExecutor(folder=tmp_path / "jobs")
    submit, jobs = executor.submit, []
    monkeypatch.setattr(executor, "submit", lambda work: jobs.append(submit(work)) or jobs[-1])
    launcher = SlurmLauncher(store, (*FAKE_CLI, "worker"), executor, timeout_min=5)
    run = launcher.start("fake", FakeConfig())
    assert read_state(run.path).job
    assert launcher.start("fake", FakeConfig()).uid == run.uid
    wait_for(run.uid, Status.DONE)
    assert store.rows(run.uid) == expected()
    jobs[0].wait()
    assert len(jobs) == 1


def test_a_job_is_submitted_with_its_parameters_and_waits_in_the_queue(store, cluster):
    launcher = SlurmLauncher(store, partition="gpu", gpus_per_node=1, time=60, cpus_per_task=8)
    run = launcher.start("fake", FakeConfig())
    script = (cluster / "job.sh").read_text()
    for line in ("--partition=gpu", "--gpus-per-node=1", "--time=60", "--cpus-per-task=8"):
        assert f"#SBATCH {line}\n" in script
    assert run.status is Status.QUEUED
    assert read_state(run.path).job == "4711"
    with pytest.raises(RunBusyError, match="Slurm job 4711"):
        execute(run.path)


def test_cancelling_a_job_tells_slurm(store, cluster, monkeypatch):
    run = SlurmLauncher(store).start("fake", FakeConfig())
    assert LocalLauncher(store).cancel(run.uid).status is Status.CANCELLED
    assert (cluster / "said.txt").read_text() == "scancel 4711\n"
    monkeypatch.setenv("SLURM_JOB_ID", "4711")
    with pytest.raises(RunBusyError, match="cancelled before its job began"):
        execute(run.path)


def test_the_job_itself_may_begin(store, cluster, monkeypatch):
    run = SlurmLauncher(store).start("fake", FakeConfig())
    monkeypatch.setenv("SLURM_JOB_ID", "4711")
    execute(run.path)
    assert store.get(run.uid).status is Status.DONE


def test_a_worker_elsewhere_ends_itself_when_cancelled(store, launcher, wait_for, monkeypatch):
    run = launcher.start("fake", FakeConfig(delay=60.0))
    wait_for(run.uid, Status.RUNNING)
    worker = psutil.Process(read_state(run.path).pid)
    with monkeypatch.context() as patch:
        patch.setattr("socket.gethostname", lambda: "login-node")
        launcher.cancel(run.uid)
    assert worker.is_running()
    worker.wait(timeout=30)
    assert store.get(run.uid).status is Status.CANCELLED


def test_unknown_parameters_a_missing_submitit_and_no_slurm_are_refused(
    store, cluster, monkeypatch, tmp_path
):
    with pytest.raises(InputError, match="colour"):
        SlurmLauncher(store, colour="blue")
    with monkeypatch.context() as patch, pytest.raises(InputError, match="pip install submitit"):
        patch.setitem(sys.modules, "submitit", None)
        SlurmLauncher(store)
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(InputError, match="no Slurm here"):
        SlurmLauncher(store)


def test_a_job_that_slurm_refuses_fails_the_run(store, cluster):
    (cluster / "bin" / "sbatch").write_text("#!/bin/sh\necho 'no such partition' >&2; exit 1\n")
    with pytest.raises(StoreError, match=r"Slurm does not take the job: .*no such partition"):
        SlurmLauncher(store).start("fake", FakeConfig())
    assert [run.status for run in store.runs()] == [Status.FAILED]
