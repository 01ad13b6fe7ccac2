"""How well each source sentence answers the question, from what it says and from what it means."""

from collections import OrderedDict
from collections.abc import Sequence
from threading import Lock

import numpy as np
from numpy.typing import NDArray

from ingest.embed import Embedder
from ingest.fold import fold
from service.decide import Judge
from service.query import Query
from service.sources import Source

MAX_CACHED = 20_000
WORDS_SHARE = 0.45
MEANING_SHARE = 0.35
PASSAGE_SHARE = 0.2
# Standard deviations above an ordinary passage at which a sentence counts as fully about the question.
FULL_LIFT = 4.0
# A lead says what the article is about; the sections say it properly.
LEAD_WORTH = 0.8


class Ranker:
    """Scores source sentences; their vectors are cached, so that a sentence is embedded once."""

    def __init__(self, embedder: Embedder, judge: Judge) -> None:
        self._embedder = embedder
        self._judge = judge
        self._cache: OrderedDict[str, NDArray[np.float32]] = OrderedDict()
        self._lock = Lock()

    def scores(
        self, query: Query, query_vector: NDArray[np.float32], sources: Sequence[Source]
    ) -> list[float]:
        """Return a score in [0, 1] for each of ``sources``.

        The share of the question's words that the sentence says, its own heading counting half; its cosine to the
        question in standard deviations above an ordinary passage; and the rank of its passage.
        """
        if not sources:
            return []
        mean, deviation = self._judge.ordinary(query_vector)
        cosines = self.vectors([_in_context(source) for source in sources]) @ query_vector
        lifts = np.clip((cosines - mean) / (FULL_LIFT * deviation), 0.0, 1.0)
        terms, weights = self._judge.weighted_terms(query)
        scores = []
        for source, lift in zip(sources, lifts, strict=True):
            said = self._judge.said(terms, fold(source.text)) if terms else np.zeros(0, np.float32)
            above = self._judge.said(terms, fold(_heading(source))) if terms else said
            words = float(np.maximum(said, 0.5 * above) @ weights) if terms else 0.0
            scores.append(
                WORDS_SHARE * words + MEANING_SHARE * float(lift) + PASSAGE_SHARE * source.hit.score
            )
        return scores

    def vectors(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """Return the unit vectors (n, d) of ``texts``, embedded as passages are."""
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


def _in_lead(source: Source) -> bool:
    return any(
        block.kind == "lead" and block.start <= source.start < block.end for block in source.article.blocks
    )


def _heading(source: Source) -> str:
    return source.passage.heading[-1] if source.passage.heading else source.passage.title


def _in_context(source: Source) -> str:
    """Return the sentence under its own heading, which often holds what the sentence leaves out."""
    return f"{_heading(source)}\n{source.text}"
