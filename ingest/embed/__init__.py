"""Text to vectors: the packaged model on ONNX Runtime, any other through sentence-transformers."""

from ingest.embed.load import build_embedder, load_embedder
from ingest.embed.recent import RecentEmbedder
from ingest.embed.spec import Backend, Embedder, EmbedderSpec, EmbedError, LayerMeans, Vectors

__all__ = [
    "Backend",
    "EmbedError",
    "Embedder",
    "EmbedderSpec",
    "LayerMeans",
    "RecentEmbedder",
    "Vectors",
    "build_embedder",
    "load_embedder",
]
