"""Find articles that say what another one says, by MinHash sketches (Broder 1997) and banding, in n log n."""

import numpy as np
from numpy.typing import NDArray

from ingest.clean.page import plain

SAME_FROM = 0.8
"""Share of common pieces (Jaccard) from which two articles count as one text."""

_PIECE = 5
_BANDS, _ROWS = 16, 4
HASHES = _BANDS * _ROWS
"""Numbers in a sketch."""

_PIECES_AT_ONCE = 2048
"""Their hashes, 1 MB, stay in the cache."""

_SEED = 20241016
_RANDOM = np.random.default_rng(_SEED)
_FACTORS = _RANDOM.integers(1, 2**63, HASHES, dtype=np.uint64) | np.uint64(1)
_OFFSETS = _RANDOM.integers(0, 2**63, HASHES, dtype=np.uint64)
_KINDS_PER_BUCKET = 16
"""Different texts that one bucket is searched for: texts that share four hashes by chance are few."""

Sketches = NDArray[np.uint32]


def sketch(text: str) -> Sketches:
    """Return the sketch (64,) of a text: per hash function the least value over its pieces of five characters."""
    codes = np.frombuffer(plain(text).ljust(_PIECE).encode("utf-32-le"), dtype=np.uint32).astype(np.uint64)
    pieces = np.zeros(len(codes) - _PIECE + 1, dtype=np.uint64)
    for k in range(_PIECE):
        pieces = pieces * np.uint64(1_000_003) + codes[k : len(codes) - _PIECE + 1 + k]
    pieces ^= pieces >> np.uint64(29)
    least = np.full(HASHES, np.iinfo(np.uint32).max, dtype=np.uint32)
    for start in range(0, len(pieces), _PIECES_AT_ONCE):
        hashed = pieces[start : start + _PIECES_AT_ONCE, None] * _FACTORS + _OFFSETS
        np.minimum(least, (hashed >> np.uint64(32)).min(axis=0), out=least, casting="unsafe")
    return least


def near_duplicates(sketches: Sketches) -> NDArray[np.int64]:
    """Return for each sketch (n, 64) the row of the first of its kind, or -1 where it is the first or the only one.

    Pairs are proposed where one of 16 bands of 4 hashes agrees (0.8 alike: missed twice in 10⁴) and confirmed by the
    share of all 64 hashes that agree, which estimates the Jaccard index to about ±0.05.
    """
    first = np.full(len(sketches), -1, dtype=np.int64)
    for band in range(_BANDS):
        keys = np.ascontiguousarray(sketches[:, band * _ROWS : (band + 1) * _ROWS]).view(f"V{4 * _ROWS}")
        _, bucket_of, sizes = np.unique(keys.ravel(), return_inverse=True, return_counts=True)
        # Rows bucket by bucket, in order within each.
        order = np.argsort(bucket_of, kind="stable")
        ends = np.cumsum(sizes)
        for bucket in np.flatnonzero(sizes > 1):
            _mark(first, sketches, order[ends[bucket] - sizes[bucket] : ends[bucket]])
    for row in np.flatnonzero(first >= 0):
        # The first of a kind may itself have been found to repeat an earlier one.
        while first[first[row]] >= 0:
            first[row] = first[first[row]]
    return first


def _mark(first: NDArray[np.int64], sketches: Sketches, rows: NDArray[np.int64]) -> None:
    """Note in ``first`` which of the sorted ``rows`` of one bucket repeat an earlier one of them."""
    for _ in range(_KINDS_PER_BUCKET):
        if len(rows) < 2:
            return
        original, rest = rows[0], rows[1:]
        same = (sketches[rest] == sketches[original]).mean(axis=1) >= SAME_FROM
        found = rest[same & (first[rest] < 0)]
        first[found] = original
        rows = rest[~same]
