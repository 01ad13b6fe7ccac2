"""Write the contents of a build article by article, so that a corpus never has to fit into memory."""

import json
from array import array
from collections.abc import Collection, Iterator, Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from ingest.codec import decode_passage, encode_article, encode_passage
from ingest.dense import write_dense
from ingest.duplicates import HASHES, near_duplicates
from ingest.fold import fold
from ingest.index import (
    ARTICLES,
    COLUMNS,
    DENSE,
    IDS,
    PASSAGE_IDS,
    PASSAGES,
    RAW,
    SKETCHES,
    SPARSE,
    Entry,
    product_bits,
)
from ingest.lines import Lines, LineWriter
from ingest.records import Passage
from ingest.row_ids import write_row_ids
from ingest.sparse import SparseIndex


class IndexWriter:
    """Fills the folder of a build: ``add`` every article, ``close`` the texts, then ``finish`` with the vectors.

    In memory stay the ids and some hundred bytes of figures per article.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._articles = LineWriter(folder / ARTICLES)
        self._texts = LineWriter(folder / PASSAGES)
        self._raw = LineWriter(folder / RAW)
        self._fingerprints: list[str] = []
        self.article_ids: list[str] = []
        self.passage_ids: list[str] = []
        self._article_of_row, self._products_of_row = array("q"), array("B")
        self._sketches = array("I")

    def add(self, entry: Entry) -> None:
        """Append one article with its passages."""
        self._articles.write(encode_article(entry.article))
        self._raw.write(json.dumps(entry.raw_text, ensure_ascii=False))
        for passage in entry.passages:
            self._texts.write(encode_passage(passage))
            self.passage_ids.append(passage.passage_id)
            self._article_of_row.append(len(self.article_ids))
            self._products_of_row.append(product_bits(passage.product))
        self._sketches.extend(entry.sketch.tolist())
        self.article_ids.append(entry.article.article_id)
        self._fingerprints.append(entry.fingerprint)

    def close(self) -> None:
        """Finish the texts."""
        for lines in (self._articles, self._texts, self._raw):
            lines.close()

    def passages(self) -> Sequence[Passage]:
        """Return the passages in order, read from disk as they are asked for; only once the texts are closed."""
        return Lines(self._folder / PASSAGES, decode_passage)

    def rows_of(self, article_ids: Collection[str]) -> list[int]:
        """Return the rows of the passages of these articles, ascending."""
        wanted = {number for number, article_id in enumerate(self.article_ids) if article_id in article_ids}
        return [row for row, number in enumerate(self._article_of_row) if number in wanted]

    def finish(self, vectors: NDArray[np.float32]) -> None:
        """Write what is searched; ``vectors`` (n, d) are those of ``passages``."""
        ids = {
            "articles": self.article_ids,
            "fingerprints": self._fingerprints,
        }
        (self._folder / IDS).write_text(json.dumps(ids, ensure_ascii=False), encoding="utf-8")
        write_row_ids(self._folder / PASSAGE_IDS, self.passage_ids)
        sketches = np.asarray(self._sketches, dtype=np.uint32).reshape(-1, HASHES)
        np.save(self._folder / SKETCHES, sketches)
        np.savez(
            self._folder / COLUMNS,
            article=np.asarray(self._article_of_row, dtype=np.int64),
            products=np.asarray(self._products_of_row, dtype=np.uint8),
            first=near_duplicates(sketches),
        )
        write_dense(self._folder / DENSE, vectors)
        SparseIndex.build(_folded(self.passages())).save(self._folder / SPARSE)


def _folded(passages: Sequence[Passage]) -> Iterator[str]:
    for passage in passages:
        yield fold(passage.embedded_text)
