"""What a citation opens: the quote in its section of the cleaned article, and the same span as crawled."""

from collections.abc import Callable
from dataclasses import dataclass

from service.schema import ArticleOut, Citation, RawText
from ui.errors import ServiceError

CONTEXT_CHARS = 90
"""Code points of the article shown on each side of a quote, at most: the quote must be in sight without scrolling."""

RESTORED = "restore"
"""Steps that begin so put back words which the site had cut out: the cleaned text holds more than was crawled."""

Fetch = Callable[[str, int, int], RawText]


@dataclass(frozen=True, slots=True)
class Note:
    """Something to point out in a quote: at ``quote[start:end]`` stands what reads ``other`` in the other text."""

    start: int
    end: int
    other: str


@dataclass(frozen=True, slots=True)
class Excerpt:
    """A stretch of text around the cited span; ``cut_before``/``cut_after`` when more text stands there.

    ``notes`` lie within the quote, sorted: in the cleaned text the restored words, in the crawled one the repairs.
    """

    before: str
    quote: str
    after: str
    cut_before: bool
    cut_after: bool
    notes: tuple[Note, ...]


@dataclass(frozen=True, slots=True)
class Evidence:
    """One citation, ready to show; ``cleaned`` and ``crawled`` are None where the service could not give them."""

    citation: Citation
    cleaned: Excerpt | None
    crawled: Excerpt | None


def gather(citation: Citation, article: ArticleOut, fetch_raw: Fetch) -> Evidence:
    """Return the evidence for ``citation``; ``fetch_raw`` gives the crawled text ``[start, end)`` of an article.

    An index that was rebuilt since the answer may hold another text under the same article id. A span that no
    longer holds the quote is not highlighted: the wrong words in yellow are worse than none.
    """
    clean, raw = citation.clean, citation.raw
    if article.text[clean.start : clean.end] != citation.quote or article.raw.sha256 != raw.sha256:
        return Evidence(citation, None, None)
    start, end = _context(article, clean.start, clean.end)
    cleaned = Excerpt(
        before=article.text[start : clean.start],
        quote=citation.quote,
        after=article.text[clean.end : end],
        cut_before=start > 0,
        cut_after=end < len(article.text),
        notes=tuple(
            Note(edit.clean_start - clean.start, edit.clean_end - clean.start, edit.before)
            for edit in article.edits
            if edit.step.startswith(RESTORED)
            and clean.start <= edit.clean_start < edit.clean_end <= clean.end
        ),
    )
    # The same stretch of the crawled text; it never begins or ends inside the cited span.
    raw_start = min(raw_offset(article, start), raw.start)
    raw_end = max(raw_offset(article, end), raw.end)
    try:
        text = fetch_raw(citation.article_id, raw_start, raw_end).text
    except ServiceError:
        return Evidence(citation, cleaned, None)
    crawled = Excerpt(
        before=text[: raw.start - raw_start],
        quote=text[raw.start - raw_start : raw.end - raw_start],
        after=text[raw.end - raw_start :],
        cut_before=raw_start > 0,
        cut_after=raw_end < raw_offset(article, len(article.text)),
        notes=tuple(
            Note(edit.raw_start - raw.start, edit.raw_end - raw.start, edit.after)
            for edit in article.edits
            if raw.start <= edit.raw_start < edit.raw_end <= raw.end
        ),
    )
    return Evidence(citation, cleaned, crawled)


def raw_offset(article: ArticleOut, offset: int) -> int:
    """Return where ``article.text[offset]`` was crawled; inside a repaired stretch, the end of that stretch.

    What was removed right before ``offset`` counts as before it, so ``raw_offset(len(text))`` is the crawled length.
    """
    shift = 0
    for edit in article.edits:
        if edit.clean_start > offset or edit.clean_start == offset < edit.clean_end:
            break
        if edit.clean_end > offset:
            return edit.raw_end
        shift = edit.raw_end - edit.clean_end
    return offset + shift


def _context(article: ArticleOut, start: int, end: int) -> tuple[int, int]:
    """Return the stretch of the article to show around ``[start, end)``: whole lines of one section where they fit."""
    text = article.text
    headings = [heading for heading in article.headings if heading.end <= start]
    section_start = headings[-1].start if headings else 0
    section_end = next((heading.start for heading in article.headings if heading.start >= end), len(text))
    from_ = max(section_start, start - CONTEXT_CHARS)
    if from_ > section_start:
        newline = text.find("\n", from_, start)
        from_ = newline + 1 if newline >= 0 else from_
    to = min(section_end, end + CONTEXT_CHARS)
    if to < section_end:
        newline = text.rfind("\n", end, to)
        to = newline if newline > end else to
    return from_, max(end, len(text[:to].rstrip("\n")))
