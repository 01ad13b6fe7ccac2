"""Keeping one process in step with the corpus: each new build is served, and warmed, without anybody asking here.

With several worker processes a call to reload reaches one of them; the others see that the pointer to the live build
has changed. Nothing of it is done in the way of an answer.
"""

import logging
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager

from ingest.embed import EmbedError
from ingest.index import IndexBroken
from service.state import State
from service.warm import read_ahead

LOOK_EVERY_S = 1.0
"""Between two looks at the pointer: one call of stat."""

AGAIN_AFTER_S = 60.0
"""Until the next look where the newest index could not be read: somebody may be copying it, and checking it costs."""

_log = logging.getLogger("jiewen.service")


@contextmanager
def following(state: State) -> Iterator[None]:
    """Follow the live build in a thread of its own until the context ends."""
    stop = threading.Event()
    thread = threading.Thread(target=_follow, args=(state, stop), name="following")
    thread.start()
    try:
        yield
    finally:
        stop.set()
        thread.join()


def _follow(state: State, stop: threading.Event) -> None:
    ahead: Iterator[None] = iter(())
    look_at = time.monotonic() + LOOK_EVERY_S
    while not stop.is_set():
        try:
            if state.fresh.is_set() and state.answerer is not None:
                state.fresh.clear()
                ahead = read_ahead(state.answerer)
            if next(ahead, ahead) is ahead:
                stop.wait(LOOK_EVERY_S)
            if time.monotonic() >= look_at:
                look_at = time.monotonic() + LOOK_EVERY_S
                state.follow()
        except (IndexBroken, EmbedError) as error:
            look_at = time.monotonic() + AGAIN_AFTER_S
            _log.warning("the newest index is not served: %s", error)
