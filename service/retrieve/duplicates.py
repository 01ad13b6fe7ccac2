"""Passages that say the same in nearly the same words: pages are copied from site to site."""

from collections.abc import Callable, Sequence

NEAR = 0.8
"""Share of the smaller passage's character trigrams that the larger one holds from which the two say the same."""


def groups(rows: Sequence[int], wanted: int, says_the_same: Callable[[int, int], bool]) -> dict[int, int]:
    """Return the places of the first ``wanted`` of ``rows`` that say something new, and how many more say the same.

    >>> groups([7, 3, 9], 10, lambda one, other: {one, other} == {7, 9})
    {0: 1, 1: 0}
    """
    found: dict[int, int] = {}
    for place, row in enumerate(rows):
        for first in found:
            if says_the_same(rows[first], row):
                found[first] += 1
                break
        else:
            if len(found) < wanted:
                found[place] = 0
    return found


def same(one: frozenset[str], other: frozenset[str]) -> bool:
    """Return whether two texts, given as trigrams, say the same.

    >>> same(*map(trigrams, ["逾期后应主动联系客服说明情况", "逾期后应主动联系客服,说明情况"]))
    True
    """
    small, large = sorted((len(one), len(other)))
    # A short passage inside a long one is not a copy of it: the long one says more.
    return small >= NEAR * large and len(one & other) >= NEAR * small


def trigrams(folded: str) -> frozenset[str]:
    """Return the character trigrams of a folded text, marks left out."""
    letters = "".join(filter(str.isalnum, folded))
    return frozenset(letters[i : i + 3] for i in range(max(1, len(letters) - 2)))
