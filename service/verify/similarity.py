"""Similarity of spans of a claim to spans of its quotes, in cosines.

Read: the token vectors of both. Out comes, for two spans, the F of BERTScore.
"""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from service.verify.spans import Edge, Span, telling
from service.verify.token_text import TokenText

Floats = NDArray[np.float64]


class Similarity:
    """How near stretches of ``claim`` are to stretches of ``quote``, as the F of BERTScore (Zhang et al., 2020)."""

    def __init__(self, claim: TokenText, quote: TokenText) -> None:
        self.claim, self.quote = claim, quote
        self._cosines = claim.vectors @ quote.vectors.T
        self._known: dict[tuple[Span, Span], float] = {}
        self._tokens: dict[tuple[bool, Span], list[int]] = {}

    def either_way(self, ours: Sequence[Edge], theirs: Sequence[Edge]) -> tuple[Floats, Floats]:
        """Return for each of ``ours`` (n,) how near it is to the nearest of ``theirs``, as it is and turned round; (0,) where there are none."""
        if not theirs:
            return np.zeros(0), np.zeros(0)
        straight = [max(self.of(a, c) + self.of(b, d) for c, d in theirs) / 2 for a, b in ours]
        turned = [max(self.of(b, c) + self.of(a, d) for c, d in theirs) / 2 for a, b in ours]
        return np.array(straight), np.array(turned)

    def of(self, ours: Span, theirs: Span) -> float:
        """Return how near two stretches are; 0 where one has no token that tells what happens."""
        key = (ours, theirs)
        if key not in self._known:
            part = self._cosines[np.ix_(self._in(ours, of_claim=True), self._in(theirs, of_claim=False))]
            said, taken = (float(part.max(axis=axis).mean()) if part.size else 0.0 for axis in (1, 0))
            self._known[key] = 2 * said * taken / (said + taken) if said > 0 and taken > 0 else 0.0
        return self._known[key]

    def said(self, span: Span) -> float:
        """Return how near the quotes are to the tokens of a stretch of the claim, on the average; 0 without tokens."""
        part = self._cosines[self._in(span, of_claim=True)]
        return float(part.max(axis=1).mean()) if part.size else 0.0

    def taken(self, span: Span) -> float:
        """Return how near the claim is to the tokens of a stretch of the quotes, on the average; 0 without tokens."""
        part = self._cosines[:, self._in(span, of_claim=False)]
        return float(part.max(axis=0).mean()) if part.size else 0.0

    def _in(self, span: Span, *, of_claim: bool) -> list[int]:
        """Return the tokens that tell something in ``span``."""
        key = (of_claim, span)
        if key not in self._tokens:
            text = self.claim if of_claim else self.quote
            places = telling(text.text, span)
            self._tokens[key] = [
                n
                for n, (start, end) in enumerate(text.spans.tolist())
                if any(start <= at < end for at in places)
            ]
        return self._tokens[key]
