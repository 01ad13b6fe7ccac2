"""What a citation opens: the quote in its section of the cleaned article, and the same span as crawled."""

from dataclasses import dataclass

from service.schema import ArticleOut, Citation, CleanSpan

CONTEXT_CHARS = 90
"""Code points of the article shown on each side of a quote, at most: the quote must be in sight without scrolling."""

MAX_REMOVED_CHARS = 20
"""A longer stretch that cleaning removed is the site's own (a disclaimer, its takedown telephone), and not shown."""

RESTORED = "restore"
"""Steps that begin so put back words which the site had cut out: the cleaned text holds more than was crawled."""


@dataclass(frozen=True, slots=True)
class Note:
    """Something to point out in a quote: at ``quote[start:end]`` stands what reads ``other`` in the other text."""

    start: int
    end: int
    other: str


@dataclass(frozen=True, slots=True)
class Excerpt:
    """A stretch of text around the cited span; ``cut_before``/``cut_after`` when more of its section stands there.

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
    """One citation, ready to show; ``cleaned`` and ``crawled`` are None where the service could not give the article.

    ``cautions`` belong to something in the cleaned excerpt, a telephone number say; ``remarks`` to the whole article.
    """

    citation: Citation
    cleaned: Excerpt | None = None
    crawled: Excerpt | None = None
    cautions: tuple[str, ...] = ()
    remarks: tuple[str, ...] = ()


def holds(article: ArticleOut, citation: Citation) -> bool:
    """Return whether the quote of ``citation`` stands where it says in ``article``."""
    clean = citation.clean
    return (
        article.text[clean.start : clean.end] == citation.quote and article.raw.sha256 == citation.raw.sha256
    )


def gather(citation: Citation, article: ArticleOut) -> Evidence:
    """Return the evidence for ``citation``.

    An index that was rebuilt since the answer may hold another text under the same article id. A span that no
    longer holds the quote is not highlighted: the wrong words in yellow are worse than none.
    """
    if not holds(article, citation):
        return Evidence(citation)
    clean = citation.clean
    section_start, section_end = _section(article, clean.start, clean.end)
    start, end = _context(article.text, section_start, section_end, clean)
    cleaned = Excerpt(
        before=article.text[start : clean.start],
        quote=citation.quote,
        after=article.text[clean.end : end],
        cut_before=start > section_start,
        cut_after=end < section_end,
        notes=_restored(article, clean),
    )
    cautions = tuple(
        warning.message
        for warning in article.warnings
        if warning.start is not None
        and warning.end is not None
        and warning.start < end
        and start < warning.end
    )
    remarks = tuple(warning.message for warning in article.warnings if warning.start is None)
    return Evidence(citation, cleaned, _crawled(citation, article, cleaned), cautions, remarks)


def _restored(article: ArticleOut, clean: CleanSpan) -> tuple[Note, ...]:
    """Return the words of the quote that the site had cut out."""
    return tuple(
        Note(edit.clean_start - clean.start, edit.clean_end - clean.start, edit.before)
        for edit in article.edits
        if edit.step.startswith(RESTORED) and clean.start <= edit.clean_start < edit.clean_end <= clean.end
    )


def _crawled(citation: Citation, article: ArticleOut, cleaned: Excerpt) -> Excerpt:
    """Return what was crawled for ``cleaned``, without what the site had put around it."""
    clean, raw = citation.clean, citation.raw
    raw_start = min(raw_offset(article, clean.start - len(cleaned.before)), raw.start)
    raw_end = max(raw_end_offset(article, clean.end + len(cleaned.after)), raw.end)
    for edit in article.edits:
        if edit.after or len(edit.before) <= MAX_REMOVED_CHARS:
            continue
        if raw_start < edit.raw_end <= raw.start:
            raw_start = edit.raw_end
        elif raw.end <= edit.raw_start < raw_end:
            raw_end = edit.raw_start
    whole = crawled_text(article)
    text = whole[raw_start:raw_end]
    return Excerpt(
        before=text[: raw.start - raw_start].lstrip("\n"),
        quote=text[raw.start - raw_start : raw.end - raw_start],
        after=text[raw.end - raw_start :].rstrip(),
        cut_before=cleaned.cut_before and raw_start > 0,
        cut_after=cleaned.cut_after and raw_end < len(whole),
        notes=tuple(
            Note(edit.raw_start - raw.start, edit.raw_end - raw.start, edit.after)
            for edit in article.edits
            if raw.start <= edit.raw_start < edit.raw_end <= raw.end
        ),
    )


def crawled_text(article: ArticleOut) -> str:
    """Return the text as crawled: the cleaned one with every edit undone."""
    parts: list[str] = []
    at = 0
    for edit in article.edits:
        parts += (article.text[at : edit.clean_start], edit.before)
        at = edit.clean_end
    return "".join((*parts, article.text[at:]))


def raw_offset(article: ArticleOut, offset: int) -> int:
    """Return where ``article.text[offset]`` was crawled; inside a repaired stretch, the end of that stretch.

    What was removed right before ``offset`` counts as before it.
    """
    shift = 0
    for edit in article.edits:
        if edit.clean_start > offset or edit.clean_start == offset < edit.clean_end:
            break
        if edit.clean_end > offset:
            return edit.raw_end
        shift = edit.raw_end - edit.clean_end
    return offset + shift


def raw_end_offset(article: ArticleOut, offset: int) -> int:
    """Return where what was crawled for ``article.text[:offset]`` ends; what was removed right there stays outside."""
    shift = 0
    for edit in article.edits:
        if edit.clean_start >= offset:
            break
        if edit.clean_end >= offset:
            return edit.raw_end
        shift = edit.raw_end - edit.clean_end
    return offset + shift


def _section(article: ArticleOut, start: int, end: int) -> tuple[int, int]:
    """Return the stretch from the heading above ``[start, end)`` to the end of the last line before the next heading."""
    above = [heading.start for heading in article.headings if heading.end <= start]
    below = [heading.start for heading in article.headings if heading.start >= end]
    section_end = below[0] if below else len(article.text)
    return (above[-1] if above else 0), max(end, len(article.text[:section_end].rstrip("\n")))


def _context(text: str, section_start: int, section_end: int, quote: CleanSpan) -> tuple[int, int]:
    """Return what to show of the section around the quote: whole lines where some fit."""
    start = max(section_start, quote.start - CONTEXT_CHARS)
    if start > section_start:
        newline = text.find("\n", start, quote.start)
        start = newline + 1 if newline >= 0 else start
    end = min(section_end, quote.end + CONTEXT_CHARS)
    if end < section_end:
        newline = text.rfind("\n", quote.end, end)
        end = newline if newline > quote.end else end
    return start, end
