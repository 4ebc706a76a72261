"""Work done by several processes comes back in order, and none of them outlives who asked."""

import os
import signal
import subprocess
import sys
import time

import pytest

from registry.domain.errors import InvalidInput, Unavailable
from registry.domain.numbers import parse_number
from registry.workflows.crew import Crew
from registry.workflows.worker import Worker


@pytest.mark.parametrize("workers", [0, 1, 2, 3])
def test_results_come_in_the_order_of_the_tasks(workers: int) -> None:
    with Crew(workers) as crew:
        assert list(crew.map(hex, range(50))) == [hex(n) for n in range(50)]
        assert list(crew.map(oct, range(3))) == [oct(n) for n in range(3)]


def test_what_was_begun_is_dropped_when_nobody_takes_it() -> None:
    with Crew(2) as crew:
        first = crew.map(hex, range(50))
        assert next(first) == "0x0"
        first.close()
        assert list(crew.map(oct, range(5))) == [oct(n) for n in range(5)]


@pytest.mark.parametrize("workers", [0, 2])
def test_an_error_of_ours_comes_back_with_all_it_says(workers: int) -> None:
    with Crew(workers) as crew, pytest.raises(InvalidInput) as raised:
        list(crew.map(parse_number, ["!!"]))
    assert raised.value.expected
    assert raised.value.found


def test_a_worker_that_dies_is_an_outage_and_no_result() -> None:
    with Crew(2) as crew, pytest.raises(Unavailable, match="worker process ended") as raised:
        list(crew.map(os._exit, [3]))
    assert raised.value.found == "exit status 3"


def test_workers_end_when_their_parent_is_killed() -> None:
    program = (
        "from registry.workflows.crew import Crew\n"
        "with Crew(2) as crew:\n"
        "    print(*(worker.pid for worker in crew._workers), flush=True)\n"
        "    input()\n"
    )
    parent = subprocess.Popen([sys.executable, "-c", program], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    assert parent.stdout is not None
    pids = [int(word) for word in parent.stdout.readline().split()]
    assert len(pids) == 2
    parent.send_signal(signal.SIGKILL)
    parent.wait()
    parent.communicate()
    deadline = time.monotonic() + 20
    while any(_runs(pid) for pid in pids) and time.monotonic() < deadline:
        time.sleep(0.05)
    assert not any(_runs(pid) for pid in pids)


def test_a_worker_ends_in_the_middle_of_its_task_when_its_parent_is_killed() -> None:
    program = (
        "import time\n"
        "from registry.workflows.worker import Worker\n"
        "worker = Worker()\n"
        "worker.send(time.sleep, 60)\n"
        "print(worker.pid, flush=True)\n"
        "input()\n"
    )
    parent = subprocess.Popen([sys.executable, "-c", program], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    assert parent.stdout is not None
    pid = int(parent.stdout.readline())
    time.sleep(0.5)  # until it sleeps
    assert _runs(pid)
    parent.send_signal(signal.SIGKILL)
    parent.wait()
    parent.communicate()
    deadline = time.monotonic() + 20
    while _runs(pid) and time.monotonic() < deadline:
        time.sleep(0.05)
    assert not _runs(pid)


def test_a_worker_leaves_it_to_its_parent_when_to_end() -> None:
    worker = Worker()
    try:
        assert worker.do(hex, 1) == "0x1"
        os.kill(worker.pid, signal.SIGTERM)
        os.kill(worker.pid, signal.SIGINT)
        assert worker.do(hex, 2) == "0x2"
    finally:
        worker.end()
    assert not _runs(worker.pid)


def _runs(pid: int) -> bool:
    try:
        with open(f"/proc/{pid}/stat") as stat:
            return stat.read().rsplit(")", 1)[1].split()[0] != "Z"
    except OSError:
        return False
