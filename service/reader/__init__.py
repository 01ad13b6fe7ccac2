"""Reads a passage with the question in mind: which of its sentences answer."""

from service.reader.match import LIMIT
from service.reader.reader import KEPT_PAGES, Reader
from service.reader.weights import ReaderWeights

__all__ = ["KEPT_PAGES", "LIMIT", "Reader", "ReaderWeights"]
