"""Compose the edits of two steps into one list, so that a text changed twice still leads straight back to the crawl."""

from collections.abc import Sequence
from dataclasses import dataclass

from ingest.repair import Edit, replay

__all__ = ["Change", "Edit", "apply", "compose", "replay"]


@dataclass(frozen=True, slots=True)
class Change:
    """A wish to replace ``text[start:end]`` by ``after``; ``step`` names the rule that asks for it."""

    step: str
    start: int
    end: int
    after: str = ""
    confidence: float = 1.0


def apply(text: str, changes: Sequence[Change]) -> tuple[Edit, ...]:
    """Return ``changes`` as edits of ``text``, in order, neighbours of one step merged.

    Changes may come unsorted but must not overlap; one that changes nothing leaves no edit.

    >>> [(e.before, e.after) for e in apply("广告正文", [Change("furniture", 0, 1), Change("furniture", 1, 2)])]
    [('广告', '')]
    """
    edits: list[Edit] = []
    shift = 0
    for change in sorted(changes, key=lambda c: (c.start, c.end)):
        before = text[change.start : change.end]
        if before == change.after:
            continue
        start = change.start + shift
        last = edits[-1] if edits else None
        edit = Edit(
            change.step,
            change.start,
            change.end,
            start,
            start + len(change.after),
            before,
            change.after,
            change.confidence,
        )
        edits[-1:] = [_joined(last, edit)] if last and _are_one_deletion(last, edit) else [*edits[-1:], edit]
        shift += len(change.after) - len(before)
    return tuple(edits)


def _are_one_deletion(left: Edit, right: Edit) -> bool:
    return left.step == right.step and left.raw_end == right.raw_start and not (left.after or right.after)


def _joined(left: Edit, right: Edit) -> Edit:
    return Edit(
        left.step,
        left.raw_start,
        right.raw_end,
        left.clean_start,
        left.clean_end,
        left.before + right.before,
        "",
        min(left.confidence, right.confidence),
    )


def compose(raw: str, first: Sequence[Edit], second: Sequence[Edit]) -> tuple[Edit, ...]:
    """Return edits that do to ``raw`` in one go what ``first`` and then ``second`` do.

    ``second`` is read in the offsets of the text that ``first`` makes. Edits that do not overlap pass unchanged
    but for their offsets; overlapping ones become a single edit that carries the name of the later step.

    Raises:
        ValueError: an edit does not fit its text.

    >>> first = [Edit("note", 1, 6, 1, 1, "(dǎo)", "", 1.0)]
    >>> [(e.step, e.before) for e in compose("導(dǎo)語", first, [Edit("furniture", 0, 2, 0, 0, "導語", "", 0.9)])]
    [('furniture', '導(dǎo)語')]
    """
    middle = replay(raw, first)
    edits: list[Edit] = []
    i = j = to_raw = to_clean = 0
    while i < len(first) or j < len(second):
        group = _next_group(first, second, i, j)
        to_raw_after = to_raw + sum(len(e.before) - len(e.after) for e in first[i : group.i])
        to_clean_after = to_clean + sum(len(e.after) - len(e.before) for e in second[j : group.j])
        before = raw[group.start + to_raw : group.end + to_raw_after]
        after = _apply(middle, second[j : group.j], group.start, group.end)
        if before != after:
            latest = second[group.j - 1] if group.j > j else first[group.i - 1]
            members = (*first[i : group.i], *second[j : group.j])
            edits.append(
                Edit(
                    latest.step,
                    group.start + to_raw,
                    group.end + to_raw_after,
                    group.start + to_clean,
                    group.end + to_clean_after,
                    before,
                    after,
                    min(e.confidence for e in members) if after else latest.confidence,
                )
            )
        i, j, to_raw, to_clean = group.i, group.j, to_raw_after, to_clean_after
    return tuple(edits)


@dataclass(frozen=True, slots=True)
class _Group:
    """Overlapping edits of both lists: they end before indices ``i`` and ``j`` and cover middle ``[start, end)``."""

    start: int
    end: int
    i: int
    j: int


def _next_group(first: Sequence[Edit], second: Sequence[Edit], i: int, j: int) -> _Group:
    """Return the next edit in middle order together with every edit that it overlaps, directly or through others."""
    a = (first[i].clean_start, first[i].clean_end) if i < len(first) else None
    b = (second[j].raw_start, second[j].raw_end) if j < len(second) else None
    # At the same place an empty range goes first, since it only touches the other; two empty ones keep step order.
    if b is None or (a is not None and (a[0], a[1] > a[0]) <= (b[0], b[1] > b[0])):
        assert a is not None
        start, end, i = *a, i + 1
    else:
        start, end, j = *b, j + 1
    while True:
        if i < len(first) and _overlaps(first[i].clean_start, first[i].clean_end, start, end):
            end, i = max(end, first[i].clean_end), i + 1
        elif j < len(second) and _overlaps(second[j].raw_start, second[j].raw_end, start, end):
            end, j = max(end, second[j].raw_end), j + 1
        else:
            return _Group(start, end, i, j)


def _overlaps(start: int, end: int, group_start: int, group_end: int) -> bool:
    return start < group_end and (end > start or start > group_start)


def _apply(middle: str, edits: Sequence[Edit], start: int, end: int) -> str:
    parts: list[str] = []
    at = start
    for edit in edits:
        parts += (middle[at : edit.raw_start], edit.after)
        at = edit.raw_end
    return "".join((*parts, middle[at:end]))
