"""Which script a question is written in, and an answer in that script."""

from functools import cache
from typing import Literal

from opencc import OpenCC

Script = Literal["hans", "hant"]


@cache
def _converter(mode: str) -> OpenCC:
    return OpenCC(mode)


def find_script(text: str) -> Script:
    """Return the script of ``text``; hans where nothing tells.

    >>> find_script("花唄逾期會影響徵信嗎"), find_script("花呗逾期会影响征信吗")
    ('hant', 'hans')
    """
    traditional = sum(a != b for a, b in zip(text, _converter("t2s").convert(text), strict=False))
    simplified = sum(a != b for a, b in zip(text, _converter("s2t").convert(text), strict=False))
    return "hant" if traditional > simplified else "hans"


def to_script(text: str, script: Script) -> str:
    """Return Simplified ``text`` in ``script``: Traditional by the Taiwan standard of characters, words left alone."""
    return _converter("s2tw").convert(text) if script == "hant" else text
