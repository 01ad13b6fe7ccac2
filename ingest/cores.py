"""Work over all cores, in order, with no more of it under way than the cores can chew."""

import os
import threading
import time
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ProcessPoolExecutor
from itertools import islice
from multiprocessing import get_context, parent_process
from typing import TypeVar

Task = TypeVar("Task")
Outcome = TypeVar("Outcome")

ALONE_S = 1.0
"""Work for this long before judging how long the rest will take: most pages take milliseconds, a garbled one 100 times that."""

WORTH_S = 4.0
"""Processes are started where the rest would take one of them longer than this; starting takes a second or two."""

_BATCH = 32
_BATCHES_PER_CORE = 4


def over_cores(
    work: Callable[[Task], Outcome], tasks: Iterable[Task], count: int, *, alone_s: float = ALONE_S
) -> Iterator[Outcome]:
    """Yield ``work(task)`` for each of ``count`` tasks, in order; over all cores from where that is worth the start.

    ``work`` and tasks must be picklable. Tasks are taken from ``tasks`` only a few batches ahead of what was yielded.
    """
    remaining = iter(tasks)
    spent_s = 0.0
    for done, task in enumerate(remaining, start=1):
        started = time.perf_counter()
        outcome = work(task)
        spent_s += time.perf_counter() - started
        yield outcome
        if spent_s >= alone_s and (count - done) * spent_s / done > WORTH_S:
            yield from _in_processes(work, remaining)


def _in_processes(work: Callable[[Task], Outcome], remaining: Iterator[Task]) -> Iterator[Outcome]:
    cores = os.cpu_count() or 1
    # A fork of a process in which the embedder already runs threads may hang; a fresh one cannot.
    with ProcessPoolExecutor(cores, get_context("spawn"), _end_with_parent) as pool:
        under_way: deque[Future[list[Outcome]]] = deque()
        try:
            while batch := list(islice(remaining, _BATCH)):
                under_way.append(pool.submit(_work_off, work, batch))
                if len(under_way) >= _BATCHES_PER_CORE * cores:
                    yield from under_way.popleft().result()
            while under_way:
                yield from under_way.popleft().result()
        finally:
            pool.shutdown(cancel_futures=True)


def _work_off(work: Callable[[Task], Outcome], batch: list[Task]) -> list[Outcome]:
    return [work(task) for task in batch]


def _end_with_parent() -> None:
    """End this process when the one that started it ends; killed, that one could not tell us."""
    parent = parent_process()
    if parent is not None:
        threading.Thread(target=_wait_and_exit, args=(parent.join,), daemon=True).start()


def _wait_and_exit(wait: Callable[[], None]) -> None:
    wait()
    os._exit(1)
