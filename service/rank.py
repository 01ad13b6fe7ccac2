"""How well each source sentence answers the question, from what it says and from what it means."""

import re
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from ingest.records import Passage
from service.asked import Asked
from service.compose.opening import worded_opening
from service.decide import calibration
from service.quantity import holds_quantity
from service.query import Query
from service.query.intent import NUMBER
from service.reader import Reader
from service.sources import Source

FEATURES = (
    "asked",
    "passage",
    "first",
    "lead",
    "closing",
    "quantity",
    "decides",
    "items",
    "length",
    "read",
    "read_best",
)
ITEMS = 3
LONG = 60


class Ranker:
    """Scores source sentences."""

    def __init__(self, asked: Asked, reader: Reader) -> None:
        self._asked = asked
        self._reader = reader

    def scores(self, query: Query, asked: NDArray[np.float32], sources: Sequence[Source]) -> list[float]:
        """Return for each of ``sources`` the probability, by a fitted logistic regression, that it answers ``query``.

        ``asked`` (places,) are the cosines to the known questions. Passages with known questions have another regression than those without.
        """
        if not sources:
            return []
        features = self.features(query, asked, sources)
        scores = {}
        for part in ("rank", "rank_bare"):
            weights, bias = calibration(part)
            scores[part] = 1 / (1 + np.exp(-features @ np.array([weights[name] for name in FEATURES]) - bias))
        known = [self._asked.knows(source.hit.row) for source in sources]
        return [float(scores["rank" if k else "rank_bare"][at]) for at, k in enumerate(known)]

    def features(
        self, query: Query, asked: NDArray[np.float32], sources: Sequence[Source]
    ) -> NDArray[np.float64]:
        """Return the features (n, len(FEATURES)) of ``sources``.

        The centred cosine to the question of the nearest known question that the sentence answers; the score of its passage;
        whether it opens its passage, stands in the article's lead, or in its closing section. Of a question for a quantity,
        1 where it holds one of that kind and -1 where it does not, and so of one for a number to call where it speaks of one; of a yes/no question, whether its wording says yes or no to
        the thing asked; of one for several things or for a way, how many it names, up to 3, over 3; its length in characters, up to 60, over
        60; the logit that the reader gives it, and the best one in its passage.
        """
        known = self._asked.of_sentences(asked, [(s.hit.row, s.start, s.end) for s in sources])
        logits = self._logits(query, sources)
        rows = []
        for source, nearest, (logit, best) in zip(sources, known, logits, strict=True):
            rows.append(
                (
                    float(nearest),
                    source.hit.score,
                    float(source.start == source.passage.sentences[0].start),
                    float(_in_lead(source)),
                    float(_CLOSING.search(_own_heading(source.passage)) is not None),
                    _quantity(query, source.folded),
                    float(
                        query.answer_type == "yes_no"
                        and worded_opening(query.search_text, source.folded) is not None
                    ),
                    _items(query, source.text),
                    min(len(source.text), LONG) / LONG,
                    logit,
                    best,
                )
            )
        return np.array(rows, np.float64)

    def _logits(self, query: Query, sources: Sequence[Source]) -> list[tuple[float, float]]:
        """Return what the reader says of each of ``sources`` and of the best sentence in its passage."""
        passages = {source.hit.row: source.passage for source in sources}
        readings = self._reader.read(query.search_text, list(passages.values()))
        if query.rewritten is not None:
            # The topic was answered a turn ago: what the turn itself asks weighs as much.
            own = self._reader.read(query.own_text, list(passages.values()))
            readings = [np.mean(both, axis=0) for both in zip(readings, own, strict=True)]
        logits = {
            (row, sentence.start): (float(logit), float(reading.max()))
            for (row, passage), reading in zip(passages.items(), readings, strict=True)
            for sentence, logit in zip(passage.sentences, reading, strict=True)
        }
        return [logits[source.hit.row, source.start] for source in sources]


_CLOSING = re.compile("总结|结语|结束语|小结|后记|写在最后")


def _quantity(query: Query, sentence: str) -> float:
    if query.asks_number:
        return 1.0 if NUMBER.search(sentence) else -1.0
    if not query.asks_quantity:
        return 0.0
    return 1.0 if holds_quantity(query.search_text, sentence) else -1.0


def _items(query: Query, sentence: str) -> float:
    if query.answer_type not in ("list", "how"):
        return 0.0
    return min(sentence.count("、") + sentence.count(";") + sentence.count("；"), ITEMS) / ITEMS


def _own_heading(passage: Passage) -> str:
    """Return the heading that the sentences of ``passage`` stand under, the title where it has none."""
    return passage.heading[-1] if passage.heading else passage.title


def _in_lead(source: Source) -> bool:
    return any(
        block.kind == "lead" and block.start <= source.start < block.end for block in source.article.blocks
    )
