"""How good the ranked passages are."""

import math
from collections.abc import Collection, Sequence


def group_recall(
    ranked: Sequence[frozenset[str] | set[str]], groups: Collection[str], k: int
) -> float | None:
    """Return the share of the needed ``groups`` that the first ``k`` hits cover; None when nothing is needed.

    ``ranked[i]`` holds the groups of evidence that hit i covers.
    By hand: needed {a, b}, hits [{}, {a}, {a}, {b}]: at 3 only a is covered, 1/2.

    >>> group_recall([set(), {"a"}, {"a"}, {"b"}], ["a", "b"], 3)
    0.5
    """
    if not groups:
        return None
    found: set[str] = set().union(*ranked[:k])
    return len(found.intersection(groups)) / len(set(groups))


def reciprocal_rank(
    ranked: Sequence[frozenset[str] | set[str]], groups: Collection[str], k: int = 10
) -> float | None:
    """Return 1 / rank of the first hit that covers a needed group, 0 when none of the first ``k`` does.

    By hand: the first hit that covers anything is third: 1/3.

    >>> round(reciprocal_rank([set(), set(), {"a"}], ["a"]), 3)
    0.333
    """
    if not groups:
        return None
    for rank, covered in enumerate(ranked[:k], start=1):
        if covered.intersection(groups):
            return 1 / rank
    return 0.0


def ndcg(ranked: Sequence[frozenset[str] | set[str]], grades: dict[str, int], k: int = 10) -> float | None:
    """Return the normalised discounted cumulative gain at ``k`` (Järvelin & Kekäläinen 2002) over units of evidence.

    ``grades`` gives each unit (a section that holds evidence) its grade; a hit gains the grades of the units that it is
    the first to cover, so a repeated passage gains nothing.
    By hand: grades a=2, b=1; hits [{b}, {}, {a}]: DCG = 1/log2(2) + 2/log2(4) = 2; ideal = 2 + 1/log2(3) = 2.631.

    >>> round(ndcg([{"b"}, set(), {"a"}], {"a": 2, "b": 1}), 3)
    0.76
    """
    if not grades:
        return None
    seen: set[str] = set()
    gain = 0.0
    for rank, covered in enumerate(ranked[:k], start=1):
        fresh = covered - seen
        gain += sum(grades.get(unit, 0) for unit in fresh) / math.log2(rank + 1)
        seen |= fresh
    ideal = sum(
        grade / math.log2(rank + 1)
        for rank, grade in enumerate(sorted(grades.values(), reverse=True)[:k], start=1)
    )
    return min(1.0, gain / ideal)


def wrong_product(products: Sequence[Collection[str]], asked: str | None, k: int = 5) -> int | None:
    """Return how many of the first ``k`` passages speak of the other named product only; None when none is asked.

    A passage said of any lender (通用) or of a lender whose name is lost (unknown) is not counted.
    By hand: asked 借呗; [花呗], [花呗, 借呗], [通用]: one.

    >>> wrong_product([["花呗"], ["花呗", "借呗"], ["通用"]], "借呗")
    1
    """
    if asked is None:
        return None
    other = {"花呗", "借呗"} - {asked}
    return sum(asked not in product and bool(other.intersection(product)) for product in products[:k])


def product_purity(products: Sequence[Collection[str]], asked: str | None, k: int = 5) -> float | None:
    """Return the share of the first ``k`` passages that are not of the wrong product; None without product or passages.

    By hand: one of three is wrong: 2/3.

    >>> round(product_purity([["花呗"], ["花呗", "借呗"], ["通用"]], "借呗"), 3)
    0.667
    """
    wrong = wrong_product(products, asked, k)
    if wrong is None or not products:
        return None
    return 1 - wrong / len(products[:k])
