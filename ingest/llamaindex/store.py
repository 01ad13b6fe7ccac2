"""A FAISS vector store for LlamaIndex that can delete, update, filter, and be saved in one step.

LlamaIndex's own FAISS stores cannot: one neither deletes nor filters, the other hands out ids of live vectors again
after a delete. Here every vector gets a number that is never used twice, and deletes and filters go by number.
"""

import json
import os
import zipfile
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from llama_index.core.bridge.pydantic import PrivateAttr
from llama_index.core.schema import BaseNode
from llama_index.core.vector_stores import (
    MetadataFilters,
    VectorStoreQuery,
    VectorStoreQueryResult,
)
from llama_index.core.vector_stores.types import BasePydanticVectorStore, VectorStoreQueryMode
from llama_index.core.vector_stores.utils import metadata_dict_to_node, node_to_metadata_dict
from numpy.typing import NDArray

from ingest.index import Index
from ingest.llamaindex.filters import matches
from ingest.llamaindex.nodes import to_node
from ingest.llamaindex.vectors import EXACT_BELOW, VectorIndex


class StoreError(Exception):
    """The store was asked for something it cannot do, or its file is damaged; the message says which."""


class FaissStore(BasePydanticVectorStore):
    """Nodes and their unit vectors; search is exact below ``exact_below`` vectors and approximate from there on.

    A node whose id is already in replaces the one there.
    """

    stores_text: bool = True
    is_embedding_query: bool = True
    dimension: int
    exact_below: int = EXACT_BELOW

    _vectors: VectorIndex = PrivateAttr()
    _nodes: dict[int, BaseNode] = PrivateAttr(default_factory=dict)
    _numbers: dict[str, int] = PrivateAttr(default_factory=dict)
    _next: int = PrivateAttr(default=0)

    def __init__(self, dimension: int, *, exact_below: int = EXACT_BELOW) -> None:
        super().__init__(stores_text=True, dimension=dimension, exact_below=exact_below)  # type: ignore[call-arg]
        self._vectors = _empty(dimension)

    @classmethod
    def class_name(cls) -> str:
        """Return the name under which LlamaIndex serialises the store."""
        return "JiewenFaissStore"

    @classmethod
    def from_index(cls, index: Index) -> "FaissStore":
        """Return a store with the passages of a built index, as text nodes with their product, heading and spans."""
        store = cls(index.manifest.embedder.dimension)
        nodes = [to_node(index, row) for row in range(len(index.passages))]
        store._put(nodes, index.vectors(np.arange(len(nodes), dtype=np.int64)))
        return store

    @classmethod
    def load(cls, path: Path) -> "FaissStore":
        """Return the store that ``persist`` wrote.

        Raises:
            StoreError: the file is missing or damaged.
        """
        try:
            with np.load(path, allow_pickle=False) as content:
                meta = json.loads(bytes(content["meta"]))
                rows = json.loads(bytes(content["nodes"]))
                vectors = VectorIndex.from_bytes(content["vectors"])
        except (OSError, ValueError, KeyError, zipfile.BadZipFile) as error:
            raise StoreError(f"{path}: not a readable store: {error}") from error
        store = cls(meta["dimension"], exact_below=meta["exact_below"])
        store._vectors, store._next = vectors, meta["next"]
        for number, row in rows:
            node = metadata_dict_to_node(row)
            store._nodes[number] = node
            store._numbers[node.node_id] = number
        return store

    @property
    def client(self) -> VectorIndex:
        """The vectors beneath."""
        return self._vectors

    def __len__(self) -> int:
        return len(self._nodes)

    def add(self, nodes: Sequence[BaseNode], **_: Any) -> list[str]:  # noqa: ANN401 - LlamaIndex's signature
        """Put ``nodes``, which carry their embeddings, into the store; return their ids.

        Raises:
            StoreError: a node has no embedding, or one of another dimension; nothing is added then.
        """
        last = {node.node_id: node for node in nodes}
        for node in last.values():
            if node.embedding is None or len(node.embedding) != self.dimension:
                length = "no" if node.embedding is None else f"{len(node.embedding)}-dimensional"
                raise StoreError(f"node {node.node_id}: {length} embedding, the store holds {self.dimension}")
        vectors = np.asarray([node.embedding for node in last.values()], dtype=np.float32)
        self._put(list(last.values()), vectors.reshape(len(last), self.dimension))
        return [node.node_id for node in nodes]

    def delete(self, ref_doc_id: str, **_: Any) -> None:  # noqa: ANN401
        """Remove the nodes of one document (article)."""
        self._drop([number for number, node in self._nodes.items() if node.ref_doc_id == ref_doc_id])

    def delete_nodes(
        self,
        node_ids: list[str] | None = None,
        filters: MetadataFilters | None = None,
        **_: Any,  # noqa: ANN401
    ) -> None:
        """Remove the nodes that have one of ``node_ids`` and pass ``filters``; None allows all."""
        self._drop(self._allowed(node_ids, filters))

    def get_nodes(
        self, node_ids: list[str] | None = None, filters: MetadataFilters | None = None
    ) -> list[BaseNode]:
        """Return the nodes that have one of ``node_ids`` and pass ``filters``, in the order they were added."""
        return [self._nodes[number] for number in sorted(self._allowed(node_ids, filters))]

    def clear(self) -> None:
        """Remove everything; numbers are still not used again."""
        self._vectors = _empty(self.dimension)
        self._nodes.clear()
        self._numbers.clear()

    def query(self, query: VectorStoreQuery, **_: Any) -> VectorStoreQueryResult:  # noqa: ANN401
        """Return the nearest nodes and their inner products, falling.

        Raises:
            StoreError: the query has no embedding, or asks for another mode than plain vector search.
        """
        if query.mode != VectorStoreQueryMode.DEFAULT or query.query_embedding is None:
            raise StoreError(
                f"mode {query.mode} without a store of its own; only an embedding is searched for"
            )
        allowed = None
        # LlamaIndex's retriever says "any node" with an empty list.
        if query.node_ids or query.doc_ids or query.filters:
            numbers = self._allowed(query.node_ids or None, query.filters)
            if query.doc_ids:
                wanted = set(query.doc_ids)
                numbers = [number for number in numbers if self._nodes[number].ref_doc_id in wanted]
            allowed = np.asarray(numbers, dtype=np.int64)
        vector = np.asarray(query.query_embedding, dtype=np.float32)
        found, scores = self._vectors.search(vector, query.similarity_top_k, allowed)
        nodes = [self._nodes[int(number)] for number in found]
        return VectorStoreQueryResult(
            nodes=nodes, similarities=[float(s) for s in scores], ids=[n.node_id for n in nodes]
        )

    def persist(self, persist_path: str, fs: Any = None) -> None:  # noqa: ANN401
        """Write the store to one file; a crash leaves the old file or the whole new one.

        Raises:
            StoreError: ``fs`` is not the local file system.
        """
        if fs is not None and "file" not in getattr(fs, "protocol", ()):
            raise StoreError(f"only the local file system can be written in one step, not {fs}")
        path = Path(persist_path)
        meta = {"dimension": self.dimension, "exact_below": self.exact_below, "next": self._next}
        rows = [(number, node_to_metadata_dict(node)) for number, node in self._nodes.items()]
        path.parent.mkdir(parents=True, exist_ok=True)
        partial = path.with_name(f".{path.name}.partial")
        with partial.open("wb") as file:
            np.savez(file, meta=_bytes(meta), nodes=_bytes(rows), vectors=self._vectors.to_bytes())
            file.flush()
            os.fsync(file.fileno())
        partial.replace(path)

    def _put(self, nodes: Sequence[BaseNode], vectors: NDArray[np.float32]) -> None:
        self._drop([self._numbers[node.node_id] for node in nodes if node.node_id in self._numbers])
        numbers = np.arange(self._next, self._next + len(nodes), dtype=np.int64)
        self._next += len(nodes)
        self._vectors.add(vectors, numbers)
        self._vectors = self._vectors.grown(exact_below=self.exact_below)
        for number, node in zip(numbers.tolist(), nodes, strict=True):
            self._nodes[number] = node.model_copy(update={"embedding": None})
            self._numbers[node.node_id] = number

    def _drop(self, numbers: Sequence[int]) -> None:
        self._vectors.remove(numbers)
        for number in numbers:
            del self._numbers[self._nodes.pop(number).node_id]

    def _allowed(self, node_ids: Iterable[str] | None, filters: MetadataFilters | None) -> list[int]:
        numbers: Iterable[int] = (
            self._nodes
            if node_ids is None
            else [self._numbers[i] for i in dict.fromkeys(node_ids) if i in self._numbers]
        )
        if filters is None:
            return list(numbers)
        test = matches(filters)
        return [number for number in numbers if test(self._nodes[number].metadata)]


def _empty(dimension: int) -> VectorIndex:
    return VectorIndex.build(np.empty((0, dimension), dtype=np.float32), np.empty(0, dtype=np.int64))


def _bytes(value: Any) -> NDArray[np.uint8]:  # noqa: ANN401 - any JSON
    return np.frombuffer(json.dumps(value, ensure_ascii=False).encode(), dtype=np.uint8)
