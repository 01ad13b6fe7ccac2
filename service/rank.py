"""How well each source sentence answers the question, from what it says and from what it means."""

import re
from collections import OrderedDict
from collections.abc import Sequence
from functools import cache
from threading import Lock

import numpy as np
from numpy.typing import NDArray

from ingest.embed import Embedder
from ingest.fold import fold
from service.decide import Judge, calibration
from service.query import Query
from service.sources import Source

MAX_CACHED = 20_000
# Standard deviations above an ordinary passage at which a sentence counts as fully about the question.
FULL_LIFT = 4.0
FEATURES = ("words", "heading", "above", "lift", "passage", "first", "lead", "closing")


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
        """Return for each of ``sources`` the probability, by a fitted logistic regression, that it answers ``query``."""
        if not sources:
            return []
        weights, bias = calibration("rank")
        logits = (
            self.features(query, query_vector, sources) @ np.array([weights[name] for name in FEATURES])
            + bias
        )
        return [float(p) for p in 1 / (1 + np.exp(-logits))]

    def features(
        self, query: Query, query_vector: NDArray[np.float32], sources: Sequence[Source]
    ) -> NDArray[np.float64]:
        """Return the features (n, len(FEATURES)) of ``sources``, each in [0, 1].

        The share of the question's words that the sentence says, that its own heading says and that the headings above
        say; its cosine to the question in standard deviations above an ordinary passage; the score of its passage;
        whether it opens its passage, stands in the article's lead, or in its closing section.
        """
        mean, deviation = self._judge.ordinary(query_vector)
        cosines = self.vectors([_in_context(source) for source in sources]) @ query_vector
        lifts = np.clip((cosines - mean) / (FULL_LIFT * deviation), 0.0, 1.0)
        terms, weights = self._judge.weighted_terms(query)

        @cache
        def says(text: str) -> float:
            return float(self._judge.said(terms, fold(text)) @ weights) if terms else 0.0

        rows = []
        for source, lift in zip(sources, lifts, strict=True):
            heading = source.passage.heading
            rows.append(
                (
                    says(source.text),
                    says(_heading(source)),
                    says("\n".join(heading[:-1])) if heading[:-1] else 0.0,
                    float(lift),
                    source.hit.score,
                    float(source.start == source.passage.sentences[0].start),
                    float(_in_lead(source)),
                    float(_CLOSING.search(_heading(source)) is not None),
                )
            )
        return np.array(rows, np.float64)

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


_CLOSING = re.compile("总结|结语|结束语|小结|后记|写在最后")


def _in_lead(source: Source) -> bool:
    return any(
        block.kind == "lead" and block.start <= source.start < block.end for block in source.article.blocks
    )


def _heading(source: Source) -> str:
    return source.passage.heading[-1] if source.passage.heading else source.passage.title


def _in_context(source: Source) -> str:
    """Return the sentence under its own heading, which often holds what the sentence leaves out."""
    return f"{_heading(source)}\n{source.text}"
