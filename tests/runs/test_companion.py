"""The model helper: one process, a queue, errors that arrive, and a life tied to the page's."""

import os
import signal
import subprocess
import sys
import time

import psutil
import pytest

from synverify_core.errors import InputError, StoreError, SynverifyError
from synverify_core.runs import companion
from synverify_core.runs.companion import Companion
from synverify_core.runs.companion_process import find_service, reply_to
from synverify_core.runs.companion_queue import (
    ANSWERS_REMEMBERED,
    CompanionError,
    Queue,
    SupersededError,
)


@pytest.fixture(scope="module", autouse=True)
def light_services():
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(companion, "PROCESS", "tests.runs.fake_companion")
        yield


@pytest.fixture(scope="module")
def shared():
    helper = Companion()
    yield helper
    helper.close()


@pytest.fixture
def own():
    helper = Companion()
    yield helper
    helper.close()


def wait_for(condition, seconds=60.0):
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, "nothing came in time"
        time.sleep(0.01)


def test_the_same_question_is_answered_once(shared):
    first = shared.ask("fake.echo", {"a": 1, "b": [2.5, "λ"]})
    again = shared.ask("fake.echo", {"b": [2.5, "λ"], "a": 1})
    assert first["request"] == {"a": 1, "b": [2.5, "λ"]}
    assert again is first
    assert shared.ask("fake.echo", {"a": 2})["calls"].count(first["request"]) == 1


def test_the_helper_gives_way_and_takes_one_thread(shared):
    answer = shared.ask("fake.echo", {"who": "are you"})
    assert answer["threads"] == "1"
    assert answer["nice"] > os.nice(0)


@pytest.mark.parametrize(
    ("service", "kind", "message"),
    [
        ("fake.refuse", InputError, r"^beams = 0 is refused: it must lie in \[1, 50\]$"),
        ("fake.damaged", StoreError, "^model.safetensors cannot be read$"),
        ("fake.bug", SynverifyError, "^fake.bug failed: ZeroDivisionError: division by zero$"),
    ],
)
def test_an_error_arrives_with_its_message_and_the_helper_lives_on(shared, service, kind, message):
    pid = shared.ask("fake.echo", {}) and shared.pid
    with pytest.raises(kind, match=message):
        shared.ask(service, {})
    assert shared.ask("fake.echo", {"after": service})
    assert shared.pid == pid


def test_a_refused_request_is_tried_again_when_it_is_asked_again(shared):
    tickets = [shared.submit("fake.refuse", {"n": 1}) for _ in range(2)]
    assert tickets[0] is tickets[1]
    assert tickets[0].wait(60)
    assert shared.submit("fake.refuse", {"n": 1}) is not tickets[0]


def test_a_waiting_request_is_dropped_when_its_session_asks_anew(shared):
    busy = shared.submit("fake.sleep", {"seconds": 0.4}, session="a")
    older = shared.submit("fake.echo", {"version": "older"}, session="b")
    newer = shared.submit("fake.echo", {"version": "newer"}, session="b")
    with pytest.raises(SupersededError, match="newer request"):
        older.result()
    assert {"version": "older"} not in newer.result()["calls"]
    assert busy.result() == {}


def test_a_killed_helper_is_started_again(own):
    own.ask("fake.echo", {})
    first = own.pid
    os.kill(first, signal.SIGKILL)
    assert own.ask("fake.echo", {"again": True})["calls"] == [{"again": True}]
    assert own.pid != first


def test_a_request_that_ends_the_helper_twice_is_told_so(own):
    with pytest.raises(CompanionError, match=r"ended twice at fake\.crash"):
        own.ask("fake.crash", {})
    assert own.ask("fake.echo", {})


def test_a_request_that_takes_too_long_ends_with_a_message(own):
    own.ask("fake.echo", {})
    first = own.pid
    with pytest.raises(CompanionError, match=r"fake.sleep took longer than 0.3 s and was ended"):
        own.ask("fake.sleep", {"seconds": 100}, timeout=0.3)
    assert own.ask("fake.echo", {"after": True})
    assert own.pid != first


def test_a_request_behind_a_long_one_gives_up_but_does_not_end_it(own):
    own.ask("fake.echo", {})
    long = own.submit("fake.sleep", {"seconds": 1.0})
    with pytest.raises(CompanionError, match="busy with other requests"):
        own.ask("fake.echo", {"impatient": True}, timeout=0.1)
    assert long.result() == {}


def test_warming_does_not_wait_and_is_no_request(own):
    own.warm("fake.echo")
    own.warm("fake.echo")
    assert psutil.pid_exists(own.pid)
    assert own.ask("fake.echo", {})["calls"] == [{}]


def test_closing_tells_those_who_wait(own):
    tickets = [own.submit("fake.sleep", {"seconds": 50 + i}) for i in range(2)]
    wait_for(lambda: own.pid is not None)
    own.close()
    for ticket in (*tickets, own.submit("fake.echo", {})):
        with pytest.raises(CompanionError, match="closed"):
            ticket.result()


def test_the_helper_dies_with_its_page_process_even_at_work():
    script = (
        "import time\n"
        "from synverify_core.runs import companion\n"
        "companion.PROCESS = 'tests.runs.fake_companion'\n"
        "helper = companion.Companion()\n"
        "helper.ask('fake.echo', {}); helper.submit('fake.sleep', {'seconds': 600})\n"
        "print(helper.pid, flush=True); time.sleep(600)\n"
    )
    page = subprocess.Popen([sys.executable, "-c", script], stdout=subprocess.PIPE, text=True)
    helper = psutil.Process(int(page.stdout.readline()))
    page.kill()
    page.wait()
    page.stdout.close()
    wait_for(lambda: not helper.is_running() or helper.status() == psutil.STATUS_ZOMBIE, 20)


def test_a_request_that_another_session_wants_too_is_kept():
    queue = Queue()
    both = queue.submit("s", {"x": 1}, "a", 1.0)
    assert queue.submit("s", {"x": 1}, "b", 1.0) is both
    queue.submit("s", {"x": 2}, "a", 1.0)
    assert queue.next() is both
    assert not both.done


def test_a_request_at_work_is_not_dropped_and_its_answer_is_kept():
    queue = Queue()
    begun = queue.submit("s", {"x": 1}, "a", 1.0)
    assert queue.next() is begun
    queue.submit("s", {"x": 2}, "a", 1.0)
    assert not begun.done
    begun.finish({"y": 1})
    assert queue.submit("s", {"x": 1}, "a", 1.0).result() == {"y": 1}


def test_services_of_a_session_do_not_replace_each_other():
    queue = Queue()
    first = queue.submit("s", {"x": 1}, "a", 1.0)
    second = queue.submit("t", {"x": 1}, "a", 1.0)
    assert [queue.next(), queue.next(), queue.next()] == [first, second, None]


def test_only_the_last_answers_are_remembered():
    queue = Queue()
    tickets = [queue.submit("s", {"x": x}, "", 1.0) for x in range(ANSWERS_REMEMBERED + 1)]
    assert queue.submit("s", {"x": ANSWERS_REMEMBERED}, "", 1.0) is tickets[-1]
    assert queue.submit("s", {"x": 0}, "", 1.0) is not tickets[0]


@pytest.mark.parametrize("name", ["eigenvalues", "nothing.here", "os.system", "..inspect", ""])
def test_an_unknown_service_is_refused_by_name(name):
    with pytest.raises(InputError, match=r"unknown.*eigenvalues"):
        find_service(name)
    assert reply_to({"service": name, "request": {}})["kind"] == "InputError"


def test_the_eigenvalue_service_is_found_by_its_name():
    assert find_service("eigenvalues.inspect").__name__ == "inspect"
