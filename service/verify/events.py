"""What a sentence says comes first and what follows: stretches of it, and which of them precedes which.

In time (先…再…, …之前, …后才…), as cause and effect (导致, 是…造成的), on the way from one to the other (从…到…), and from
less to more (比, 高于): whatever has a direction that can be turned round.
"""

import re
from collections.abc import Iterator, Sequence
from functools import lru_cache
from itertools import combinations, pairwise

Span = tuple[int, int]
Edge = tuple[Span, Span]
"""What precedes and what follows, as offsets."""

MOST = 40
"""Edges of a text beyond which no further ones are inferred."""

SUBJECT = 6
"""Characters before 才 or 再 up to which they are who does it, and what comes first stands in the clause before."""

# Words with 先, 前, 后, 再, 从, 使 or 让 that tell no order.
_FIXED = re.compile(
    "先息后本|先后|前后|前提|目前|当前|提前|前款|前述|前景|前期|优先级|先进|原先|事先|预先|今后|后果|后续|落后|后台|"
    "再次|再度|从未|从不|从事|使用|即使|行使|使得上|刚才|人才|转让|让与|后悔|售后|最后通牒|以后再说"
)
_SENTENCE = re.compile("[^。;；!！]+")
_CLAUSE = re.compile("(?:[^,，:：?？、]|、(?!再|然后|最后|随后|接着))+")
_FILLER = re.compile(
    "[那此这之先再后前才要应当须得会就可以能的了在是等到将也都还最首其次然随接着必需让使早晚于　\\W]"
)

_AT = re.compile("(?:(?:应当?|必须|要|得|须|需要?|可以|可|会|都|就|是|安排|放|排)*)(?:在|于|等到?|早于|晚于)")
_BEFORE = re.compile("之前|以前|前面?")
_AFTER = re.compile("之后|以后|完成?后|(?<!最)后面?|之日起|完了|好了")
_WHEN = re.compile(
    "(?:至少|最迟|最多|不超过|约|第)?[0-9一二三四五六七八九十百两几半]+个?(?:工作日|自然日|小时|分钟|星期|[年月日天周])[之以]?[内前后]?"
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
_STEP = re.compile("第([一二三四五六七八九])(?:步|顺序|顺位|阶段|轮)")
_IN_TURN = re.compile("依次|按顺序|顺次")
_ITEM = re.compile("[^、,，]+")
_ORDINAL = re.compile("^\\W*(?:(首先|第一)|(其次|第二|然后|接着|再次)|(第三)|(最后|最终))")
_CONDITION = re.compile("(?:的话?|时|后|前|起|内|者|期间)$")
_IF = re.compile("^(?:如果|若|一旦|只要|要是|倘若)|(?:[^目]的话?|时)$")
_PROVIDED = re.compile("^(?:前提是|只要|除非|如果)")
_OF_THOSE = re.compile(
    "^(.{1,14}?(?:的|之前|之后|以前|以后|当天|期间|起|时|次))(?=[按由要应须可不无未从计收免退付交归属提在向保享]|(?:一?般|通常|仍))"
)

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
_THAN = re.compile(f"(.+?)([{_MORE}{_LESS}])于(.+)")
_COMPARED = re.compile(f"(.*?)(?:比|相比)(.+?)([{_MORE}{_LESS}])")
_BESIDE = re.compile("^(?:跟|与|和|同)(.+?)(?:相?比)$")
_WAY = re.compile(f"[{_MORE}{_LESS}]")


@lru_cache(maxsize=5_000)
def find_edges(text: str) -> tuple[Edge, ...]:
    """Return what the folded ``text`` says comes first, each with something that follows it, near or far.

    >>> def told(text): return [(text[a:b], text[c:d]) for (a, b), (c, d) in find_edges(text)]
    >>> told("先缴费,再报到"), told("报到之前要缴费"), told("烂根是浇水过多造成的")
    ([('先缴费', '再报到')], [('要缴费', '报到')], [('浇水过多', '烂根')])
    """
    bare = _FIXED.sub(lambda match: "　" * len(match.group()), text)
    found: set[Edge] = set()
    for sentence in _SENTENCE.finditer(bare):
        clauses = [match.span() for match in _CLAUSE.finditer(bare, *sentence.span())]
        for number, clause in enumerate(clauses):
            preceding = clauses[number - 1] if number else None
            following = clauses[number + 1] if number + 1 < len(clauses) else None
            for rule in (_in_time, _in_cause, _on_the_way):
                found.update(rule(bare, clause, preceding, following))
        found.update(_between(bare, clauses))
        found.update(_numbered(bare, sentence.span()))
    found.update(_counted([match.span() for match in _SENTENCE.finditer(bare)], bare))
    return tuple(sorted(_closed({edge for edge in found if _tells(bare, edge)})))


@lru_cache(maxsize=5_000)
def find_implied(text: str) -> tuple[Edge, ...]:
    """Return each clause of the folded ``text`` with each that stands after it in its sentence: told in this order, if in no other words."""
    found: list[Edge] = []
    for sentence in _SENTENCE.finditer(text):
        found += combinations([match.span() for match in _CLAUSE.finditer(text, *sentence.span())], 2)
    return tuple(edge for edge in found if _tells(text, edge))


@lru_cache(maxsize=5_000)
def find_cases(text: str) -> tuple[Edge, ...]:
    """Return each case that the folded ``text`` tells apart with what holds in it.

    >>> [(text[a:b], text[c:d]) for text in ("保价的按损失赔,未保价的,按运费赔",) for (a, b), (c, d) in find_cases(text)]
    [('保价的', '按损失赔'), ('未保价的', '按运费赔')]
    """
    found: list[Edge] = []
    for sentence in _SENTENCE.finditer(text):
        clauses = [match.span() for match in _CLAUSE.finditer(text, *sentence.span())]
        for number, (start, end) in enumerate(clauses):
            case = _OF_THOSE.search(text[start:end])
            if case:
                found.append(((start, start + case.end()), (start + case.end(), end)))
            elif number + 1 < len(clauses) and _CONDITION.search(text[start:end]):
                found.append(((start, end), clauses[number + 1]))
    return tuple(edge for edge in found if _tells(text, edge))


def telling(text: str, span: Span) -> list[int]:
    """Return the places of ``span`` that say what happens, not when."""
    return [at for at in range(*span) if not _FILLER.match(text[at])]


def _tells(text: str, edge: Edge) -> bool:
    (start, end), (other, its_end) = edge
    apart = end <= other or its_end <= start
    return apart and all(telling(text, span) for span in edge)


def _in_time(text: str, clause: Span, preceding: Span | None, following: Span | None) -> Iterator[Edge]:
    """Yield what X之前Y, X后Y, Y在X之后 and 等X才Y say."""
    start, end = clause
    timed = False
    for pattern, earlier in ((_BEFORE, False), (_AFTER, True)):
        match = pattern.search(text, start, end)
        if match is None:
            continue
        timed = True
        at = _last(_AT, text, start, match.start())
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
    then = _last(_ONLY_THEN, text, start, end)
    if then is None:
        return
    waits = _last(_WAITS, text, start, then.start())
    if waits is not None:
        event = (waits.end(), then.start())
        yield event, (then.end(), end)
        yield event, (start, waits.start())
        return
    if not timed and (preceding is None or len(telling(text, (start, then.start()))) > SUBJECT):
        yield (start, then.start()), (then.end(), end)


def _in_cause(text: str, clause: Span, preceding: Span | None, following: Span | None) -> Iterator[Edge]:
    """Yield each cause with its effect."""
    start, end = clause
    caused = _CAUSED.search(text, start, end)
    because = _BECAUSE.search(text, start, end)
    causes = _CAUSES.search(text, start, end)
    since = _SINCE.search(text, start, end)
    if caused is not None:
        effect = _said(text, (start, caused.start()), preceding)
        if effect:
            yield caused.span(1), effect
    elif because is not None:
        effect = _said(text, (start, because.start()), preceding)
        if effect:
            yield (because.end(), end), effect
    elif causes is not None:
        cause = _said(text, (since.end() if since else start, causes.start()), preceding)
        if cause:
            yield cause, (causes.end(), end)
    elif since is not None:
        so = text.find("而", since.end(), end)
        if so > 0:
            yield (since.end(), so), (so + 1, end)
            yield (since.end(), so), (start, since.start())
        elif following:
            yield (since.end(), end), following


def _on_the_way(text: str, clause: Span, preceding: Span | None, following: Span | None) -> Iterator[Edge]:
    """Yield what something goes from with what it goes to, and less with more."""
    start, end = clause
    way = _FROM.search(text, start, end)
    if way is not None:
        yield way.span(1) if way[1] else way.span(2), way.span(3)
    than = _THAN.search(text, start, end)
    compared = _COMPARED.search(text, start, end)
    beside = _BESIDE.search(text[start:end])
    if than is not None:
        one = _said(text, than.span(1), preceding)
        if one:
            yield _upward(_compared(text, one), _compared(text, than.span(3)), than[2])
    elif beside is not None and following:
        how = _last(_WAY, text, *following)
        if how:
            one = _compared(text, (following[0], how.start()))
            yield _upward(one, (start + beside.start(1), start + beside.end(1)), how.group())
    elif compared is not None:
        one = _said(text, compared.span(1), preceding)
        if one:
            yield _upward(_compared(text, one), _compared(text, compared.span(2)), compared[3])


def _upward(one: Span, other: Span, way: str) -> Edge:
    """Return the two spans with less first, where ``one`` is ``way`` than ``other``."""
    return (one, other) if way in _LESS_OF else (other, one)


def _compared(text: str, span: Span) -> Span:
    """Return whose measure is compared: 信用卡 of 信用卡的利率."""
    start, end = span
    of = text.find("的", start, end)
    return (start, of) if of > 0 and telling(text, (start, of)) else span


def _between(text: str, clauses: Sequence[Span]) -> Iterator[Edge]:
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


def _numbered(text: str, sentence: Span) -> Iterator[Edge]:
    """Yield the steps that are counted, and the items of a list that says it has an order."""
    steps = []
    for clause in _CLAUSE.finditer(text, *sentence):
        match = _STEP.search(text, *clause.span())
        if match:
            steps.append(("一二三四五六七八九".index(match[1]), clause.span()))
    for (one, first), (other, second) in combinations(steps, 2):
        if one != other:
            yield (first, second) if one < other else (second, first)
    if _IN_TURN.search(text, *sentence):
        yield from pairwise(item.span() for item in _ITEM.finditer(text, *sentence))


def _counted(sentences: Sequence[Span], text: str) -> Iterator[Edge]:
    """Yield sentences that are counted off (首先…。其次…。最后…。), each with those after it."""
    places = []
    for sentence in sentences:
        match = _ORDINAL.search(text[slice(*sentence)])
        if match and match.lastindex:
            places.append((match.lastindex, sentence))
    for (one, first), (other, second) in combinations(places, 2):
        if one != other:
            yield (first, second) if one < other else (second, first)


def _closed(edges: set[Edge]) -> set[Edge]:
    """Return ``edges`` with those that follow from two of them."""
    while len(edges) < MOST:
        further = {
            (one, last) for one, middle in edges for start, last in edges if middle == start and one != last
        }
        if further <= edges:
            break
        edges = edges | further
    return edges


def _said(text: str, span: Span, otherwise: Span | None) -> Span | None:
    return span if telling(text, span) else otherwise


def _last(pattern: re.Pattern[str], text: str, start: int, end: int) -> re.Match[str] | None:
    return max(pattern.finditer(text, start, end), key=lambda match: match.end(), default=None)
