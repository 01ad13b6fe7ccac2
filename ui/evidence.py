"""What a citation opens: the quote in its section of the cleaned article, and the same span as crawled."""

from collections.abc import Callable
from dataclasses import dataclass

from service.schema import ArticleOut, Citation, RawText
from ui.errors import ServiceError

CONTEXT_CHARS = 160
"""Code points shown on each side of a quote, at most."""

Fetch = Callable[[str, int, int], RawText]


@dataclass(frozen=True, slots=True)
class Excerpt:
    """A stretch of text around the cited span; ``cut_before``/``cut_after`` when more text stands there."""

    before: str
    quote: str
    after: str
    cut_before: bool
    cut_after: bool


@dataclass(frozen=True, slots=True)
class Repair:
    """One edit inside the crawled quote: ``quote[start:end]`` became ``after``."""

    start: int
    end: int
    after: str


@dataclass(frozen=True, slots=True)
class Evidence:
    """One citation, ready to show; ``cleaned`` and ``crawled`` are None where the service could not give them."""

    citation: Citation
    cleaned: Excerpt | None
    crawled: Excerpt | None
    repairs: tuple[Repair, ...]


def gather(citation: Citation, article: ArticleOut, fetch_raw: Fetch) -> Evidence:
    """Return the evidence for ``citation``; ``fetch_raw`` gives the crawled text ``[start, end)`` of an article.

    An index that was rebuilt since the answer may hold another text under the same article id. A span that no
    longer holds the quote is not highlighted: the wrong words in yellow are worse than none.
    """
    span = citation.clean
    if article.text[span.start : span.end] != citation.quote or article.raw.sha256 != citation.raw.sha256:
        return Evidence(citation, None, None, ())
    cleaned = _excerpt(article.text, 0, len(article.text), span.start, span.end)
    window_start = max(0, citation.raw.start - CONTEXT_CHARS)
    window_end = min(raw_length(article), citation.raw.end + CONTEXT_CHARS)
    try:
        raw = fetch_raw(citation.article_id, window_start, window_end)
    except ServiceError:
        return Evidence(citation, cleaned, None, ())
    crawled = _excerpt(raw.text, window_start, raw_length(article), citation.raw.start, citation.raw.end)
    repairs = tuple(
        Repair(edit.raw_start - citation.raw.start, edit.raw_end - citation.raw.start, edit.after)
        for edit in article.edits
        if citation.raw.start <= edit.raw_start < edit.raw_end <= citation.raw.end
    )
    return Evidence(citation, cleaned, crawled, repairs)


def raw_length(article: ArticleOut) -> int:
    """Return the length of the crawled text in code points, which the edits alone tell."""
    return len(article.text) + sum(
        (edit.raw_end - edit.raw_start) - (edit.clean_end - edit.clean_start) for edit in article.edits
    )


def _excerpt(text: str, text_start: int, whole_length: int, start: int, end: int) -> Excerpt:
    """Return ``[start, end)`` with its context, cut at line ends where there are any.

    ``text`` is the stretch ``[text_start, text_start + len(text))`` of a whole that is ``whole_length`` long.
    """
    quote_start, quote_end = start - text_start, end - text_start
    from_ = max(0, quote_start - CONTEXT_CHARS)
    to = min(len(text), quote_end + CONTEXT_CHARS)
    if from_ + text_start > 0:
        newline = text.find("\n", from_, quote_start)
        from_ = newline + 1 if newline >= 0 else from_
    if to + text_start < whole_length:
        newline = text.rfind("\n", quote_end, to)
        to = newline if newline > quote_end else to
    return Excerpt(
        before=text[from_:quote_start],
        quote=text[quote_start:quote_end],
        after=text[quote_end:to],
        cut_before=from_ + text_start > 0,
        cut_after=to + text_start < whole_length,
    )
