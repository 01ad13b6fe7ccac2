"""Whether what a claim says holds under the conditions of its source: each said, none put in, none turned round."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from service.verify.likeness import Likeness
from service.verify.links import Condition, Outcome, find_outcomes
from service.verify.reading import denials
from service.verify.stretches import Span, telling

BESIDE = 0.5
"""What likeness of the conditions counts, beside that of the outcomes, to find the outcome that a claim speaks of."""
NONE = -0.2
"""What stands for a margin where there is nothing to compare."""

# Short of a bound; 未满 and 不到 are denials already.
_SHORT_OF = re.compile("不满|不足|以下|低于|少于")
_FREELY = re.compile(
    "随时|直接|一律|任何|自动|只要|不论|无论|不管|就行|即可|无条件|都|所有|谁|立即|马上|一概|统统"
)
_DEPENDS = re.compile(
    "视.{0,6}(?:情况|情形)|看.{0,4}情况|酌情|审核|核实|评估|批准|同意|确认|部分|某些|个别|前提|除外"
)


@dataclass(frozen=True, slots=True)
class Dependence:
    """The conditions of a claim beside those of the outcome of its quotes that it speaks of.

    Of the outcome of the claim where it is the worst: ``near``: how near that outcome is, in cosines as all that follows, ``ahead``: by
    how much nearer than any under other conditions; ``said``: the share, by characters, of its condition that is said least,
    ``met``: how near the claim is to that one's tokens, ``held``: how near a stretch of it is; ``excused``: the same as ``met`` for what
    is excepted; 1 where there is none. ``known``, ``found``: the share of the claim's own condition that the quotes say least of, and
    how near they are to its tokens; ``own``: how near a condition of that outcome is to it, ``ahead_own``: by how much
    nearer than what stands elsewhere. ``agreeing``: by how much a condition with its outcome is nearer to one of the quotes
    that is denied as it is than to one that is denied on one side alone. ``conditions``, ``quoted``: how many conditions the
    claim has, and the outcome; ``strict``, ``quoted_strict``: whether one of them is told as the only one; ``freely``,
    ``depends``: how many words say so of any case that the quotes lack, and of some that the claim lacks.
    """

    near: float = 0.0
    ahead: float = 0.0
    said: float = 1.0
    met: float = 1.0
    held: float = 1.0
    excused: float = 1.0
    known: float = 1.0
    found: float = 1.0
    own: float = 1.0
    ahead_own: float = 0.0
    agreeing: float = 0.0
    conditions: int = 0
    quoted: int = 0
    strict: bool = False
    quoted_strict: bool = False
    freely: int = 0
    depends: int = 0


@dataclass(frozen=True, slots=True)
class _Link:
    """A condition with what holds under it; ``denied``: one of the two is, and the other is not."""

    condition: Span
    outcome: Span
    denied: bool


def find_dependence(likeness: Likeness) -> Dependence:
    """Return the conditions of a claim beside those of its quotes, which are one text in ``likeness``."""
    claim, quote = likeness.claim.text, likeness.quote.text
    ours, theirs = find_outcomes(claim), find_outcomes(quote)
    if not ours or not theirs:
        return Dependence()
    pairs = [(one, _spoken_of(likeness, one, theirs)) for one in ours]
    quoted = [condition for _, its in pairs for condition in its.conditions]
    asked = [c for c in dict.fromkeys(quoted) if not c.excepted]
    mine = list(dict.fromkeys(c for one in ours for c in one.conditions))
    stretches = [*(one.span for one in ours), *(c.span for c in mine)]
    return Dependence(
        near=min(likeness.of(one.span, its.span) for one, its in pairs),
        ahead=min(_ahead(likeness, one, its, theirs) for one, its in pairs),
        said=min((_share(quote, c.span, claim) for c in asked), default=1.0),
        met=min((likeness.taken(c.span) for c in asked), default=1.0),
        held=min((max(likeness.of(s, c.span) for s in stretches) for c in asked), default=1.0),
        excused=min((likeness.taken(c.span) for c in quoted if c.excepted), default=1.0),
        known=min((_share(claim, c.span, quote) for c in mine), default=1.0),
        found=min((likeness.said(c.span) for c in mine), default=1.0),
        own=min((_own(likeness, c, its) for one, its in pairs for c in one.conditions), default=1.0),
        ahead_own=min(
            (
                _own(likeness, c, its) - _elsewhere(likeness, c, its, theirs)
                for one, its in pairs
                for c in one.conditions
            ),
            default=0.0,
        ),
        agreeing=_agreeing(likeness, list(_links(claim, ours)), list(_links(quote, theirs))),
        conditions=len(mine),
        quoted=len(asked),
        strict=any(c.strict for c in mine),
        quoted_strict=any(c.strict for c in quoted),
        freely=len(set(_FREELY.findall(claim)) - set(_FREELY.findall(quote))),
        depends=len(set(_DEPENDS.findall(quote)) - set(_DEPENDS.findall(claim))),
    )


def _spoken_of(likeness: Likeness, one: Outcome, theirs: Sequence[Outcome]) -> Outcome:
    """Return the outcome of the quotes that ``one`` of the claim is nearest to, its conditions counted in."""

    def nearness(its: Outcome) -> float:
        found = [
            max((likeness.of(c.span, other.span) for other in (*its.conditions, *its.weak)), default=0.0)
            for c in one.conditions
        ]
        return likeness.of(one.span, its.span) + (BESIDE * sum(found) / len(found) if found else 0.0)

    return max(theirs, key=nearness)


def _ahead(likeness: Likeness, one: Outcome, its: Outcome, theirs: Sequence[Outcome]) -> float:
    others = [likeness.of(one.span, other.span) for other in theirs if other.conditions != its.conditions]
    return likeness.of(one.span, its.span) - max(others) if others else -NONE


def _own(likeness: Likeness, condition: Condition, its: Outcome) -> float:
    """Return how near ``condition`` is to one under which ``its`` outcome holds, or to that outcome."""
    spans = [its.span, *(c.span for c in (*its.conditions, *its.weak))]
    return max(likeness.of(condition.span, span) for span in spans)


def _elsewhere(likeness: Likeness, condition: Condition, its: Outcome, theirs: Sequence[Outcome]) -> float:
    """Return how near ``condition`` is to one under which another outcome holds."""
    own = {c.span for c in its.conditions}
    others = {c.span for other in theirs for c in other.conditions} - own
    return max((likeness.of(condition.span, span) for span in others), default=0.0)


def _agreeing(likeness: Likeness, ours: Sequence[_Link], theirs: Sequence[_Link]) -> float:
    """Return ``agreeing`` of :class:`Dependence`."""
    margins = []
    for mine in ours:
        best = {False: 0.0, True: 0.0}
        for its in theirs:
            straight = likeness.of(mine.condition, its.condition) + likeness.of(mine.outcome, its.outcome)
            turned = likeness.of(mine.condition, its.outcome) + likeness.of(mine.outcome, its.condition)
            other = mine.denied != its.denied
            best[other] = max(best[other], max(straight, turned) / 2)
        margins.append(best[False] - best[True])
    return min(margins, default=0.0)


def _links(text: str, outcomes: Sequence[Outcome]) -> Iterator[_Link]:
    for outcome in outcomes:
        for condition in outcome.conditions or outcome.weak:
            odd = _denied(text, condition.span) ^ _denied(text, outcome.span) ^ condition.excepted
            yield _Link(condition.span, outcome.span, odd)


def _denied(text: str, span: Span) -> bool:
    stretch = text[slice(*span)]
    return (len(denials(stretch)) + len(_SHORT_OF.findall(stretch))) % 2 == 1


def _share(text: str, span: Span, other: str) -> float:
    """Return the share of the characters of ``span`` that tell something and stand in ``other``."""
    places = telling(text, span)
    return sum(text[at] in other for at in places) / len(places) if places else 1.0
