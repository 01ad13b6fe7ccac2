"""Markdown: the marks go, the words stay, and headings and list items are remembered."""

import re
from collections.abc import Iterator

from ingest.extract.extracted import Extracted, Facts, Hint
from ingest.extract.visible import visible
from ingest.provenance import Change, apply, replay
from ingest.repair import raw_to_clean

_FRONT = re.compile(r"\A\ufeff?---\s*\n(.*?)\n---\s*(?:\n|\Z)", re.DOTALL)
_FACT = re.compile(
    r"^(title|author|date|site|url|source)\s*:\s*[\"']?(.*?)[\"']?\s*$", re.MULTILINE | re.IGNORECASE
)
_HEADING = re.compile(r"^[ ]{0,3}(#{1,6})[ \t]+(?=\S)", re.MULTILINE)
_BOLD_LINE = re.compile(r"^[ ]{0,3}(\*\*|__)(?=\S)([^\n*_]{2,40})\1[ \t]*$", re.MULTILINE)
_ITEM = re.compile(r"^[ \t]*(?:[-*+]|\d{1,3}[.)])[ \t]+(?=\S)", re.MULTILINE)
_LINK = re.compile(r"!?\[([^\]\n]*)\]\((?:[^()\n]|\([^()\n]*\))*\)")
_GONE = re.compile(
    r"^[ ]{0,3}(?:[-*_][ \t]*){3,}$|^[ ]{0,3}[=-]{3,}[ \t]*$|^[ ]{0,3}(?:```|~~~)[^\n]*$|^[ \t]*\|?(?:[ \t]*:?-{3,}:?[ \t]*\|)+[^\n]*$|"
    r"^[ ]{0,3}(?:>[ \t]?)+|<!--.*?-->|(?<=\S)[ \t]+#+[ \t]*$|</?[a-zA-Z][^<>\n]*>|\*{1,3}(?=\S)|(?<=\S)\*{1,3}|(?<!\w)_{1,2}(?=\S)|(?<=\S)_{1,2}(?!\w)|"
    r"~~|`+",
    re.MULTILINE | re.DOTALL,
)


def is_markdown(text: str) -> bool:
    """Whether a text begins with a heading of Markdown, or has two."""
    headings = _HEADING.findall(text)
    return len(headings) >= 2 or (bool(headings) and _HEADING.match(text.lstrip("\ufeff\r\n")) is not None)


def extract_markdown(source: str) -> Extracted:
    """Return the text of a Markdown page; list marks stay, since a reader of the text needs them too."""
    front = _FRONT.match(source)
    changes = _merged(list(_changes(source, front.end() if front else 0)))
    edits = apply(source, changes)
    text = replay(source, edits)
    hints: dict[int, Hint] = {}
    for pattern, level in ((_HEADING, None), (_BOLD_LINE, 7)):
        for match in pattern.finditer(source):
            at, _ = raw_to_clean(edits, match.end() - (0 if level is None else len(match[0])), match.end())
            hints[text.count("\n", 0, at)] = Hint("heading", level or len(match[1]))
    return Extracted(text, edits, hints, _facts(front[1]) if front else Facts())


def _changes(source: str, start: int) -> Iterator[Change]:
    if start:
        yield Change("extract", 0, start)
    if "</" in source:
        # Markdown may hold HTML, and with it what HTML hides.
        yield from (Change("hidden", *span) for span in visible(source).hidden if span[0] >= start)
    items = {(m.start(), m.end()) for m in _ITEM.finditer(source, start)}
    for match in _HEADING.finditer(source, start):
        yield Change("extract", *match.span())
    for match in _LINK.finditer(source, start):
        is_image = match[0].startswith("!")
        if is_image:
            yield Change("extract", *match.span())
        else:
            yield Change("extract", match.start(), match.start(1))
            yield Change("extract", match.end(1), match.end())
    for match in _GONE.finditer(source, start):
        if match.start() < match.end() and not any(a <= match.start() < b for a, b in items):
            yield Change("extract", *match.span())


def _merged(changes: list[Change]) -> list[Change]:
    """Return deletions as disjoint spans: marks may stand inside marks."""
    merged: list[Change] = []
    for change in sorted(changes, key=lambda c: (c.start, -c.end)):
        if merged and change.start < merged[-1].end:
            last = merged[-1]
            merged[-1] = Change(last.step, last.start, max(last.end, change.end))
        else:
            merged.append(change)
    return merged


def _facts(front: str) -> Facts:
    values = {name.lower(): value for name, value in _FACT.findall(front) if value}
    date = re.match(r"\d{4}-\d{2}-\d{2}", values.get("date", ""))
    return Facts(
        title=values.get("title"),
        author=values.get("author"),
        site=values.get("site") or values.get("source"),
        url=values.get("url"),
        published=date[0] if date else None,
    )
