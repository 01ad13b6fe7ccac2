"""The search form of a text: what question and passage are both reduced to before they are compared."""

import re
import unicodedata
from functools import cache

from opencc import OpenCC

from ingest.repair import repair

_TONED = "āáǎàēéěèīíǐìōóǒòūúǔùǖǘǚǜńňǹḿ"
_NOTE = re.compile(rf"(?<=[㐀-鿿])(?:\((?=[^)]*[{_TONED}])[a-zü' {_TONED}]{{1,24}}\))+")
"""A reading in brackets after a hanzi, tone marks and all."""

_GARBLED = re.compile(r"[)）]|[?？][?？！!,，。;；]|[\u0370-\u03ff\u0400-\u04ff\u3105-\u312f\u2550-\u25ff]")
"""What garbled text shows, and sound text seldom; only then is the repair asked."""

_INVISIBLE = re.compile(r"[\u00ad\u200b-\u200f\u202a-\u202e\u2060-\u2064\ufe00-\ufe0f\ufeff]")
_SPACES = re.compile(r"\s+")

_HANZI = (range(0x3400, 0x4DC0), range(0x4E00, 0xA000), range(0x20000, 0x2A6E0))

_MAINLAND = {
    "著": (re.compile("(?<![编名原专巨显论遗译昭土拙合])著(?![名作者称述书])"), "着"),
    "帐": (re.compile("(?<![蚊营军])帐(?![篷幕])"), "账"),
    "瞭": (re.compile("瞭(?!望)"), "了"),
    "甚": (re.compile("甚么"), "什么"),
    "藉": (re.compile("(?<![狼慰蕴枕])藉"), "借"),
    "覆": (re.compile("(?<=[回答反])覆"), "复"),
}
"""Characters that OpenCC leaves alone one by one, and that the mainland writes otherwise in these words."""


def fold(text: str) -> str:
    """Return ``text`` in its search form: one script, one width, one case, no garbling and no reading notes.

    Garbling is repaired; NFKC; Traditional to Simplified character by character, so that a character becomes the same
    whatever stands beside it; letters lower; readings in brackets after a hanzi and invisible characters gone; white
    space one blank. Folding twice changes nothing more. For comparison only: what people read is never folded.

    >>> fold("借唄逾期了，怎麼跟ＡＰＰ客服說？"), fold("面臨法律追償?shù)娘L(fēng)險(xiǎn)")
    ('借呗逾期了,怎么跟app客服说?', '面临法律追偿的风险')
    """
    if _GARBLED.search(text):
        text = repair(text, script="keep").clean
    text = unicodedata.normalize("NFKC", _INVISIBLE.sub("", text)).translate(_characters())
    if "(" in text:
        text = _NOTE.sub("", text)
    for character, (pattern, replacement) in _MAINLAND.items():
        if character in text:
            text = pattern.sub(replacement, text)
    return _SPACES.sub(" ", text).strip()


@cache
def _characters() -> dict[int, str]:
    """Return the table of single characters: Latin capitals, and Traditional hanzi by OpenCC's ``t2s``."""
    table = {chr(code): chr(code).lower() for code in (*range(0x41, 0x5B), *range(0xC0, 0x250))}
    hanzi = [chr(code) for codes in _HANZI for code in codes]
    table |= dict(zip(hanzi, OpenCC("t2s").convert("\n".join(hanzi)).split("\n"), strict=True))
    table |= {"妳": "你", "祇": "只", "敍": "叙"}
    changed = {before: after for before, after in table.items() if before != after and len(after) == 1}
    # Two conversions may chain (薴 → 苧 → 苎); the table goes all the way, so that folding twice changes nothing.
    return {ord(before): changed.get(after, after) for before, after in changed.items()}
