"""Quantities under their several names, and the side from which they bound something.

Read: folded text with its exact facts. Out come, for each quantity, whether it is the least or the most.
"""

import re
from decimal import Decimal

from service.verify.facts import Fact, scan

_PARTS = (("年", 12, "月"), ("周", 7, "天"), ("天", 24, "小时"), ("小时", 60, "分钟"))

# 不能多于 and 没有超过 bound from above, 不得低于 from below.
_NOT = "(?:不|没有?|未|别)(?:能|得|可|许|准|会|应)?"
_LEAST = f"{_NOT}(?:少于|低于|小于|短于)|超过|超出|满|高于|大于|多于|至少|最少|不少于|不低于|最短|起码|达到"
_MOST = f"{_NOT}(?:超过|超出|多于|高于|大于|长于)|不到|不足|低于|少于|小于|不超过|不多于|最多|最长|最高|至多|不满|未满|别超过|不得超过"
_BEFORE = re.compile(rf"(?:(?P<most>{_MOST})|(?P<least>{_LEAST}))[^,。;、\d]{{0,4}}$")
_LEAST_AFTER = re.compile("^钱?(?:以上|多|余|往上)")
_MOST_AFTER = re.compile("^(?:之内|以内|内|以下)")


def names_of(fact: Fact) -> frozenset[str]:
    """Return ``fact`` under every name that a text may give it: a year is twelve months, what happens daily happens in a day.

    >>> sorted(names_of(Fact("duration", "0.5年"))), sorted(names_of(Fact("period", "每天")))
    (['0.5年', '6月'], ['1天', '每天'])
    """
    names = {fact.value}
    if fact.kind == "period":
        names.add("1" + fact.value[1:])
    quantity = re.fullmatch(r"([\d.]+)(\D+)", fact.value)
    if fact.kind == "duration" and quantity:
        number, unit = Decimal(quantity[1]), quantity[2]
        for whole, many, part in _PARTS:
            if unit == whole:
                names.add(f"{(number * many).normalize():f}{part}")
            elif unit == part:
                names.add(f"{(number / many).normalize():f}{whole}")
    return frozenset(names)


def find_bounds(folded: str) -> dict[str, frozenset[str]]:
    """Return for each quantity that bounds something whether it is the ``least`` or the ``most``.

    >>> find_bounds("逾期超过90天"), find_bounds("15日内答复")
    ({'90天': frozenset({'least'})}, {'15天': frozenset({'most'})})
    """
    found: dict[str, set[str]] = {}
    for fact, start, end in scan(folded)[0]:
        if fact.kind not in ("rate", "amount", "duration", "count"):
            continue
        sides = found.setdefault(fact.value, set())
        if before := _BEFORE.search(folded[:start]):
            sides.add(str(before.lastgroup))
        if _LEAST_AFTER.search(folded[end:]):
            sides.add("least")
        if _MOST_AFTER.search(folded[end:]):
            sides.add("most")
    return {value: frozenset(sides) for value, sides in found.items() if sides}
