"""Vectors under ids, to which more are added and from which any are taken: a scan while they are few, else inverted files.

The index that the service reads (:mod:`ingest.dense`) is written once and searched by a graph, which finds more in less
time and from which nothing can be taken.
"""

from collections.abc import Sequence

import faiss
import numpy as np
from numpy.typing import NDArray

EXACT_BELOW = 100_000
"""Up to this many vectors a scan of all takes under 20 ms; above, an inverted file with exact vectors is built."""

PROBES = 32
_TRAIN_PER_LIST = 40
_SEED = 1234


class VectorIndex:
    """Vectors of one dimension, L2-normalised, found by inner product, each under an id of its own.

    FAISS's own id map is correct only over a flat index, and an inverted file keeps ids itself; which of the two
    is in use is decided by the number of vectors when the index is built, and is stored with it.
    """

    def __init__(self, index: faiss.Index) -> None:
        self._index = index

    @classmethod
    def build(
        cls, vectors: NDArray[np.float32], ids: NDArray[np.int64], *, exact_below: int = EXACT_BELOW
    ) -> "VectorIndex":
        """Return an index of ``vectors`` (n, d) under ``ids`` (n,); exact when n is below ``exact_below``."""
        count, dimension = vectors.shape
        if count < exact_below:
            index: faiss.Index = faiss.IndexIDMap2(faiss.IndexFlatIP(dimension))
        else:
            index = _inverted_file(vectors)
        index.add_with_ids(vectors, ids)
        return cls(index)

    @classmethod
    def from_bytes(cls, content: NDArray[np.uint8]) -> "VectorIndex":
        """Return the index that ``to_bytes`` wrote.

        Raises:
            ValueError: the bytes are not such an index.
        """
        try:
            return cls(faiss.deserialize_index(content))
        except RuntimeError as error:
            raise ValueError(f"not a vector index: {error}") from error

    def to_bytes(self) -> NDArray[np.uint8]:
        """Return the index as bytes."""
        return np.asarray(faiss.serialize_index(self._index), dtype=np.uint8)

    def __len__(self) -> int:
        return int(self._index.ntotal)

    @property
    def dimension(self) -> int:
        """Length of each vector."""
        return int(self._index.d)

    @property
    def is_exact(self) -> bool:
        """Whether a search looks at every vector."""
        return isinstance(self._index, faiss.IndexIDMap2)

    def add(self, vectors: NDArray[np.float32], ids: NDArray[np.int64]) -> None:
        """Add ``vectors`` (n, d) under new ``ids`` (n,)."""
        self._index.add_with_ids(vectors, ids)

    def remove(self, ids: Sequence[int]) -> int:
        """Remove the vectors under ``ids``; return how many there were."""
        return int(self._index.remove_ids(np.asarray(ids, dtype=np.int64)))

    def grown(self, *, exact_below: int) -> "VectorIndex":
        """Return this index, or one of inverted files with its vectors if it is exact and no longer small."""
        if not self.is_exact or len(self) < exact_below:
            return self
        ids = np.asarray(faiss.vector_to_array(self._index.id_map), dtype=np.int64)
        return VectorIndex.build(self.vectors(ids), ids, exact_below=exact_below)

    def vectors(self, ids: NDArray[np.int64]) -> NDArray[np.float32]:
        """Return the vectors (n, d) under ``ids``, as they were added.

        Raises:
            ValueError: there is no vector under one of them.
        """
        if len(ids) == 0:
            return np.empty((0, self.dimension), dtype=np.float32)
        try:
            return np.vstack([self._index.reconstruct(int(i)) for i in ids])
        except RuntimeError as error:
            raise ValueError(f"no vector under one of {len(ids)} ids") from error

    def search(
        self, query: NDArray[np.float32], k: int, allowed: NDArray[np.int64] | None = None
    ) -> tuple[NDArray[np.int64], NDArray[np.float32]]:
        """Return the ids of the at most ``k`` vectors nearest to ``query`` (d,), and their inner products, falling.

        ``allowed`` restricts the search to these ids; None allows all.
        """
        if k <= 0 or len(self) == 0 or (allowed is not None and len(allowed) == 0):
            return np.empty(0, dtype=np.int64), np.empty(0, dtype=np.float32)
        selector = None if allowed is None else _selector(allowed)
        if self.is_exact:
            parameters = faiss.SearchParameters(sel=selector) if selector else None
        else:
            # A narrow filter leaves few vectors in the probed lists, so every list is probed then.
            probes = PROBES if allowed is None or len(allowed) * 10 > len(self) else self._index.nlist
            parameters = faiss.SearchParametersIVF(sel=selector, nprobe=min(probes, self._index.nlist))
        scores, ids = self._index.search(query.reshape(1, -1), min(k, len(self)), params=parameters)
        found = ids[0] >= 0
        return ids[0][found], scores[0][found]


def _inverted_file(vectors: NDArray[np.float32]) -> faiss.Index:
    count, dimension = vectors.shape
    lists = max(1, min(int(4 * count**0.5), count // _TRAIN_PER_LIST))
    index = faiss.IndexIVFFlat(faiss.IndexFlatIP(dimension), dimension, lists, faiss.METRIC_INNER_PRODUCT)
    index.cp.seed = _SEED
    sample = np.random.default_rng(_SEED).choice(count, min(count, lists * _TRAIN_PER_LIST), replace=False)
    index.train(vectors[np.sort(sample)])
    index.set_direct_map_type(faiss.DirectMap.Hashtable)
    return index


def _selector(ids: NDArray[np.int64]) -> faiss.IDSelector:
    bits = np.zeros(int(ids.max()) + 1, dtype=np.uint8)
    bits[ids] = 1
    return faiss.IDSelectorBitmap(np.packbits(bits, bitorder="little"))
