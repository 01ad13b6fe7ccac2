"""Reading ahead of the first questions what most of them need, beside the service that is up already."""

from collections.abc import Iterator
from itertools import islice

from service.answer import Answerer
from service.heap import settle
from service.schema import AskRequest

WARMED = 500
"""Passages read ahead: of the small corpora all, in some seconds of one core; of the large ones a beginning."""

QUESTIONS = ("逾期怎么办", "花唄逾期會影響徵信嗎", "jiebei yuqi you shenme houguo")
"""Between them they use whatever is loaded at its first use: both scripts, the tags of nouns, the reading of pinyin."""


def read_ahead(answerer: Answerer) -> Iterator[None]:
    """Read ahead step by step, so that whoever asks for the steps can leave off."""
    for question in QUESTIONS:
        answerer.ask(AskRequest(question=question, mode="extractive"), [])
        yield
    for passage in islice(answerer.index.passages, WARMED):
        answerer.reader.read_ahead(passage)
        yield
    settle()
