"""GBK as those sites used it: two-byte characters as numbers, the cells that vanish, the marks that were cut free."""

from typing import Final

FIRST_PAIR: Final = 0x8140
"""The lowest two-byte code; what is below is ASCII."""
LEADS: Final = range(0x81, 0xFF)
ASCII_TRAILS: Final = range(0x40, 0x7F)
HIGH_TRAILS: Final = range(0x80, 0xFF)

CUT_MARKS: Final = {
    "，": 0xA3AC, "。": 0xA1A3, "！": 0xA3A1, "？": 0xA3BF, "；": 0xA3BB, "：": 0xA3BA, "、": 0xA1A2,
    "（": 0xA3A8, "）": 0xA3A9, "“": 0xA1B0, "”": 0xA1B1,
}  # fmt: skip
"""Fullwidth marks that a site may have replaced at any byte offset."""
LONE: Final = "?\ufffd"
"""What a lone byte shows as."""
NARROW: Final = {",": "，", ".": "。", "!": "！", "?": "？", ";": "；", ":": "：", "(": "（", ")": "）"}
"""How such a mark may show, and what it was."""


def _tables() -> tuple[dict[int, str], dict[str, int], frozenset[int]]:
    pairs: dict[int, str] = {}
    vanished: set[int] = set()
    for lead in LEADS:
        for trail in (*ASCII_TRAILS, *HIGH_TRAILS):
            try:
                pairs[lead << 8 | trail] = bytes((lead, trail)).decode("gbk")
            except UnicodeDecodeError:
                vanished.add(lead << 8 | trail)
    return pairs, {char: code for code, char in pairs.items()}, frozenset(vanished)


PAIRS, CODES, VANISHED = _tables()
"""Character of a two-byte code, code of a character, and the codes that a decoder drops without a trace."""
