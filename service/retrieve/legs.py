"""The legs of a search: each finds rows in its own way and scores them on its own scale."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ingest.index import Index
from service.asked import Asked

Rows = NDArray[np.int64]
Scores = NDArray[np.float32]
Mask = NDArray[np.bool_]

DEPTH = 100
"""Rows that each leg contributes."""


@dataclass(frozen=True, slots=True)
class Pool:
    """The rows that any leg found, ascending, and per leg its raw scores (n,), 0 where it did not find a row."""

    rows: Rows
    scores: Mapping[str, Scores]


def search(
    index: Index,
    vector: NDArray[np.float32],
    texts: Mapping[str, str],
    allowed: Mask | None,
    *,
    dense: bool = True,
    asked: tuple[Asked, Scores] | None = None,
) -> Pool:
    """Return what the legs find: by meaning for ``vector`` (d,), by words for each of the folded ``texts``.

    ``asked`` are the known questions and the cosine (places,) to each of them. ``dense`` False lets the dense leg rest, None for
    ``asked`` that of known questions; where they do not, what they say is known for every row, whichever leg found it.
    """
    # Mostly a question is meant as it was asked, and two legs look for the same text.
    by_text = {text: index.sparse(text, DEPTH, allowed) for text in dict.fromkeys(texts.values())}
    found = {leg: by_text[text] for leg, text in texts.items()}
    if dense:
        found["dense"] = index.dense(vector, DEPTH, allowed)
    near = np.empty(0, np.int64)
    if asked is not None:
        known, cosines = asked
        near = known.near(cosines, DEPTH)
        near = near if allowed is None else near[allowed[near]]
    rows = np.unique(np.concatenate([near, *(rows for rows, _ in found.values())]))
    scores = {}
    for leg, (leg_rows, leg_scores) in found.items():
        scores[leg] = np.zeros(len(rows), np.float32)
        scores[leg][np.searchsorted(rows, leg_rows)] = leg_scores
    if dense:
        scores["dense"] = index.vectors(rows) @ vector
    if asked is not None:
        scores["asked"] = known.scores(vector, cosines, rows)
    return Pool(rows, scores)
