"""Read the corpus folder: find its files, decode them, and join them with what the manifest knows of them."""

import hashlib
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from ingest.decode import RejectedError, decode
from ingest.records import RawArticle, RawRef
from ingest.sources import RECORDS_NAME, Source

TEXT_SUFFIXES = (".txt", ".md", ".html", ".htm")
"""Files that are read as they are; other formats become one of these when they are added."""

TEXT_LAYER_SUFFIX = ".txt"
BINARY_SUFFIXES = (".pdf", ".docx")
"""Originals that stand beside their text layer, ``name.pdf`` beside ``name.pdf.txt``, and are not read themselves."""

_UNSAFE = re.compile(r"[^\w\u4e00-\u9fff.-]+")


class CorpusError(Exception):
    """The corpus folder cannot be used as a whole; the message says what is wrong where."""


@dataclass(frozen=True, slots=True)
class CrawledFile:
    """One file under raw/: where it lies, the id its article gets, and its entry in the manifest if it has one."""

    path: Path
    corpus_path: str
    article_id: str
    source: Source | None


def find_files(corpus_dir: Path, sources: Mapping[str, Source]) -> list[CrawledFile]:
    """Return every readable file under ``corpus_dir/raw``, sorted by path.

    Raises:
        CorpusError: there is no such folder, or nothing in it.
    """
    raw_dir = corpus_dir / "raw"
    if not raw_dir.is_dir():
        raise CorpusError(f"no corpus: {raw_dir} is not a folder")
    taken = {source.article_id for source in sources.values()}
    found: list[CrawledFile] = []
    for path in sorted(_files(raw_dir)):
        corpus_path = path.relative_to(corpus_dir).as_posix()
        source = sources.get(corpus_path)
        article_id = source.article_id if source else new_article_id(corpus_path, taken)
        taken.add(article_id)
        found.append(CrawledFile(path, corpus_path, article_id, source))
    if not found:
        raise CorpusError(f"empty corpus: no {', '.join(TEXT_SUFFIXES)} file under {raw_dir}")
    return found


def new_article_id(corpus_path: str, taken: set[str]) -> str:
    """Return an id made of the file's name, safe in addresses and file names, and not among ``taken``.

    >>> new_article_id("raw/借呗 逾期?.txt", set())
    '借呗-逾期'
    """
    name = Path(corpus_path).name
    for suffix in (*TEXT_SUFFIXES, *BINARY_SUFFIXES):
        name = name.removesuffix(suffix)
    stem = _UNSAFE.sub("-", name).strip("-.")[:80] or "article"
    if stem not in taken:
        return stem
    return f"{stem}-{hashlib.sha256(corpus_path.encode()).hexdigest()[:8]}"


def read(file: CrawledFile, corpus_name: str) -> RawArticle:
    """Return the crawled page with what its manifest entry says; ``corpus_name`` begins the path shown to readers.

    Raises:
        RejectedError: the file cannot be read or is no text.
    """
    try:
        content = file.path.read_bytes()
    except OSError as error:
        raise RejectedError(f"unreadable: {error.strerror}") from error
    return raw_article(content, f"{corpus_name}/{file.corpus_path}", file.article_id, file.source)


def raw_article(content: bytes, path: str, article_id: str, source: Source | None) -> RawArticle:
    """Return the page that ``content`` holds; ``path`` is what readers are shown.

    Raises:
        RejectedError: it is no text.
    """
    return RawArticle(
        article_id=article_id,
        text=decode(content),
        raw=RawRef(path=path, sha256=hashlib.sha256(content).hexdigest()),
        title=source.title if source else None,
        url=source.url if source else None,
        site=source.site if source else None,
        author=source.author if source else None,
        published=source.date if source else None,
        product=source.product if source else None,
        licence=source.licence if source else None,
    )


def _files(raw_dir: Path) -> Iterator[Path]:
    for path in raw_dir.rglob("*"):
        hidden = any(part.startswith(".") for part in path.relative_to(raw_dir).parts)
        if (
            path.suffix.lower() in TEXT_SUFFIXES
            and path.name != RECORDS_NAME
            and not hidden
            and path.is_file()
        ):
            yield path
