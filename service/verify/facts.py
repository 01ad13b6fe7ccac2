"""The exact facts in a text, normalised so that 万分之五 and 0.05% are one fact and 九十天 and 90天 another.

A sentence may be a fair paraphrase of its source in everything but these: a telephone number, address, amount,
rate, duration, date, law article or product is either the source's or wrong.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal
from functools import lru_cache
from typing import Literal

from service.query.product import find_other_lenders, find_products
from service.verify.numerals import NUMERAL, parse_number

FactKind = Literal[
    "phone",
    "url",
    "mail",
    "rate",
    "amount",
    "duration",
    "period",
    "date",
    "law",
    "ordinal",
    "count",
    "product",
]


@dataclass(frozen=True, slots=True, order=True)
class Fact:
    """A fact in its normal form: ``value`` is text, for quantities a plain decimal and a unit."""

    kind: FactKind
    value: str


_URL = re.compile(
    r"(?:https?://|www\.)[a-z0-9./?=&_%#:\-]+|(?<![a-z0-9@.\-])[a-z0-9\-]+(?:\.[a-z0-9\-]+)*\.(?:com|cn|net|org)(?:/[a-z0-9./?=&_%#\-]*)?"
)
_MAIL = re.compile(r"(?<![a-z0-9._%+\-])[a-z0-9._%+\-]+@[a-z0-9.\-]+")
_PHONE = re.compile(
    r"(?<![\d.])(?:\+?86[ \-]?)?(?:400|800)[ \-]?\d{3,4}[ \-]?\d{3,4}(?!\d)|(?<![\d.])0\d{2,3}[ \-]\d{7,8}(?!\d)|(?<![\d.])1[3-9]\d{9}(?!\d)|(?<![\d.])(?:95|96|12|11|10)\d{3,6}(?![\d.%元天万])"
)
_DATE = re.compile(
    r"(\d{4})[年\-/.](\d{1,2})[月\-/.](\d{1,2})日?|(\d{4})年(?:(\d{1,2})月)?|(?<!\d)(\d{1,2})月(\d{1,2})[日号]"
)
_LAW = re.compile(rf"第({NUMERAL})[条款]|《([^》]{{2,30}})》")
_FRACTION = re.compile(rf"([百千万])分之({NUMERAL})")
_RATIO = re.compile(r"(?<![\d/.])([1-9])/([2-9])(?![\d/.])")
_SHARE = re.compile(
    rf"([二三四五六七八九十])分之({NUMERAL})|(一半|半数|对半)|([一二三四五六七八九])成(?!为|功|员|交|立|本)"
)
_ORDINAL = re.compile(
    rf"第({NUMERAL})(天|日|期|次|个月|年|笔)|([首头])(?:一)?个?(期|次|日|笔|月|年|天)|(次日|翌日|隔天)"
)
_PERIOD = re.compile("(?:每|按|逐)个?(天|日|周|星期|月|年)|(天天|日息|日利率|月息|月利率|年利率|年化|年息)")
"""How often, or by what stretch of time a rate is reckoned."""
_PERCENT = re.compile(r"(?<!\d)(\d+(?:\.\d+)?)\s*([%‰])")
_UNIT = {
    "天": "天",
    "日": "天",
    "号": "天",
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
_TIME = "个工作日|工作日|个月|个星期|星期|个小时|小时|分钟|天|日(?!常|后|记)|号(?!码|线|令|文|段)|月(?!日)|年|周(?!岁)"
_DURATION = re.compile(rf"({NUMERAL})\s*({_TIME})(?!度)")
_AMOUNT = re.compile(
    rf"({NUMERAL})\s*(万|千|百|亿)?\s*(?:元|块钱?|人民币)|(?<![\d.-])(\d+(?:\.\d+)?)(万)(?=以上|以下|以内|多|的|起|才|[,。;、]|$)"
)
_CLOCK = re.compile(rf"({NUMERAL})点(?:钟|整)?(?![零一二三四五六七八九])")
_COUNTED = "次(?!性)|期(?!间|望|待|限)|倍|周?岁|成(?!为|功|员)|笔|封|份|位|名|步(?!步)"
_COUNT = re.compile(rf"({NUMERAL})\s*({_COUNTED})")
# Of a range only the second number is followed by the unit of both: 2到5倍.
_RANGE_OF_TIME, _RANGE_COUNTED = (
    re.compile(rf"({NUMERAL})(?=\s*(?:到|至|[-~—])\s*{NUMERAL}\s*({unit}))") for unit in (_TIME, _COUNTED)
)
_BARE = re.compile(r"\d+(?:\.\d+)?")
_IDIOM = re.compile(
    "(?<=再)[^,。]{0,5}一次|一次(?=把|付|还|交|缴|结|说|告知)|(?<=[每上下])一个?(?=期|次|笔|天|年|月)|一次性|一步步|一对一|一段时间|万一|千万|十分|一旦|一定|一些|一般|一点(?![零一二三四五六七八九])|一种|一样|一起|一直|一切|第一时间|一方面|百分百|一分为二|三番五次|再三|一时|一份|一名|一位|一笔|一封|(?<=[这那])一[步期次笔]"
)

KEPT = 4096
"""Texts whose facts are kept: a sentence is looked at when it is chosen, and as claim and as quote when it is verified."""


def _plain(value: Decimal) -> str:
    return format(value.normalize(), "f")


def find_facts(folded: str) -> frozenset[Fact]:
    """Return the exact facts in ``folded`` text.

    >>> sorted(f.value for f in find_facts("日利率万分之五,九十天内拨打95188"))
    ['0.05%', '90天', '95188', '每天']
    """
    found, rest = scan(folded)
    facts = {fact for fact, _, _ in found}
    facts.update(Fact("count", _plain(Decimal(match.group()))) for match in _BARE.finditer(rest))
    facts.update(Fact("product", name) for name in (*find_products(folded), *find_other_lenders(folded)))
    return frozenset(facts)


def without_facts(folded: str) -> str:
    """Return ``folded`` with its quantities, numbers and addresses blanked, for comparing the words around them.

    >>> without_facts("九十天后可能被起诉").strip()
    '后可能被起诉'
    """
    return _BARE.sub(_blank, scan(folded)[1])


@lru_cache(maxsize=KEPT)
def scan(folded: str) -> tuple[tuple[tuple[Fact, int, int], ...], str]:
    """Return the facts that a pattern of their own finds, with where they stand, and the text with them blanked."""
    found: list[tuple[Fact, int, int]] = []
    rest = _IDIOM.sub(_blank, folded)
    for pattern, kind in _ORDER:
        here = [(Fact(kind, _normal_form(kind, m)), m.start(), m.end()) for m in pattern.finditer(rest)]
        if here:
            found += here
            rest = pattern.sub(_blank, rest)
    return tuple(found), rest


def _blank(match: re.Match[str]) -> str:
    return "　" * len(match.group())


_ORDER: tuple[tuple[re.Pattern[str], FactKind], ...] = (
    (_MAIL, "mail"),
    (_URL, "url"),
    (_PHONE, "phone"),
    (_FRACTION, "rate"),
    (_SHARE, "rate"),
    (_RATIO, "rate"),
    (_PERCENT, "rate"),
    (_DATE, "date"),
    (_LAW, "law"),
    (_ORDINAL, "ordinal"),
    (_PERIOD, "period"),
    (_AMOUNT, "amount"),
    (_RANGE_OF_TIME, "duration"),
    (_DURATION, "duration"),
    (_CLOCK, "date"),
    (_RANGE_COUNTED, "count"),
    (_COUNT, "count"),
)


def _normal_form(kind: FactKind, match: re.Match[str]) -> str:
    groups = match.groups()
    if kind == "phone":
        return re.sub(r"^\+?86(?=1|400|800)|[ \-]", "", match.group())
    if kind == "rate":
        return _plain(_RATE[match.re](*groups)) + "%"
    if kind == "date":
        if match.re is _CLOCK:
            return _plain(parse_number(groups[0])) + "点"
        return "-".join(part.lstrip("0") for part in groups if part)
    if kind == "law":
        return groups[1] or _plain(parse_number(groups[0]))
    if kind == "ordinal":
        # 首 and 头 are the first, 次日 is the second day.
        number = parse_number(groups[0]) if groups[0] else Decimal(1 if groups[2] else 2)
        unit = groups[1] or groups[3] or "天"
        return f"第{_plain(number)}{_UNIT.get(unit, unit)}"
    if kind == "period":
        return "每" + _UNIT[groups[0] or groups[1][0]]
    if kind == "amount":
        # 5万以上 is of money, as 5万元以上 is.
        amount, power = (groups[2], groups[3]) if groups[2] else groups[:2]
        scale = {"百": 100, "千": 1000, "万": 10_000, "亿": 100_000_000}.get(power or "", 1)
        return _plain(parse_number(amount) * scale) + "元"
    if kind == "duration":
        return _plain(parse_number(groups[0])) + _UNIT[groups[1]]
    if kind == "count":
        return _plain(parse_number(groups[0])) + groups[1].removeprefix("周")
    return match.group().rstrip(".")


def _share(base: str | None, number: str | None, half: str | None, tenths: str | None) -> Decimal:
    """Return 三分之一, 一半 or 三成 in per cent."""
    if base and number:
        return round(parse_number(number) / parse_number(base) * 100, 1)
    return parse_number(tenths) * 10 if tenths else Decimal(50)


_RATE: dict[re.Pattern[str], Callable[..., Decimal]] = {
    _FRACTION: lambda base, number: parse_number(number) / {"百": 1, "千": 10, "万": 100}[base],
    _SHARE: _share,
    _RATIO: lambda number, base: round(Decimal(number) / Decimal(base) * 100, 1),
    _PERCENT: lambda number, sign: Decimal(number) / (10 if sign == "‰" else 1),
}
