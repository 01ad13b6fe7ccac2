"""Passage vectors by row: a scan of all while they are few, above that a graph (HNSW) whose finds are scored exactly."""

import os
from pathlib import Path

import faiss
import numpy as np
from numpy.typing import NDArray

Rows = NDArray[np.int64]
Vectors = NDArray[np.float32]
Mask = NDArray[np.bool_]

GRAPH_FROM = 50_000
"""From this many vectors on a graph is built; a scan of fewer takes a few milliseconds."""

LINKS = 32
"""Neighbours of a node, twice as many on the ground layer; with 16 the recall among a million fell by a third."""

IN_VIEW_BUILDING = 40
CANDIDATES = 200
"""Rows that the graph proposes."""

SCANNED = 20_000
"""Where a filter leaves no more rows than this, they are scanned: a graph is walked in vain for a few of many."""

MAPPED_FROM_BYTES = 256_000_000
"""Smaller vectors are read whole, as they were when their checksum was verified."""

_BATCH = 50_000
_SAMPLE = 100_000
_SEED = 1234
_VECTORS = "vectors.npy"
_GRAPH = "graph.faiss"


class DenseIndex:
    """Unit vectors (n, d) that are searched by cosine; read-only, safe to share between threads.

    The graph holds them in 8 bits a dimension, which is enough to find candidates; scores come from the vectors
    themselves, which stay on disk where they are many.
    """

    def __init__(self, vectors: Vectors, graph: faiss.Index | None) -> None:
        self._vectors = vectors
        self._graph = graph

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
            graph = folder / _GRAPH
            flags = faiss.IO_FLAG_MMAP_IFC if mapped else 0
            return cls(vectors, faiss.read_index(str(graph), flags) if graph.exists() else None)
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
        query = np.ascontiguousarray(query, dtype=np.float32)
        rows = self._candidates(query, k, allowed)
        cosines = _inner_products(self._vectors, rows, query)
        if len(rows) > k:
            best = np.argpartition(-cosines, k - 1)[:k]
            rows, cosines = rows[best], cosines[best]
        # Equal cosines keep the order of the corpus, so that a search says the same every time.
        order = np.lexsort((rows, -cosines))
        return rows[order], cosines[order]

    def _candidates(self, query: Vectors, k: int, allowed: Mask | None) -> Rows:
        """Return the rows worth scoring: all that are allowed, or what the graph proposes of them."""
        permitted = len(self) if allowed is None else int(np.count_nonzero(allowed))
        if self._graph is None or permitted <= max(SCANNED, k):
            return np.arange(len(self)) if allowed is None else np.flatnonzero(allowed)
        # The more nodes, the more must be kept in view to find the nearest, and of those a filter leaves its share.
        in_view = max(CANDIDATES, k, int(len(self) ** 0.5)) * len(self) // permitted
        selector = (
            None if allowed is None else faiss.IDSelectorBitmap(np.packbits(allowed, bitorder="little"))
        )
        parameters = faiss.SearchParametersHNSW(efSearch=in_view, sel=selector)
        _, rows = self._graph.search(query.reshape(1, -1), max(CANDIDATES, k), params=parameters)
        found: Rows = rows[0][rows[0] >= 0]
        return found


class Nearest:
    """The nearest of vectors (n, d) held in memory: 8 bits a dimension propose them, the vectors themselves decide. Safe to share."""

    def __init__(self, vectors: Vectors) -> None:
        self._vectors = np.ascontiguousarray(vectors, np.float32)
        count, dimension = self._vectors.shape
        self._coarse = faiss.IndexScalarQuantizer(
            dimension, faiss.ScalarQuantizer.QT_8bit_direct_signed, faiss.METRIC_INNER_PRODUCT
        )
        if count:
            self._coarse.add(_in_8_bits(self._vectors))

    def search(self, query: Vectors, k: int) -> tuple[Rows, Vectors]:
        """Return the at most ``k`` rows that 8 bits find nearest to ``query`` (d,), in no order, and their inner products (k,), exact."""
        if not len(self._vectors):
            return np.empty(0, np.int64), np.empty(0, np.float32)
        faiss.omp_set_num_threads(1)
        query = np.ascontiguousarray(query, np.float32)
        rows: Rows = self._coarse.search(_in_8_bits(query)[None], min(k, len(self._vectors)))[1][0]
        return rows, _inner_products(self._vectors, rows, query)


def _in_8_bits(vectors: Vectors) -> Vectors:
    """Return ``vectors`` in whole numbers from -127 to 127, as floats: what is compared bit by bit must be whole on both sides."""
    whole: Vectors = np.rint(vectors * np.float32(127 / max(float(np.abs(vectors).max()), 1e-9)))
    return whole


def _inner_products(vectors: Vectors, rows: Rows, query: Vectors) -> Vectors:
    """Return the inner product of each of ``rows`` with ``query`` (d,), without copying the vectors out."""
    products = np.empty(len(rows), np.float32)
    arrays = (products, query, vectors, rows)
    faiss.fvec_inner_products_by_idx(*map(faiss.swig_ptr, arrays), len(query), 1, len(rows))
    return products


def write_dense(folder: Path, vectors: Vectors, *, graph_from: int = GRAPH_FROM) -> None:
    """Write the index of ``vectors`` (n, d), which may be a map of a file, into ``folder``."""
    folder.mkdir()
    np.save(folder / _VECTORS, vectors)
    if len(vectors) >= graph_from:
        faiss.write_index(_graph_of(vectors), str(folder / _GRAPH))


def _graph_of(vectors: Vectors) -> faiss.Index:
    """Return the navigable small-world graph (Malkov and Yashunin 2016) of ``vectors``, 8 bits a dimension."""
    count, dimension = vectors.shape
    faiss.omp_set_num_threads(os.cpu_count() or 1)
    graph = faiss.IndexHNSWSQ(dimension, faiss.ScalarQuantizer.QT_8bit, LINKS, faiss.METRIC_INNER_PRODUCT)
    graph.hnsw.efConstruction = IN_VIEW_BUILDING
    sample = np.random.default_rng(_SEED).choice(count, min(count, _SAMPLE), replace=False)
    graph.train(np.ascontiguousarray(vectors[np.sort(sample)]))
    for begin in range(0, count, _BATCH):
        graph.add(np.ascontiguousarray(vectors[begin : begin + _BATCH]))
    return graph
