"""The visible characters of an HTML page, each with its place in the source and what encloses it."""

import html
import re
from collections.abc import Collection
from dataclasses import dataclass, field
from html.parser import HTMLParser

from ingest.extract.sight import Sight
from ingest.extract.styles import Element, Styles
from ingest.extract.tables import Tables

_SKIPPED = frozenset(
    ("script", "style", "noscript", "template", "head", "title", "textarea", "select", "button", "svg", "iframe",
     "object")
)  # fmt: skip
_LINE = frozenset(
    ("p", "div", "br", "hr", "h1", "h2", "h3", "h4", "h5", "h6", "li", "ul", "ol", "dl", "dt", "dd", "tr", "table", "tbody", "thead",
     "section", "article", "header", "footer", "main", "aside", "nav", "blockquote", "pre", "figure", "figcaption", "form", "body",
     "address", "center", "fieldset", "details", "summary", "caption")
)  # fmt: skip
_CELL = frozenset(("td", "th"))
_BOLD = frozenset(("b", "strong", "dt"))
_WRITTEN_BLANKS = " \u3000"
"""Blanks that a writer may mean; line breaks, tabs and no-break spaces lay a page out."""

MIN_UNFOLDED_CHARS = 200
"""Hidden text that is shorter is never taken for the page itself."""

_HEADING = re.compile(r"h([1-6])")
_REFERENCE = re.compile(r"&#?\w{1,32};?")
_VOID = frozenset(
    ("br", "hr", "img", "input", "meta", "link", "wbr", "source", "area", "base", "col", "embed", "param", "track")
)  # fmt: skip


@dataclass(slots=True)
class Visible:
    """Character ``i`` is ``text[i]``, stands for ``source[starts[i]:ends[i]]``, and lies on line ``lines[i]``.

    White space is left out; ``spaced`` holds the characters that had some before them, ``apart`` those of them where it
    was written as blanks and not as layout, ``cells`` those that begin a table cell. ``levels`` is the heading level
    around a character (7 = bold), 0 if none; ``items`` marks list items. ``hidden`` are the spans of the source whose text
    is kept from the eye.
    """

    text: str = ""
    starts: list[int] = field(default_factory=list)
    ends: list[int] = field(default_factory=list)
    lines: list[int] = field(default_factory=list)
    levels: bytearray = field(default_factory=bytearray)
    items: bytearray = field(default_factory=bytearray)
    spaced: set[int] = field(default_factory=set)
    apart: set[int] = field(default_factory=set)
    cells: set[int] = field(default_factory=set)
    hidden: list[tuple[int, int]] = field(default_factory=list)


def visible(source: str) -> Visible:
    """Return the visible characters of ``source``, entities decoded, in their order.

    What styles hide is left out, whatever else is on the page. But elements of one kind that hold more text than all that is
    shown are the page itself, which a script unfolds once it has loaded, or at a click on each question.
    """
    styles = Styles(source)
    unfolded: set[Element] = set()
    while True:
        reader = _Reader(source, styles, unfolded)
        reader.feed(source)
        reader.close()
        # One kind at a time: what it shows is then weighed against the rest.
        enough = max(len(reader.characters) + 1, MIN_UNFOLDED_CHARS)
        most = [kind for kind, count in reader.sight.folded.most_common(1) if count >= enough]
        if not most:
            break
        unfolded.update(most)
    reader.page.text = "".join(reader.characters)
    for row in reader.tables.data_rows():
        # Paragraphs inside the cells of a table of data are no lines of the text; the row is one.
        reader.page.lines[row.start : row.stop] = [reader.page.lines[row.start]] * len(row)
    return reader.page


class _Reader(HTMLParser):
    def __init__(self, source: str, styles: Styles, unfolded: Collection[Element]) -> None:
        super().__init__(convert_charrefs=False)
        self.page = Visible()
        self.characters: list[str] = []
        self.sight = Sight(styles, unfolded)
        self.tables = Tables()
        self._source = source
        self._line_starts = [0, *(m.end() for m in re.finditer("\n", source))]
        self._line = 0
        self._open: list[str] = []
        self._space = self._cell = False
        self._blanks = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in _LINE:
            self._line += 1
        if tag in _CELL:
            self._cell = True
        self.tables.begin(tag, len(self.characters))
        self.sight.begin(tag, dict(attrs), void=tag in _VOID)
        if tag not in _VOID:
            self._open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self._line += tag in _LINE

    def handle_endtag(self, tag: str) -> None:
        if tag in _LINE:
            self._line += 1
        if tag in self._open:
            # An end tag closes whatever was left open inside it.
            while self._open.pop() != tag:
                pass
            self.sight.end(len(self._open))
            self.tables.end(tag, len(self.characters))

    def handle_data(self, data: str) -> None:
        if not _SKIPPED.isdisjoint(self._open):
            # Scripts are most of many pages.
            return
        at = self._offset()
        for i, character in enumerate(data):
            self._take(character, at + i, at + i + 1)

    def handle_entityref(self, name: str) -> None:
        self._reference()

    def handle_charref(self, name: str) -> None:
        self._reference()

    def _reference(self) -> None:
        at = self._offset()
        match = _REFERENCE.match(self._source, at)
        if match:
            for character in html.unescape(match[0]):
                self._take(character, at, match.end())

    def _take(self, character: str, start: int, end: int) -> None:
        if not _SKIPPED.isdisjoint(self._open):
            return
        if character.isspace() or character in "\ufeff\u200b\u00ad":
            self._space = True
            self._blanks += character
            return
        if self.sight.hiding:
            self._hide(start, end)
            return
        page, i = self.page, len(self.characters)
        if self._space:
            page.spaced.add(i)
            if not self._blanks.strip(_WRITTEN_BLANKS):
                page.apart.add(i)
        if self._cell:
            page.cells.add(i)
        self._space = self._cell = False
        self._blanks = ""
        self.characters.append(character)
        page.starts.append(start)
        page.ends.append(end)
        page.lines.append(self._line)
        page.levels.append(self._level())
        page.items.append("li" in self._open)

    def _hide(self, start: int, end: int) -> None:
        hidden = self.page.hidden
        if hidden and (not self.page.ends or self.page.ends[-1] <= hidden[-1][0]):
            hidden[-1] = hidden[-1][0], end
        else:
            hidden.append((start, end))
        self.sight.count()

    def _level(self) -> int:
        for tag in reversed(self._open):
            if match := _HEADING.fullmatch(tag):
                return int(match[1])
        return 7 if not _BOLD.isdisjoint(self._open) else 0

    def _offset(self) -> int:
        line, column = self.getpos()
        return self._line_starts[line - 1] + column
