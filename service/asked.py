"""Known questions: which passages and sentences answer a question much like the one that is asked."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from ingest.index import Index
from service.background import Background

PASSAGE_GAIN = 1.3
"""A question is nearer to another one than to a passage that answers both; by this factor, on dev questions."""

Scores = NDArray[np.float32]
Rows = NDArray[np.int64]


class Asked:
    """The known questions of an index, ready to be compared with."""

    def __init__(self, index: Index, background: Background) -> None:
        self._index = index
        self.background = background
        self._known = index.known
        self._centred = background.centred(index.known.vectors)
        self._places: dict[int, list[int]] = {}
        for place, row in enumerate(self._known.rows.tolist()):
            self._places.setdefault(row, []).append(place)

    def __bool__(self) -> bool:
        """Whether there is any known question."""
        return bool(self._known.texts)

    def knows(self, row: int) -> bool:
        """Return whether the passage at ``row`` has known questions."""
        return row in self._places

    def near(self, cosines: Scores, depth: int) -> Rows:
        """Return the at most ``depth`` rows that answer the questions of the highest ``cosines`` (places,)."""
        nearest = np.argpartition(-cosines, depth)[:depth] if len(cosines) > depth else slice(None)
        return np.unique(self._known.rows[nearest])

    def scores(self, vector: Scores, cosines: Scores, rows: Rows) -> Scores:
        """Return for each of ``rows``, ascending, the best of the ``cosines`` (places,) of questions that it answers.

        Where it has no known question, or none so near, its own cosine stands in for it: a passage must not lose because
        nobody wrote questions for it.
        """
        own = PASSAGE_GAIN * self.background.cosines(
            self.background.centred(vector), self._index.vectors(rows)
        )
        at = np.searchsorted(rows, self._known.rows)
        among = (at < len(rows)) & (rows[np.minimum(at, len(rows) - 1)] == self._known.rows)
        best = own.copy()
        np.maximum.at(best, at[among], cosines[among])
        return best

    def of_sentences(self, vectors: NDArray[np.float32], spans: Sequence[tuple[int, int, int]]) -> Scores:
        """Return for each span (row, start, end) the cosine (n,) of the nearest question answered there, 0 without one."""
        cosines = self.cosines(vectors)
        starts = self._known.starts
        return np.array(
            [
                max(
                    (float(cosines[p]) for p in self._places.get(row, ()) if start <= starts[p] < end),
                    default=0.0,
                )
                for row, start, end in spans
            ],
            np.float32,
        )

    def cosines(self, vectors: NDArray[np.float32]) -> Scores:
        """Return the cosine (n,) of each place's question to the nearest of ``vectors`` (k, d)."""
        cosines = (self._centred @ self.background.centred(vectors).T).max(axis=1)
        return np.asarray(cosines[self._known.questions], np.float32)
