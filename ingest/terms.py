"""The terms of folded text, and their keys: numbers that a sorted array can look up without holding the words."""

import re
from collections.abc import Iterator, Sequence
from functools import lru_cache
from hashlib import blake2b

import numpy as np
from numpy.typing import NDArray

Keys = NDArray[np.int64]

KEY_BITS = 48
"""A key is below 2 ** 48: one hanzi is its code point, two are both side by side, a word is a hash above those."""

_FIRST, _LAST = 0x3400, 0x9FFF
_HANZI_BITS = 16
_WORD = re.compile("[a-z0-9]+")
_RUN = re.compile(rf"[{chr(_FIRST)}-{chr(_LAST)}]+|[a-z0-9]+")
_BETWEEN = "\n"


def tokens(folded: str) -> Iterator[str]:
    """Yield the terms of folded text: each hanzi, each pair of neighbouring hanzi, each Latin word and number.

    >>> list(tokens("逾期95188"))
    ['逾', '期', '逾期', '95188']
    """
    for run in _RUN.findall(folded):
        if run[0] < chr(_FIRST):
            yield run
            continue
        yield from run
        for i in range(len(run) - 1):
            yield run[i : i + 2]


def key_of(term: str) -> int:
    """Return the key of a term."""
    if term[0] < chr(_FIRST):
        return _word_key(term)
    key = 0
    for hanzi in term:
        key = key << _HANZI_BITS | ord(hanzi)
    return key


def hanzi_of(key: int) -> str:
    """Return the one or two hanzi of a key, or nothing where it stands for a word.

    >>> hanzi_of(key_of("逾期"))
    '逾期'
    """
    if key >> 2 * _HANZI_BITS:
        return ""
    first, last = key >> _HANZI_BITS, key & (1 << _HANZI_BITS) - 1
    return (chr(first) if first else "") + chr(last)


def occurrences(folded: Sequence[str]) -> tuple[Keys, Keys]:
    """Return the keys of all terms of ``folded`` texts, and for each of them the place of its text."""
    joined = _BETWEEN.join(folded)
    codes = np.frombuffer(joined.encode("utf-32-le"), np.uint32).astype(np.int64)
    texts = np.cumsum(codes == ord(_BETWEEN))
    is_hanzi = (codes >= _FIRST) & (codes <= _LAST)
    is_pair = is_hanzi[:-1] & is_hanzi[1:]
    pairs = (codes[:-1][is_pair] << _HANZI_BITS) | codes[1:][is_pair]
    words = [(_word_key(match.group()), match.start()) for match in _WORD.finditer(joined)]
    word_keys, starts = np.asarray(words, np.int64).reshape(-1, 2).T
    return (
        np.concatenate([codes[is_hanzi], pairs, word_keys]),
        np.concatenate([texts[is_hanzi], texts[:-1][is_pair], texts[starts]]),
    )


@lru_cache(maxsize=100_000)
def _word_key(word: str) -> int:
    # 47 bits: among a million different words two share a key with odds of one in 280.
    digest = int.from_bytes(blake2b(word.encode(), digest_size=8).digest(), "little")
    return 1 << KEY_BITS - 1 | digest >> 64 - (KEY_BITS - 1)
