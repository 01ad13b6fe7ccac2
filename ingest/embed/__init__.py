"""Text to vectors: the packaged model on ONNX Runtime, any other through sentence-transformers."""

from ingest.embed.load import build_embedder, load_embedder, token_reader
from ingest.embed.recent import RecentEmbedder
from ingest.embed.spec import (
    Backend,
    Embedder,
    EmbedderSpec,
    EmbedError,
    LayerMeans,
    ModelReader,
    TokenReader,
    TokenStates,
    Vectors,
)

__all__ = [
    "Backend",
    "EmbedError",
    "Embedder",
    "EmbedderSpec",
    "LayerMeans",
    "ModelReader",
    "RecentEmbedder",
    "TokenReader",
    "TokenStates",
    "Vectors",
    "build_embedder",
    "load_embedder",
    "token_reader",
]
