"""Passages that say the same in nearly the same words: pages are copied from site to site."""

from collections.abc import Sequence

NEAR = 0.8
"""Share of the smaller passage's character trigrams that the larger one holds from which the two say the same."""


def groups(texts: Sequence[frozenset[str]], wanted: int) -> dict[int, int]:
    """Return the places of the first ``wanted`` of ``texts`` that say something new, and how many more say the same.

    Texts are given as trigrams.

    >>> said = ["逾期后应主动联系客服说明情况", "还款方式", "逾期后应主动联系客服,说明情况"]
    >>> groups([trigrams(text) for text in said], 10)
    {0: 1, 1: 0}
    """
    found: dict[int, int] = {}
    sizes = [len(text) for text in texts]
    for place, (own, size) in enumerate(zip(texts, sizes, strict=True)):
        least, most = NEAR * size, size / NEAR
        for first in found:
            # A short passage inside a long one is not a copy of it: the long one says more.
            if least <= sizes[first] <= most and len(own & texts[first]) >= NEAR * min(size, sizes[first]):
                found[first] += 1
                break
        else:
            if len(found) < wanted:
                found[place] = 0
    return found


def trigrams(folded: str) -> frozenset[str]:
    """Return the character trigrams of a folded text, marks left out."""
    letters = "".join(filter(str.isalnum, folded))
    return frozenset(letters[i : i + 3] for i in range(max(1, len(letters) - 2)))
