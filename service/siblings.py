"""A list asked for is often spread over the sections under one heading: bring in those that the search left out."""

from collections.abc import Callable, Sequence

from ingest.fold import fold
from ingest.records import Passage
from service.query import Query
from service.retrieve import Hit

MAX_SECTIONS = 8
CONSIDERED = 5
# One hit under a heading does not tell that the heading is what was asked about.
LEAST = 2
# What the heading says of the question plus the share of the first hits that stand under it must reach this.
AGREED = 0.65
PLACE_COST = 0.04
SIBLING_SCORE = 0.85

Says = Callable[[Query, str], float]
"""How much of a question, in [0, 1], a folded text says."""


def sections_under(
    query: Query, hits: Sequence[Hit], passages: Sequence[Passage], says: Says
) -> tuple[int, ...]:
    """Return the rows of all sections under the heading that is what was asked about, in their order; mostly none.

    Only a question for a list or a way is answered by a heading's sections: 准备沟通材料 by 个人信息, 逾期情况 and 还款计划.
    """
    if query.answer_type not in ("list", "how"):
        return ()
    parents = [(hit.passage.article_id, hit.passage.heading[:-1]) for hit in hits[:CONSIDERED]]
    best: tuple[float, tuple[int, ...]] = (AGREED, ())
    for place, hit in enumerate(hits[:CONSIDERED]):
        parent = hit.passage.heading[:-1]
        under = parents.count((hit.passage.article_id, parent))
        if not parent or under < LEAST:
            continue
        agreed = under / CONSIDERED + says(query, fold(parent[-1])) - PLACE_COST * place
        if agreed > best[0]:
            rows = _under(hit, parent, passages)
            if len({passages[row].heading for row in rows}) > 1:
                best = (agreed, rows)
    return best[1]


def with_sections(hits: tuple[Hit, ...], rows: Sequence[int], passages: Sequence[Passage]) -> tuple[Hit, ...]:
    """Return ``hits`` with the passages of ``rows`` that are not among them, scored just below the best."""
    known = {hit.row for hit in hits}
    score = SIBLING_SCORE * hits[0].score if hits else 0.0
    return (*hits, *(Hit(row, passages[row], score, {}) for row in rows if row not in known))


def _under(hit: Hit, parent: tuple[str, ...], passages: Sequence[Passage]) -> tuple[int, ...]:
    """Return the rows around ``hit`` that stand under ``parent``; passages of an article are neighbours."""
    rows = [hit.row]
    for step in (-1, 1):
        row = hit.row + step
        while 0 <= row < len(passages) and len(rows) < 3 * MAX_SECTIONS:
            passage = passages[row]
            if passage.article_id != hit.passage.article_id or passage.heading[: len(parent)] != parent:
                break
            rows.append(row)
            row += step
    return tuple(sorted(rows))
