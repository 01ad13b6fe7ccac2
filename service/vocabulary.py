"""How telling a word is in this corpus, for weighing what a question is about."""

import math
from collections import Counter
from collections.abc import Mapping, Sequence

from ingest.fold import fold
from ingest.records import Passage
from service.query.terms import content_terms
from service.synonyms import synonyms_of

MAX_PASSAGES = 20_000


class Vocabulary:
    """Document frequencies of content words over the passages, at most ``MAX_PASSAGES`` of them, evenly spread."""

    def __init__(self, passages: Sequence[Passage]) -> None:
        count = min(len(passages), MAX_PASSAGES)
        self._passages = max(1, count)
        self._df: Counter[str] = Counter()
        for n in range(count):
            passage = passages[n * len(passages) // count]
            # Past the cache, which is for what is asked again and again.
            self._df.update(content_terms.__wrapped__(fold(passage.embedded_text)))

    @property
    def counts(self) -> Mapping[str, int]:
        """The number of passages that hold each content word."""
        return self._df

    def weight(self, term: str) -> float:
        """Return the inverse document frequency of ``term`` (Robertson–Spärck Jones, add-half), highest for the unknown.

        A word that the corpus knows by a synonym only is as telling as that synonym.
        """
        df = self._df[term] or max((self._df[other] for other in synonyms_of(term)), default=0)
        return math.log(1 + (self._passages - df + 0.5) / (df + 0.5))

    def knows(self, term: str) -> bool:
        """Return whether any passage holds ``term``."""
        return self._df[term] > 0
