"""The vectors of the latest questions, kept: several parts of one answer ask for the same question."""

from collections.abc import Sequence
from functools import lru_cache

from ingest.embed.spec import Embedder, Vectors


class RecentEmbedder:
    """An embedder that embeds a question once and not again as long as it is among the ``kept`` latest.

    Only questions that come one by one are kept, and their vectors are read-only. Safe to share between threads.
    """

    def __init__(self, embedder: Embedder, *, kept: int) -> None:
        self._embedder = embedder
        self._vector = lru_cache(maxsize=kept)(self._embedded)
        self.spec = embedder.spec

    def embed_queries(self, texts: Sequence[str]) -> Vectors:
        """Return one unit vector per question, shape (n, d)."""
        return self._vector(texts[0]) if len(texts) == 1 else self._embedder.embed_queries(texts)

    def embed_passages(self, texts: Sequence[str], *, progress: bool = False) -> Vectors:
        """Return one unit vector per passage, shape (n, d)."""
        return self._embedder.embed_passages(texts, progress=progress)

    def _embedded(self, text: str) -> Vectors:
        vectors = self._embedder.embed_queries([text])
        vectors.flags.writeable = False
        return vectors
