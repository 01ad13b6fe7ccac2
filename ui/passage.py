"""A citation as HTML: a numbered chip that opens the quote in its passage, and beside it the text as crawled."""

from html import escape

from service.schema import Citation
from ui.evidence import Evidence, Excerpt, Repair
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
    columns = _column(words.cleaned, evidence.cleaned, escape(evidence.cleaned.quote), "jw-cleaned")
    if evidence.crawled is not None:
        quote = _crawled_quote(evidence.crawled.quote, evidence.repairs, words)
        columns += _column(words.as_crawled, evidence.crawled, quote, "jw-crawled")
    return f'<div class="jw-columns">{columns}</div>'


def _column(caption: str, excerpt: Excerpt, quote_html: str, css_class: str) -> str:
    before = ("…" if excerpt.cut_before else "") + excerpt.before
    after = excerpt.after + ("…" if excerpt.cut_after else "")
    return (
        f'<figure class="{css_class}"><figcaption>{escape(caption)}</figcaption>'
        f'<blockquote class="jw-excerpt">{escape(before)}<mark>{quote_html}</mark>{escape(after)}</blockquote></figure>'
    )


def _crawled_quote(quote: str, repairs: tuple[Repair, ...], words: Words) -> str:
    """Return the crawled quote with each damaged stretch underlined; its tooltip says what it became."""
    parts = []
    at = 0
    for repair in repairs:
        parts.append(escape(quote[at : repair.start]))
        hint = words.repaired_to.format(after=repair.after) if repair.after else words.removed
        parts.append(
            f'<span class="jw-damage" title="{escape(hint)}">{escape(quote[repair.start : repair.end])}</span>'
        )
        at = repair.end
    parts.append(escape(quote[at:]))
    return "".join(parts)
