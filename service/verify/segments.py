"""The segments of a clause: conditions, outcomes, exceptions, requirements and what somebody wants.

Read: one clause. Out come its spans, each with its role.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from service.verify.spans import Span, telling

Role = Literal["condition", "exception", "required", "wanted", "outcome"]
"""``required`` is a condition told after what it is for."""


@dataclass(frozen=True, slots=True)
class Segment:
    """A stretch of a clause and its part in it; ``strict``: only under it."""

    role: Role
    span: Span
    strict: bool = False


SUBJECT = 4
"""Telling characters up to which what stands before 才 or 须 is only who."""

_MAY = "(?:就|才|方|便|即|则|都|也|均|一律|最多|仍|还|直接|自动|立即|一般|通常){0,4}(?:可|应|须|得(?!到|出)|不|能(?!力|否)|会(?!员|议|籍|计)|要(?!求|点)|必|免(?!于)|按|由(?!于)|无|享|有权|需|没|只能|拒|退|视|从|适用|承担|减|全额)"
_EXCEPT = re.compile("^(?:但是?|不过|而)?(.+?)(?:的|者)?(?:也?除外|例外|不在此限)$")
_BUT_FOR = re.compile("^(?:但是?|不过)?(?:除了?(?!外|非)(.+?)(?:以外|之外|外)|除非(.+)$)")
_BESIDES = re.compile("还|也|另")
_PROVISO = re.compile("^(?:但是?|不过|当然)?(.*?)的?(?:前提(?:条件)?|条件)是(.+)$")
_GIVEN = re.compile("^(.*?)以(.+?)为(?:前提|条件)$")
_LIMITED = re.compile("^(?:但是?|不过)?(.*?)(?:(?:仅|只)限[于在]?|限于)(.+)$")
_WITHIN = re.compile("^(.*?)在(.+?)的?(?:情况|前提|条件|基础|情形)之?下(.*)$")
_WANTS = re.compile("^(?:如果|要是|若)?(?:想要?|要想|打算|希望|为了)(.+?)(?:的话|时)?$")
_IF = re.compile(
    "^(?:但是?|不过|而|通常|一般|另外|其中)?(?:如果|如(?=确|有|无|需|未|遇|系|因|对|不|已|发|您|你|用户|借款人)|若(?!干)|要是|倘若|假如|一旦|只要|只有|唯有|除非|当(?!前|然|天|月|年|地|事|场|日|期)|凡|遇到?|碰到|对于|对(?=.{2,}的$)|"
    "因为?(?!此|而|人)|由于|等(?!待|候|级|额)|哪怕|即使)|^.{1,6}?(?:如果|若(?!干)|一旦|只要|只有)"
)
_REASON = re.compile("因|由于")
_THEN = re.compile("(?<!成)就(?!业|诊|医|餐|近|读|职)|才(?!能干|华)|方[可能]|便(?!利|捷)|则|即可")
_CLOSES = re.compile(
    "(?:的|的(?:[\u4e00-\u9fff]{0,3}[人者户生员客主民工方属童女]|部分|损失|逾期|情形|订单|车辆)|"
    "的话|的时候|时|之后|以后|(?<!最)后|之前|以前|(?<![提目当])前|者|期间|情况下)$"
)
_CASE = re.compile(f"^(.{{2,}}?的)({_MAY}.*)$")
_TIMED = re.compile(
    "^(.{2,}?(?:的话|的时候|期间|(?<![及按准临随同暂])时(?!间|候|长|效)|之后|以后|(?<![最今延推随落])后(?!果|续|来|台|期|悔|者)|之前|以前|(?<![提目当日以])前(?!期|提|者|台|\\d)))(.{2,})$"
)
_OF = re.compile(
    f"^((?!剩余|多出|相应|自身|自己|对方|所有|减免|依据|根据).{{2,}}?的)((?!部分)[\u4e00-\u9fff]{{1,6}}?{_MAY}.*)$"
)
_BY = re.compile(
    f"^(.{{0,8}}?)((?:未?经(?!济|常|营|理|办|历)|凭|持(?!卡人|有|续)|征得|取得|拿着?|出示|通过|带|未?征得|没有?经过?).{{1,20}}?)({_MAY}.*)$"
)
_BY_ALONE = re.compile("^(?:.{1,8}?后)?(?:并|且)?(?:未?经(?!济|常|营|理|办|历)|凭|持(?!卡人|有|续)|未?征得)")
_ONLY_THEN = re.compile("^(.*?)(?:(?<!人)才(?!华|能干)|方可|方能)(.+)$")
_AT_ONCE = re.compile("^(.{3,}?)(?:(?<!成)就(?!业|诊|医|餐|近|读|职)|即可|便可)(.+)$")
_NEEDS = re.compile(
    "^(?:但是?|不过|可是)?(.*?)(?:也|都|就|还|都要|则){0,3}(?:必须|务必|应当先|(?<!无)须(?!知)|(?<![不无])需要?|(?<![搞使变觉弄懂值不取获])得(?!到|以|分|出)先?|(?<![不主重需只])要(?!求|是)先?)(.+)$"
)
_RESULTS = re.compile("^.{0,3}?(?:就|才|便(?!利)|方可|方能|则|那么)")
_JOINED = re.compile("^(?:而且|并且|且|又|或者)")
_AND = re.compile("而且|并且|(?<!而)且|并(?!非|不|且|发)|同时|又(?!要)")


def segments_of(text: str, clause: Span, *, last: bool) -> list[Segment]:
    """Return the segments of one clause of ``text``; ``last``: no other clause of its sentence follows.

    >>> text = "只有持研究证明的读者才能调阅"
    >>> [(segment.role, text[slice(*segment.span)]) for segment in segments_of(text, (0, len(text)), last=True)]
    [('condition', '只有持研究证明的读者'), ('outcome', '能调阅')]
    """
    return [
        part
        for segment in _read(text[slice(*clause)], last=last)
        for part in _apart(
            text,
            Segment(segment.role, (segment.span[0] + clause[0], segment.span[1] + clause[0]), segment.strict),
        )
        if telling(text, part.span)
    ]


def is_result(clause: str) -> bool:
    """Return whether ``clause`` begins as the outcome of what stands before it: 就能…, 才可以…."""
    return _RESULTS.match(clause) is not None


def adds(clause: str) -> bool:
    """Return whether ``clause`` says what there is besides: 除…外, 还….

    >>> adds("还可以退款"), adds("会员打折")
    (True, False)
    """
    return _BESIDES.match(clause) is not None


def goes_on(clause: str) -> bool:
    """Return whether ``clause`` adds to the condition before it: 而且….."""
    return _JOINED.match(clause) is not None


def _apart(text: str, segment: Segment) -> Iterator[Segment]:
    """Yield ``segment``, a condition with several parts as several."""
    if segment.role not in ("condition", "required", "exception"):
        yield segment
        return
    start, end = segment.span
    for match in _AND.finditer(text, start, end):
        if match.start() > start:
            yield Segment(segment.role, (start, match.start()), segment.strict)
        start = match.end()
    yield Segment(segment.role, (start, end), segment.strict)


def _read(text: str, *, last: bool) -> list[Segment]:
    """Return the segments of the clause ``text``, with offsets in it."""
    for rule in (_excepted, _provided, _opened, _cased):
        found = rule(text, last)
        if found:
            return found
    needs = _NEEDS.match(text)
    if needs:
        if len(telling(text, needs.span(1))) > SUBJECT:
            return [Segment("outcome", needs.span(1)), Segment("required", needs.span(2), True)]
        return [Segment("required", (0, len(text)), True)]
    return [Segment("outcome", (0, len(text)))]


def _excepted(text: str, last: bool) -> list[Segment]:
    but_for = _BUT_FOR.match(text)
    if but_for and _BESIDES.match(text, but_for.end()):
        return []
    if but_for:
        rest = [Segment("outcome", (but_for.end(), len(text)))] if but_for.end() < len(text) else []
        return [Segment("exception", but_for.span(1 if but_for[1] else 2)), *rest]
    excepted = _EXCEPT.match(text)
    return [Segment("exception", excepted.span(1))] if excepted else []


def _provided(text: str, last: bool) -> list[Segment]:
    for pattern in (_PROVISO, _GIVEN, _LIMITED):
        match = pattern.match(text)
        if match:
            outcome = [Segment("outcome", match.span(1))] if match[1] else []
            return [*outcome, Segment("required", match.span(2), True)]
    match = _WITHIN.match(text)
    if match:
        return [
            Segment("condition", match.span(2)),
            Segment("outcome", match.span(3) if match[3] else match.span(1)),
        ]
    wants = _WANTS.match(text)
    return [Segment("wanted", wants.span(1))] if wants and not last else []


def _opened(text: str, last: bool) -> list[Segment]:
    opens = _IF.match(text)
    if not opens:
        return []
    strict = "只有" in opens.group() or "唯有" in opens.group() or "除非" in opens.group()
    then = _THEN.search(text, opens.end())
    if then and then.end() < len(text):
        return [Segment("condition", (0, then.start()), strict), Segment("outcome", (then.end(), len(text)))]
    case = _CASE.match(text) or _TIMED.match(text)
    if case:
        return [Segment("condition", case.span(1), strict), Segment("outcome", case.span(2))]
    told_why = last and _REASON.match(text)
    return [Segment("outcome" if told_why else "required" if last else "condition", (0, len(text)), strict)]


def _cased(text: str, last: bool) -> list[Segment]:
    only = _ONLY_THEN.match(text)
    if only:
        if len(telling(text, only.span(1))) > SUBJECT:
            return [Segment("condition", only.span(1), True), Segment("outcome", only.span(2))]
        return [Segment("outcome", (0, len(text)), True)]
    at_once = _AT_ONCE.match(text)
    if at_once:
        return [Segment("condition", at_once.span(1)), Segment("outcome", at_once.span(2))]
    if not last and _CLOSES.search(text):
        return [Segment("condition", (0, len(text)))]
    for pattern in (_CASE, _OF, _TIMED):
        match = pattern.match(text)
        if match:
            return [Segment("condition", match.span(1)), Segment("outcome", match.span(2))]
    by = _BY.match(text)
    if by:
        return [Segment("condition", by.span(2)), Segment("outcome", by.span(3))]
    return [Segment("condition", (0, len(text)))] if _BY_ALONE.match(text) else []
