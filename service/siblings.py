"""A list asked for is often spread over the sections under one heading: bring in those that the search left out."""

from collections.abc import Sequence
from dataclasses import replace

from ingest.fold import fold
from ingest.records import Passage
from service.query import Query
from service.query.terms import content_terms
from service.retrieve import Hit

MAX_SIBLINGS = 8
HEADING_SAYS = 0.5
SIBLING_SCORE = 0.85


def with_siblings(query: Query, hits: tuple[Hit, ...], passages: Sequence[Passage]) -> tuple[Hit, ...]:
    """Return ``hits`` and, for a question that asks for a list or a way, the sections beside the best one.

    Sections are brought in where the heading above them is what was asked about: 准备沟通材料 over 个人信息, 逾期情况 and
    还款计划. They score just below the section that was found.
    """
    if not hits or query.answer_type not in ("list", "how"):
        return hits
    best = hits[0]
    parent = best.passage.heading[:-1]
    terms = [term for term in content_terms(query.search_text) if term not in query.products]
    if not parent or not terms:
        return hits
    above = fold(parent[-1])
    if sum(term in above for term in terms) < HEADING_SAYS * len(terms):
        return hits
    known = {hit.row for hit in hits}
    found = [
        Hit(row=row, passage=passages[row], score=SIBLING_SCORE * best.score, legs={})
        for row in _beside(best, parent, passages)
        if row not in known
    ]
    lifted = [
        replace(hit, score=max(hit.score, SIBLING_SCORE * best.score))
        if hit.passage.article_id == best.passage.article_id and hit.passage.heading[:-1] == parent
        else hit
        for hit in hits
    ]
    return (*lifted, *found[:MAX_SIBLINGS])


def _beside(best: Hit, parent: tuple[str, ...], passages: Sequence[Passage]) -> list[int]:
    """Return the rows around ``best`` that stand under the same heading; passages of an article are neighbours."""
    rows: list[int] = []
    for step in (-1, 1):
        row = best.row + step
        while 0 <= row < len(passages) and len(rows) < 2 * MAX_SIBLINGS:
            passage = passages[row]
            if passage.article_id != best.passage.article_id or passage.heading[: len(parent)] != parent:
                break
            rows.append(row)
            row += step
    return sorted(rows)
