"""Where the article begins and ends on the page: the lines before and after hold what sites put around it."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from ingest.clean.labels import NUMBERED_HEADINGS, label
from ingest.clean.page import Line, Page
from ingest.clean.structure import is_set_heading


@dataclass(frozen=True, slots=True)
class Zones:
    """Lines ``[first, last]`` are the article's body; earlier ones are the head of the page, later ones its tail."""

    first: int
    last: int

    def in_body(self, i: int) -> bool:
        """Whether line ``i`` lies inside the body."""
        return self.first <= i <= self.last


def find_zones(page: Page) -> Zones:
    """Return the body: from the first line of running text or heading of an introduction to the last running text."""
    lines = page.lines
    prose = [i for i, line in enumerate(lines) if line.is_prose]
    if not prose:
        return Zones(0, len(lines) - 1)
    starts = [i for i in range(prose[0]) if _opens_body(lines, i)]
    return Zones(min([*starts, prose[0]]), prose[-1])


def _opens_body(lines: Sequence[Line], i: int) -> bool:
    if is_set_heading(lines[i]):
        return True
    hint = lines[i].hint
    # The first heading of a page is its title, whatever its level.
    if i and hint and hint.kind == "heading" and hint.level > 1 and lines[i + 1].is_prose:
        return True
    found = label(lines[i].text)
    if found and found.style == "question":
        # A page may have a question for its title; the second one opens the text.
        return i > 0
    return (
        found is not None
        and found.style in NUMBERED_HEADINGS
        and re.search("[\u4e00-\u9fff]", found.text) is not None
    )
