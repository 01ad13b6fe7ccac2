"""Pages for the tests: written by hand in the manner of several kinds of sites, and cleaned on request."""

from pathlib import Path

from ingest.clean import clean
from ingest.read import raw_article
from ingest.records import Article, BlockKind

PAGES = Path(__file__).resolve().parent.parent / "cases" / "pages"
SOURCES = Path(__file__).resolve().parent.parent.parent / "corpus" / "raw"


def cleaned(name: str) -> Article:
    """Return the article of a page in ``tests/cases/pages``, or of a source article by its first digits."""
    folder = PAGES if (PAGES / name).exists() else SOURCES
    (path,) = folder.glob(f"{name}*")
    return clean(raw_article(path.read_bytes(), f"corpus/raw/{path.name}", path.stem, None))


def cleaned_text(text: str, suffix: str = ".txt") -> Article:
    """Return the article of a page that consists of ``text``."""
    return clean(raw_article(text.encode(), f"corpus/raw/page{suffix}", "page", None))


def texts(article: Article, kind: BlockKind) -> list[str]:
    """Return the texts of the blocks of one kind."""
    return [article.text[block.start : block.end] for block in article.blocks if block.kind == kind]


def outline(article: Article) -> list[str]:
    """Return the headings, indented by their depth."""
    return [
        "  " * (b.level - 1) + article.text[b.start : b.end] for b in article.blocks if b.kind == "heading"
    ]


def rules(article: Article) -> set[str]:
    """Return the steps of the article's edits."""
    return {edit.step for edit in article.edits}
