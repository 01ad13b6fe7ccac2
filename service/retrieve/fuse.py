"""One score from the scores of all legs."""

from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray

WEIGHTS: Mapping[str, float] = {"dense": 0.5, "sparse": 0.5}


def fuse(scores: Mapping[str, NDArray[np.float32]]) -> NDArray[np.float32]:
    """Return the weighted sum of the legs' scores, each stretched to [0, 1] over the pool."""
    total = sum(WEIGHTS[leg] * _stretched(values) for leg, values in scores.items())
    return np.asarray(total, np.float32)


def _stretched(values: NDArray[np.float32]) -> NDArray[np.float32]:
    if values.size == 0:
        return values
    low, high = values.min(), values.max()
    return (values - low) / (high - low) if high > low else np.ones_like(values)
