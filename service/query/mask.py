"""Personal data out of a text before it is logged, stored or sent on."""

import re

_GAP = r"[ \-]?"
_DIGIT_EDGE = r"(?<![\d.])", r"(?![\d])"


def _digits(pattern: str) -> str:
    """Return ``pattern`` bounded so that it never matches inside a longer number."""
    return f"{_DIGIT_EDGE[0]}(?:{pattern}){_DIGIT_EDGE[1]}"


# Order matters: an ID number is also a run of digits as long as a bank card's.
RULES: tuple[tuple[str, re.Pattern[str]], ...] = (
    ("[邮箱]", re.compile(r"[A-Za-z0-9._%+\-]+@[A-Za-z0-9\-]+(?:\.[A-Za-z0-9\-]+)+")),
    (
        "[身份证号]",
        re.compile(_digits(rf"[1-9]\d{{5}}{_GAP}(?:19|20)\d{{2}}{_GAP}\d{{4}}{_GAP}\d{{3}}[\dXx]")),
    ),
    ("[银行卡号]", re.compile(_digits(rf"[3-6]\d{{3}}(?:{_GAP}\d{{4}}){{3}}(?:{_GAP}\d{{1,3}})?"))),
    ("[手机号]", re.compile(_digits(rf"(?:\+?86{_GAP})?1[3-9]\d{_GAP}\d{{4}}{_GAP}\d{{4}}"))),
    (
        "[姓名]",
        re.compile(r"(?<=我叫)[\u4e00-\u9fff]{2,4}?(?=[,，。.;；!！?？\s]|的|是|在|,?借|,?花|想|欠|逾|$)"),
    ),
    ("[姓名]", re.compile(r"(?<=我的名字是)[\u4e00-\u9fff]{2,4}?(?=[,，。.;；!！?？\s]|$)")),
)

# Fullwidth digits and letters would slip past the rules; every one maps to one character, so offsets stay.
_WIDTH = {
    code: code - 0xFEE0 for code in (*range(0xFF10, 0xFF1A), *range(0xFF21, 0xFF3B), *range(0xFF41, 0xFF5B))
}
_WIDTH |= {0xFF20: 0x40, 0xFF0E: 0x2E, 0xFF0D: 0x2D, 0xFF0B: 0x2B, 0x3000: 0x20}


def mask(text: str) -> tuple[str, int]:
    """Return ``text`` with ID, bank card and mobile numbers, mail addresses and given names replaced, and their number.

    Hotlines (95188, 400…) are no personal data and stay.

    >>> mask("我叫张三,手机13800138000,借呗逾期了")
    ('我叫[姓名],手机[手机号],借呗逾期了', 2)
    """
    narrow = text.translate(_WIDTH)
    total = 0
    for label, pattern in RULES:
        narrow, found = pattern.subn(label, narrow)
        total += found
    return (narrow, total) if total else (text, 0)


_LABELS = re.compile(
    "(?:我叫|我的名字是|身份证(?:号码?)?|手机(?:号码?)?|电话(?:号码?)?|(?:银行)?卡号?|邮箱)?(?:是|[:：])?(?:"
    + "|".join(re.escape(label) for label in dict(RULES))
    + ")[,，]?"
)


def without_labels(masked: str) -> str:
    """Return ``masked`` text without what stands for hidden data and the word before it; nobody asks about it.

    >>> without_labels("手机[手机号],借呗逾期了")
    '借呗逾期了'
    """
    return _LABELS.sub("", masked)
