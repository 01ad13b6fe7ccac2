"""Vectors of single sentences under their heading, cached, so that a sentence is embedded once."""

from collections import OrderedDict
from collections.abc import Sequence
from threading import Lock

import numpy as np
from numpy.typing import NDArray

from ingest.embed import Embedder
from ingest.records import Passage

MAX_CACHED = 20_000


class SentenceVectors:
    """The unit vectors of texts embedded as passages are; safe to use from several threads."""

    def __init__(self, embedder: Embedder) -> None:
        self._embedder = embedder
        self._cache: OrderedDict[str, NDArray[np.float32]] = OrderedDict()
        self._lock = Lock()

    def of(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """Return the unit vectors (n, d) of ``texts``."""
        with self._lock:
            known = {text: self._cache[text] for text in texts if text in self._cache}
        new = [text for text in dict.fromkeys(texts) if text not in known]
        if new:
            known.update(zip(new, self._embedder.embed_passages(new), strict=True))
        with self._lock:
            for text in texts:
                self._cache[text] = known[text]
                self._cache.move_to_end(text)
            while len(self._cache) > MAX_CACHED:
                self._cache.popitem(last=False)
        return np.stack([known[text] for text in texts])


def own_heading(passage: Passage) -> str:
    """Return the heading that the sentences of ``passage`` stand under, the title where it has none."""
    return passage.heading[-1] if passage.heading else passage.title


def in_context(heading: str, sentence: str) -> str:
    """Return ``sentence`` under its own heading, which often holds what the sentence leaves out."""
    return f"{heading}\n{sentence}"
