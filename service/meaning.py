"""How close two words are in meaning, from the embedding model that is there anyway."""

from collections.abc import Sequence
from threading import Lock

import numpy as np
from numpy.typing import NDArray

from ingest.embed import Embedder
from service.query.terms import FIELD_WORDS, STOP_WORDS

MAX_CACHED = 50_000
BASIS = 300

# Cosines of centred word vectors: below LOW is chance, from HIGH on the words are as good as synonyms
# (生病–疾病 0.61, 利率–利息 0.69, 坐牢–法律 0.3).
LOW = 0.34
HIGH = 0.66


class WordVectors:
    """Unit vectors of single words, centred on the mean of common words, cached.

    The raw cosines of small embedding models crowd near 1; taking the common part out spreads them (Mu and
    Viswanath 2018, "All-but-the-Top", its first step).
    """

    def __init__(self, embedder: Embedder) -> None:
        self._embedder = embedder
        self._lock = Lock()
        self._cache: dict[str, NDArray[np.float32]] = {}
        basis = (*FIELD_WORDS, *sorted(STOP_WORDS))[:BASIS]
        self._mean = embedder.embed_queries(basis).mean(axis=0)

    def vectors(self, words: Sequence[str]) -> NDArray[np.float32]:
        """Return the unit vectors (n, d) of ``words``."""
        new = [word for word in dict.fromkeys(words) if word not in self._cache]
        if new:
            centred = self._embedder.embed_queries(new) - self._mean
            centred /= np.maximum(np.linalg.norm(centred, axis=1, keepdims=True), 1e-6)
            with self._lock:
                if len(self._cache) > MAX_CACHED:
                    self._cache.clear()
                self._cache.update(zip(new, centred, strict=True))
            fresh = dict(zip(new, centred, strict=True))
        else:
            fresh = {}
        return np.stack([fresh[word] if word in fresh else self._cache[word] for word in words])

    def closeness(self, terms: Sequence[str], words: Sequence[str]) -> NDArray[np.float32]:
        """Return for each of ``terms`` how well the closest of ``words`` says it, in [0, 1]; shape (len(terms),)."""
        if not terms or not words:
            return np.zeros(len(terms), np.float32)
        cosines = (self.vectors(terms) @ self.vectors(words).T).max(axis=1)
        return np.asarray(np.clip((cosines - LOW) / (HIGH - LOW), 0.0, 1.0), np.float32)
