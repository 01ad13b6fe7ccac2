"""Temporal order by the words that mark it: 先…再…, …之前, 等…才…, 第一步.

Read: one clause with its neighbours, or the clauses of a sentence. Out come pairs of spans, the earlier first.
"""

import re
from collections.abc import Iterator, Sequence
from itertools import combinations, pairwise

from service.verify.spans import CLAUSE, Edge, Span, last_match, telling

SUBJECT = 6
"""Characters before 才 or 再 up to which they are who does it, and what comes first stands in the clause before."""

_AT = re.compile("(?:应当?|必须|要|得|须|需|可以|可|会|都|就|是|安排|放|排){0,6}(?:在|于|等到?|早于|晚于)")
_BEFORE = re.compile("之前|以前|前面?")
_AFTER = re.compile("之后|以后|完成?后|(?<!最)后面?|之日起|完了|好了")
_WHEN = re.compile(
    "(?:至少|最迟|最多|不超过|约|第)?[0-9一二三四五六七八九十百两几半]{1,12}个?(?:工作日|自然日|小时|分钟|星期|[年月日天周])[之以]?[内前后]?"
)
_ONLY_THEN = re.compile("才(?:可以|可|能够?|会|要|算)?|方可|方能|(?<!不)(?<!不[能得会可])再|然后|随后|接着")
_WAITS = re.compile("等到?|要等|经过?")
_FIRST = re.compile("首先|最先|优先|先|在前$")
_FOLLOWS = re.compile(
    "^.{0,8}?(?:再|然后|随后|接着|最后|才|其次|继而|进而|因此|所以)|在后$|^(?:此后|之后|以后|后|在?(?:那|这|此)之后|从而|随即|导致|造成|引起)"
)
_GOES_BACK = re.compile("^(?:而|且)?(?:在?(?:那|这|此)之前|此前|前面)")
_LAST = re.compile("最后|最终|末尾")
_LATER = re.compile("(?:放|排|留)(?:在|到)?最?(?:后面?|之后)|[往靠]后|在后$")
_WANTS = re.compile("^(?:如果|要是)?(?:想|打算|为了)|^[^先]{0,6}要(?![求是先])")
_IF = re.compile("^(?:如果|若|一旦|只要|要是|倘若)|(?:[^目]的话?|时)$")
_PROVIDED = re.compile("^(?:前提是|只要|除非|如果)")
_STEP = re.compile("第([一二三四五六七八九])(?:步|顺序|顺位|阶段|轮)")
_IN_TURN = re.compile("依次|按顺序|顺次")
_ITEM = re.compile("[^、,，]+")
_ORDINAL = re.compile("^\\W*(?:(首先|第一)|(其次|第二|然后|接着|再次)|(第三)|(最后|最终))")


def in_time(text: str, clause: Span, preceding: Span | None, following: Span | None) -> Iterator[Edge]:
    """Yield what X之前Y, X后Y, Y在X之后 and 等X才Y say."""
    start, end = clause
    timed = False
    for pattern, earlier in ((_BEFORE, False), (_AFTER, True)):
        match = pattern.search(text, start, end)
        if match is None:
            continue
        timed = True
        at = last_match(_AT, text, start, match.start())
        event = (at.end() if at else start, match.start())
        others = [
            span for span in ((start, at.start() if at else start), (match.end(), end)) if telling(text, span)
        ]
        if not others:
            ends = at is None or at.group() in ("在", "于")
            beside = following if ends else preceding or following
            others = [beside] if beside else []
        if following and _WHEN.fullmatch(text[match.end() : end].strip("　")):
            others = [following]
        for other in others:
            yield (event, other) if earlier else (other, event)
    then = last_match(_ONLY_THEN, text, start, end)
    if then is None:
        return
    waits = last_match(_WAITS, text, start, then.start())
    if waits is not None:
        event = (waits.end(), then.start())
        yield event, (then.end(), end)
        yield event, (start, waits.start())
        return
    if not timed and (preceding is None or len(telling(text, (start, then.start()))) > SUBJECT):
        yield (start, then.start()), (then.end(), end)


def between(text: str, clauses: Sequence[Span]) -> Iterator[Edge]:
    """Yield what the beginnings of clauses that follow one another say."""
    for one, other in pairwise(clauses):
        first, second = text[slice(*one)], text[slice(*other)]
        begins, ends = _FIRST.search(first), _FIRST.search(second)
        if (
            _GOES_BACK.search(second)
            or _PROVIDED.search(second)
            or (ends and (_WANTS.search(first) or _LATER.search(first)))
        ):
            yield other, one
        elif _FOLLOWS.search(second) or _IF.search(first) or (begins and (not ends or _LATER.search(second))):
            yield one, other
    for last in clauses:
        if _LAST.search(text, *last):
            yield from ((other, last) for other in clauses if other != last)


def numbered(text: str, sentence: Span) -> Iterator[Edge]:
    """Yield the steps that are counted, and the items of a list that says it has an order."""
    steps = []
    for clause in CLAUSE.finditer(text, *sentence):
        match = _STEP.search(text, *clause.span())
        if match:
            steps.append(("一二三四五六七八九".index(match[1]), clause.span()))
    for (one, first), (other, second) in combinations(steps, 2):
        if one != other:
            yield (first, second) if one < other else (second, first)
    if _IN_TURN.search(text, *sentence):
        yield from pairwise(item.span() for item in _ITEM.finditer(text, *sentence))


def counted(sentences: Sequence[Span], text: str) -> Iterator[Edge]:
    """Yield sentences that are counted off (首先…。其次…。最后…。), each with those after it."""
    places = []
    for sentence in sentences:
        match = _ORDINAL.search(text[slice(*sentence)])
        if match and match.lastindex:
            places.append((match.lastindex, sentence))
    for (one, first), (other, second) in combinations(places, 2):
        if one != other:
            yield (first, second) if one < other else (second, first)
