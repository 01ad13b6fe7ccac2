"""Retrieval: the passages that answer a question, whatever script, spelling or slang it comes in."""

from service.retrieve.hit import Hit, Retrieved
from service.retrieve.rerank import load_reranker
from service.retrieve.retriever import CACHED, Retriever

__all__ = ["CACHED", "Hit", "Retrieved", "Retriever", "load_reranker"]
