"""Personal data out of a text before it is logged, stored or sent on."""

import re

_GAP = r"[ \-]?"
_DIGIT_EDGE = r"(?<![\d.])", r"(?![\d])"


def _digits(pattern: str) -> str:
    """Return ``pattern`` bounded so that it never matches inside a longer number."""
    return f"{_DIGIT_EDGE[0]}(?:{pattern}){_DIGIT_EDGE[1]}"


# Surnames of nine in ten people, both scripts: after 姓名 much else may stand (姓名写错了).
_SURNAME = (
    "[王李张張刘劉陈陳杨楊赵趙黄黃周吴吳徐孙孫胡朱高林何郭马馬罗羅梁宋郑鄭谢謝韩韓唐冯馮于董萧蕭程曹袁邓鄧许許傅沈曾彭吕呂苏蘇卢盧"
    "蒋蔣蔡贾賈丁魏薛叶葉阎閻余潘杜戴夏钟鍾汪田任姜范方石姚谭譚廖邹鄒熊金陆陸郝孔白崔康毛邱秦江史顾顧侯邵孟龙龍万萬段雷钱錢汤湯尹黎易常武乔喬贺賀赖賴龚龔文]"
)
# What is called a number and is none of the asker's: the lines that questions are about.
_HOTLINE = r"(?:95\d{3,4}|12\d{3}|[48]00[ \-]?\d{3,4}[ \-]?\d{3,4})(?!\d)"
_ACCOUNT = rf"(?!{_HOTLINE})[A-Za-z0-9_\-]{{5,20}}(?![A-Za-z0-9_\-])(?!\s*[元块天年月万])"
CARD = "[银行卡号]"

# Order matters: an ID number is also a run of digits as long as a bank card's. What ``said`` matches stays.
RULES: tuple[tuple[str, re.Pattern[str]], ...] = (
    ("[邮箱]", re.compile(r"[A-Za-z0-9._%+\-]{1,64}@[A-Za-z0-9\-]{1,63}(?:\.[A-Za-z0-9\-]{1,63})+")),
    (
        "[身份证号]",
        re.compile(_digits(rf"[1-9]\d{{5}}{_GAP}(?:19|20)\d{{2}}{_GAP}\d{{4}}{_GAP}\d{{3}}[\dXx]")),
    ),
    (CARD, re.compile(_digits(rf"[3-6]\d{{3}}(?:{_GAP}\d{{4}}){{3}}(?:{_GAP}\d{{1,3}})?"))),
    (
        CARD,
        re.compile(
            _digits(rf"(?P<checked>\d{{15,19}}|\d{{6}}{_GAP}\d{{13}}|\d{{4}}{_GAP}\d{{6}}{_GAP}\d{{5}})")
        ),
    ),
    ("[手机号]", re.compile(_digits(rf"(?:\+?86{_GAP})?1[3-9]\d{_GAP}\d{{4}}{_GAP}\d{{4}}"))),
    ("[座机号]", re.compile(_digits(rf"(?:\+?86{_GAP})?\(?0\d{{2,3}}\)?{_GAP}\d{{7,8}}"))),
    (
        "[账号]",
        re.compile(
            rf"(?P<said>(?:微信|[Qq][Qq])(?:号码?|號碼?)\s*(?:是|[:：])?\s*|(?:微信|[Qq][Qq])\s*(?:是|[:：])?\s*(?=[A-Za-z_\-]{{0,19}}\d)){_ACCOUNT}"
        ),
    ),
    (
        "[姓名]",
        re.compile(r"(?<=我叫)[\u4e00-\u9fff]{2,4}?(?=[,，。.;；!！?？\s]|的|是|在|,?借|,?花|想|欠|逾|$)"),
    ),
    ("[姓名]", re.compile(r"(?<=我的名字是)[\u4e00-\u9fff]{2,4}?(?=[,，。.;；!！?？\s]|$)")),
    (
        "[姓名]",
        re.compile(
            rf"(?P<said>(?:我的?姓名\s*(?:是|叫|[:：])?|姓名\s*(?:是|[:：]))\s*){_SURNAME}[\u4e00-\u9fff]{{1,3}}?(?<![吗么呢])(?=[,，。.;；!！?？\s]|$)"
        ),
    ),
)

# Fullwidth digits and letters would slip past the rules; every one maps to one character, so offsets stay.
_WIDTH = {
    code: code - 0xFEE0 for code in (*range(0xFF10, 0xFF1A), *range(0xFF21, 0xFF3B), *range(0xFF41, 0xFF5B))
}
_WIDTH |= {0xFF20: 0x40, 0xFF0E: 0x2E, 0xFF0D: 0x2D, 0xFF0B: 0x2B, 0x3000: 0x20}


def mask(text: str) -> tuple[str, int]:
    """Return ``text`` with ID, bank card and telephone numbers, mail addresses, accounts and given names replaced, and their number.

    Hotlines (95188, 400…) are no personal data and stay. What may be any long number is a card's where its check digit is right.

    >>> mask("我叫张三,手机13800138000,借呗逾期了")
    ('我叫[姓名],手机[手机号],借呗逾期了', 2)
    """
    narrow = text.translate(_WIDTH)
    total = 0
    for label, pattern in RULES:
        narrow, found = _hide(narrow, label, pattern)
        total += found
    return (narrow, total) if total else (text, 0)


def _hide(text: str, label: str, pattern: re.Pattern[str]) -> tuple[str, int]:
    found = 0

    def hidden(match: re.Match[str]) -> str:
        nonlocal found
        groups = match.groupdict()
        if "checked" in groups and not _passes_luhn(match.group()):
            return match.group()
        found += 1
        return f"{groups.get('said', '')}{label}"

    return pattern.sub(hidden, text), found


def _passes_luhn(number: str) -> bool:
    """Return whether the last digit is the check digit of the others (ISO/IEC 7812-1)."""
    digits = [int(digit) for digit in reversed(number) if digit.isdigit()]
    return sum(sum(divmod(2 * digit, 10)) if at % 2 else digit for at, digit in enumerate(digits)) % 10 == 0


_LABELS = re.compile(
    "(?:我叫|我的名字是|我?的?姓名|微信(?:号码?)?|[Qq][Qq](?:号码?)?|座机|身份证(?:号码?)?|手机(?:号码?)?|电话(?:号码?)?|(?:银行)?卡号?|邮箱)?(?:是|[:：])?(?:"
    + "|".join(re.escape(label) for label in dict(RULES))
    + ")[,，]?"
)


def without_labels(masked: str) -> str:
    """Return ``masked`` text without what stands for hidden data and the word before it; nobody asks about it.

    >>> without_labels("手机[手机号],借呗逾期了")
    '借呗逾期了'
    """
    return _LABELS.sub("", masked)
