"""Embedding ahead of the first questions what most of them need, beside the service that is up already."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import islice

from service.answer import Answerer
from service.schema import AskRequest

WARMED = 500
"""Passages read ahead: of the small corpora all, in some seconds of one core; of the large ones a beginning."""

QUESTION = "逾期怎么办"


@contextmanager
def warming(answerer: Answerer | None) -> Iterator[None]:
    """Read passages ahead in a thread of its own until done or until the context ends."""
    if answerer is None:
        yield
        return
    stop = threading.Event()

    def read_ahead() -> None:
        # One whole question, so that whatever is loaded at its first use is loaded.
        answerer.ask(AskRequest(question=QUESTION, mode="extractive"), [])
        for passage in islice(answerer.index.passages, WARMED):
            if stop.is_set():
                return
            answerer.reader.read_ahead(passage)

    thread = threading.Thread(target=read_ahead, name="warming")
    thread.start()
    try:
        yield
    finally:
        stop.set()
        thread.join()
