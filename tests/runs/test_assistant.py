"""An assistant: turns between sessions, answers kept, errors that arrive, a life of its own."""

import math
import os
import signal
import subprocess
import sys
import time

import psutil
import pytest

from synverify_core.errors import InputError, StoreError, SynverifyError
from synverify_core.experiments.gaussian.simulate import compute, plan
from synverify_core.runs.assistant import Assistant
from synverify_core.runs.assistant_process import find_service, reply_to
from synverify_core.runs.assistant_queue import TASKS_REMEMBERED, Queue

FAKE = "tests.runs.fake_assistant"
SMALL = {"n_samples": 200, "dimension": 5, "separation": 2.0, "penalty": 1.0, "seed": 0}
SWEEP = {**SMALL, "theta_prune": 0.7, "azimuth": math.pi / 2}


@pytest.fixture(scope="module")
def shared():
    assistant = Assistant(FAKE)
    yield assistant
    assistant.close()


@pytest.fixture
def own():
    assistant = Assistant(FAKE)
    yield assistant
    assistant.close()


@pytest.fixture(scope="module")
def simulations():
    assistant = Assistant()
    yield assistant
    assistant.close()


def ask(assistant, service, request, **options):
    task = assistant.submit(f"fake.{service}", [request], session="one", **options)
    assert task.wait(60), "nothing came in time"
    return task.result()[0]


def wait_for(condition, seconds=60.0):
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, "nothing came in time"
        time.sleep(0.01)


def asked(queue, session, requests, slot="place"):
    return queue.submit(session, slot, "s", [{"x": x} for x in requests], 1.0)


def taken(queue, count):
    return [queue.next()[0] for _ in range(count)]


def test_sessions_take_turns():
    queue = Queue()
    tasks = [asked(queue, name, [name, 1]) for name in "abc"]
    assert taken(queue, 6) == tasks * 2
    assert queue.next() is None


def test_a_session_is_served_in_the_order_of_its_slots():
    queue = Queue()
    here, figure = asked(queue, "a", [1, 2], "here"), asked(queue, "a", [3], "figure")
    assert taken(queue, 3) == [here, here, figure]


def test_what_is_asked_anew_replaces_what_its_slot_asked_before():
    queue = Queue()
    older = asked(queue, "a", [1, 2])
    assert taken(queue, 1) == [older]
    newer = asked(queue, "a", [3, 4])
    assert taken(queue, 2) == [newer, newer]
    assert queue.next() is None


def test_the_same_requests_are_one_task_for_all_and_go_on_where_they_stopped():
    queue = Queue()
    first = asked(queue, "a", [1, 2, 3])
    assert asked(queue, "b", [1, 2, 3]) is first
    taken(queue, 1)
    queue.release("a", "place")
    queue.release("b", "place")
    assert queue.next() is None
    assert asked(queue, "c", [1, 2, 3]) is first
    assert taken(queue, 2) == [first, first]
    assert queue.next() is None


def test_an_answer_to_what_was_replaced_at_work_is_kept():
    queue = Queue()
    begun = asked(queue, "a", [1])
    taken(queue, 1)
    asked(queue, "a", [2])
    begun.take({"y": 1})
    assert asked(queue, "a", [1]).result() == [{"y": 1}]


def test_only_the_last_answers_are_remembered():
    queue = Queue()
    tasks = [asked(queue, "a", [x]) for x in range(TASKS_REMEMBERED + 1)]
    assert asked(queue, "a", [TASKS_REMEMBERED]) is tasks[-1]
    assert asked(queue, "a", [0]) is not tasks[0]


def test_sessions_count_as_waiting_until_their_last_answer():
    queue = Queue()
    task = asked(queue, "a", [1])
    asked(queue, "b", [1])
    assert queue.waiting_sessions() == ["a", "b"]
    task.take({})
    assert queue.waiting_sessions() == []


def test_the_same_question_is_answered_once(shared):
    first = ask(shared, "echo", {"a": 1, "b": [2.5, "λ"]})
    again = ask(shared, "echo", {"b": [2.5, "λ"], "a": 1})
    assert first["request"] == {"a": 1, "b": [2.5, "λ"]}
    assert again is first
    assert ask(shared, "echo", {"a": 2})["calls"].count(first["request"]) == 1


def test_the_process_gives_way_and_takes_one_thread(shared):
    answer = ask(shared, "echo", {"who": "are you"})
    assert answer["threads"] == "1"
    assert answer["nice"] > os.nice(0)


@pytest.mark.parametrize(
    ("service", "kind", "message"),
    [
        ("refuse", InputError, r"^beams = 0 is refused: it must lie in \[1, 50\]$"),
        ("damaged", StoreError, "^model.safetensors cannot be read$"),
        ("bug", SynverifyError, "^fake.bug failed: ZeroDivisionError: division by zero$"),
    ],
)
def test_an_error_arrives_with_its_message_and_is_tried_again(shared, service, kind, message):
    pid = ask(shared, "echo", {}) and shared.pid
    for _ in range(2):
        with pytest.raises(kind, match=message):
            ask(shared, service, {})
    assert ask(shared, "echo", {"after": service})
    assert shared.pid == pid


def test_a_killed_process_is_started_again(own):
    ask(own, "echo", {})
    first = own.pid
    os.kill(first, signal.SIGKILL)
    assert ask(own, "echo", {"again": True})["calls"] == [{"again": True}]
    assert own.pid != first


def test_a_request_that_ends_the_process_twice_is_told_so(own):
    with pytest.raises(SynverifyError, match=r"computes fake\.crash ended twice"):
        ask(own, "crash", {})
    assert ask(own, "echo", {})


def test_a_request_that_takes_too_long_ends_with_a_message(own):
    ask(own, "echo", {})
    first = own.pid
    with pytest.raises(SynverifyError, match=r"fake.sleep took longer than 0.3 s and was ended"):
        ask(own, "sleep", {"seconds": 100}, timeout=0.3)
    assert ask(own, "echo", {"after": True})
    assert own.pid != first


def test_warming_does_not_wait_and_is_no_request(own):
    own.warm("fake.echo")
    own.warm("fake.echo")
    assert psutil.pid_exists(own.pid)
    assert ask(own, "echo", {})["calls"] == [{}]


def test_closing_tells_those_who_wait(own):
    tasks = [own.submit("fake.sleep", [{"seconds": 50 + i}], session=str(i)) for i in range(2)]
    wait_for(lambda: own.pid is not None)
    own.close()
    for task in (*tasks, own.submit("fake.echo", [{}], session="late")):
        with pytest.raises(SynverifyError, match="closed"):
            task.result()


def test_the_process_dies_with_its_page_process_even_at_work():
    script = (
        "import time\n"
        "from synverify_core.runs.assistant import Assistant\n"
        f"assistant = Assistant({FAKE!r})\n"
        "assistant.submit('fake.echo', [{}], session='a').result()\n"
        "assistant.submit('fake.sleep', [{'seconds': 600}], session='a')\n"
        "print(assistant.pid, flush=True); time.sleep(600)\n"
    )
    page = subprocess.Popen([sys.executable, "-c", script], stdout=subprocess.PIPE, text=True)
    child = psutil.Process(int(page.stdout.readline()))
    page.kill()
    page.wait()
    page.stdout.close()
    wait_for(lambda: not child.is_running() or child.status() == psutil.STATUS_ZOMBIE, 20)


@pytest.mark.parametrize("name", ["eigenvalues", "nothing.here", "os.system", "..inspect", ""])
def test_an_unknown_service_is_an_answer_too(name):
    assert reply_to({"service": name, "request": {}})["error"].startswith(f"{name} failed:")


def test_the_eigenvalue_service_is_found_by_its_name():
    assert find_service("eigenvalues.inspect").__name__ == "inspect"


def test_simulated_points_are_those_computed_without_an_assistant(simulations):
    requests = plan("sweep", SWEEP)
    task = simulations.submit("gaussian.point", requests, session="a", slot="sweep")
    assert task.wait(60)
    assert task.result() == [compute(request) for request in requests]


def test_a_process_killed_between_two_points_goes_on_with_the_next(simulations):
    requests = plan("sweep", {**SWEEP, "n_samples": 20_000})
    task = simulations.submit("gaussian.point", requests, session="a", slot="sweep")
    wait_for(lambda: len(task.answers) >= 2)
    first = simulations.pid
    os.kill(first, signal.SIGKILL)
    assert task.wait(60)
    assert len(task.result()) == len(requests)
    assert simulations.pid != first


def test_the_process_of_simulations_loads_neither_torch_nor_streamlit(simulations):
    simulations.submit("gaussian.point", plan("figure6", SMALL)[:1], session="a").result()
    mapped = psutil.Process(simulations.pid).memory_maps()
    loaded = {one.path.split("/site-packages/")[-1] for one in mapped}
    assert any(path.startswith("numpy/") for path in loaded)
    assert not any(path.startswith(("torch/", "pandas/", "pyarrow/")) for path in loaded)
