"""What a sentence says comes first and what follows: stretches of it, and which of them precedes which.

In time (先…再…, …之前, …后才…), as cause and effect (导致, 是…造成的), on the way from one to the other (从…到…), and from
less to more (比, 高于): whatever has a direction that can be turned round.
"""

import re
from functools import lru_cache
from itertools import combinations

from service.verify.directions import in_cause, on_the_way
from service.verify.in_time import between, counted, in_time, numbered
from service.verify.stretches import CLAUSE, SENTENCE, Edge, tells

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
_CONDITION = re.compile("(?:的话?|时|后|前|起|内|者|期间)$")
_OF_THOSE = re.compile(
    "^(.{1,14}?(?:的|之前|之后|以前|以后|当天|期间|起|时|次))(?=[按由要应须可不无未从计收免退付交归属提在向保享]|(?:一?般|通常|仍))"
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


@lru_cache(maxsize=5_000)
def find_cases(text: str) -> tuple[Edge, ...]:
    """Return each case that the folded ``text`` tells apart with what holds in it.

    >>> [(text[a:b], text[c:d]) for text in ("保价的按损失赔,未保价的,按运费赔",) for (a, b), (c, d) in find_cases(text)]
    [('保价的', '按损失赔'), ('未保价的', '按运费赔')]
    """
    found: list[Edge] = []
    for sentence in SENTENCE.finditer(text):
        clauses = [match.span() for match in CLAUSE.finditer(text, *sentence.span())]
        for number, (start, end) in enumerate(clauses):
            case = _OF_THOSE.search(text[start:end])
            if case:
                found.append(((start, start + case.end()), (start + case.end(), end)))
            elif number + 1 < len(clauses) and _CONDITION.search(text[start:end]):
                found.append(((start, end), clauses[number + 1]))
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
