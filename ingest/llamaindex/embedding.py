"""The embedder of an index as LlamaIndex's embedding."""

import asyncio

from llama_index.core.bridge.pydantic import PrivateAttr
from llama_index.core.embeddings import BaseEmbedding

from ingest.embed import Embedder


class IndexEmbedding(BaseEmbedding):
    """Unit vectors (d,) by ``embedder``, which folds texts and puts the model's prefixes before them, as for the index."""

    _embedder: Embedder = PrivateAttr()

    def __init__(self, embedder: Embedder) -> None:
        super().__init__(model_name=embedder.spec.model)
        self._embedder = embedder

    @classmethod
    def class_name(cls) -> str:
        """Return the name under which LlamaIndex serialises the embedding."""
        return "JiewenIndexEmbedding"

    def _get_query_embedding(self, query: str) -> list[float]:
        (vector,) = self._embedder.embed_queries([query])
        return [float(x) for x in vector]

    async def _aget_query_embedding(self, query: str) -> list[float]:
        return await asyncio.to_thread(self._get_query_embedding, query)

    def _get_text_embedding(self, text: str) -> list[float]:
        return self._get_text_embeddings([text])[0]

    def _get_text_embeddings(self, texts: list[str]) -> list[list[float]]:
        return [[float(x) for x in vector] for vector in self._embedder.embed_passages(texts)]
