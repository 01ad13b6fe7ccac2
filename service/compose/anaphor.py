"""Sentences that say nothing alone: they begin with what stands before them (这将影响…), or are one part of an order (首先…;其次…;最后…)."""

import re
from collections.abc import Callable, Sequence
from dataclasses import replace

from ingest.sentences import refers_back
from service.sources import Source

_IN_ORDER = re.compile(
    r"^(?:首先|其次|再次|再者|然后|接着|随后|最后|第[一二三四五]|[一二三四五]是|其[一二三四五])"
)


def with_what_it_refers_to(source: Source, sources: Sequence[Source]) -> Source | None:
    """Return ``source`` together with the one of ``sources`` before it, None where no sentence on its line tells what it refers to."""
    before = _beside(source, sources, _follows)
    if before is None:
        return None
    if refers_back(before.folded):
        before = with_what_it_refers_to(before, sources)
    return None if before is None else _joined(source, (before, source))


def standing_alone(chosen: Sequence[Source], sources: Sequence[Source]) -> list[Source]:
    """Return ``chosen``, each together with what it refers to, where that is not said just before it, and with the order it is part of."""
    whole = []
    for place, source in enumerate(chosen):
        said = place > 0 and _follows(source, chosen[place - 1])
        widened = None if said or not refers_back(source.folded) else with_what_it_refers_to(source, sources)
        whole.append(_with_its_order(widened or source, sources))
    return whole


def _with_its_order(source: Source, sources: Sequence[Source]) -> Source:
    """Return ``source``, where it is one of several parts in order, together with the others of ``sources``, else as it is."""
    if not _IN_ORDER.search(source.folded):
        return source
    parts = [source]
    while (before := _beside(parts[0], sources, _follows)) is not None and _continues(before):
        parts.insert(0, before)
    while _continues(parts[-1]) and (after := _beside(parts[-1], sources, _precedes)) is not None:
        parts.append(after)
    return _joined(source, parts)


def _joined(source: Source, parts: Sequence[Source]) -> Source:
    """Return ``source`` widened to all of ``parts``, which follow one another, with what is to be told of any of them."""
    return replace(
        source,
        start=parts[0].start,
        end=parts[-1].end,
        restored=any(part.restored for part in parts),
        warnings=tuple(dict.fromkeys(warning for part in parts for warning in part.warnings)),
    )


def _continues(source: Source) -> bool:
    return source.folded.rstrip().endswith(";")


def _beside(
    source: Source, sources: Sequence[Source], stands: Callable[[Source, Source], bool]
) -> Source | None:
    return next((other for other in sources if stands(source, other)), None)


def _precedes(source: Source, other: Source) -> bool:
    return _follows(other, source)


def _follows(source: Source, other: Source) -> bool:
    """Return whether ``source`` comes right after ``other``, on the same line of the same article."""
    if other.article.article_id != source.article.article_id or other.end > source.start:
        return False
    between = source.article.text[other.end : source.start]
    return not between.strip() and "\n" not in between
