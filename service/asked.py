"""Known questions: which passages and sentences answer a question much like the one that is asked."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from ingest.dense import Nearest
from ingest.index import Index
from service.background import Background

PASSAGE_GAIN = 1.3
"""A question is nearer to another one than to a passage that answers both; by this factor, on dev questions."""

COMPARED = 128
"""Known questions whose exact cosine a search asks for; hits are found by the nearest hundred."""

NEAREST = 5
"""Known questions that tell how near to all of them a question is."""

Scores = NDArray[np.float32]
Rows = NDArray[np.int64]


class Asked:
    """The known questions of an index, ready to be compared with."""

    def __init__(self, index: Index, background: Background) -> None:
        self._index = index
        self.background = background
        known = index.known
        self._centred = background.centred(known.vectors)
        self._nearest = Nearest(self._centred)
        # Places lie by passage, and in a passage by where they stand, so that each passage and each sentence has a run of them.
        order = np.lexsort((known.starts, known.rows))
        self._questions, self._row_of_place = known.questions[order], known.rows[order]
        self._where = _where(known.rows[order], known.starts[order])
        self._rows, self._firsts = np.unique(self._row_of_place, return_index=True)
        self._known_rows = frozenset(self._rows.tolist())

    def __bool__(self) -> bool:
        """Whether there is any known question."""
        return len(self._questions) > 0

    def knows(self, row: int) -> bool:
        """Return whether the passage at ``row`` has known questions."""
        return row in self._known_rows

    def answered_by(self, row: int, start: int, end: int) -> list[str]:
        """Return the known questions that the words of the passage at ``row`` between ``start`` and ``end`` of its article answer."""
        first, last = np.searchsorted(self._where, _where(np.array([row, row]), np.array([start, end])))
        return [self._index.known.texts[question] for question in self._questions[first:last]]

    def cosines(self, vectors: NDArray[np.float32]) -> Scores:
        """Return the cosine (places,) of each place's question to the nearest of ``vectors`` (k, d)."""
        each = [self._centred @ vector for vector in self.background.centred(vectors)]
        return np.asarray(np.maximum.reduce(each)[self._questions], np.float32)

    def nearest_cosines(self, vector: NDArray[np.float32]) -> Scores:
        """Return what :meth:`cosines` does for the one ``vector`` (d,), but -1 for all but the nearest questions: in a third of the time."""
        known = np.full(len(self._centred), -1, np.float32)
        questions, cosines = self._nearest.search(self.background.centred(vector), COMPARED)
        known[questions] = cosines
        return known[self._questions]

    def nearness(self, cosines: Scores) -> float:
        """Return the mean of the highest of ``cosines`` (places,), 0 where no question is known."""
        nearest = min(NEAREST, len(cosines))
        return float(np.partition(cosines, -nearest)[-nearest:].mean()) if nearest else 0.0

    def near(self, cosines: Scores, depth: int) -> Rows:
        """Return the at most ``depth`` rows that answer the questions of the highest ``cosines`` (places,)."""
        compared = np.flatnonzero(cosines > -1)
        if len(compared) > depth:
            compared = compared[np.argpartition(cosines[compared], -depth)[-depth:]]
        return np.unique(self._row_of_place[compared])

    def scores(self, vector: Scores, cosines: Scores, rows: Rows) -> Scores:
        """Return for each of ``rows``, ascending, the best of the ``cosines`` (places,) of questions that it answers.

        Where it has no known question, or none so near, its own cosine stands in for it: a passage must not lose because
        nobody wrote questions for it.
        """
        own = PASSAGE_GAIN * self.background.cosines(
            self.background.centred(vector), self._index.vectors(rows)
        )
        if not self:
            return own
        best = np.maximum.reduceat(cosines, self._firsts)
        at = np.minimum(np.searchsorted(self._rows, rows), len(self._rows) - 1)
        return np.where(self._rows[at] == rows, np.maximum(own, best[at]), own)

    def of_sentences(self, cosines: Scores, spans: Sequence[tuple[int, int, int]]) -> Scores:
        """Return for each span (row, start, end) the best of the ``cosines`` (places,) of questions answered there, 0 without one."""
        rows, starts, ends = np.array(spans, np.int64).reshape(-1, 3).T
        first = np.searchsorted(self._where, _where(rows, starts))
        last = np.searchsorted(self._where, _where(rows, ends))
        # A place behind the last one, which a run may end at.
        best = np.maximum.reduceat(np.append(cosines, np.float32(0)), np.stack([first, last], axis=1).ravel())
        return np.where(last > first, best[::2], np.float32(0))


def _where(rows: Rows, offsets: Rows) -> Rows:
    """Return numbers that order places (row, offset in the article): first by row, then by offset."""
    return (rows << 32) | offsets
