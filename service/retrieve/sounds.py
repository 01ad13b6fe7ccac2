"""How hanzi sound, without tones: nobody types those."""

import unicodedata
from functools import lru_cache

from pypinyin.pinyin_dict import pinyin_dict

MAX_READINGS = 3
"""Readings after the third of a character are literary or of names."""


@lru_cache(maxsize=20_000)
def sounds_of(hanzi: str) -> tuple[str, ...]:
    """Return the toneless readings of one character, the commonest first, ``v`` for ü; none for what is no hanzi.

    >>> sounds_of("还"), sounds_of("律")
    (('hai', 'huan', 'fu'), ('lv',))
    """
    readings = unicodedata.normalize("NFD", pinyin_dict.get(ord(hanzi), "")).replace("u\u0308", "v")
    letters = "".join(c for c in readings if not unicodedata.combining(c))
    return tuple(dict.fromkeys(letters.split(",")))[:MAX_READINGS] if letters else ()
