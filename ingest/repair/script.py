"""Traditional script to the mainland's, one character for one, without changing a word.

OpenCC's ``t2s`` does most of it. What it leaves out is here: 著 where 着 is meant, 甚么, 暱. Its phrase-level
Taiwan modes are deliberately not used: they put other words in the author's mouth (影响 → 像响, 资料 → 数据).
Lines of Japanese or Korean keep their characters.
"""

import re
from functools import lru_cache

import opencc

from ingest.repair.characters import is_only_simplified, is_traditional
from ingest.repair.gbk import PAIRS

_FOREIGN = re.compile("[\u3041-\u3096\u30a1-\u30fa\uac00-\ud7a3\u1100-\u11ff]")
_SURROGATE = re.compile("[\ud800-\udfff]")
_HAN = re.compile("[\u4e00-\u9fff]")
FOREIGN_SHARE = 0.15
"""From this share of kana or hangul, a line is not Chinese; brand names like 優の良品 stay below."""

_KEPT_ZHU = re.compile(
    "(?<=[显原名论专编卓昭巨土译合遗撰拙所较新旧主])著(?!急|地|火|凉)|著(?=[名作称者书述录有《〈]|等身|于竹帛)"
)
"""著 is right: 显著, 名著, 著名, 著作 …"""
_LEFT_BY_OPENCC = str.maketrans({"衹": "只", "甦": "苏", "暱": "昵"})
IN_BOTH_SCRIPTS = frozenset(
    "后里于并范布只面制系云台余征松胡姜郁冬才几干谷斗丑卷朱准向回困家志托折据采曲板冲划占合同吁群"
)
"""Simplified forms that Traditional text writes too, as words of their own or by a site's table: they tell nothing."""
_BOTH = re.compile("[乾瞭藉徵於夥昇甯]")
"""Characters that OpenCC converts but that Simplified text writes too: 王乾, 瞭望, 狼藉."""


def to_mainland(text: str, *, traditional: bool) -> str:
    """Return the text in the mainland's Simplified script; length and line breaks stay the same.

    ``traditional`` says which script the page is in, for lines that do not show it. In Simplified text 著 is already
    right.

    >>> to_mainland("伴隨著風險的著名作家", traditional=True)
    '伴随着风险的著名作家'
    >>> to_mainland("影響資料,乾隆後來", traditional=True)
    '影响资料,乾隆后来'
    >>> to_mainland("東京の夜は長い", traditional=True)
    '東京の夜は長い'
    """
    converted = _convert(text)
    if converted == text and "著" not in text:
        return text
    if not _FOREIGN.search(text) and not _BOTH.search(text) and "著" not in text and "甚" not in text:
        return converted.translate(_LEFT_BY_OPENCC)
    # Only what follows needs to know each line; most pages are done by now.
    before, after = text.split("\n"), converted.split("\n")
    if sum(map(_is_foreign, before)) * 2 > sum(bool(_HAN.search(line)) for line in before):
        return text
    lines = (_line(b, a, traditional=traditional) for b, a in zip(before, after, strict=True))
    return "\n".join(lines)


def leans_traditional(text: str) -> int:
    """Return how many more Traditional than Simplified characters a text holds, of those that tell."""
    traditional, simplified = _telling()
    return len(traditional.findall(text)) - len(simplified.findall(text))


def count_traditional(text: str) -> int:
    """Return how many characters are written otherwise in Simplified script."""
    return len(_telling()[0].findall(text))


def _line(before: str, after: str, *, traditional: bool) -> str:
    if _is_foreign(before):
        return before
    leans = leans_traditional(before)
    if leans > 0 or (leans == 0 and traditional):
        after = after.translate(_LEFT_BY_OPENCC).replace("甚么", "什么")
        kept = {match.start() for match in _KEPT_ZHU.finditer(after)}
        return re.sub("著", lambda match: "著" if match.start() in kept else "着", after)
    chars = list(after)
    for match in _BOTH.finditer(before):
        chars[match.start()] = match[0]
    return "".join(chars)


def _is_foreign(line: str) -> bool:
    foreign = len(_FOREIGN.findall(line))
    return foreign > 1 and foreign > FOREIGN_SHARE * len(_HAN.findall(line))


def _convert(text: str) -> str:
    """Return what OpenCC makes of the text, which keeps its length; lone surrogates, which it refuses, stay."""
    sound = _SURROGATE.sub("\ufffd", text)
    converted: str = _converter().convert(sound)
    if len(converted) != len(text):
        converted = "".join(c if len(c := _converter().convert(char)) == 1 else char for char in sound)
    if sound != text:
        converted = "".join(t if _SURROGATE.match(t) else c for t, c in zip(text, converted, strict=True))
    return converted


@lru_cache(maxsize=1)
def _converter() -> opencc.OpenCC:
    return opencc.OpenCC("t2s")


@lru_cache(maxsize=1)
def _telling() -> tuple[re.Pattern[str], re.Pattern[str]]:
    traditional = "".join(char for code, char in PAIRS.items() if is_traditional(code) and char != "著")
    simplified = "".join(
        char for code, char in PAIRS.items() if is_only_simplified(code) and char not in IN_BOTH_SCRIPTS
    )
    return re.compile(f"[{traditional}]"), re.compile(f"[{simplified}]")
