"""Work over all cores: in order, little of it ahead of the reader, and no process left behind."""

import functools
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from ingest import cores
from ingest.cores import over_cores


def square(n: int) -> int:
    return n * n


def fails_on_five(n: int) -> int:
    if n == 5:
        raise ValueError("five")
    return n


@pytest.fixture
def at_once(monkeypatch: pytest.MonkeyPatch):
    """Processes are started after the first task."""
    monkeypatch.setattr(cores, "WORTH_S", 0)
    return functools.partial(over_cores, alone_s=0)


@pytest.mark.parametrize("is_alone", [True, False])
def test_outcomes_come_in_the_order_of_the_tasks(at_once, is_alone: bool):
    run = over_cores if is_alone else at_once
    assert list(run(square, range(300), 300)) == [n * n for n in range(300)]


def test_tasks_are_taken_only_a_few_batches_ahead(at_once, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(cores, "_BATCH", 2)
    taken = []

    def tasks():
        for n in range(10_000):
            taken.append(n)
            yield n

    outcomes = at_once(square, tasks(), 10_000)
    assert [next(outcomes), next(outcomes)] == [0, 1]
    assert 2 < len(taken) <= 1 + 2 * cores._BATCHES_PER_CORE * (os.cpu_count() or 1)
    outcomes.close()


def test_an_error_in_the_work_reaches_the_caller(at_once):
    with pytest.raises(ValueError, match="five"):
        list(at_once(fails_on_five, range(50), 50))


SLEEPERS = """
import os, sys, time
from ingest.cores import over_cores

def sleep(n):
    if n:
        print(os.getpid(), flush=True)
        time.sleep(60)
    time.sleep(0.01)

if __name__ == "__main__":
    list(over_cores(sleep, range(5000), 5000, alone_s=0))
"""


def is_running(process_id: int) -> bool:
    try:
        return Path(f"/proc/{process_id}/stat").read_text().split()[2] != "Z"
    except FileNotFoundError:
        return False


@pytest.mark.skipif(not Path("/proc/self/stat").exists(), reason="needs /proc to see processes")
def test_workers_end_with_the_process_that_was_killed(tmp_path: Path):
    script = tmp_path / "sleepers.py"
    script.write_text(SLEEPERS, encoding="utf-8")
    with subprocess.Popen([sys.executable, str(script)], stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout
        worker = int(process.stdout.readline())
        assert is_running(worker)
        process.send_signal(signal.SIGKILL)
        process.wait()
        until = time.monotonic() + 30
        while is_running(worker) and time.monotonic() < until:
            time.sleep(0.05)
        assert not is_running(worker)
