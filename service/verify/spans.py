"""Spans of a sentence, as offsets, and which of their characters carry content."""

import re

Span = tuple[int, int]
Edge = tuple[Span, Span]
"""What precedes and what follows, as offsets."""

SENTENCE = re.compile("[^。;；!！]+")
CLAUSE = re.compile("(?:[^,，:：?？、]|、(?!再|然后|最后|随后|接着))+")
_FILLER = re.compile(
    "[那此这之先再后前才要应当须得会就可以能的了在是等到将也都还最首其次然随接着必需让使早晚于　\\W]"
)


def telling(text: str, span: Span) -> list[int]:
    """Return the places of ``span`` that say what happens, not when."""
    return [at for at in range(*span) if not _FILLER.match(text[at])]


def tells(text: str, edge: Edge) -> bool:
    """Return whether the two stretches of ``edge`` stand apart and each tells something."""
    (start, end), (other, its_end) = edge
    apart = end <= other or its_end <= start
    return apart and all(telling(text, span) for span in edge)


def said_or(text: str, span: Span, otherwise: Span | None) -> Span | None:
    """Return ``span`` where it tells something, else ``otherwise``."""
    return span if telling(text, span) else otherwise


def last_match(pattern: re.Pattern[str], text: str, start: int, end: int) -> re.Match[str] | None:
    """Return the match of ``pattern`` that ends last between two places of ``text``."""
    return max(pattern.finditer(text, start, end), key=lambda match: match.end(), default=None)
