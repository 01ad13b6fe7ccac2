"""Sentences that begin with what stands before them (这将影响…), and so say nothing alone."""

import re
from collections.abc import Sequence
from dataclasses import replace

from service.sources import Source

_REFERS_BACK = re.compile(
    r"^(?:\d{1,2}[.、)]\s*|[-•*·]\s*)?(?:这|此(?!外|次)|该|其(?!实|他|它|余|次)|上述|以上)"
)


def refers_back(source: Source) -> bool:
    """Return whether the sentence begins with 这, 此, 该 or 其, which stand for something said before it."""
    return _REFERS_BACK.search(source.folded) is not None


def with_what_it_refers_to(source: Source, sources: Sequence[Source]) -> Source | None:
    """Return ``source`` together with the one of ``sources`` before it, None where no sentence on its line tells what it refers to."""
    before = next((other for other in sources if _follows(source, other)), None)
    if before is None:
        return None
    if refers_back(before):
        before = with_what_it_refers_to(before, sources)
    if before is None:
        return None
    warnings = tuple(dict.fromkeys((*before.warnings, *source.warnings)))
    restored = before.restored or source.restored
    return replace(source, start=before.start, restored=restored, warnings=warnings)


def _follows(source: Source, other: Source) -> bool:
    """Return whether ``source`` comes right after ``other``, on the same line of the same article."""
    if other.article.article_id != source.article.article_id or other.end > source.start:
        return False
    between = source.article.text[other.end : source.start]
    return not between.strip() and "\n" not in between
