"""The vectors of the latest questions, kept: several parts of one answer ask for the same question."""

from collections.abc import Sequence
from functools import lru_cache

from ingest.embed.spec import Embedder, LayerMeans, TokenStates, Vectors


class RecentEmbedder:
    """An embedder that reads a question once and not again as long as it is among the ``kept`` latest.

    Only questions that come one by one are kept, and their vectors are read-only. Safe to share between threads.
    """

    def __init__(self, embedder: Embedder, *, kept: int) -> None:
        self._embedder = embedder
        self._read = lru_cache(maxsize=kept)(self._read_once)
        self._quickly = lru_cache(maxsize=kept)(self._read_quickly_once)
        self.spec = embedder.spec

    def embed_queries(self, texts: Sequence[str]) -> Vectors:
        """Return one unit vector per question, shape (n, d)."""
        return self._read(texts[0])[0] if len(texts) == 1 else self._embedder.embed_queries(texts)

    def embed_passages(self, texts: Sequence[str], *, progress: bool = False) -> Vectors:
        """Return one unit vector per passage, shape (n, d)."""
        return self._embedder.embed_passages(texts, progress=progress)

    def layer_means(self, texts: Sequence[str]) -> LayerMeans:
        """Return what some layers make of each question, shape (n, k, d)."""
        return self._read(texts[0])[1] if len(texts) == 1 else self._embedder.layer_means(texts)

    def read_query(self, text: str) -> tuple[Vectors, LayerMeans]:
        """Return both of one question, shapes (1, d) and (1, k, d)."""
        return self._read(text)

    def read_quickly(self, text: str) -> tuple[Vectors, TokenStates | None]:
        """Return vector (1, d) and token states of one question, nearly what they are."""
        return self._quickly(text)

    def _read_once(self, text: str) -> tuple[Vectors, LayerMeans]:
        vectors, means = self._embedder.read_query(text)
        vectors.flags.writeable = means.flags.writeable = False
        return vectors, means

    def _read_quickly_once(self, text: str) -> tuple[Vectors, TokenStates | None]:
        vectors, states = self._embedder.read_quickly(text)
        vectors.flags.writeable = False
        return vectors, states
