"""BM25 over the characters and character pairs of folded text; the one place for bm25s."""

import json
import re
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

import bm25s
import numpy as np
from numpy.typing import NDArray

MAX_POSTINGS = 2_000_000
"""Postings that one search adds up, the rarest terms first. Small corpora never reach it; among a million passages a
single common hanzi has half a million, costs milliseconds, and tells nothing."""

MAPPED_FROM_BYTES = 256_000_000
"""A smaller index is read whole, as it was when its checksum was verified, whatever becomes of the file afterwards."""

_RUN = re.compile(r"[\u3400-\u9fff]+|[a-z0-9]+")


def tokens(folded: str) -> Iterator[str]:
    """Yield the terms of folded text: each hanzi, each pair of neighbouring hanzi, each Latin word and number.

    >>> list(tokens("逾期95188"))
    ['逾', '期', '逾期', '95188']
    """
    for run in _RUN.findall(folded):
        if run[0] < "\u3400":
            yield run
            continue
        yield from run
        for i in range(len(run) - 1):
            yield run[i : i + 2]


class SparseIndex:
    """A prebuilt BM25 index whose row ``i`` is the ``i``-th text it was built from."""

    def __init__(self, bm25: bm25s.BM25 | None) -> None:
        self._bm25 = bm25

    @classmethod
    def build(cls, folded: Iterable[str]) -> "SparseIndex":
        """Return the index of ``folded`` texts."""
        vocabulary: dict[str, int] = {}
        rows = [[vocabulary.setdefault(t, len(vocabulary)) for t in tokens(text)] for text in folded]
        if not vocabulary:
            return cls(None)
        bm25 = bm25s.BM25()
        bm25.index((rows, vocabulary), show_progress=False)
        return cls(bm25)

    @classmethod
    def load(cls, folder: Path) -> "SparseIndex":
        """Return the index that ``save`` wrote to ``folder``; the arrays of a large one stay on disk until they are used.

        Raises:
            ValueError: the folder holds no such index.
        """
        try:
            if json.loads((folder / "empty.json").read_text()):
                return cls(None)
            size = sum(path.stat().st_size for path in folder.iterdir())
            return cls(bm25s.BM25.load(folder, mmap=size >= MAPPED_FROM_BYTES, show_progress=False))
        except (OSError, ValueError, KeyError) as error:
            raise ValueError(f"{folder}: not a sparse index: {error}") from error

    def save(self, folder: Path) -> None:
        """Write the index into ``folder``."""
        folder.mkdir()
        (folder / "empty.json").write_text(json.dumps(self._bm25 is None))
        if self._bm25 is not None:
            self._bm25.save(folder, show_progress=False)

    def frequencies(self) -> dict[str, int]:
        """Return in how many texts each term stands."""
        if self._bm25 is None:
            return {}
        counts = np.diff(self._bm25.scores["indptr"]).tolist()
        return {term: counts[i] for term, i in self._bm25.vocab_dict.items() if i < len(counts)}

    def search(
        self, folded_query: str, k: int, allowed: NDArray[np.int64] | None = None
    ) -> tuple[NDArray[np.int64], NDArray[np.float32]]:
        """Return the at most ``k`` best rows, and their scores, falling; a row that shares no term is never returned."""
        nothing = np.empty(0, dtype=np.int64), np.empty(0, dtype=np.float32)
        if self._bm25 is None or k <= 0:
            return nothing
        vocabulary = self._bm25.vocab_dict
        terms = [vocabulary[t] for t in tokens(folded_query) if t in vocabulary]
        if not terms:
            return nothing
        scores = self._bm25.get_scores_from_ids(_affordable(terms, self._bm25.scores["indptr"]))
        rows = np.flatnonzero(scores > 0) if allowed is None else allowed[scores[allowed] > 0]
        if len(rows) > k:
            rows = rows[np.argpartition(-scores[rows], k - 1)[:k]]
        # Equal scores keep the order of the corpus, so that a search says the same every time.
        rows = rows[np.lexsort((rows, -scores[rows]))]
        return rows, scores[rows].astype(np.float32)


def _affordable(terms: Sequence[int], borders: NDArray[np.integer]) -> list[int]:
    """Return ``terms`` without the most common ones, where all together have more than ``MAX_POSTINGS``.

    The postings of term ``t`` lie from ``borders[t]`` to ``borders[t + 1]``.
    """
    counts = np.asarray([borders[term + 1] - borders[term] for term in terms])
    order = np.argsort(counts, kind="stable")
    kept = order[np.cumsum(counts[order]) <= MAX_POSTINGS]
    return [terms[i] for i in sorted(kept if len(kept) else order[:1])]
