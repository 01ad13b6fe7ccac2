"""Builds the arrays of a BM25 index chunk by chunk, with sorts and counts over whole arrays instead of lists of words."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import overload

import numpy as np
from numpy.typing import NDArray

from ingest.terms import KEY_BITS, Keys, occurrences

K1 = 1.5
B = 0.75
"""The usual constants of BM25; idf and saturation are Lucene's (Kamphuis et al., ECIR 2020)."""

_ROW_BITS = 63 - KEY_BITS
_CHUNK = 1 << _ROW_BITS
"""Texts that are counted at once: key and place within the chunk fit in one signed 64-bit number, which sorts fast."""


@dataclass(frozen=True, slots=True)
class Postings:
    """For each term, by ascending key: in which rows it stands and what it adds to their scores.

    The postings of term ``t`` lie from ``borders[t]`` to ``borders[t + 1]``, rows ascending; ``texts`` is the number of
    rows there are.
    """

    texts: int
    keys: Keys
    borders: NDArray[np.int64]
    rows: NDArray[np.int32]
    scores: NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class _Chunk:
    """The postings of some texts: ``counts[i]`` of them belong to ``keys[i]``. ``lengths`` is each text's in terms."""

    lengths: NDArray[np.int64]
    keys: Keys
    counts: NDArray[np.int64]
    rows: NDArray[np.int32]
    frequencies: NDArray[np.uint32]


def build_postings(folded: Iterable[str]) -> Postings:
    """Return the postings of ``folded`` texts, row ``i`` being the ``i``-th text; they are read once, chunk by chunk."""
    chunks: list[_Chunk] = []
    remaining = iter(folded)
    while texts := list(islice(remaining, _CHUNK)):
        chunks.append(_count(texts, first_row=len(chunks) * _CHUNK))
    lengths = np.concatenate([np.empty(0, np.int64), *(chunk.lengths for chunk in chunks)])
    keys = np.unique(np.concatenate([np.empty(0, np.int64), *(chunk.keys for chunk in chunks)]))
    places = [np.searchsorted(keys, chunk.keys) for chunk in chunks]
    found_in = np.zeros(len(keys), np.int64)
    for chunk, place in zip(chunks, places, strict=True):
        found_in[place] += chunk.counts
    idf = inverse_frequency(found_in, len(lengths))
    # What a term's frequency is weighed against: more in longer texts.
    damping = K1 * ((1 - B) + B * lengths * len(lengths) / max(1, lengths.sum()))
    borders = np.concatenate([[0], np.cumsum(found_in)])
    rows = np.empty(borders[-1], np.int32)
    scores = np.empty(borders[-1], np.float32)
    free = borders[:-1].copy()
    for chunk, place in zip(chunks, places, strict=True):
        first = np.cumsum(chunk.counts) - chunk.counts
        at = np.arange(len(chunk.rows)) + np.repeat(free[place] - first, chunk.counts)
        rows[at] = chunk.rows
        scores[at] = np.repeat(idf[place], chunk.counts) / (1 + damping[chunk.rows] / chunk.frequencies)
        free[place] += chunk.counts
    return Postings(len(lengths), keys, borders, rows, scores)


@overload
def inverse_frequency(found_in: int, texts: int) -> float: ...
@overload
def inverse_frequency(found_in: NDArray[np.int64], texts: int) -> NDArray[np.float64]: ...
def inverse_frequency(found_in: int | NDArray[np.int64], texts: int) -> float | NDArray[np.float64]:
    """Return the inverse document frequency of a term that stands in ``found_in`` of so many ``texts``."""
    return np.log1p((texts - found_in + 0.5) / (found_in + 0.5))


def _count(folded: Sequence[str], first_row: int) -> _Chunk:
    """Return the postings of some texts, the first of which is ``first_row``."""
    keys, places = occurrences(folded)
    packed, frequencies = np.unique(keys << _ROW_BITS | places, return_counts=True)
    own, counts = np.unique(packed >> _ROW_BITS, return_counts=True)
    return _Chunk(
        lengths=np.bincount(places, minlength=len(folded)),
        keys=own,
        counts=counts,
        rows=((packed & (1 << _ROW_BITS) - 1) + first_row).astype(np.int32),
        frequencies=frequencies.astype(np.uint32),
    )
