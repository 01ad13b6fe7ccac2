"""Reads a passage with the question in mind: which of its sentences answer."""

from service.reader.reader import LIMIT, Reader
from service.reader.weights import ReaderWeights

__all__ = ["LIMIT", "Reader", "ReaderWeights"]
