"""Cross-validation by article: what is fitted is judged on articles that it has not seen."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray


def folds_of(articles: Sequence[str], folds: int) -> NDArray[np.int64]:
    """Return for each row the number (n,) below ``folds`` of the fold that its article is left out in.

    >>> folds_of(["a", "b", "a"], 2).tolist()
    [0, 1, 0]
    """
    names = sorted(set(articles))
    np.random.default_rng(1).shuffle(names)
    place = {name: at % folds for at, name in enumerate(names)}
    return np.array([place[article] for article in articles])
