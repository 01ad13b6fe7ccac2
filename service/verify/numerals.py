"""Arabic and Chinese numerals: read as text, returned as decimals."""

from decimal import Decimal

_CN = "零〇一二两三四五六七八九十百千万亿"
# A numeral begins with a digit of its own, the 百 of 几百 counts nothing, and not inside a number: a long one would be
# read again from each of its digits.
NUMERAL = rf"(?:(?<!\d)\d+(?:,\d{{3}}){{0,4}}(?:\.\d+)?|(?<![几数{_CN}])[零〇一二两三四五六七八九十半][{_CN}]*(?:点[零一二三四五六七八九]+)?)"
"""A pattern of one numeral."""

_DIGITS = {c: i for i, c in enumerate("零一二三四五六七八九")} | {"〇": 0, "两": 2}
_POWERS = {"十": 10, "百": 100, "千": 1000}


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
