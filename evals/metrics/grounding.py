"""Whether what was said rests on what was cited, and whether what was cited is what should have been."""

import re
from collections.abc import Collection, Sequence

from ingest.fold import fold

SUPPORT_FLOOR = 0.4
"""A sentence that shares less than this with its quotes says something of its own.

Not higher: saying whose article it is, and a caveat in front, add words that no quote holds.
"""

_MARKS = re.compile(r"\[\d+\]|[\W_]+")


def comparable(text: str) -> str:
    """Return ``text`` folded, without citation marks, spaces and punctuation, so that wordings can be compared.

    >>> comparable("與「客服」溝通[1]。")
    '与客服沟通'
    """
    return _MARKS.sub("", fold(text))


def bigrams(text: str) -> frozenset[str]:
    """Return the pairs of adjacent characters of comparable ``text``.

    >>> sorted(bigrams("借呗,逾期"))
    ['借呗', '呗逾', '逾期']
    """
    plain = comparable(text)
    return frozenset(plain[i : i + 2] for i in range(len(plain) - 1))


def key_fact_recall(answer: str, key_facts: Sequence[Sequence[str]]) -> float | None:
    """Return the share of key facts of which the answer holds any wording; None without key facts.

    By hand: facts [[延期, 展期], [说明困难]]; 可以申请展期 holds the first alone: 1/2.

    >>> key_fact_recall("可以申请展期。", [["延期", "展期"], ["说明困难"]])
    0.5
    """
    if not key_facts:
        return None
    said = comparable(answer)
    return sum(any(comparable(wording) in said for wording in fact) for fact in key_facts) / len(key_facts)


def citation_precision(
    covered: Sequence[frozenset[str] | set[str]], targets: Collection[str]
) -> float | None:
    """Return the share of citations that lie on evidence; None when nothing is cited or nothing is relevant.

    ``covered[i]`` holds the pieces of evidence that citation i shares a paragraph with. Citing everything lowers it.
    By hand: two citations, one on evidence: 1/2.

    >>> citation_precision([{"a"}, set()], ["a", "b"])
    0.5
    """
    if not covered or not targets:
        return None
    return sum(bool(pieces.intersection(targets)) for pieces in covered) / len(covered)


def citation_recall(covered: Sequence[frozenset[str] | set[str]], groups: Collection[str]) -> float | None:
    """Return the share of needed groups that the citations cover; None when nothing is needed, 0 when nothing is cited.

    By hand: needed {a, b}, cited {a}: 1/2.

    >>> citation_recall([{"a"}], ["a", "b"])
    0.5
    """
    if not groups:
        return None
    found: set[str] = set().union(*covered)
    return len(found.intersection(groups)) / len(set(groups))


def lexical_support(sentence: str, quotes: Sequence[str]) -> float | None:
    """Return the share of the sentence's character bigrams that its quotes hold; None for a sentence of no words.

    By hand: 可以申请延期 has 5 bigrams; the quote 提出延期的请求 holds 延期 alone: 1/5.

    >>> lexical_support("可以申请延期", ["提出延期的请求"])
    0.2
    """
    said = bigrams(sentence)
    if not said:
        return None
    held: set[str] = set().union(*(bigrams(quote) for quote in quotes))
    return len(said & held) / len(said)


_YES = re.compile(r"^(是的|是|会的?|可以|能|有可能|可能|对|有|需要|应该|应当|通常会?可以|通常会|一般会|存在)")
_NO = re.compile(r"^(不|否|没有|并不|并非|无法|未必|不是|错)")
_PREFACE = re.compile(r"^(?:[^。！!]{0,24}?[:：，,])?")


def opening_polarity(answer: str, *, prefaced: bool = True) -> str | None:
    """Return yes or no as the answer opens, None when it opens with neither.

    A short preface before a comma or colon (花呗那篇说：) is skipped where it may be ``prefaced``.

    >>> opening_polarity("会的,逾期会影响征信[1]。"), opening_polarity("借呗那篇说:不可以。"), opening_polarity("會(花唄):影響徵信。")
    ('yes', 'no', 'yes')
    """
    text = fold(answer)
    for start in (text, _PREFACE.sub("", text, count=1).strip() if prefaced else ""):
        if _NO.match(start):
            return "no"
        if _YES.match(start):
            return "yes"
    return None
