"""The order of the cleaning rules, and the article that they leave."""

import re
from collections.abc import Callable, Collection, Iterable, Sequence

from ingest.clean.adverts import adverts
from ingest.clean.byline import Byline, bylines, read_byline
from ingest.clean.cautions import find_cautions
from ingest.clean.contacts import site_contacts
from ingest.clean.formulas import formulas
from ingest.clean.furniture import furniture, notices
from ingest.clean.glyphs import glyphs
from ingest.clean.labels import label
from ingest.clean.page import Line, Page, long_blanks, without_blanks
from ingest.clean.posts import post_heads
from ingest.clean.product import find_subject
from ingest.clean.repeats import (
    contents,
    empty_headings,
    find_title,
    page_head,
    repeated_text,
    repeated_title,
)
from ingest.clean.runon import number_lines, run_on
from ingest.clean.structure import find_blocks, is_set_heading
from ingest.clean.tail import link_titles, page_tail, site_lines
from ingest.clean.wrap import page_numbers, unwrap
from ingest.decode import RejectedError
from ingest.extract import Extracted, Facts, extract
from ingest.provenance import Change, Edit, compose
from ingest.records import Article, Block, RawArticle
from ingest.repair import clean_to_raw, repair

MIN_TEXT_CHARS = 20
MAX_DERIVED_TITLE_CHARS = 30

Rule = Callable[[Page], Iterable[Change]]

SITE_RULES: tuple[Rule, ...] = (
    adverts,
    site_contacts,
    notices,
    page_tail,
    furniture,
    contents,
    repeated_text,
)
"""Rules that look at the page alone, in order: what an earlier one took out no longer misleads a later one."""


def clean(raw: RawArticle, *, common_lines: Collection[str] = ()) -> Article:
    """Return the article of a crawled page.

    ``common_lines`` are the plain texts, as crawled, of lines that end several pages of the corpus: evidence that they
    belong to the site.

    Raises:
        RejectedError: nothing that reads as an article is left.
    """
    extracted = extract(raw)
    page, repairs = _repaired(raw.text, extracted)
    page = page.change(page_numbers(page))
    page = without_blanks(page.change(unwrap(page)))
    page = without_blanks(page.change(run_on(page)))
    page = page.change(number_lines(page))
    for rule in SITE_RULES:
        page = page.change(rule(page))
    page = page.change(
        site_lines(page, common_lines, lambda start, end: _crawled(raw.text, repairs, page, start, end))
    )
    facts = _facts(raw, read_byline(page, extracted.aside), extracted.facts)
    page = page.change(bylines(page))
    page = page.change(post_heads(page, find_title(page, facts.title)))
    page, title = _settle_title(page, facts.title)
    page = page.change(link_titles(page))
    # Last, since the rules above tell by such a sentence where the text ends.
    page = page.change(formulas(page))
    page = page.change(empty_headings(page))
    return _article(raw, page, compose(raw.text, repairs, page.edits), facts, title)


def _repaired(raw: str, extracted: Extracted) -> tuple[Page, tuple[Edit, ...]]:
    """Return the repaired page, and the edits that lead to it; line N stays line N, so hints keep their lines.

    The page starts without edits of its own: a garbled page has many hundreds of repairs, and composing them with
    each cleaning step would take most of the time.
    """
    page = Page(extracted.text, (), extracted.text, {})
    page = page.change([*glyphs(page), *long_blanks(page)])
    repaired = repair(page.text)
    starts = [0, *(match.end() for match in re.finditer("\n", repaired.clean))]
    hints = {starts[number]: hint for number, hint in extracted.hints.items()}
    repairs = compose(extracted.text, page.edits, repaired.edits)
    return Page(repaired.clean, (), repaired.clean, hints), compose(raw, extracted.edits, repairs)


def _crawled(raw: str, repairs: Sequence[Edit], page: Page, start: int, end: int) -> str:
    """Return what was crawled where ``page`` has ``[start, end)``."""
    crawled_start, crawled_end = clean_to_raw(repairs, *clean_to_raw(page.edits, start, end))
    return raw[crawled_start:crawled_end]


def _facts(raw: RawArticle, byline: Byline, markup: Facts) -> Facts:
    """Return what is known of the page: from its manifest entry, else its byline, else its markup."""
    return Facts(
        title=raw.title or markup.title,
        author=raw.author or byline.author or markup.author,
        site=raw.site or byline.site or markup.site,
        url=_web_address(raw.url) or _web_address(markup.url),
        published=raw.published or byline.published or markup.published,
    )


def _web_address(url: str | None) -> str | None:
    """Return ``url`` where it leads to a page of the web: what was crawled may be made to run in a reader's browser."""
    return url if url and url.lower().startswith(("http://", "https://")) else None


def _settle_title(page: Page, known: str | None) -> tuple[Page, int | None]:
    """Return the page with its title kept once and the rest of its head gone, and the index of the title's line."""
    title = find_title(page, known)
    page = page.change([*page_head(page, title)])
    title = find_title(page, known)
    page = page.change([*repeated_title(page, title)])
    return page, find_title(page, known)


def _article(
    raw: RawArticle, page: Page, edits: tuple[Edit, ...], facts: Facts, title: int | None
) -> Article:
    if len(page.text) < MIN_TEXT_CHARS:
        raise RejectedError("no article text left after cleaning")
    blocks = find_blocks(page.lines, title)
    name = page.lines[title].text if title is not None else facts.title or _derive_title(page.lines, blocks)
    subject = find_subject(name, page.text, raw.product)
    return Article(
        article_id=raw.article_id,
        title=name,
        text=page.text,
        blocks=blocks,
        product=subject.product,
        raw=raw.raw,
        edits=edits,
        warnings=find_cautions(
            page.text, edits, subject.product, deleted=subject.deleted, published=facts.published
        ),
        url=facts.url,
        site=facts.site,
        author=facts.author,
        published=facts.published,
    )


def _derive_title(lines: Sequence[Line], blocks: Sequence[Block]) -> str:
    """Return a name for a page without a title: its first telling heading, else the beginning of its text."""
    for line, block in zip(lines, blocks, strict=True):
        if block.kind == "heading" and not is_set_heading(line):
            found = label(line.text)
            if found is None or found.text:
                return found.text if found else line.text
    clause = re.split(r"[。，,！？!?；;：:]", lines[0].text, maxsplit=1)[0]
    return clause if len(clause) <= MAX_DERIVED_TITLE_CHARS else clause[: MAX_DERIVED_TITLE_CHARS - 1] + "…"
