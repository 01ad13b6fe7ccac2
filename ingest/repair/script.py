"""Traditional script to the mainland's, one character for one, without changing a word.

OpenCC's ``t2s`` does most of it. What it leaves out is here: 著 where 着 is meant, 甚么, 祇. Its phrase-level
Taiwan modes are deliberately not used: they put other words in the author's mouth (影响 → 像响, 资料 → 数据).
"""

import re
from functools import lru_cache

import opencc

_KEPT_ZHU = re.compile("(?<=[显原名论专编卓昭巨土译合遗撰拙所较新共旧大力])著|著(?=[名作称者书述录有])")
"""著 is right: 显著, 名著, 著名, 著作 …"""
_ZHU = re.compile("著")
_REST = str.maketrans({"衹": "只", "甦": "苏", "暱": "昵"})


@lru_cache(maxsize=1)
def _converter() -> opencc.OpenCC:
    return opencc.OpenCC("t2s")


def to_mainland(text: str, *, traditional: bool) -> str:
    """Return the text in the mainland's Simplified script; the length stays the same.

    ``traditional`` says that the text around is Traditional, where 着 is written 著. In Simplified text 著 is
    already right.

    >>> to_mainland("伴隨著風險的著名作家", traditional=True)
    '伴随着风险的著名作家'
    >>> to_mainland("影響資料,乾隆後來", traditional=True)
    '影响资料,乾隆后来'
    """
    converted: str = _converter().convert(text)
    if len(converted) != len(text):
        converted = "".join(c if len(c := _converter().convert(char)) == 1 else char for char in text)
    if traditional:
        converted = converted.translate(_REST).replace("甚么", "什么")
        if "著" in converted:
            kept = {match.start() for match in _KEPT_ZHU.finditer(converted)}
            converted = _ZHU.sub(lambda m: "著" if m.start() in kept else "着", converted)
    return converted
