"""Cause and effect, origin and goal, less and more, by the words that mark them: 导致, 从…到…, 比.

Read: one clause with its neighbours. Out come pairs of spans, the one that precedes first.
"""

import re
from collections.abc import Iterator

from service.verify.spans import Edge, Span, last_match, said_or, telling

_CAUSES = re.compile("导致|造成|引起|使得|引发|致使|促使|使|会(?=加重|影响|让|令|带来)")
_CAUSED = re.compile("(?:都|往往|可能|通常|主要)?是(?:由|因为?|被)?(.+?)(?:导致|造成|引起|引发|带来)的")
_BECAUSE = re.compile("是(?:因为|由于)")
_SINCE = re.compile("因为|由于|因(?!此|素|而)")

_FROM = re.compile(
    "(?:从([^从由自,]+?)|(?<!理)由([内外里上高低左右远近旧新固浮甲][^从由自,]{0,4}?))(?:转入|转成|转为|转到|转回|变成|变为|改为|改成|传到|传给|流向|流到|搬到|迁到|送到|寄到|到|至|向|往|入|转)(.+?)(?=之后|以后|后|$)"
)
_MORE, _LESS = "高多大长快强晚贵重严好远厚迟慢", "低少小短弱早便轻差近薄先"
# Slow is less of speed, late is more of time.
_LESS_OF = f"{_LESS}慢"
_THAN = re.compile(f"([{_MORE}{_LESS}])于(?=.)")
_COMPARED = re.compile(f"(?:比|相比)(.+?)([{_MORE}{_LESS}])")
_BESIDE = re.compile("^(?:跟|与|和|同)(.+?)(?:相?比)$")
_WAY = re.compile(f"[{_MORE}{_LESS}]")


def in_cause(text: str, clause: Span, preceding: Span | None, following: Span | None) -> Iterator[Edge]:
    """Yield each cause with its effect."""
    start, end = clause
    caused = _CAUSED.search(text, start, end)
    because = _BECAUSE.search(text, start, end)
    causes = _CAUSES.search(text, start, end)
    since = _SINCE.search(text, start, end)
    if caused is not None:
        effect = said_or(text, (start, caused.start()), preceding)
        if effect:
            yield caused.span(1), effect
    elif because is not None:
        effect = said_or(text, (start, because.start()), preceding)
        if effect:
            yield (because.end(), end), effect
    elif causes is not None:
        cause = said_or(text, (since.end() if since else start, causes.start()), preceding)
        if cause:
            yield cause, (causes.end(), end)
    elif since is not None:
        so = text.find("而", since.end(), end)
        if so > 0:
            yield (since.end(), so), (so + 1, end)
            yield (since.end(), so), (start, since.start())
        elif following:
            yield (since.end(), end), following


def on_the_way(text: str, clause: Span, preceding: Span | None, following: Span | None) -> Iterator[Edge]:
    """Yield what something goes from with what it goes to, and less with more."""
    start, end = clause
    way = _FROM.search(text, start, end)
    if way is not None:
        yield way.span(1) if way[1] else way.span(2), way.span(3)
    than = _THAN.search(text, start + 1, end)
    compared = _COMPARED.search(text, start, end)
    beside = _BESIDE.search(text[start:end])
    if than is not None:
        one = said_or(text, (start, than.start()), preceding)
        if one:
            yield _upward(_compared(text, one), _compared(text, (than.end(), end)), than[1])
    elif beside is not None and following:
        how = last_match(_WAY, text, *following)
        if how:
            one = _compared(text, (following[0], how.start()))
            yield _upward(one, (start + beside.start(1), start + beside.end(1)), how.group())
    elif compared is not None:
        one = said_or(text, (start, compared.start()), preceding)
        if one:
            yield _upward(_compared(text, one), _compared(text, compared.span(1)), compared[2])


def _upward(one: Span, other: Span, way: str) -> Edge:
    """Return the two spans with less first, where ``one`` is ``way`` than ``other``."""
    return (one, other) if way in _LESS_OF else (other, one)


def _compared(text: str, span: Span) -> Span:
    """Return whose measure is compared: 信用卡 of 信用卡的利率."""
    start, end = span
    of = text.find("的", start, end)
    return (start, of) if of > 0 and telling(text, (start, of)) else span
