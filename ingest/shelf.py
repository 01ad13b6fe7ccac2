"""Put checked pages into the corpus, and only what is new of them."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from ingest.sources import Source, replace_bytes


@dataclass(frozen=True, slots=True)
class Page:
    """A file that can become an article: its text as the corpus keeps it, and the original where that is another."""

    path: Path
    source: Source
    text: bytes
    original: bytes | None


@dataclass(frozen=True, slots=True)
class Duplicate:
    """A file that was left out, and the article that has its bytes."""

    path: str
    article_id: str


class Shelf:
    """Where pages go once they are checked; what the corpus has already is not put there again."""

    def __init__(self, corpus_dir: Path, known: Mapping[str, Source]) -> None:
        self.added: dict[str, Source] = {}
        self.unchanged: list[Source] = []
        self.duplicates: list[Duplicate] = []
        self._corpus_dir = corpus_dir
        self._known = dict(known)
        self._by_content = {source.sha256: source for source in known.values()}

    def put(self, page: Page) -> None:
        """Copy a page into the corpus, or note why there is no need to."""
        source = page.source
        before = self._known.get(source.path)
        if before == source and self._holds(source):
            self.unchanged.append(source)
            return
        twin = self._by_content.get(source.sha256)
        is_new = not (self._corpus_dir / source.path).exists()
        if twin is not None and is_new and self._holds(twin):
            self.duplicates.append(Duplicate(str(page.path), twin.article_id))
            return
        if page.original is not None and source.original:
            replace_bytes(self._corpus_dir / source.original, page.original)
        replace_bytes(self._corpus_dir / source.path, page.text)
        self.added[source.path] = self._known[source.path] = self._by_content[source.sha256] = source

    def _holds(self, source: Source) -> bool:
        """Whether the file in the corpus is still the one that is listed."""
        try:
            content = (self._corpus_dir / source.path).read_bytes()
        except OSError:
            return False
        return hashlib.sha256(content).hexdigest() == source.sha256
