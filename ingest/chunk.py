"""Cut an article into passages at its meaning: within one section, whole sentences, a list with its introduction."""

import hashlib
import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from ingest.clean.cautions import is_restored
from ingest.clean.product import named_products
from ingest.fold import fold
from ingest.records import Article, Block, Passage, Product, Sentence
from ingest.sentences import refers_back, split_sentences

TARGET_CHARS = 200
"""Aimed length. Windows of about this size retrieve better than whole paragraphs with a 512-token embedder."""

MAX_LIST_CHARS = 320
"""A list stays in one passage with the line that introduces it up to this length."""

_CELL_BORDER = re.compile(r" \| |\t")
MAX_OVERLAP_CHARS = 80
"""The last sentence of a passage is said again at the head of the next one if it is no longer than this."""


@dataclass(frozen=True, slots=True)
class _Section:
    """The blocks under one heading path."""

    heading: tuple[str, ...]
    blocks: tuple[Block, ...]


def chunk(article: Article) -> list[Passage]:
    """Return the passages of ``article`` in order; every block but titles and headings is covered by one or two.

    Ids are made of the article id and a hash of what is embedded, so that an unchanged section keeps its ids
    whatever happens around it.
    """
    passages: list[Passage] = []
    seen: Counter[str] = Counter()
    restored = [(e.clean_start, e.clean_end) for e in article.edits if is_restored(e)]
    for section in _sections(article):
        for sentences in _windows(article.text, section.blocks):
            passage = _passage(article, section, sentences, restored)
            seen[passage.passage_id] += 1
            passages.append(_numbered(passage, seen[passage.passage_id]))
    return passages


def _sections(article: Article) -> Iterator[_Section]:
    path: list[tuple[int, str]] = []
    blocks: list[Block] = []
    for block in article.blocks:
        if block.kind not in ("heading", "title"):
            blocks.append(block)
            continue
        if blocks:
            yield _Section(tuple(text for _, text in path), tuple(blocks))
            blocks = []
        if block.kind == "heading":
            path = [entry for entry in path if entry[0] < block.level]
            path.append((block.level, article.text[block.start : block.end]))
    if blocks:
        yield _Section(tuple(text for _, text in path), tuple(blocks))


def _windows(text: str, blocks: Sequence[Block]) -> Iterator[list[tuple[int, int]]]:
    """Yield the sentence spans of each passage of a section."""
    pending: list[tuple[int, int]] = []
    for unit in _units(text, blocks):
        length = unit[-1][1] - unit[0][0]
        if pending and unit[-1][1] - pending[0][0] > TARGET_CHARS:
            yield pending
            pending = []
        if length <= (MAX_LIST_CHARS if _spans_lines(text, unit) else TARGET_CHARS):
            pending += unit
            continue
        *full, pending = _packed(text, [*pending, *unit])
        yield from full
    if pending:
        yield pending


def _units(text: str, blocks: Sequence[Block]) -> Iterator[list[tuple[int, int]]]:
    """Yield what should stay together: a paragraph, a list with its introduction, a table with its head, as sentence spans."""
    unit: list[tuple[int, int]] = []
    previous: Block | None = None
    for block in blocks:
        introduced = previous is not None and text[previous.start : previous.end].endswith((":", "："))
        in_list = block.kind == "list_item" and previous is not None and previous.kind == "list_item"
        borders = _cell_borders(text, block)
        in_table = borders > 0 and previous is not None and _cell_borders(text, previous) == borders
        if unit and not (in_list or in_table or (introduced and (block.kind == "list_item" or borders))):
            yield unit
            unit = []
        unit += split_sentences(text, block.start, block.end)
        previous = block
    if unit:
        yield unit


def _cell_borders(text: str, block: Block) -> int:
    """Return how many borders between cells a line has; rows of one table have equally many."""
    return len(_CELL_BORDER.findall(text, block.start, block.end))


def _packed(text: str, sentences: Sequence[tuple[int, int]]) -> list[list[tuple[int, int]]]:
    """Return ``sentences`` in windows of about equal length, each beginning with the last sentence of the one before.

    One that begins with 这, 此, 该 or 其 is not said again: without what it refers to it says nothing.
    """
    total = sentences[-1][1] - sentences[0][0]
    target = total / max(1, round(total / TARGET_CHARS))
    windows: list[list[tuple[int, int]]] = [[]]
    for sentence in sentences:
        window = windows[-1]
        if (
            window
            and sentence[1] - window[0][0] > target
            and sentence[1] - window[-1][0] > MAX_OVERLAP_CHARS // 2
        ):
            last = window[-1]
            short = last[1] - last[0] <= MAX_OVERLAP_CHARS
            repeat = len(window) > 1 and short and not refers_back(fold(text[slice(*last)]))
            windows.append([last] if repeat else [])
        windows[-1].append(sentence)
    return windows


def _spans_lines(text: str, unit: Sequence[tuple[int, int]]) -> bool:
    return "\n" in text[unit[0][0] : unit[-1][1]]


def _passage(
    article: Article,
    section: _Section,
    spans: Sequence[tuple[int, int]],
    restored: Sequence[tuple[int, int]],
) -> Passage:
    """Return the passage of the sentences at ``spans``; ``restored`` are the spans of words that were put back."""
    start, end = spans[0][0], spans[-1][1]
    passage = Passage(
        passage_id="",
        article_id=article.article_id,
        title=article.title,
        heading=section.heading,
        text=article.text[start:end],
        start=start,
        end=end,
        sentences=tuple(
            Sentence(a, b, restored=any(a < edit_end and edit_start < b for edit_start, edit_end in restored))
            for a, b in spans
        ),
        product=_product(article.product, article.text[start:end]),
    )
    return _identified(passage)


def _product(of_article: tuple[Product, ...], text: str) -> tuple[Product, ...]:
    """Return the product a passage speaks of: the article's, unless the passage names one that the article is not on."""
    named = named_products(text)
    if not named or set(named) & set(of_article):
        return tuple(p for p in of_article if p in named) if named and len(of_article) > 1 else of_article
    return named


def _identified(passage: Passage) -> Passage:
    digest = hashlib.sha256(passage.embedded_text.encode()).hexdigest()[:12]
    return replace(passage, passage_id=f"{passage.article_id}-{digest}")


def _numbered(passage: Passage, nth: int) -> Passage:
    """Return the passage with an id that tells it from earlier ones that say the same under the same headings."""
    return passage if nth == 1 else replace(passage, passage_id=f"{passage.passage_id}-{nth}")
