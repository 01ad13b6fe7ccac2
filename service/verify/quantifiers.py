"""Quantifiers: of how many a claim and its quotes speak, clause by clause, from none to all.

Read: the two texts and how similar their clauses are. Out come steps on a scale of six.
"""

import re
from dataclasses import dataclass

from service.verify.similarity import Similarity
from service.verify.spans import Span

CLEARLY = 0.55
"""From this cosine on two clauses speak of the same."""

_RANKS = (
    "没有(?:任何|一[个人家名位])|无一|均不|都不|毫无|一律不|一概不",
    "(?:极|绝)?少数|个别|极少|少量|没几|寥寥|例外",
    "(?<!大)(?<!绝大)部分(?!别)|一些|有些|有的|某些|若干|几[个家位名]|有几|也有|之一|酌情",
    "一半|半数|对半|五成",
    "大多数?|大部分|绝大部?分?|多数|多半|许多|不少|很多|通常|一般(?!保证)",
    "所有|全部|全体|全都|一切|任何|任意|均|一律|都|每[个位名家户]|人人|统统|整个|全额|各类|凡|不限|无次数",
)
_RANK = re.compile("|".join(f"(?P<r{rank}>{words})" for rank, words in enumerate(_RANKS)))
_CLAUSE = re.compile("[^,:。;!?]+")


@dataclass(frozen=True, slots=True)
class Quantifiers:
    """How many a claim speaks of beside the clause of its quotes that each of its own is nearest to.

    ``gap``: by how many steps from none to all the two differ at the most; ``more``: the same, upwards only; ``put_in``: the
    highest step, from one, that a clause of the claim has and the other lacks; ``left_out``: the lowest that the other has and
    the claim lacks, counted from all downwards; 0 where there is none.
    """

    gap: int = 0
    more: int = 0
    put_in: int = 0
    left_out: int = 0


def find_quantifiers(similarity: Similarity) -> Quantifiers:
    """Return how many a claim and its quotes speak of."""
    claim, quote = similarity.claim.text, similarity.quote.text
    clauses = [match.span() for match in _CLAUSE.finditer(quote)]
    gap = more = put_in = left_out = 0
    for match in _CLAUSE.finditer(claim):
        mine = _ranks(claim, match.span())
        nearest = max(clauses, key=lambda span: similarity.of(match.span(), span), default=None)
        if nearest is None or similarity.of(match.span(), nearest) < CLEARLY:
            continue
        its = _ranks(quote, nearest)
        if mine and its:
            steps = [min((rank - other for other in its), key=abs) for rank in mine]
            gap = max(gap, *map(abs, steps))
            more = max(more, *steps)
        elif mine:
            put_in = max(put_in, max(mine) + 1)
        elif its:
            left_out = max(left_out, len(_RANKS) - min(its))
    return Quantifiers(gap, more, put_in, left_out)


def _ranks(text: str, span: Span) -> set[int]:
    return {int(str(match.lastgroup)[1:]) for match in _RANK.finditer(text, *span)}
