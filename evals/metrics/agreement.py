"""How far two readers agree beyond chance."""

from collections import Counter
from collections.abc import Hashable, Sequence


def cohen_kappa(first: Sequence[Hashable], second: Sequence[Hashable]) -> float | None:
    """Return Cohen's kappa (1960): agreement beyond what the readers' own habits give; None of nothing.

    1 is full agreement, 0 what chance gives. Where both always say one and the same there is no chance to beat: 1.
    By hand: yes/yes 2, yes/no 1, no/no 1: observed 3/4; chance 3/4*2/4 + 1/4*2/4 = 1/2; kappa (3/4 - 1/2) / (1/2).

    >>> cohen_kappa(["y", "y", "y", "n"], ["y", "y", "n", "n"])
    0.5
    """
    if not first:
        return None
    n = len(first)
    observed = sum(a == b for a, b in zip(first, second, strict=True)) / n
    left, right = Counter(first), Counter(second)
    chance = sum(left[label] * right[label] for label in left) / (n * n)
    return 1.0 if chance == 1 else (observed - chance) / (1 - chance)
