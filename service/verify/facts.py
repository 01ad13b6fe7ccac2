"""The exact facts in a text, normalised so that 万分之五 and 0.05% are one fact and 九十天 and 90天 another.

A sentence may be a fair paraphrase of its source in everything but these: a telephone number, address, amount,
rate, duration, date, law article or product is either the source's or wrong.
"""

import re
from dataclasses import dataclass
from decimal import Decimal
from typing import Literal

from service.query.product import find_other_lenders, find_products

FactKind = Literal["phone", "url", "mail", "rate", "amount", "duration", "date", "law", "count", "product"]


@dataclass(frozen=True, slots=True, order=True)
class Fact:
    """A fact in its normal form: ``value`` is text, for quantities a plain decimal and a unit."""

    kind: FactKind
    value: str


_CN = "零〇一二两三四五六七八九十百千万亿"
# A numeral begins with a digit of its own: the 百 of 几百 counts nothing.
_NUM = rf"(?:\d+(?:,\d{{3}})*(?:\.\d+)?|(?<![几数{_CN}])[零〇一二两三四五六七八九十半][{_CN}]*)"
_DIGITS = {c: i for i, c in enumerate("零一二三四五六七八九")} | {"〇": 0, "两": 2}
_POWERS = {"十": 10, "百": 100, "千": 1000}

_URL = re.compile(
    r"(?:https?://|www\.)[a-z0-9./?=&_%#:\-]+|(?<![a-z0-9@.])[a-z0-9\-]+(?:\.[a-z0-9\-]+)*\.(?:com|cn|net|org)(?:/[a-z0-9./?=&_%#\-]*)?"
)
_MAIL = re.compile(r"[a-z0-9._%+\-]+@[a-z0-9.\-]+")
_PHONE = re.compile(
    r"(?<![\d.])(?:\+?86[ \-]?)?(?:400|800)[ \-]?\d{3,4}[ \-]?\d{3,4}(?!\d)|(?<![\d.])0\d{2,3}[ \-]\d{7,8}(?!\d)|(?<![\d.])1[3-9]\d{9}(?!\d)|(?<![\d.])(?:95|96|12|11|10)\d{3,6}(?![\d.%元天万])"
)
_DATE = re.compile(
    r"(\d{4})[年\-/.](\d{1,2})[月\-/.](\d{1,2})日?|(\d{4})年(?:(\d{1,2})月)?|(?<!\d)(\d{1,2})月(\d{1,2})[日号]"
)
_LAW = re.compile(rf"第({_NUM})[条款]|《([^》]{{2,30}})》")
_FRACTION = re.compile(rf"([百千万])分之({_NUM}(?:点[{_CN}]+)?)")
_PERCENT = re.compile(r"(\d+(?:\.\d+)?)\s*([%‰])")
_UNIT = {
    "天": "天",
    "日": "天",
    "个月": "月",
    "月": "月",
    "年": "年",
    "周": "周",
    "个星期": "周",
    "星期": "周",
    "小时": "小时",
    "个小时": "小时",
    "分钟": "分钟",
    "个工作日": "工作日",
    "工作日": "工作日",
}
_DURATION = re.compile(
    rf"({_NUM})\s*(个工作日|工作日|个月|个星期|星期|个小时|小时|分钟|天|日(?!常|后|记)|月(?!日)|年|周)(?!度)"
)
_AMOUNT = re.compile(rf"({_NUM})\s*(万|千|百|亿)?\s*(?:元|块钱?|人民币)")
_COUNT = re.compile(rf"({_NUM})\s*(次(?!性)|期(?!间|望|待|限)|倍|岁|成(?!为|功|员)|笔|封|份|位|名|步(?!步))")
_BARE = re.compile(r"\d+(?:\.\d+)?")
_IDIOM = re.compile(
    "一次性|一步步|一对一|一段时间|万一|千万|十分|一旦|一定|一些|一般|一点|一种|一样|一起|一直|一切|第一时间|一方面|百分百|一分为二|三番五次|再三|一时|一份|一名|一位|一笔|一封"
)


def parse_number(text: str) -> Decimal:
    """Return the value of an Arabic or Chinese numeral; 半 is one half.

    >>> [str(parse_number(n)) for n in ("1,000", "九十", "两万五千", "三点五", "十二")]
    ['1000', '90', '25000', '3.5', '12']
    """
    if text[0].isdigit():
        return Decimal(text.replace(",", ""))
    if text == "半":
        return Decimal("0.5")
    whole, _, fraction = text.partition("点")
    total = section = digit = 0
    for char in whole:
        if char in _DIGITS:
            digit = _DIGITS[char]
        elif char in _POWERS:
            section += (digit or 1) * _POWERS[char]
            digit = 0
        else:
            total = (total + section + digit) * (10_000 if char == "万" else 100_000_000)
            section = digit = 0
    value = Decimal(total + section + digit)
    if fraction:
        value += Decimal("0." + "".join(str(_DIGITS[char]) for char in fraction if char in _DIGITS))
    return value


def _plain(value: Decimal) -> str:
    return format(value.normalize(), "f")


def find_facts(folded: str) -> frozenset[Fact]:
    """Return the exact facts in ``folded`` text.

    >>> sorted(f.value for f in find_facts("日利率万分之五,九十天内拨打95188"))
    ['0.05%', '90天', '95188']
    """
    facts, rest = _scan(folded)
    facts.update(Fact("count", _plain(Decimal(match.group()))) for match in _BARE.finditer(rest))
    facts.update(Fact("product", name) for name in (*find_products(folded), *find_other_lenders(folded)))
    return frozenset(facts)


def without_facts(folded: str) -> str:
    """Return ``folded`` with its quantities, numbers and addresses blanked, for comparing the words around them.

    >>> without_facts("九十天后可能被起诉").strip()
    '后可能被起诉'
    """
    return _BARE.sub(_blank, _scan(folded)[1])


def _scan(folded: str) -> tuple[set[Fact], str]:
    """Return the facts that a pattern of their own finds, and the text with them blanked."""
    facts: set[Fact] = set()
    rest = _IDIOM.sub(_blank, folded)
    for pattern, kind in _ORDER:
        facts.update(Fact(kind, _normal_form(kind, match)) for match in pattern.finditer(rest))
        rest = pattern.sub(_blank, rest)
    return facts, rest


def _blank(match: re.Match[str]) -> str:
    return "　" * len(match.group())


_ORDER: tuple[tuple[re.Pattern[str], FactKind], ...] = (
    (_MAIL, "mail"),
    (_URL, "url"),
    (_PHONE, "phone"),
    (_FRACTION, "rate"),
    (_PERCENT, "rate"),
    (_DATE, "date"),
    (_LAW, "law"),
    (_AMOUNT, "amount"),
    (_DURATION, "duration"),
    (_COUNT, "count"),
)


def _normal_form(kind: FactKind, match: re.Match[str]) -> str:
    groups = match.groups()
    if kind == "phone":
        return re.sub(r"^\+?86(?=1|400|800)|[ \-]", "", match.group())
    if kind == "rate":
        if groups[0] in ("百", "千", "万"):
            base = {"百": 1, "千": 10, "万": 100}[groups[0]]
            return _plain(parse_number(groups[1]) / base) + "%"
        return _plain(Decimal(groups[0]) / (10 if groups[1] == "‰" else 1)) + "%"
    if kind == "date":
        return "-".join(part.lstrip("0") for part in groups if part)
    if kind == "law":
        return groups[1] or _plain(parse_number(groups[0]))
    if kind == "amount":
        scale = {"百": 100, "千": 1000, "万": 10_000, "亿": 100_000_000}.get(groups[1] or "", 1)
        return _plain(parse_number(groups[0]) * scale) + "元"
    if kind == "duration":
        return _plain(parse_number(groups[0])) + _UNIT[groups[1]]
    if kind == "count":
        return _plain(parse_number(groups[0])) + groups[1]
    return match.group().rstrip(".")
