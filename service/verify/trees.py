"""Boosted regression trees, evaluated with numpy alone; fitting them is the business of ``evals.calibrate_verify``."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray


@dataclass(frozen=True, slots=True)
class Trees:
    """Binary trees whose leaves add up to log-odds, all their nodes in one row, shape (nodes,) each.

    At an inner node the ``left`` is taken where the value of ``feature`` is at most ``threshold``, else the ``right``; a
    leaf has itself for both, and adds ``value``. ``roots`` (trees,) is where each tree begins; ``bias`` is added once.
    """

    roots: NDArray[np.int32]
    feature: NDArray[np.int32]
    threshold: NDArray[np.float32]
    left: NDArray[np.int32]
    right: NDArray[np.int32]
    value: NDArray[np.float32]
    bias: float

    @classmethod
    def read(cls, arrays: Mapping[str, NDArray[Any]], prefix: str = "") -> "Trees":
        """Return the trees among ``arrays``, each under its name behind ``prefix``."""
        own = {field: arrays[prefix + field] for field in cls.__slots__}
        return cls(
            own["roots"],
            own["feature"],
            own["threshold"],
            own["left"],
            own["right"],
            own["value"],
            float(own["bias"]),
        )

    def probability(self, x: NDArray[np.float32]) -> float:
        """Return the probability in (0, 1) of features ``x`` (f,).

        >>> leaf, inner = np.float32(2.0), np.float32(0.0)
        >>> stump = Trees(*(np.array(row) for row in ([0], [0, 0, 0], [0.5, 0, 0], [1, 1, 2], [2, 1, 2], [inner, -leaf, leaf])), 0.0)
        >>> round(stump.probability(np.array([0.4])), 3), round(stump.probability(np.array([0.6])), 3)
        (0.119, 0.881)
        """
        nodes = self.roots
        while True:
            further = np.where(
                x[self.feature[nodes]] <= self.threshold[nodes], self.left[nodes], self.right[nodes]
            )
            if (further == nodes).all():
                return float(1 / (1 + np.exp(-(self.bias + self.value[nodes].sum()))))
            nodes = further
