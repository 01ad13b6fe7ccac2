"""The index that a build made: articles, passages and their crawled text, searched by vector and by words."""

import json
from collections.abc import Collection, Iterator, Mapping, Sequence
from copy import copy
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from ingest.artifact import CURRENT, IndexBroken, current_build, read_manifest, verify
from ingest.codec import decode_article, decode_passage
from ingest.dense import DenseIndex
from ingest.duplicates import Sketches
from ingest.known import KnownQuestions
from ingest.lines import Lines
from ingest.manifest import Manifest
from ingest.records import PRODUCTS, Article, ArticleWarning, Passage, Product
from ingest.row_ids import RowIds
from ingest.sparse import SparseIndex

__all__ = ["Entry", "Index", "IndexBroken"]

ARTICLES = "articles.jsonl"
PASSAGES = "passages.jsonl"
RAW = "raw.jsonl"
IDS = "ids.json"
PASSAGE_IDS = "passage_ids.npy"
COLUMNS = "columns.npz"
SKETCHES = "sketches.npy"
DENSE = "dense"
SPARSE = "sparse"
KNOWN = "known.npz"

Rows = NDArray[np.int64]
Scores = NDArray[np.float32]
Mask = NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Entry:
    """One article as a build puts it into the index; ``fingerprint`` stands for everything that it was made from.

    ``article`` is as its page alone makes it: that it repeats another is said where it is read. ``sketch`` tells.
    """

    fingerprint: str
    article: Article
    passages: tuple[Passage, ...]
    raw_text: str
    sketch: Sketches


class Articles(Mapping[str, Article]):
    """The articles of an index by id, in the order of the build, read from disk when asked for.

    ``first`` (n,) holds for each row that of the article which it repeats, -1 for none.
    """

    def __init__(self, lines: Sequence[Article], rows: Mapping[str, int], first: Rows) -> None:
        self._lines = lines
        self._rows = rows
        self._first = first

    def __getitem__(self, article_id: str) -> Article:
        row = self._rows[article_id]
        article, first = self._lines[row], int(self._first[row])
        return article if first < 0 else _warned(article, self._lines[first])

    def __iter__(self) -> Iterator[str]:
        return iter(self._rows)

    def __len__(self) -> int:
        return len(self._rows)

    def near_duplicates(self, article_ids: Collection[str]) -> Iterator[tuple[str, str]]:
        """Yield each article that nearly repeats an earlier one, and that one, where one of the two is asked for."""
        asked = {self._rows[article_id] for article_id in article_ids if article_id in self._rows}
        for row in np.flatnonzero(self._first >= 0).tolist():
            first = int(self._first[row])
            if row in asked or first in asked:
                yield self._lines[row].article_id, self._lines[first].article_id


class Index:
    """One build, read-only and safe to share between threads; a passage's row is its place in ``passages``."""

    def __init__(self, build_dir: Path, manifest: Manifest) -> None:
        """Open the build; use ``load``, which checks it first."""
        self.manifest = manifest
        ids = json.loads((build_dir / IDS).read_text(encoding="utf-8"))
        self._article_rows = {article_id: row for row, article_id in enumerate(ids["articles"])}
        self._passage_ids = RowIds(build_dir / PASSAGE_IDS)
        columns = np.load(build_dir / COLUMNS)
        self._articles: Sequence[Article] = Lines(build_dir / ARTICLES, decode_article)
        self.articles: Articles = Articles(self._articles, self._article_rows, columns["first"])
        self.passages: Sequence[Passage] = Lines(build_dir / PASSAGES, decode_passage)
        self._raw: Sequence[str] = Lines(build_dir / RAW, json.loads)
        self._fingerprints: list[str] = ids["fingerprints"]
        self._article_of_row: Rows = columns["article"]
        self._products_of_row: NDArray[np.uint8] = columns["products"]
        # Only a build asks for them.
        self._sketches: Sketches = np.load(build_dir / SKETCHES, mmap_mode="r")
        self._dense = DenseIndex.load(build_dir / DENSE)
        self._sparse = SparseIndex.load(build_dir / SPARSE)
        self.known = KnownQuestions.load(build_dir / KNOWN)

    @classmethod
    def load(cls, index_dir: Path) -> "Index":
        """Return the live build under ``index_dir``, every file checked against its checksum.

        Raises:
            IndexBroken: there is none, or a file of it is missing or damaged; the message names it.
        """
        build_dir = current_build(index_dir)
        while True:
            try:
                return cls._open(index_dir, build_dir)
            except IndexBroken:
                # A build that finished meanwhile may have removed the one that the pointer named.
                if (now := current_build(index_dir)) == build_dir:
                    raise
                build_dir = now

    @classmethod
    def _open(cls, index_dir: Path, build_dir: Path | None) -> "Index":
        if build_dir is None:
            raise IndexBroken(f"{index_dir}: no index yet; run ingest build")
        if not build_dir.is_dir():
            raise IndexBroken(
                f"{index_dir / CURRENT}: names a build that is not there: {build_dir.name!r}; run ingest build"
            )
        manifest = read_manifest(build_dir)
        verify(build_dir, manifest)
        try:
            return cls(build_dir, manifest)
        except (OSError, ValueError, KeyError) as error:
            raise IndexBroken(f"{build_dir}: {error}; run ingest build") from error

    def without_known_questions(self) -> "Index":
        """Return this index as if the corpus had no known questions."""
        bare = copy(self)
        bare.known = KnownQuestions.none(self.known.vectors.shape[1])
        return bare

    def counted(self) -> Iterator[tuple[Article, int]]:
        """Yield every article, in the order of the build, with the number of its passages; no passage is read."""
        counts = np.bincount(self._article_of_row, minlength=len(self._articles))
        yield from zip(self._articles, counts.tolist(), strict=True)

    def raw_text(self, article_id: str) -> str:
        """Return the crawled text that the article's raw spans point into, as it was when the index was built."""
        return self._raw[self._article_rows[article_id]]

    def entry(self, article_id: str) -> Entry | None:
        """Return an article with all that the build knew of it, or None if the index has no such article."""
        row = self._article_rows.get(article_id)
        if row is None:
            return None
        # Rows are in the order of their articles.
        start, end = np.searchsorted(self._article_of_row, (row, row + 1))
        passages = tuple(self.passages[int(start) : int(end)])
        return Entry(
            self._fingerprints[row], self._articles[row], passages, self._raw[row], self._sketches[row]
        )

    def fingerprint(self, article_id: str) -> str | None:
        """Return what stands for everything that an article was made from, or None if there is no such article."""
        row = self._article_rows.get(article_id)
        return None if row is None else self._fingerprints[row]

    def rows_of(self, passage_ids: Sequence[str]) -> Rows:
        """Return the row of each passage, -1 for one that the index does not have."""
        return self._passage_ids.rows(passage_ids)

    def speaking_of(self, products: Collection[Product]) -> Mask:
        """Return for every row (n,) whether its passage speaks of one of ``products``."""
        return (self._products_of_row & product_bits(products)) > 0

    def dense(self, query: Scores, k: int, allowed: Mask | None = None) -> tuple[Rows, Scores]:
        """Return the at most ``k`` rows nearest to ``query`` (d,), and their cosines, falling.

        ``allowed`` (n,) restricts the search; None allows all.
        """
        return self._dense.search(query, k, allowed)

    def sparse(self, folded_query: str, k: int, allowed: Mask | None = None) -> tuple[Rows, Scores]:
        """Return the at most ``k`` best rows by BM25, and their scores, falling; none without a shared term.

        ``allowed`` (n,) restricts the search; None allows all.
        """
        return self._sparse.search(folded_query, k, allowed)

    def frequencies(self, limit: int) -> dict[str, int]:
        """Return in how many passages each hanzi and each pair of hanzi stands, for the ``limit`` commonest of them."""
        return self._sparse.frequencies(limit)

    def vectors(self, rows: Rows) -> Scores:
        """Return the vectors (n, d) of ``rows``."""
        return self._dense.vectors(rows)


def _warned(article: Article, original: Article) -> Article:
    message = f"此文与《{original.title}》（{original.article_id}）几乎相同。"
    return replace(article, warnings=(*article.warnings, ArticleWarning("near_duplicate", message)))


def product_bits(products: Collection[Product]) -> int:
    """Return the set of products as bits, one per place in ``PRODUCTS``."""
    return sum(1 << PRODUCTS.index(product) for product in set(products))
