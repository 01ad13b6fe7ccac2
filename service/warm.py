"""Embedding ahead of the first questions what most of them need, beside the service that is up already."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import islice

from service.answer import Answerer
from service.heap import settle
from service.schema import AskRequest

WARMED = 500
"""Passages read ahead: of the small corpora all, in some seconds of one core; of the large ones a beginning."""

QUESTIONS = ("逾期怎么办", "花唄逾期會影響徵信嗎", "jiebei yuqi you shenme houguo")
"""Between them they use whatever is loaded at its first use: both scripts, the tags of nouns, the reading of pinyin."""


@contextmanager
def warming(answerer: Answerer | None) -> Iterator[None]:
    """Read passages ahead in a thread of its own until done or until the context ends."""
    if answerer is None:
        yield
        return
    stop = threading.Event()

    def read_ahead() -> None:
        for question in QUESTIONS:
            answerer.ask(AskRequest(question=question, mode="extractive"), [])
        for passage in islice(answerer.index.passages, WARMED):
            if stop.is_set():
                return
            answerer.reader.read_ahead(passage)
        settle()

    thread = threading.Thread(target=read_ahead, name="warming")
    thread.start()
    try:
        yield
    finally:
        stop.set()
        thread.join()
