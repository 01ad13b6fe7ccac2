"""The numbers a text states, in one form whatever the way they are written."""

import re
from collections.abc import Iterable

_DIGITS = {c: i for i, c in enumerate("零一二三四五六七八九")} | {"两": 2, "〇": 0}
_SCALES = {"十": 10, "百": 100, "千": 1000}
_UNIT = r"个?(天|日|周|月|年|小时|分钟|元|块|期|次|倍|折|成|条)"
_CITATION_MARK = re.compile(r"\[\d+\]")
_STEP_MARK = re.compile(r"(?m)^\s*(?:[（(]?\d{1,2}[.、)）．]|第[一二三四五六七八九十]+步)(?!\d)")
_FRACTION = re.compile(r"(百|千|万)分之([零〇一二两三四五六七八九十]+|\d+(?:\.\d+)?)")
_ARABIC = re.compile(rf"(\d[\d,-]*(?:\.\d+)?)\s*([万亿]?)(%|％|{_UNIT})?")
_CHINESE = re.compile(rf"(?<!第)([零〇一二两三四五六七八九十百千]+)([万亿]?){_UNIT}")
_SAME_UNIT = {"日": "天", "块": "元", "％": "%"}
_POWERS = {"": 1, "万": 10_000, "亿": 100_000_000}
_PARTS = {"百": 1, "千": 10, "万": 100}


def chinese_to_int(numeral: str) -> int:
    """Return the value of a Chinese numeral below ten thousand, positional or digit by digit.

    >>> chinese_to_int("九十"), chinese_to_int("一百零五"), chinese_to_int("十二"), chinese_to_int("二〇二四")
    (90, 105, 12, 2024)
    """
    if not any(c in _SCALES for c in numeral):
        return int("".join(str(_DIGITS[c]) for c in numeral))
    total, digit = 0, None
    for c in numeral:
        if c in _DIGITS:
            digit = _DIGITS[c]
        else:
            total += (1 if digit is None else digit) * _SCALES[c]
            digit = None
    return total + (digit or 0)


def stated_numbers(text: str) -> list[str]:
    """Return the numbers that ``text`` states, normalised, in order, without repetition.

    Citation marks, step numbers and 一 with a unit (一次, 一年) state nothing. Chinese numerals count with a unit only,
    so 十分 and 千万 stay words.
    By hand: 万分之五 is 0.05%; 九十天 and 90日 are both 90天; 3万元 is 30000元.

    >>> stated_numbers("1. 每天万分之五[2],九十天后即90日,最多3万元,拨打400-100-1000")
    ['0.05%', '90天', '30000元', '4001001000']
    """
    text = _CITATION_MARK.sub(" ", _STEP_MARK.sub(" ", text))
    found: list[tuple[int, str]] = []

    def take(match: re.Match[str], number: str) -> str:
        found.append((match.start(), number))
        return " " * len(match.group())

    text = _FRACTION.sub(lambda m: take(m, _percent(m)), text)
    text = _ARABIC.sub(
        lambda m: take(m, _number(float(_plain(m[1])) * _POWERS[m[2]], m[4] or m[3], m[1])), text
    )
    for match in _CHINESE.finditer(text):
        value = chinese_to_int(match[1])
        if value != 1 or match[2]:
            take(match, _number(value * _POWERS[match[2]], match[3]))
    return list(dict.fromkeys(number for _, number in sorted(found)))


def novel_numbers(answer: str, sources: Iterable[str]) -> list[str]:
    """Return the numbers of ``answer`` that no source states; a bare value matches the same value with any unit.

    By hand: the quote says 90天, the answer 95天: 95天 is novel.

    >>> novel_numbers("逾期95天,共90天", ["逾期九十天"])
    ['95天']
    """
    known = {number for source in sources for number in stated_numbers(source)}
    bare = {_bare(number) for number in known}
    return [n for n in stated_numbers(answer) if n not in known and not (n == _bare(n) and n in bare)]


def _percent(match: re.Match[str]) -> str:
    part = match[2]
    value = float(part) if part[0].isdigit() else float(chinese_to_int(part))
    return _number(value / _PARTS[match[1]], "%")


def _plain(digits: str) -> str:
    return digits.replace(",", "").replace("-", "") or "0"


def _number(value: float, unit: str | None, written: str = "") -> str:
    unit = _SAME_UNIT.get(unit or "", unit or "")
    digits = _plain(written)
    if not unit and digits.isdigit() and len(digits) > 6 and value == float(digits):
        return digits  # a telephone or account number keeps its leading zeros
    return f"{value:.10f}".rstrip("0").rstrip(".") + unit


def _bare(number: str) -> str:
    return re.sub(r"[^\d.]+$", "", number)
