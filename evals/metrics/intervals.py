"""How sure a figure is: intervals for shares and for means."""

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

Z_95 = 1.959963984540054
RESAMPLES = 2000
SEED = 20241016


@dataclass(frozen=True, slots=True)
class Figure:
    """A value with its 95 % interval and the number of cases it rests on."""

    value: float
    low: float
    high: float
    n: int


def wilson(successes: int, n: int) -> tuple[float, float]:
    """Return the 95 % Wilson score interval of a share (Wilson 1927, JASA 22:209).

    Unlike the normal interval it stays within [0, 1] and is honest for 0 of n and n of n.
    By hand for 9 of 10: centre (0.9 + 3.8415/20) / (1 + 3.8415/10) = 0.7889, half width
    1.96/1.38415 * sqrt(0.9*0.1/10 + 3.8415/400) = 0.1932.

    >>> [round(bound, 3) for bound in wilson(9, 10)]
    [0.596, 0.982]
    >>> [round(bound, 3) for bound in wilson(0, 10)]
    [0.0, 0.278]
    """
    if n == 0:
        return 0.0, 1.0
    share, z2 = successes / n, Z_95 * Z_95
    centre = (share + z2 / (2 * n)) / (1 + z2 / n)
    half = Z_95 / (1 + z2 / n) * math.sqrt(share * (1 - share) / n + z2 / (4 * n * n))
    # Rounding must not leave the share itself outside at 0 of n and n of n.
    return max(0.0, min(share, centre - half)), min(1.0, max(share, centre + half))


def bootstrap(
    values: Sequence[float], statistic: Callable[[np.ndarray], np.ndarray] | None = None
) -> tuple[float, float]:
    """Return the 95 % percentile bootstrap interval (Efron 1979) of the mean, or of another row-wise ``statistic``.

    Resampling is seeded, so that the same values always give the same interval. Values that are all
    the same have no spread to resample: the interval is that one point.

    >>> bootstrap([0.5, 0.5, 0.5])
    (0.5, 0.5)
    >>> low, high = bootstrap([0.0, 1.0] * 50)
    >>> 0.39 < low < 0.42 and 0.58 < high < 0.61
    True
    """
    sample = np.asarray(values, dtype=np.float64)
    if sample.size == 0:
        return 0.0, 1.0
    rows = np.random.default_rng(SEED).integers(0, sample.size, size=(RESAMPLES, sample.size))
    drawn = sample[rows]
    means = drawn.mean(axis=1) if statistic is None else statistic(drawn)
    low, high = np.quantile(means, [0.025, 0.975])
    return float(low), float(high)


def proportion(outcomes: Sequence[bool]) -> Figure | None:
    """Return the share of true ``outcomes`` with its Wilson interval; None of none.

    >>> proportion([True, True, False, True])
    Figure(value=0.75, low=0.3006..., high=0.9544..., n=4)
    """
    if not outcomes:
        return None
    hits = sum(outcomes)
    return Figure(hits / len(outcomes), *wilson(hits, len(outcomes)), len(outcomes))


def mean(values: Sequence[float]) -> Figure | None:
    """Return the mean of ``values`` with its bootstrap interval; None of none.

    >>> mean([0.0, 1.0, 0.5]).value
    0.5
    """
    if not values:
        return None
    return Figure(sum(values) / len(values), *bootstrap(values), len(values))
