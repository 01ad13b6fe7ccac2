"""How well garbled text was repaired."""

import re
from collections.abc import Sequence

_NOTE = re.compile(r"[（(][a-zāáǎàēéěèīíǐìōóǒòūúǔùǖǘǚǜüńňǹḿ]{1,6}[）)]")


def edit_distance(left: Sequence[str], right: Sequence[str]) -> int:
    """Return the Levenshtein distance: insertions, deletions and substitutions, each of cost 1.

    By hand: 借呗逾期 → 借贝预期了: two substitutions and one insertion.

    >>> edit_distance("借呗逾期", "借贝预期了")
    3
    """
    row = list(range(len(right) + 1))
    for i, a in enumerate(left, start=1):
        diagonal, row[0] = row[0], i
        for j, b in enumerate(right, start=1):
            diagonal, row[j] = row[j], min(row[j] + 1, row[j - 1] + 1, diagonal + (a != b))
    return row[-1]


def character_error_rate(reference: str, repaired: str) -> float | None:
    """Return edit distance / length of ``reference``; None for an empty reference.

    By hand: 面临法律追偿的风险 read as 面临法律追偿?风险: one substitution in 9 characters, 0.111.

    >>> round(character_error_rate("面临法律追偿的风险", "面临法律追偿?风险"), 3)
    0.111
    """
    if not reference:
        return None
    return edit_distance(reference, repaired) / len(reference)


def note_residue(text: str) -> int:
    """Return how many pinyin notes are left: a lower-case pinyin syllable alone in brackets.

    By hand: 導(dǎo)語 holds one, 人工智能(AI) none.

    >>> note_residue("導(dǎo)語 人工智能(AI)")
    1
    """
    return len(_NOTE.findall(text))
