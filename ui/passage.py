"""A citation as HTML: a numbered chip that opens the quote in its passage, and beside it the text as crawled."""

from collections.abc import Callable
from html import escape

from service.schema import Citation
from ui.evidence import Evidence, Excerpt, Note
from ui.words import Words, product_label


def passage_html(evidence: Evidence, words: Words) -> str:
    """Return the chip and what it opens. ``<details>`` needs no script, and keyboards and screen readers know it."""
    citation = evidence.citation
    where = "，".join((citation.title, *citation.heading[-1:]))
    label = escape(f"{words.source} {citation.n}：{where}。{words.open_source}")
    return (
        f'<details class="jw-cite"><summary class="jw-chip" aria-label="{label}" title="{label}">{citation.n}</summary>'
        f'<section class="jw-passage" lang="zh-Hans">{_head(citation, words)}{_body(evidence, words)}</section></details>'
    )


def _head(citation: Citation, words: Words) -> str:
    """Return article title, heading path, product, date, number of repairs, and the way to the original page."""
    path = " › ".join(citation.heading)
    tags = [
        *(product_label(words, product) for product in citation.product),
        *filter(None, [citation.published]),
    ]
    tags.append(words.repaired.format(count=citation.repaired) if citation.repaired else words.not_repaired)
    link = ""
    # Only the web: a crawl dump could carry any scheme, javascript: among them.
    if citation.url and citation.url.startswith(("http://", "https://")):
        target = escape(citation.url)
        link = f'<a href="{target}" target="_blank" rel="noopener noreferrer nofollow">{escape(words.original_page)}</a>'
    return (
        f'<p class="jw-title">《{escape(citation.title)}》</p>'
        + (f'<p class="jw-path">{escape(path)}</p>' if path else "")
        + '<p class="jw-tags">'
        + "".join(f'<span class="jw-tag">{escape(tag)}</span>' for tag in tags)
        + f"{link}</p>"
    )


def _body(evidence: Evidence, words: Words) -> str:
    if evidence.cleaned is None:
        quote = escape(evidence.citation.quote)
        return f'<blockquote class="jw-excerpt"><mark>{quote}</mark></blockquote><p>{escape(words.unavailable)}</p>'
    columns = _column(words.cleaned, evidence.cleaned, "jw-restored", lambda _: words.restored)
    if evidence.crawled is not None:
        columns += _column(
            words.as_crawled,
            evidence.crawled,
            "jw-damage",
            lambda note: words.repaired_to.format(after=note.other) if note.other else words.removed,
        )
    cautions = "".join(caution_html(message, words) for message in evidence.cautions)
    remarks = ""
    if evidence.remarks:
        remarks = (
            f'<p class="jw-remarks">{escape(words.about_article)}{escape("".join(evidence.remarks))}</p>'
        )
    return f'<div class="jw-columns">{columns}</div>{cautions}{remarks}'


def caution_html(message: str, words: Words) -> str:
    """Return what to beware of, to stand right with what it is about."""
    return f'<p class="jw-warning" role="note"><b>{escape(words.warning)}</b> {escape(message)}</p>'


def _column(caption: str, excerpt: Excerpt, note_class: str, hint_of: Callable[[Note], str]) -> str:
    """Return one text with its quote marked and each note underlined; the hint is the note's tooltip."""
    before = ("…" if excerpt.cut_before else "") + excerpt.before
    after = excerpt.after + ("…" if excerpt.cut_after else "")
    quote = []
    at = 0
    for note in excerpt.notes:
        noted = escape(excerpt.quote[note.start : note.end])
        quote.append(escape(excerpt.quote[at : note.start]))
        quote.append(f'<span class="{note_class}" title="{escape(hint_of(note))}">{noted}</span>')
        at = note.end
    quote.append(escape(excerpt.quote[at:]))
    return (
        f"<figure><figcaption>{escape(caption)}</figcaption>"
        f'<blockquote class="jw-excerpt">{escape(before)}<mark>{"".join(quote)}</mark>{escape(after)}</blockquote></figure>'
    )
