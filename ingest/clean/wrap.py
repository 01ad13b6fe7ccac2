"""Text broken into lines of one width, by a printer or an old mail program: paragraphs are made whole again."""

import re
import unicodedata
from collections import Counter
from collections.abc import Iterator, Sequence

from ingest.clean.labels import label
from ingest.clean.page import BLANKS, SENTENCE_END, Line, Page, plain
from ingest.provenance import Change

MAX_WIDTH = 130
"""In Latin columns, a hanzi taking two: printed lines hold at most about 60 hanzi, unbroken paragraphs more."""

_SLACK = 6
_MIN_FULL_LINES = 4
_MIN_FULL_SHARE = 0.25
_LATIN = re.compile(r"[A-Za-z0-9]")
_PAGE_NUMBER = re.compile(r"(?:第|page|p)?\d{1,4}(?:页|(?:页?(?:共|of))?\d{0,4}页?)?", re.IGNORECASE)
_LONE_NUMBER = re.compile(
    r"\W*(?:第\s*\d{1,4}\s*页|page\s*\d{1,4})(?:\W*(?:共|of)?\s*\d{1,4}\s*页?)?\W*|\W*共\s*\d{1,4}\s*页(?:\W*第\s*\d{1,4}\s*页)?\W*|"
    r"([-–—―~])\s*\d{1,4}\s*\1",
    re.IGNORECASE,
)
_OF_PAGES = re.compile(r"\W{0,2}(\d{1,3})\s*[/／]\s*(\d{1,3})\W{0,2}")
MAX_NUMBER_CHARS = 32
MIN_TEXT_CHARS = 16
_EDGE_LINES = 2


def page_numbers(page: Page) -> Iterator[Change]:
    """Yield page numbers and running heads (rule page_number).

    On any page a line that holds nothing else and says that it is one (第3页, - 2 -, 1 / 3 beside a line of text). In a text
    with page breaks also bare numbers at the edges of the pages, and lines that, digits aside, stand at three edges or more.
    """
    if not is_printed(page):
        filled = [line for line in page.lines if line.text.strip(BLANKS)]
        for above, line, below in zip([None, *filled], filled, [*filled[1:], None], strict=False):
            if _is_lone_number(line.text.strip(BLANKS), above, below):
                yield Change("page_number", line.start, line.end, confidence=0.9)
        return
    edges = [line for sheet in _sheets(page) for line in _edges(sheet)]
    repeated = Counter(_without_digits(line) for line in edges)
    for line in edges:
        if _PAGE_NUMBER.fullmatch(line.plain) or (line.plain and repeated[_without_digits(line)] >= 3):
            yield Change("page_number", line.start, line.end, confidence=0.9)


def unwrap(page: Page) -> Iterator[Change]:
    """Yield the line breaks inside paragraphs (rule unwrap).

    Evidence: page breaks, or many lines that stop at one and the same width in mid-sentence. A full line goes on in the next one unless
    that is blank, indented, or labelled.
    """
    lines = page.lines
    widths = [_width(line.text.strip(BLANKS)) for line in lines]
    filled = sorted(width for width in widths if width)
    if len(filled) < 2:
        return
    full_width = filled[int(0.95 * (len(filled) - 1))]
    full = [i for i, width in enumerate(widths) if width >= full_width - _SLACK]
    broken = [i for i in full if not SENTENCE_END.search(lines[i].text.rstrip())]
    enough = 1 if is_printed(page) else max(_MIN_FULL_LINES, _MIN_FULL_SHARE * len(filled))
    if full_width > MAX_WIDTH or len(broken) < enough:
        return
    marked = any(_indent(line) >= 2 for line in lines) or len(filled) < len(lines) - 1
    for i in full:
        ends = SENTENCE_END.search(lines[i].text.rstrip()) is not None
        if i + 1 < len(lines) and _goes_on(lines[i], lines[i + 1]) and (marked or not ends):
            left, right = lines[i], lines[i + 1]
            start = left.start + len(left.text.rstrip(BLANKS))
            end = right.start + _indent(right)
            joint = " " if _LATIN.match(page.text[start - 1]) and _LATIN.match(page.text[end]) else ""
            yield Change("unwrap", start, end, joint, confidence=0.9)


def is_printed(page: Page) -> bool:
    """Whether the text has page breaks: the text layer of a PDF, whose lines are always printed lines."""
    return "\f" in page.text


def _is_lone_number(text: str, above: Line | None, below: Line | None) -> bool:
    """Whether a line is a page number; among short lines ``1/3`` may be the cell of a table."""
    if len(text) > MAX_NUMBER_CHARS:
        return False
    if _LONE_NUMBER.fullmatch(text):
        return True
    match = _OF_PAGES.fullmatch(text)
    beside_text = any(line and len(line.text.strip(BLANKS)) >= MIN_TEXT_CHARS for line in (above, below))
    return match is not None and 1 <= int(match[1]) <= int(match[2]) and beside_text


def _goes_on(line: Line, below: Line) -> bool:
    text = below.text.strip(BLANKS)
    return bool(text) and _indent(below) <= min(1, _indent(line)) and label(text) is None


def _sheets(page: Page) -> list[list[Line]]:
    sheets: list[list[Line]] = [[]]
    for line in page.lines:
        if "\f" in line.text:
            sheets.append([])
        if line.text.strip(BLANKS):
            sheets[-1].append(line)
    return sheets


def _edges(sheet: Sequence[Line]) -> Sequence[Line]:
    return sheet if len(sheet) <= 2 * _EDGE_LINES else (*sheet[:_EDGE_LINES], *sheet[-_EDGE_LINES:])


def _without_digits(line: Line) -> str:
    return re.sub(r"\d+", "#", plain(line.text))


def _indent(line: Line) -> int:
    return len(line.text) - len(line.text.lstrip(BLANKS))


def _width(text: str) -> int:
    return sum(2 if unicodedata.east_asian_width(c) in "WF" else 1 for c in text)
