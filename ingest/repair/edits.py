"""What was changed in a text, where, and how sure we are; the one form of provenance in this project.

A clean text is its raw text with a sorted list of edits applied. Whatever no edit touches is the same in
both, so the edits alone map any span of the clean text to its span in the raw text and back.
"""

from bisect import bisect_left, bisect_right
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from operator import attrgetter


@dataclass(frozen=True, slots=True)
class Edit:
    """One replacement: ``raw[raw_start:raw_end] == before`` became ``clean[clean_start:clean_end] == after``.

    Offsets are 0-based, end-exclusive, in Unicode code points. ``step`` names the rule that made the edit and
    ``confidence`` in [0, 1] is the probability that ``after`` is what the author wrote.
    """

    step: str
    raw_start: int
    raw_end: int
    clean_start: int
    clean_end: int
    before: str
    after: str
    confidence: float


def replay(raw: str, edits: Sequence[Edit]) -> str:
    """Return ``raw`` with ``edits`` applied; edits are sorted by ``raw_start`` and do not overlap.

    Raises:
        ValueError: an edit does not fit the text: it overlaps the one before, or ``before`` is not what stands there.

    >>> replay("導(dǎo)語", [Edit("note", 1, 6, 1, 1, "(dǎo)", "", 1.0)])
    '導語'
    """
    parts: list[str] = []
    at = 0
    for edit in edits:
        if edit.raw_start < at or raw[edit.raw_start : edit.raw_end] != edit.before:
            raise ValueError(f"edit {edit} does not fit the text at {edit.raw_start}")
        parts.append(raw[at : edit.raw_start])
        parts.append(edit.after)
        at = edit.raw_end
    parts.append(raw[at:])
    return "".join(parts)


def clean_to_raw(edits: Sequence[Edit], start: int, end: int) -> tuple[int, int]:
    """Return the raw span that the clean span ``[start, end)`` came from.

    A border inside an edit widens to the whole edit, since the characters of a replacement have no separate
    origins. Deletions that touch the span from outside stay outside.
    """
    return _map(edits, _CLEAN, _RAW, start, end)


def raw_to_clean(edits: Sequence[Edit], start: int, end: int) -> tuple[int, int]:
    """Return the clean span that the raw span ``[start, end)`` became; empty where all of it was removed."""
    return _map(edits, _RAW, _CLEAN, start, end)


_Side = tuple[Callable[[Edit], int], Callable[[Edit], int]]
"""Where an edit starts and ends on one side."""
_RAW: _Side = (attrgetter("raw_start"), attrgetter("raw_end"))
_CLEAN: _Side = (attrgetter("clean_start"), attrgetter("clean_end"))


def _map(edits: Sequence[Edit], source: _Side, target: _Side, start: int, end: int) -> tuple[int, int]:
    """Map ``[start, end)`` from one side of the edits to the other, looking only at those in and just before it."""
    from_start, from_end = source
    to_start, to_end = start, end
    first = bisect_right(edits, start, key=from_end)
    last = bisect_left(edits, end, key=from_start)
    for edit in edits[max(0, min(first, last + 1) - 2) : last + 1]:
        if from_end(edit) <= start:
            to_start = start + target[1](edit) - from_end(edit)
        elif from_start(edit) < start:
            to_start = target[0](edit)
        if from_end(edit) < end or from_start(edit) < from_end(edit) == end:
            to_end = end + target[1](edit) - from_end(edit)
        elif from_start(edit) < end < from_end(edit):
            to_end = target[1](edit)
    return to_start, max(to_start, to_end)
