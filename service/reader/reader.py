"""Which sentences of a passage answer a question: a small trained model over the encoder's token states."""

from collections import OrderedDict
from collections.abc import Sequence
from functools import lru_cache
from threading import Lock

import numpy as np
from numpy.typing import NDArray

from ingest.embed import ModelReader
from ingest.fold import fold
from ingest.records import Passage
from service.reader.match import Page, Question, match, read_page, read_question
from service.reader.weights import ReaderWeights

KEPT_PAGES = 2_000
"""Passages kept as they were read: about 50 MB where they are of 200 characters."""

KEPT_READINGS, KEPT_QUESTIONS = 1024, 64


class Reader:
    """Reads passages for questions. Safe to use from several threads."""

    def __init__(self, model: ModelReader, weights: ReaderWeights) -> None:
        self._model = model
        self._weights = weights
        self._pages: OrderedDict[str, Page] = OrderedDict()
        self._lock = Lock()
        self._question = lru_cache(maxsize=KEPT_QUESTIONS)(self._read_question)
        self._readings: OrderedDict[tuple[str, bool, str], NDArray[np.float32]] = OrderedDict()

    def read(
        self, question: str, passages: Sequence[Passage], states: NDArray[np.float32] | None = None
    ) -> list[NDArray[np.float32]]:
        """Return for each of ``passages`` the logit of each of its sentences (s,) that it answers the folded ``question``.

        Within -8 and 8, as :func:`~service.reader.match.match` gives them. ``states`` (m, d) are those of the question where they
        are at hand, as of :meth:`ingest.embed.Embedder.read_quickly`.
        """
        quick = states is not None
        with self._lock:
            known = {p.passage_id: self._readings.get((question, quick, p.passage_id)) for p in passages}
        new = list({p.passage_id: p for p in passages if known[p.passage_id] is None}.values())
        if new:
            pages = [self._page(passage) for passage in new]
            asked = self._question(question) if states is None else read_question(states, self._weights)
            logits = match(asked, pages, self._weights)
            known.update(zip((p.passage_id for p in new), logits, strict=True))
            with self._lock:
                self._readings.update(
                    {(question, quick, p.passage_id): one for p, one in zip(new, logits, strict=True)}
                )
                while len(self._readings) > KEPT_READINGS:
                    self._readings.popitem(last=False)
        return [one for p in passages if (one := known[p.passage_id]) is not None]

    def read_ahead(self, passage: Passage) -> None:
        """Keep what of ``passage`` no question changes."""
        self._page(passage)

    def question_states(self, folded: str) -> NDArray[np.float32]:
        """Return the states (m, d) of the tokens of the folded question."""
        return self._model.read_whole(folded, as_passage=False).states

    def page_states(self, passage: Passage) -> tuple[NDArray[np.float32], NDArray[np.int64]]:
        """Return the states (n, d) of the tokens of ``passage`` under its headings, and where its sentences stand (s, 2)."""
        text = fold("\n".join(dict.fromkeys((passage.title, *passage.heading)))) + "\n"
        places = []
        for sentence in passage.sentences:
            folded = fold(passage.text[sentence.start - passage.start : sentence.end - passage.start])
            places.append((len(text), len(text) + len(folded)))
            text += folded
        read = self._model.read_whole(text, as_passage=True)
        starts, ends = read.spans[:, 0], read.spans[:, 1]
        spans = np.zeros((len(places), 2), np.int64)
        for row, (start, end) in enumerate(places):
            among = np.flatnonzero((starts >= 0) & (ends > starts) & (starts < end) & (ends > start))
            if len(among):
                spans[row] = among[0], among[-1] + 1
        return read.states, spans

    def _read_question(self, folded: str) -> Question:
        return read_question(self.question_states(folded), self._weights)

    def _page(self, passage: Passage) -> Page:
        with self._lock:
            page = self._pages.get(passage.passage_id)
            if page is not None:
                self._pages.move_to_end(passage.passage_id)
                return page
        page = read_page(*self.page_states(passage), self._weights)
        with self._lock:
            self._pages[passage.passage_id] = page
            while len(self._pages) > KEPT_PAGES:
                self._pages.popitem(last=False)
        return page
