"""Passage vectors by row: a scan of all while they are few, above that an inverted file whose finds are scored exactly."""

import os
from pathlib import Path

import faiss
import numpy as np
from numpy.typing import NDArray

Rows = NDArray[np.int64]
Vectors = NDArray[np.float32]
Mask = NDArray[np.bool_]

LISTS_FROM = 50_000
"""From this many vectors on an inverted file is built; a scan of fewer takes a few milliseconds."""

PROBES = 96
"""Lists that are looked into; of the ten nearest among a million, 98 to 99 in a hundred are found so."""

CANDIDATES = 200
"""Rows that the inverted file proposes."""

SCANNED = 20_000
"""Where a filter leaves no more rows than this, they are scanned instead."""

MAPPED_FROM_BYTES = 256_000_000
"""Smaller vectors are read whole, as they were when their checksum was verified."""

_BATCH = 50_000
_TRAIN_PER_LIST = 40
_SEED = 1234
_VECTORS = "vectors.npy"
_LISTS = "lists.faiss"


class DenseIndex:
    """Unit vectors (n, d) that are searched by cosine; read-only, safe to share between threads.

    The inverted file holds them in 8 bits a dimension, which is enough to find candidates; scores come from the vectors
    themselves, which stay on disk where they are many.
    """

    def __init__(self, vectors: Vectors, lists: faiss.Index | None) -> None:
        self._vectors = vectors
        self._lists = lists

    @classmethod
    def load(cls, folder: Path) -> "DenseIndex":
        """Return the index that ``write_dense`` wrote to ``folder``.

        Raises:
            ValueError: the folder holds no such index.
        """
        path = folder / _VECTORS
        try:
            mapped = path.stat().st_size >= MAPPED_FROM_BYTES
            # As a plain array over the map: numpy's memmap class costs at every slice.
            vectors = np.asarray(np.load(path, mmap_mode="r" if mapped else None))
            lists = folder / _LISTS
            flags = faiss.IO_FLAG_MMAP if mapped else 0
            return cls(vectors, faiss.read_index(str(lists), flags) if lists.exists() else None)
        except (OSError, ValueError, EOFError, RuntimeError) as error:
            raise ValueError(f"{folder}: not a dense index: {error}") from error

    def __len__(self) -> int:
        return len(self._vectors)

    def vectors(self, rows: Rows) -> Vectors:
        """Return the vectors (m, d) of ``rows``."""
        found: Vectors = self._vectors[rows]
        return found

    def search(self, query: Vectors, k: int, allowed: Mask | None = None) -> tuple[Rows, Vectors]:
        """Return the at most ``k`` rows nearest to ``query`` (d,), and their cosines (k,), falling.

        ``allowed`` (n,) restricts the search; None allows all.
        """
        # One thread for one search: beside another one, waiting for a second thread costs more than it brings.
        faiss.omp_set_num_threads(1)
        rows = self._candidates(query, k, allowed)
        cosines = _inner_products(self._vectors, rows, query)
        if len(rows) > k:
            best = np.argpartition(-cosines, k - 1)[:k]
            rows, cosines = rows[best], cosines[best]
        # Equal cosines keep the order of the corpus, so that a search says the same every time.
        order = np.lexsort((rows, -cosines))
        return rows[order], cosines[order]

    def _candidates(self, query: Vectors, k: int, allowed: Mask | None) -> Rows:
        """Return the rows worth scoring: all that are allowed, or what the inverted file proposes of them."""
        permitted = len(self) if allowed is None else int(np.count_nonzero(allowed))
        if self._lists is None or permitted <= max(SCANNED, k):
            return np.arange(len(self)) if allowed is None else np.flatnonzero(allowed)
        # Of what stands in a list a filter leaves its share, so more lists are looked into.
        probes = min(self._lists.nlist, PROBES * len(self) // permitted)
        selector = (
            None if allowed is None else faiss.IDSelectorBitmap(np.packbits(allowed, bitorder="little"))
        )
        parameters = faiss.SearchParametersIVF(nprobe=probes, sel=selector)
        _, rows = self._lists.search(query.reshape(1, -1), max(CANDIDATES, k), params=parameters)
        found: Rows = rows[0][rows[0] >= 0]
        return found


def _inner_products(vectors: Vectors, rows: Rows, query: Vectors) -> Vectors:
    """Return the inner product of each of ``rows`` with ``query`` (d,), without copying the vectors out."""
    products = np.empty(len(rows), np.float32)
    arrays = (products, query, vectors, rows)
    faiss.fvec_inner_products_by_idx(*map(faiss.swig_ptr, arrays), len(query), 1, len(rows))
    return products


def write_dense(folder: Path, vectors: Vectors, *, lists_from: int = LISTS_FROM) -> None:
    """Write the index of ``vectors`` (n, d), which may be a map of a file, into ``folder``."""
    folder.mkdir()
    np.save(folder / _VECTORS, vectors)
    if len(vectors) >= lists_from:
        faiss.write_index(_inverted_file(vectors), str(folder / _LISTS))


def _inverted_file(vectors: Vectors) -> faiss.Index:
    """Return ``vectors`` in lists, each around one of 4 * sqrt(n) centres (Jégou, Douze and Schmid 2011)."""
    count, dimension = vectors.shape
    faiss.omp_set_num_threads(os.cpu_count() or 1)
    lists = int(4 * count**0.5)
    index = faiss.IndexIVFScalarQuantizer(
        faiss.IndexFlatIP(dimension),
        dimension,
        lists,
        faiss.ScalarQuantizer.QT_8bit,
        faiss.METRIC_INNER_PRODUCT,
    )
    index.cp.seed = _SEED
    sample = np.random.default_rng(_SEED).choice(count, min(count, lists * _TRAIN_PER_LIST), replace=False)
    index.train(np.ascontiguousarray(vectors[np.sort(sample)]))
    for begin in range(0, count, _BATCH):
        index.add(np.ascontiguousarray(vectors[begin : begin + _BATCH]))
    return index
