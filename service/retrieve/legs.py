"""The legs of a search: each finds rows in its own way and scores them on its own scale."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ingest.index import Index

Rows = NDArray[np.int64]
Scores = NDArray[np.float32]

DEPTH = 100
"""Rows that each leg contributes."""


@dataclass(frozen=True, slots=True)
class Pool:
    """The rows that any leg found, ascending, and per leg its raw scores (n,), 0 where it did not find a row."""

    rows: Rows
    scores: Mapping[str, Scores]


def search(
    index: Index, query_vector: NDArray[np.float32], texts: Mapping[str, str], allowed: Rows | None
) -> Pool:
    """Return what the dense leg finds for ``query_vector`` and what BM25 finds for each of the folded ``texts``.

    The cosine is known for every row of the pool, whichever leg found it.
    """
    found = {"dense": index.dense(query_vector, DEPTH, allowed)}
    for leg, text in texts.items():
        if text:
            found[leg] = index.sparse(text, DEPTH, allowed)
    rows = np.unique(np.concatenate([rows for rows, _ in found.values()]))
    scores = {}
    for leg, (leg_rows, leg_scores) in found.items():
        scores[leg] = np.zeros(len(rows), np.float32)
        scores[leg][np.searchsorted(rows, leg_rows)] = leg_scores
    scores["dense"] = index.vectors(rows) @ query_vector
    return Pool(rows, scores)
