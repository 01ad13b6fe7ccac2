"""HTML: trafilatura says what is content; each of its characters is then found again in the page's source."""

import re
import unicodedata
from bisect import bisect_left
from collections import Counter
from collections.abc import Iterable, Iterator

from ingest.decode import RejectedError
from ingest.extract.extracted import Extracted, Facts, Hint
from ingest.extract.visible import Visible, visible
from ingest.provenance import Change, apply, replay

MIN_CONTENT_CHARS = 80
"""Where the extractor finds less than this, all visible text is taken and the cleaning rules decide."""

MAX_ASIDE_CHARS = 100
_LINE_SHARE = 0.5
_MIN_PIECE = 4
_CJK = re.compile(r"[\u2e80-\u9fff\uff00-\uffef]")
_SEPARATOR = re.compile(r"\s*[_|｜–—]+\s*|\s+-\s*|\s*-\s+")
_PIECE = re.compile(r"[^。！？!?；;，,、：:\s]+")


def extract_html(source: str) -> Extracted:
    """Return the content of an HTML page as lines of text, with the edits that lead from the source to it.

    Raises:
        RejectedError: nothing is visible on the page.
    """
    page = visible(source)
    if not page.text:
        raise RejectedError("no visible text in the HTML")
    content, facts = _content(source, page)
    lines = list(_content_lines(page, content))
    title = _title_line(page, facts.title, lines)
    if title:
        lines.insert(0, title)
    edits = apply(source, list(_changes(source, page, lines)))
    hints = {n: hint for n, line in enumerate(lines) if (hint := _hint(page, line))}
    return Extracted(replay(source, edits), edits, hints, facts, tuple(_aside(page, lines)))


def _content(source: str, page: Visible) -> tuple[bytearray, Facts]:
    """Return a flag for each visible character that is content, and what the page says of itself."""
    import trafilatura  # a second of imports, which plain text does not need

    try:
        document = trafilatura.bare_extraction(
            _shown(source, page),
            include_comments=False,
            with_metadata=True,
            include_tables=True,
            favor_recall=True,
        )
    except (ValueError, RecursionError):
        document = None
    if document is None or isinstance(document, dict):
        return bytearray(b"\x01") * len(page.text), Facts()
    flags = bytearray(len(page.text))
    pieces = document.body.itertext() if document.body is not None else ()
    _mark(flags, unicodedata.normalize("NFC", page.text), pieces)
    if sum(flags) < MIN_CONTENT_CHARS:
        flags = bytearray(b"\x01") * len(page.text)
    return flags, Facts(
        title=_main_title(document.title, page),
        author=_short(document.author),
        site=_short(document.sitename),
        url=document.url or None,
        published=document.date or None,
    )


def _shown(source: str, page: Visible) -> str:
    """Return the source without what is hidden, by which the extractor would go in its own way on some pages only."""
    borders = [0, *(at for span in page.hidden for at in span), len(source)]
    return "".join(source[start:end] for start, end in zip(borders[::2], borders[1::2], strict=True))


def _mark(flags: bytearray, text: str, pieces: Iterable[str]) -> None:
    """Flag where ``pieces``, in their order, stand in ``text``; a piece that was altered goes by clauses.

    A heading may stand in a list of contents too, and a sentence among links to other pages. So pieces that stand in the
    text only once are placed first, and each of the rest is looked for right before the next of those.
    """
    if len(text) != len(flags):
        flags[:] = b"\x01" * len(flags)
        return
    wanted = [w for piece in pieces for w in _findable(text, piece)]
    waiting: list[str] = []
    at = 0
    for words in wanted:
        found = text.find(words, at)
        if found < 0 or text.find(words, found + 1) >= 0:
            waiting.append(words)
            continue
        end = found
        for earlier in reversed(waiting):
            before = text.rfind(earlier, at, end)
            if before >= 0:
                flags[before : before + len(earlier)] = b"\x01" * len(earlier)
                end = before
        waiting = []
        at = found + len(words)
        flags[found:at] = b"\x01" * len(words)
    for words in waiting:
        found = text.find(words, at)
        if found >= 0:
            at = found + len(words)
            flags[found:at] = b"\x01" * len(words)


def _findable(text: str, piece: str) -> list[str]:
    """Return a piece without its blanks, or, if the text does not have it so, its longer clauses."""
    whole = "".join(piece.split())
    if not whole:
        return []
    return [whole] if whole in text else [c for c in _PIECE.findall(piece) if len(c) >= _MIN_PIECE]


def _content_lines(page: Visible, content: bytearray) -> Iterator[range]:
    """Yield the runs of characters of the lines that are mostly content."""
    start = 0
    for i in range(1, len(page.text) + 1):
        if i == len(page.text) or page.lines[i] != page.lines[start]:
            if sum(content[start:i]) >= _LINE_SHARE * (i - start):
                yield range(start, i)
            start = i


def _aside(page: Visible, lines: list[range]) -> Iterator[str]:
    """Yield the short lines that are not among ``lines``, with a blank wherever the source has any."""
    taken = {page.lines[line.start] for line in lines}
    start = 0
    for i in range(1, len(page.text) + 1):
        if i == len(page.text) or page.lines[i] != page.lines[start]:
            if page.lines[start] not in taken and i - start <= MAX_ASIDE_CHARS:
                yield "".join(
                    f" {page.text[k]}" if k in page.spaced else page.text[k] for k in range(start, i)
                )
            start = i


def _title_line(page: Visible, title: str | None, lines: list[range]) -> range | None:
    """Return the line above the content that shows the title, if the extractor left it out."""
    if not title or not lines:
        return None
    wanted = "".join(title.split())
    if any(wanted == page.text[line.start : line.stop] for line in lines):
        return None
    found = page.text.rfind(wanted, 0, lines[0].start)
    return range(found, found + len(wanted)) if found >= 0 else None


def _changes(source: str, page: Visible, lines: list[range]) -> Iterator[Change]:
    at = 0
    for n, line in enumerate(lines):
        for i in line:
            start, end = page.starts[i], page.ends[i]
            if start < at:
                # One entity that stands for several characters; the first of them took its place.
                continue
            between = ("\n" if n else "") if i == line.start else _between(page, i)
            yield from _left_out(page, at, start, between)
            yield Change("extract", start, end, _decoded(page, i))
            at = end
    yield from _left_out(page, at, len(source))


def _left_out(page: Visible, start: int, end: int, between: str = "") -> Iterator[Change]:
    """Yield the deletion of ``[start, end)``: of hidden text (rule hidden), and of the rest, which leaves ``between``."""
    at = start
    for i in range(bisect_left(page.hidden, (start, 0)), len(page.hidden)):
        hidden_start, hidden_end = page.hidden[i]
        if hidden_start >= end:
            break
        yield Change("extract", at, hidden_start)
        yield Change("hidden", hidden_start, hidden_end)
        at = hidden_end
    yield Change("extract", at, end, between)


def _between(page: Visible, i: int) -> str:
    if i in page.cells:
        return " | "
    if i not in page.spaced:
        return ""
    # A line break in the source of Chinese text is layout; between Latin words it is a blank.
    chinese = _CJK.match(page.text[i]) or _CJK.match(page.text[i - 1])
    return "" if chinese and i not in page.apart else " "


def _decoded(page: Visible, i: int) -> str:
    same = i + 1
    while same < len(page.text) and page.starts[same] == page.starts[i]:
        same += 1
    return page.text[i:same]


def _hint(page: Visible, line: range) -> Hint | None:
    levels = Counter(page.levels[line.start : line.stop])
    level, count = levels.most_common(1)[0]
    if level and count == len(line):
        return Hint("heading", level) if level < 7 or len(line) <= 40 else None
    return Hint("list_item") if page.items[line.start] else None


def _main_title(title: str | None, page: Visible) -> str | None:
    """Return the title without the names of column and site behind it: the longest part that the page shows."""
    if not title:
        return None
    parts = [title, *_SEPARATOR.split(title)]
    shown = [part for part in parts if "".join(part.split()) in page.text and len(part) >= 4]
    return max(shown or [max(parts[1:], key=len)], key=len).strip() or None


def _short(value: str | None) -> str | None:
    return value if value and len(value) <= 20 else None
