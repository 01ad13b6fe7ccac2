"""What extraction hands on: the text by its edits, what the markup said of its lines, and of the page."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

from ingest.provenance import Edit


@dataclass(frozen=True, slots=True)
class Hint:
    """What the markup said of a line: a heading (level 1 to 6, 7 for a bold line) or a list item."""

    kind: Literal["heading", "list_item"]
    level: int = 0


@dataclass(frozen=True, slots=True)
class Facts:
    """What the page's markup says of it; None where it says nothing."""

    title: str | None = None
    author: str | None = None
    site: str | None = None
    url: str | None = None
    published: str | None = None


@dataclass(frozen=True, slots=True)
class Extracted:
    """The text of a page: ``text == replay(page, edits)``; ``hints`` are keyed by line number.

    ``aside`` are short lines of the page that were left out: what it says of itself may stand there.
    """

    text: str
    edits: tuple[Edit, ...]
    hints: Mapping[int, Hint] = field(default_factory=dict)
    facts: Facts = Facts()
    aside: tuple[str, ...] = ()
