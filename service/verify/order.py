"""Whether a claim puts in the order of its source what comes first and what follows, whatever words say so."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from service.verify.events import find_cases, find_edges, find_implied
from service.verify.likeness import Likeness
from service.verify.stretches import Edge, Span, telling
from service.verify.token_text import TokenText

CLEARLY = 0.05
"""From this much an order is nearer to that of the source than the reverse of it, or farther from it."""
NEAR = 0.6
"""From this cosine on two pairs of stretches speak of the same."""


@dataclass(frozen=True, slots=True)
class Order:
    """The order of a claim beside that of its quotes, both read as pairs of stretches, one before the other.

    ``least``, ``mean``: by how much a pair of the claim is nearer to one of the quotes in their order than turned round, in
    cosines, at the least and on the average; where the quotes tell no order that of their clauses; 0 where either has none. ``near``: how near the pair at the least is to one of theirs,
    either way. ``kept``, ``turned``: how many pairs are clearly nearer in their order, or turned round; ``pairs``,
    ``quoted_pairs``: how many there are. ``crossed``: how many characters that tell one stretch of theirs from the other
    stand in the other stretch of a pair of the claim, at the most; ``letters``: by how much more stand in their own, as a
    share, at the least. ``implied``, ``implied_back``: ``least`` beside clauses that only follow one another in the quotes, or
    in the claim. ``cases``: by how much a case that the claim tells apart is nearer to one of theirs than to the case of one with
    the outcome of another, at the least.
    """

    least: float = 0.0
    mean: float = 0.0
    near: float = 0.0
    kept: int = 0
    turned: int = 0
    pairs: int = 0
    quoted_pairs: int = 0
    crossed: int = 0
    letters: float = 0.0
    implied: float = 0.0
    implied_back: float = 0.0
    cases: float = 0.0

    @property
    def is_turned(self) -> bool:
        """Whether a pair of the claim is one of the quotes turned round."""
        return self.least < -CLEARLY and self.near > NEAR


def find_order(likeness: Likeness) -> Order:
    """Return the order of a claim beside that of its quotes, which are one text in ``likeness``."""
    claim, quote = likeness.claim, likeness.quote
    ours, told, implied = find_edges(claim.text), find_edges(quote.text), find_implied(quote.text)
    theirs = told or implied
    straight, turned = likeness.either_way(ours, theirs)
    margins = straight - turned
    at = int(margins.argmin()) if margins.size else 0
    counts = [_own_and_crossed(claim, edge, quote, theirs) for edge in ours]
    return Order(
        least=float(margins[at]) if margins.size else 0.0,
        mean=float(margins.mean()) if margins.size else 0.0,
        near=float(max(straight[at], turned[at])) if margins.size else 0.0,
        kept=int((margins > CLEARLY).sum()),
        turned=int((margins < -CLEARLY).sum()),
        pairs=len(ours),
        quoted_pairs=len(told),
        crossed=max((crossed for _, crossed in counts), default=0),
        letters=min(((own - crossed) / (own + crossed + 1) for own, crossed in counts), default=0.0),
        implied=likeness.least(ours, implied),
        implied_back=likeness.least(find_implied(claim.text), told),
        cases=_cases(likeness, find_cases(claim.text), find_cases(quote.text)),
    )


def _cases(likeness: Likeness, ours: Sequence[Edge], theirs: Sequence[Edge]) -> float:
    """Return ``cases`` of :class:`Order`."""
    least = 0.0
    for number, (case, outcome) in enumerate(ours):
        near = np.array([likeness.of(case, its) for its, _ in theirs])
        follows = np.array([likeness.of(outcome, its) for _, its in theirs])
        if len(theirs) > 1:
            both = near[:, None] + follows[None, :]
            own = float(np.diagonal(both).max())
            mixed = float(np.where(np.eye(len(theirs), dtype=bool), -np.inf, both).max())
            least = own - mixed if number == 0 else min(least, own - mixed)
    return least


def _own_and_crossed(
    claim: TokenText, edge: Edge, quote: TokenText, theirs: Sequence[Edge]
) -> tuple[int, int]:
    """Return how many characters of ``edge`` stand where they do in the pair of ``theirs`` that has most of them in one stretch only, and how many stand in its other stretch."""
    first, second = (_characters(claim, span) for span in edge)
    found = [(0, 0)]
    for pair in theirs:
        one, other = (_characters(quote, span) for span in pair)
        own = len(first & one - other) + len(second & other - one)
        crossed = len(first & other - one) + len(second & one - other)
        found.append((own, crossed))
    return max(found, key=lambda counts: (sum(counts), counts[0]))


def _characters(text: TokenText, span: Span) -> frozenset[str]:
    return frozenset(text.text[at] for at in telling(text.text, span))
