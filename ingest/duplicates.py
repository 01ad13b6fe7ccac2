"""Articles that say nearly the same: found by MinHash over overlapping five-character pieces of their text."""

from collections import defaultdict
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from ingest.clean.page import plain

SAME_FROM = 0.8
"""Share of common pieces (Jaccard) from which two articles count as one text."""

_PIECE = 5
_BANDS, _ROWS = 16, 4
_SEED = 20241016
_RANDOM = np.random.default_rng(_SEED)
_FACTORS = _RANDOM.integers(1, 2**63, _BANDS * _ROWS, dtype=np.uint64) | np.uint64(1)
_OFFSETS = _RANDOM.integers(0, 2**63, _BANDS * _ROWS, dtype=np.uint64)


def near_duplicates(texts: Sequence[str]) -> dict[int, int]:
    """Return for each text that repeats an earlier one the place of the first of its kind.

    Pairs are proposed where one of 16 bands of 4 hashes agrees (0.8 alike: missed twice in 10⁴) and confirmed by the
    share of all 64 hashes that agree, which estimates the Jaccard index to about ±0.05.
    """
    sketches = [_sketch(plain(text)) for text in texts]
    first: dict[int, int] = {}
    buckets: dict[tuple[int, bytes], list[int]] = defaultdict(list)
    for i, sketch in enumerate(sketches):
        keys = [(band, sketch[band * _ROWS : (band + 1) * _ROWS].tobytes()) for band in range(_BANDS)]
        for j in dict.fromkeys(j for key in keys for j in buckets[key]):
            if np.mean(sketch == sketches[j]) >= SAME_FROM:
                first[i] = j
                break
        else:
            # Only the first of a kind is kept for comparison, so that a thousand copies cost no more than one.
            for key in keys:
                buckets[key].append(i)
    return first


def _sketch(text: str) -> NDArray[np.uint64]:
    codes = np.frombuffer(text.ljust(_PIECE).encode("utf-32-le"), dtype=np.uint32).astype(np.uint64)
    pieces = np.zeros(len(codes) - _PIECE + 1, dtype=np.uint64)
    for k in range(_PIECE):
        pieces = pieces * np.uint64(1_000_003) + codes[k : len(codes) - _PIECE + 1 + k]
    pieces ^= pieces >> np.uint64(29)
    hashed = pieces[:, None] * _FACTORS + _OFFSETS
    least: NDArray[np.uint64] = (hashed >> np.uint64(20)).min(axis=0)
    return least
