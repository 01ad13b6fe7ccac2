"""The index for those who build with LlamaIndex: its passages as nodes in a store, and its embedder; docs/llamaindex.md.

The service does without: what it searches is never changed (:mod:`ingest.dense`), and this store is.
"""

from ingest.llamaindex.embedding import IndexEmbedding
from ingest.llamaindex.store import FaissStore, StoreError

__all__ = ["FaissStore", "IndexEmbedding", "StoreError"]
