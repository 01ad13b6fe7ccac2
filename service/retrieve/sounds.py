"""How hanzi sound, without tones: nobody types those."""

import unicodedata
from collections import Counter, defaultdict
from functools import cache, lru_cache

from pypinyin.phrases_dict import phrases_dict
from pypinyin.pinyin_dict import pinyin_dict

LEAST_SHARE = 0.05
"""Share of the phrases with a hanzi in which it has to sound so, unless it is its first reading: the rest are literary or of names."""


@lru_cache(maxsize=20_000)
def sounds_of(hanzi: str) -> tuple[str, ...]:
    """Return the toneless readings of one character that are in use, the commonest first, ``v`` for ü; none for what is no hanzi.

    >>> sounds_of("还"), sounds_of("律"), sounds_of("不")
    (('hai', 'huan'), ('lv',), ('bu',))
    """
    first, *others = dict.fromkeys(map(_toneless, pinyin_dict.get(ord(hanzi), "").split(",")))
    counted = _counted().get(hanzi, Counter())
    least = LEAST_SHARE * counted.total()
    return tuple(filter(None, (first, *(sound for sound in others if counted[sound] > least))))


@cache
def _counted() -> dict[str, Counter[str]]:
    """Return how often each hanzi has each reading in the phrases whose reading is listed as a whole."""
    found: dict[str, Counter[str]] = defaultdict(Counter)
    for phrase, readings in phrases_dict.items():
        for hanzi, reading in zip(phrase, readings, strict=False):
            found[hanzi][_toneless(reading[0])] += 1
    return found


@cache
def _toneless(reading: str) -> str:
    letters = unicodedata.normalize("NFD", reading).replace("u\u0308", "v")
    return "".join(c for c in letters if not unicodedata.combining(c))
