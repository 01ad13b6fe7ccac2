"""Tell tables of data from tables that only lay out a page, as a parser goes through them."""

from collections.abc import Iterator
from dataclasses import dataclass, field

MAX_ROW_CHARS = 120
"""A longer row holds text of its own, as in the tables by which old sites and forums lay out a page."""


@dataclass(slots=True)
class _Row:
    start: int
    end: int = 0
    cells: int = 0


@dataclass(slots=True)
class Tables:
    """Places are numbers of visible characters; call ``begin`` and ``end`` for every tag."""

    _open: list[list[_Row]] = field(default_factory=list)
    _closed: list[list[_Row]] = field(default_factory=list)

    def begin(self, tag: str, at: int) -> None:
        """Note the start of an element."""
        if tag == "table":
            self._open.append([])
        elif tag == "tr" and self._open:
            self._open[-1].append(_Row(at))
        elif tag in ("td", "th") and self._open and self._open[-1]:
            self._open[-1][-1].cells += 1

    def end(self, tag: str, at: int) -> None:
        """Note the end of an element."""
        if tag == "table" and self._open:
            self._closed.append(self._open.pop())
        elif tag == "tr" and self._open and self._open[-1]:
            self._open[-1][-1].end = at

    def data_rows(self) -> Iterator[range]:
        """Yield the characters of each row of the tables that hold data: two short rows or more, all of equally many cells."""
        for rows in self._closed:
            filled = [row for row in rows if row.end > row.start]
            short = all(row.end - row.start <= MAX_ROW_CHARS for row in filled)
            if (
                len(filled) >= 2
                and short
                and len({row.cells for row in filled}) == 1
                and filled[0].cells >= 2
            ):
                yield from (range(row.start, row.end) for row in filled)
