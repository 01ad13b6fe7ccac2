"""Order: what a claim and its quotes say comes first and what follows, as pairs of spans, whatever words say so.

In time (先…再…, …之前, …后才…), as cause and effect (导致, 是…造成的), on the way from one to the other (从…到…), and from
less to more (比, 高于): whatever has a direction that can be turned round. Read: the two texts and how similar their spans are.
Out comes how far the pairs of the claim agree with those of the quotes.
"""

import re
from dataclasses import dataclass
from functools import lru_cache
from itertools import combinations

from service.verify.causal import in_cause, on_the_way
from service.verify.similarity import Similarity
from service.verify.spans import CLAUSE, SENTENCE, Edge, tells
from service.verify.temporal import between, counted, in_time, numbered

CLEARLY = 0.05
"""From this much an order is nearer to that of the source than the reverse of it, or farther from it."""
NEAR = 0.6
"""From this cosine on two pairs of stretches speak of the same."""

MOST = 40
"""Edges of a text beyond which no further ones are inferred."""
MOST_KEPT = 200
MOST_CLAUSES = 20
"""Bounds for texts that no person writes: edges of a text, clauses of a sentence."""

# Words with 先, 前, 后, 再, 从, 使 or 让 that tell no order.
_FIXED = re.compile(
    "先息后本|先后|前后|前提|目前|当前|提前|前款|前述|前景|前期|优先级|先进|原先|事先|预先|今后|后果|后续|落后|后台|"
    "再次|再度|从未|从不|从事|使用|即使|行使|使得上|刚才|人才|转让|让与|后悔|售后|最后通牒|以后再说"
)


@dataclass(frozen=True, slots=True)
class Order:
    """The order of a claim beside that of its quotes, both read as pairs of stretches, one before the other.

    ``least``, ``mean``: by how much a pair of the claim is nearer to one of the quotes in their order than turned round, in
    cosines, at the least and on the average; where the quotes tell no order, that of their clauses; 0 where either has none.
    ``near``: how near the pair at the least is to one of theirs, either way. ``kept``, ``turned``: how many pairs are clearly
    nearer in their order, or turned round; ``pairs``, ``quoted_pairs``: how many there are.
    """

    least: float = 0.0
    mean: float = 0.0
    near: float = 0.0
    kept: int = 0
    turned: int = 0
    pairs: int = 0
    quoted_pairs: int = 0

    @property
    def is_turned(self) -> bool:
        """Whether a pair of the claim is one of the quotes turned round."""
        return self.least < -CLEARLY and self.near > NEAR


def find_order(similarity: Similarity) -> Order:
    """Return the order of a claim beside that of its quotes, which are one text in ``similarity``."""
    ours, told = find_edges(similarity.claim.text), find_edges(similarity.quote.text)
    theirs = told or find_implied(similarity.quote.text)
    straight, turned = similarity.either_way(ours, theirs)
    margins = straight - turned
    at = int(margins.argmin()) if margins.size else 0
    return Order(
        least=float(margins[at]) if margins.size else 0.0,
        mean=float(margins.mean()) if margins.size else 0.0,
        near=float(max(straight[at], turned[at])) if margins.size else 0.0,
        kept=int((margins > CLEARLY).sum()),
        turned=int((margins < -CLEARLY).sum()),
        pairs=len(ours),
        quoted_pairs=len(told),
    )


@lru_cache(maxsize=5_000)
def find_edges(text: str) -> tuple[Edge, ...]:
    """Return what the folded ``text`` says comes first, each with something that follows it, near or far.

    >>> def told(text): return [(text[a:b], text[c:d]) for (a, b), (c, d) in find_edges(text)]
    >>> told("先缴费,再报到"), told("报到之前要缴费"), told("烂根是浇水过多造成的")
    ([('先缴费', '再报到')], [('要缴费', '报到')], [('浇水过多', '烂根')])
    """
    bare = _FIXED.sub(lambda match: "　" * len(match.group()), text)
    found: set[Edge] = set()
    for sentence in SENTENCE.finditer(bare):
        clauses = [match.span() for match in CLAUSE.finditer(bare, *sentence.span())]
        for number, clause in enumerate(clauses):
            preceding = clauses[number - 1] if number else None
            following = clauses[number + 1] if number + 1 < len(clauses) else None
            for rule in (in_time, in_cause, on_the_way):
                found.update(rule(bare, clause, preceding, following))
        found.update(between(bare, clauses))
        found.update(numbered(bare, sentence.span()))
    found.update(counted([match.span() for match in SENTENCE.finditer(bare)], bare))
    return tuple(sorted(_closed({edge for edge in found if tells(bare, edge)}))[:MOST_KEPT])


@lru_cache(maxsize=5_000)
def find_implied(text: str) -> tuple[Edge, ...]:
    """Return each clause of the folded ``text`` with each that stands after it in its sentence: told in this order, if in no other words."""
    found: list[Edge] = []
    for sentence in SENTENCE.finditer(text):
        clauses = [match.span() for match in CLAUSE.finditer(text, *sentence.span())]
        found += combinations(clauses[:MOST_CLAUSES], 2)
    return tuple(edge for edge in found if tells(text, edge))


def _closed(edges: set[Edge]) -> set[Edge]:
    """Return ``edges`` with those that follow from two of them."""
    while len(edges) < MOST:
        further = {
            (one, last) for one, middle in edges for start, last in edges if middle == start and one != last
        }
        if further <= edges:
            break
        edges = edges | further
    return edges
