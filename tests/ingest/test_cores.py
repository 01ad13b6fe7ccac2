"""Work over all cores: in order, little of it ahead of the reader, and no process left behind."""

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


@pytest.mark.parametrize("parallel_from", [1, 1000])
def test_outcomes_come_in_the_order_of_the_tasks(parallel_from: int):
    assert list(over_cores(square, range(300), 300, parallel_from=parallel_from)) == [
        n * n for n in range(300)
    ]


def test_tasks_are_taken_only_a_few_batches_ahead(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(cores, "_BATCH", 2)
    taken = []

    def tasks():
        for n in range(10_000):
            taken.append(n)
            yield n

    outcomes = over_cores(square, tasks(), 10_000, parallel_from=1)
    assert next(outcomes) == 0
    assert len(taken) <= 2 * cores._BATCHES_PER_CORE * (os.cpu_count() or 1)
    outcomes.close()


def test_an_error_in_the_work_reaches_the_caller():
    with pytest.raises(ValueError, match="five"):
        list(over_cores(fails_on_five, range(50), 50, parallel_from=1))


SLEEPERS = """
import os, sys, time
from ingest.cores import over_cores

def sleep(n):
    print(os.getpid(), flush=True)
    time.sleep(60)

if __name__ == "__main__":
    list(over_cores(sleep, range(500), 500))
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
