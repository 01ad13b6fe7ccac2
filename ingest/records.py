"""The frozen records that travel down the pipeline: RawArticle → Article → Passage."""

from dataclasses import dataclass
from typing import Literal

from ingest.repair import Edit, clean_to_raw

Product = Literal["花呗", "借呗", "通用", "unknown"]
"""Whose product a text speaks of: one of the two; 通用, said of any lender; unknown, of a lender whose name is lost."""

PRODUCTS: tuple[Product, ...] = ("花呗", "借呗", "通用", "unknown")

BlockKind = Literal["title", "lead", "heading", "paragraph", "list_item"]

WarningCode = Literal[
    "machine_reworded",
    "product_deleted",
    "example_number",
    "site_contact",
    "unnamed_lender_number",
    "restored_words",
    "damaged_number",
    "uncertain_words",
    "unread_words",
    "old",
    "near_duplicate",
]


@dataclass(frozen=True, slots=True)
class RawRef:
    """The crawled file: ``path`` relative to the project (POSIX), ``sha256`` of its bytes."""

    path: str
    sha256: str


@dataclass(frozen=True, slots=True)
class RawArticle:
    """One crawled page as it was read, before anything is changed.

    ``text`` is the decoded file; all raw offsets are code points of it. The rest comes from sources.toml
    or the crawl dump and is None where the source does not say.
    """

    article_id: str
    text: str
    raw: RawRef
    title: str | None = None
    url: str | None = None
    site: str | None = None
    author: str | None = None
    published: str | None = None
    product: tuple[Product, ...] | None = None
    licence: str | None = None


@dataclass(frozen=True, slots=True)
class Block:
    """A title, lead, heading, paragraph or list item: ``text[start:end]`` of its article.

    ``level`` is the depth of a heading (1 = top) and 0 for every other kind.
    """

    kind: BlockKind
    start: int
    end: int
    level: int = 0


@dataclass(frozen=True, slots=True)
class ArticleWarning:
    """What a reader of the article should know; ``start``/``end`` locate it in the text, or are None for the whole."""

    code: WarningCode
    message: str
    start: int | None = None
    end: int | None = None


@dataclass(frozen=True, slots=True)
class Article:
    """A cleaned article. ``replay(raw.text, edits) == text`` always holds, so every span leads back to the crawl.

    ``blocks`` cover the text in order, separated by single newlines; ``product`` is never empty.
    """

    article_id: str
    title: str
    text: str
    blocks: tuple[Block, ...]
    product: tuple[Product, ...]
    raw: RawRef
    edits: tuple[Edit, ...]
    warnings: tuple[ArticleWarning, ...] = ()
    url: str | None = None
    site: str | None = None
    author: str | None = None
    published: str | None = None

    def raw_span(self, start: int, end: int) -> tuple[int, int]:
        """Return the span of the crawled file that ``text[start:end]`` came from."""
        return clean_to_raw(self.edits, start, end)


@dataclass(frozen=True, slots=True)
class Sentence:
    """One sentence or list item: ``article.text[start:end]``; ``restored`` when it holds words that the site cut out."""

    start: int
    end: int
    restored: bool = False


@dataclass(frozen=True, slots=True)
class Passage:
    """A citable stretch of one section: ``text == article.text[start:end]``.

    ``passage_id`` is the article id plus a hash of what is embedded, so it is stable across builds for as long as
    the text and its heading path are. ``heading`` is the path of headings above it, outermost first.
    ``sentences`` are sorted, do not overlap and lie within the passage.
    """

    passage_id: str
    article_id: str
    title: str
    heading: tuple[str, ...]
    text: str
    start: int
    end: int
    sentences: tuple[Sentence, ...]
    product: tuple[Product, ...]

    @property
    def embedded_text(self) -> str:
        """The text that is embedded: title and heading path as context, then the passage."""
        return "\n".join((*dict.fromkeys((self.title, *self.heading)), self.text))
