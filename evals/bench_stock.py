"""LlamaIndex retrieval over the same passages: stock, as its own documentation sets it up, and with the store of an index."""

import asyncio
from collections.abc import Callable, Sequence
from pathlib import Path

from llama_index.core import Settings, VectorStoreIndex
from llama_index.core.base.base_retriever import BaseRetriever
from llama_index.core.embeddings import BaseEmbedding
from llama_index.core.llms import MockLLM
from llama_index.core.retrievers import QueryFusionRetriever
from llama_index.core.retrievers.fusion_retriever import FUSION_MODES
from llama_index.core.schema import TextNode
from pydantic import PrivateAttr

from ingest.embed import Embedder
from ingest.embed.packed import MODEL
from ingest.embed.torch_backend import LAYOUT
from ingest.embed.unpack import PASSAGE_PREFIX, QUERY_PREFIX, unpacked, write_sentence_transformer
from ingest.index import Index
from ingest.llamaindex import FaissStore, IndexEmbedding
from ingest.records import Passage

Search = Callable[[str], list[int]]
"""Rows, best first."""


class StockEmbedding(BaseEmbedding):
    """The packaged model on torch through sentence-transformers, with its prefixes and without our folding."""

    _model: object = PrivateAttr()

    def __init__(self, model_dir: Path) -> None:
        super().__init__(model_name=MODEL, embed_batch_size=4)
        from sentence_transformers import SentenceTransformer

        self._model = SentenceTransformer(
            str(unpacked(model_dir, LAYOUT, write_sentence_transformer)), device="cpu"
        )

    def _encode(self, texts: Sequence[str]) -> list[list[float]]:
        vectors = self._model.encode(list(texts), prompt="", normalize_embeddings=True)  # type: ignore[attr-defined]
        return [list(map(float, vector)) for vector in vectors]

    def _get_query_embedding(self, query: str) -> list[float]:
        return self._encode([QUERY_PREFIX + query])[0]

    async def _aget_query_embedding(self, query: str) -> list[float]:
        return await asyncio.to_thread(self._get_query_embedding, query)

    def _get_text_embedding(self, text: str) -> list[float]:
        return self._encode([PASSAGE_PREFIX + text])[0]

    def _get_text_embeddings(self, texts: list[str]) -> list[list[float]]:
        return self._encode([PASSAGE_PREFIX + text for text in texts])


def stock_searches(passages: Sequence[Passage], model_dir: Path, *, top_k: int) -> dict[str, Search]:
    """Return stock LlamaIndex's vector, BM25 and fusion retrievers over one node per passage."""
    from llama_index.retrievers.bm25 import BM25Retriever

    embedding = StockEmbedding(model_dir)
    Settings.llm = MockLLM()  # QueryFusionRetriever wants one even where it writes no further questions.
    nodes = [TextNode(id_=str(row), text=p.embedded_text) for row, p in enumerate(passages)]
    vector = VectorStoreIndex(nodes, embed_model=embedding).as_retriever(similarity_top_k=top_k)
    bm25 = BM25Retriever.from_defaults(nodes=nodes, similarity_top_k=min(top_k, len(nodes)))
    fusion = QueryFusionRetriever(
        [vector, bm25],
        similarity_top_k=top_k,
        num_queries=1,
        mode=FUSION_MODES.RECIPROCAL_RANK,
        use_async=False,
    )
    return {
        "LlamaIndex VectorStoreIndex": _search(vector),
        "LlamaIndex BM25Retriever": _search(bm25),
        "LlamaIndex QueryFusionRetriever": _search(fusion),
    }


def index_search(index: Index, embedder: Embedder, *, top_k: int) -> Search:
    """Return LlamaIndex's retriever over the passages and vectors of ``index``: what its users get of it, the dense leg."""
    store = VectorStoreIndex.from_vector_store(
        FaissStore.from_index(index), embed_model=IndexEmbedding(embedder)
    )
    retriever = store.as_retriever(similarity_top_k=top_k)
    return lambda question: index.rows_of(
        [found.node.node_id for found in retriever.retrieve(question)]
    ).tolist()


def _search(retriever: BaseRetriever) -> Search:
    return lambda question: [int(found.node.node_id) for found in retriever.retrieve(question)]
