"""Words that may stand for one another in a sentence about debts, from ``paraphrases.txt``."""

import re
from functools import cache, lru_cache

from service.lists import any_of, read_list


def alternatives(word: str) -> tuple[str, ...]:
    """Return the words that may stand for the folded ``word``.

    >>> alternatives("律所")
    ('律师事务所',)
    """
    return _groups().get(word, ())


@lru_cache(maxsize=5_000)
def known_words(folded: str) -> tuple[tuple[int, int, str], ...]:
    """Return where ``folded`` holds words of the list: start, end, word; longer words hide the shorter within them."""
    return tuple((match.start(), match.end(), match.group()) for match in _pattern().finditer(folded))


@cache
def _pattern() -> re.Pattern[str]:
    return any_of(_groups())


@cache
def _groups() -> dict[str, tuple[str, ...]]:
    """Return for every word of the list the words that may stand for it."""
    others: dict[str, set[str]] = {}
    for line in read_list("service.verify", "paraphrases.txt"):
        group = set(line.split())
        for word in group:
            others.setdefault(word, set()).update(group - {word})
    return {word: tuple(sorted(group)) for word, group in others.items()}
