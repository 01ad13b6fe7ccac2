"""Words that the field uses for one another, from the list beside this module."""

import re
from functools import cache
from typing import Literal

from service.lists import any_of, read_list

Kind = Literal["same", "near", "plain"]


def synonyms_of(word: str) -> tuple[str, ...]:
    """Return the words that may stand for the folded ``word`` in a sentence without changing what it says.

    >>> synonyms_of("第一步"), synonyms_of("天气")
    (('之一步',), ())
    """
    return _same().get(word, ())


def expansions(folded: str) -> tuple[str, ...]:
    """Return the words, none of them in ``folded`` already, that text which answers it may use instead.

    >>> expansions("线上能办吗")
    ('在线',)
    """
    keys = _pattern(frozenset({*_same(), *_near()}))
    found = (match.group() for match in keys.finditer(folded))
    others = (other for word in found for other in (*_same().get(word, ()), *_near().get(word, ())))
    return tuple(dict.fromkeys(other for other in others if other not in folded))


def in_plain_words(folded: str) -> str:
    """Return ``folded`` with colloquial and dialect words replaced by plain ones.

    >>> in_plain_words("花呗还不上咋整啊")
    '花呗还不上怎么办啊'
    """
    plain = {row[0]: row[1] for row in _groups("plain")}
    return _pattern(frozenset(plain)).sub(lambda match: plain[match.group()], folded)


@cache
def _groups(kind: Kind) -> tuple[tuple[str, ...], ...]:
    rows = (line.split("\t") for line in read_list("service", "synonyms.tsv"))
    return tuple(tuple(words.split(" ")) for row_kind, words, _ in rows if row_kind == kind)


@cache
def _same() -> dict[str, tuple[str, ...]]:
    """Return for every word of a ``same`` group the other words of its groups."""
    others: dict[str, tuple[str, ...]] = {}
    for group in _groups("same"):
        for word in group:
            others[word] = (*others.get(word, ()), *(other for other in group if other != word))
    return others


@cache
def _near() -> dict[str, tuple[str, ...]]:
    """Return for the first word of every ``near`` group the rest."""
    others: dict[str, tuple[str, ...]] = {}
    for first, *rest in _groups("near"):
        others[first] = (*others.get(first, ()), *rest)
    return others


@cache
def _pattern(words: frozenset[str]) -> re.Pattern[str]:
    return any_of(words)
