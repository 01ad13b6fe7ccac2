"""How well each source sentence answers the question, from what it says and from what it means."""

import re
from collections.abc import Sequence
from functools import cache

import numpy as np
from numpy.typing import NDArray

from ingest.fold import fold
from service.asked import Asked
from service.compose.opening import opening
from service.decide import Judge, calibration, holds_quantity
from service.query import Query
from service.sentence_vectors import in_context, own_heading
from service.sources import Source

FEATURES = (
    "words",
    "heading",
    "above",
    "near",
    "asked",
    "passage",
    "first",
    "lead",
    "closing",
    "quantity",
    "decides",
    "items",
    "length",
)
ITEMS = 3
LONG = 60


class Ranker:
    """Scores source sentences."""

    def __init__(self, judge: Judge, asked: Asked) -> None:
        self._judge = judge
        self._asked = asked

    def scores(
        self, query: Query, query_vector: NDArray[np.float32], sources: Sequence[Source]
    ) -> list[float]:
        """Return for each of ``sources`` the probability, by a fitted logistic regression, that it answers ``query``.

        Passages with known questions have another regression than those without.
        """
        if not sources:
            return []
        features = self.features(query, query_vector, sources)
        scores = {}
        for part in ("rank", "rank_bare"):
            weights, bias = calibration(part)
            scores[part] = 1 / (1 + np.exp(-features @ np.array([weights[name] for name in FEATURES]) - bias))
        known = [self._asked.knows(source.hit.row) for source in sources]
        return [float(scores["rank" if k else "rank_bare"][at]) for at, k in enumerate(known)]

    def features(
        self, query: Query, query_vector: NDArray[np.float32], sources: Sequence[Source]
    ) -> NDArray[np.float64]:
        """Return the features (n, len(FEATURES)) of ``sources``.

        The share of the question's words that the sentence says, that its own heading says and that the headings above
        say; its centred cosine to the question, and that of the nearest known question
        that it answers; the score of its passage; whether it opens its passage, stands in the
        article's lead, or in its closing section. Of a question for a quantity, 1 where it holds one of that kind and -1
        where it does not; of a yes/no question, whether it says yes or no to the thing asked; of one for several things or
        for a way, how many it names, up to 3, over 3; its length in characters, up to 60, over 60.
        """
        cosines = self._judge.cosines(
            query_vector, [in_context(own_heading(s.passage), s.text) for s in sources]
        )
        known = self._asked.of_sentences(query_vector, [(s.hit.row, s.start, s.end) for s in sources])
        terms, weights = self._judge.weighted_terms(query)

        @cache
        def says(text: str) -> float:
            return float(self._judge.said(terms, fold(text)) @ weights) if terms else 0.0

        rows = []
        for source, cosine, asked in zip(sources, cosines, known, strict=True):
            heading = source.passage.heading
            folded = fold(source.text)
            rows.append(
                (
                    says(source.text),
                    says(own_heading(source.passage)),
                    says("\n".join(heading[:-1])) if heading[:-1] else 0.0,
                    float(cosine),
                    float(asked),
                    source.hit.score,
                    float(source.start == source.passage.sentences[0].start),
                    float(_in_lead(source)),
                    float(_CLOSING.search(own_heading(source.passage)) is not None),
                    _quantity(query, folded),
                    float(query.answer_type == "yes_no" and opening(query.search_text, folded) is not None),
                    _items(query, source.text),
                    min(len(source.text), LONG) / LONG,
                )
            )
        return np.array(rows, np.float64)


_CLOSING = re.compile("总结|结语|结束语|小结|后记|写在最后")


def _quantity(query: Query, sentence: str) -> float:
    if query.answer_type != "quantity" or query.intent == "contact":
        return 0.0
    return 1.0 if holds_quantity(query.search_text, sentence) else -1.0


def _items(query: Query, sentence: str) -> float:
    if query.answer_type not in ("list", "how"):
        return 0.0
    return min(sentence.count("、") + sentence.count(";") + sentence.count("；"), ITEMS) / ITEMS


def _in_lead(source: Source) -> bool:
    return any(
        block.kind == "lead" and block.start <= source.start < block.end for block in source.article.blocks
    )
