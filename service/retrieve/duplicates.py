"""Passages that say the same in nearly the same words: pages are copied from site to site."""

from collections.abc import Sequence

NEAR = 0.8
"""Share of the smaller passage's character trigrams that the larger one holds from which the two say the same."""


def representatives(texts: Sequence[frozenset[str]]) -> list[int]:
    """Return for each of ``texts``, given as trigrams, the place of the first that says the same, or its own place.

    >>> said = ["逾期后应主动联系客服说明情况", "还款方式", "逾期后应主动联系客服,说明情况"]
    >>> representatives([trigrams(text) for text in said])
    [0, 1, 0]
    """
    firsts: list[int] = []
    for place, own in enumerate(texts):
        seen = (first for first in sorted(set(firsts)) if _says_the_same(own, texts[first]))
        firsts.append(next(seen, place))
    return firsts


def trigrams(folded: str) -> frozenset[str]:
    """Return the character trigrams of a folded text, marks left out."""
    letters = "".join(filter(str.isalnum, folded))
    return frozenset(letters[i : i + 3] for i in range(max(1, len(letters) - 2)))


def _says_the_same(one: frozenset[str], other: frozenset[str]) -> bool:
    small, large = (one, other) if len(one) <= len(other) else (other, one)
    # A short passage inside a long one is not a copy of it: the long one says more.
    return len(small) >= NEAR * len(large) and len(small & large) >= NEAR * len(small)
