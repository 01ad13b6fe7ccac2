"""What was changed in a text, where, and how sure we are; the one form of provenance in this project.

A clean text is its raw text with a sorted list of edits applied. Whatever no edit touches is the same in
both, so the edits alone map any span of the clean text to its span in the raw text and back.
"""

from collections.abc import Sequence
from dataclasses import dataclass


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
    return _map(
        [(e.clean_start, e.clean_end, e.raw_start, e.raw_end) for e in edits],
        start,
        end,
    )


def raw_to_clean(edits: Sequence[Edit], start: int, end: int) -> tuple[int, int]:
    """Return the clean span that the raw span ``[start, end)`` became; empty where all of it was removed."""
    return _map(
        [(e.raw_start, e.raw_end, e.clean_start, e.clean_end) for e in edits],
        start,
        end,
    )


def _map(edits: list[tuple[int, int, int, int]], start: int, end: int) -> tuple[int, int]:
    """Map ``[start, end)`` through ``(from_start, from_end, to_start, to_end)`` rows sorted by ``from_start``."""
    to_start, to_end = start, end
    for from_start, from_end, row_start, row_end in edits:
        if from_end <= start:
            to_start = start + row_end - from_end
        elif from_start < start:
            to_start = row_start
        if from_end < end or (from_end == end and from_start < from_end):
            to_end = end + row_end - from_end
        elif from_start < end < from_end:
            to_end = row_end
        if from_start >= end:
            break
    return to_start, max(to_start, to_end)
