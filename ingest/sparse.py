"""BM25 over the characters and character pairs of folded text, as arrays that a search reads from disk where they lie."""

from collections import Counter
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from ingest.postings import Postings, build_postings
from ingest.terms import hanzi_of, key_of, tokens

Rows = NDArray[np.int64]
Scores = NDArray[np.float32]

MERGED = 100_000
"""Postings that one search merges, the rarest terms first. Small corpora never reach it; among a million passages one
common hanzi alone has half a million, and tells hardly anything."""

CANDIDATES = 1_000
"""Rows, the best by the rarer terms, to which the commoner ones are then added."""

MAPPED_FROM_BYTES = 256_000_000
"""A smaller index is read whole, as it was when its checksum was verified, whatever becomes of the file afterwards."""

Mask = NDArray[np.bool_]

_ARRAYS = ("keys", "borders", "rows", "scores")
_TEXTS = "texts.npy"


class SparseIndex:
    """A BM25 index whose row ``i`` is the ``i``-th text it was built from; read-only, safe to share between threads."""

    def __init__(self, postings: Postings) -> None:
        self._postings = postings

    @classmethod
    def build(cls, folded: Iterable[str]) -> "SparseIndex":
        """Return the index of ``folded`` texts, which are read once."""
        return cls(build_postings(folded))

    @classmethod
    def load(cls, folder: Path) -> "SparseIndex":
        """Return the index that ``save`` wrote to ``folder``; the arrays of a large one stay on disk until they are used.

        Raises:
            ValueError: the folder holds no such index.
        """
        try:
            size = sum(path.stat().st_size for path in folder.iterdir())
            mode: Literal["r"] | None = "r" if size >= MAPPED_FROM_BYTES else None
            # As plain arrays over the map: numpy's memmap class costs at every slice.
            arrays = {name: np.asarray(np.load(folder / f"{name}.npy", mmap_mode=mode)) for name in _ARRAYS}
            return cls(Postings(texts=int(np.load(folder / _TEXTS)), **arrays))
        except (OSError, ValueError, EOFError) as error:
            raise ValueError(f"{folder}: not a sparse index: {error}") from error

    def save(self, folder: Path) -> None:
        """Write the index into ``folder``."""
        folder.mkdir()
        np.save(folder / _TEXTS, np.int64(self._postings.texts))
        for name in _ARRAYS:
            np.save(folder / f"{name}.npy", getattr(self._postings, name))

    def frequencies(self, limit: int) -> dict[str, int]:
        """Return in how many texts each hanzi and each pair of hanzi stands, for the ``limit`` commonest of them."""
        keys, counts = np.asarray(self._postings.keys), np.diff(self._postings.borders)
        if len(keys) > limit:
            kept = np.sort(np.argpartition(-counts, limit)[:limit])
            keys, counts = keys[kept], counts[kept]
        found = {hanzi_of(key): count for key, count in zip(keys.tolist(), counts.tolist(), strict=True)}
        found.pop("", None)
        return found

    def search(self, folded_query: str, k: int, allowed: Mask | None = None) -> tuple[Rows, Scores]:
        """Return the at most ``k`` best rows, and their scores, falling; a row that shares no term is never returned.

        ``allowed`` (n,) restricts the search; None allows all. The score of a row that is returned is always whole. Where
        the terms have more than ``MERGED`` postings, only the best ``CANDIDATES`` by the rarer terms are looked at
        (Moffat and Zobel 1996, "continue").
        """
        terms = self._terms(folded_query)
        if not terms or k <= 0:
            return np.empty(0, dtype=np.int64), np.empty(0, dtype=np.float32)
        borders = self._postings.borders
        sizes = np.cumsum([borders[term + 1] - borders[term] for term, _ in terms])
        spread = max(1, int(np.searchsorted(sizes, MERGED, side="right")))
        found, scores = self._merged(terms[:spread], allowed)
        if common := terms[spread:]:
            found, scores = _best(found, scores, max(k, CANDIDATES))
            for term, count in common:
                rows, added = self._of(term)
                at = np.minimum(np.searchsorted(rows, found), len(rows) - 1)
                scores += np.where(rows[at] == found, count * added[at], np.float32(0))
        found, scores = _best(found, scores, k)
        # Equal scores keep the order of the corpus, so that a search says the same every time.
        order = np.lexsort((found, -scores))
        return found[order].astype(np.int64), scores[order]

    def _merged(
        self, terms: Sequence[tuple[int, int]], allowed: Mask | None
    ) -> tuple[NDArray[np.int32], Scores]:
        """Return the rows that hold any of ``terms``, ascending, and the sums of what the terms add to their scores."""
        postings = [(self._of(term), count) for term, count in terms]
        rows = np.concatenate([rows for (rows, _), _ in postings])
        added = np.concatenate([count * scores for (_, scores), count in postings]).astype(np.float32)
        if allowed is not None:
            rows, added = rows[allowed[rows]], added[allowed[rows]]
        # Row and score side by side in one number sort several times faster than scores by the order of their rows.
        packed = np.sort(rows.astype(np.int64) << 32 | added.view(np.int32))
        rows = (packed >> 32).astype(np.int32)
        added = (packed & 0xFFFF_FFFF).astype(np.int32).view(np.float32)
        first = np.flatnonzero(np.diff(rows, prepend=-1))
        return rows[first], np.add.reduceat(added, first) if len(first) else added

    def _terms(self, folded_query: str) -> list[tuple[int, int]]:
        """Return the terms of the question that the index knows, rarest first, and how often each was asked for."""
        asked = Counter(map(key_of, tokens(folded_query)))
        keys, borders = self._postings.keys, self._postings.borders
        places = np.searchsorted(keys, np.asarray(list(asked), dtype=np.int64)).tolist()
        known = [
            (int(borders[place + 1] - borders[place]), place, count)
            for place, (key, count) in zip(places, asked.items(), strict=True)
            if place < len(keys) and keys[place] == key
        ]
        return [(place, count) for _, place, count in sorted(known)]

    def _of(self, term: int) -> tuple[NDArray[np.int32], Scores]:
        """Return the rows in which ``term`` stands, ascending, and what it adds to their scores."""
        span = slice(int(self._postings.borders[term]), int(self._postings.borders[term + 1]))
        return self._postings.rows[span], self._postings.scores[span]


def _best(rows: NDArray[np.int32], scores: Scores, k: int) -> tuple[NDArray[np.int32], Scores]:
    """Return the at most ``k`` of ``rows`` that score best, ascending, and their scores."""
    if len(rows) <= k:
        return rows, scores
    kept = np.sort(np.argpartition(scores, len(rows) - k)[-k:])
    return rows[kept], scores[kept]
