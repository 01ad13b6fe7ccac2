"""Whether a claim keeps the conditions of its source: each said, none put in, none turned round.

Read: the outcomes of claim and quotes, and how similar their spans are. Out come the numbers of :class:`Conditions`.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from service.verify.conditionals import Condition, Outcome, find_outcomes
from service.verify.facts import find_facts
from service.verify.overlap import share_said
from service.verify.reading import denials, read
from service.verify.similarity import Similarity
from service.verify.spans import Span, telling

BESIDE = 0.5
"""What similarity of the conditions counts, beside that of the outcomes, to find the outcome that a claim speaks of."""
KEPT = 0.5
"""Below this share of its characters said, a condition counts as left out."""
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
class Conditions:
    """The conditions of a claim beside those of the outcome of its quotes that it speaks of.

    Taken from the outcome of the claim where it is the worst; nearness is in cosines, shares are by characters, 1 where there is none.

    ``near``: how near that outcome is, ``ahead``: by how much nearer than any under other conditions.
    Of the conditions of the quotes: ``said``: the share of the one that is said least, ``reworded``: the same of its
    words and exact facts, known other words counted in, ``met``: how near the claim is to its tokens, ``held``: how near a span of it is, ``excused``: as ``met`` for
    what is excepted, ``left_out``: the one that is hardly said, or None.
    Of the claim's own: ``known``: the share of the one that the quotes say least of, ``found``: how near they are to its tokens,
    ``own``: how near a condition of that outcome is to it, ``ahead_own``: by how much nearer than what stands elsewhere.
    ``agreeing``: by how much a condition with its outcome is nearer to one of the quotes that is negated as it is than to one
    that is negated on one side alone. ``conditions``, ``quoted``: how many the claim has, and the outcome; ``strict``,
    ``quoted_strict``: whether one is told as the only one; ``freely``, ``depends``: how many words say so of any case that the
    quotes lack, and of some that the claim lacks.
    """

    near: float = 0.0
    ahead: float = 0.0
    said: float = 1.0
    reworded: float = 1.0
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
    left_out: str | None = None


@dataclass(frozen=True, slots=True)
class _Link:
    """A condition with what holds under it; ``denied``: one of the two is, and the other is not."""

    condition: Span
    outcome: Span
    denied: bool


def find_conditions(similarity: Similarity) -> Conditions:
    """Return the conditions of a claim beside those of its quotes, which are one text in ``similarity``."""
    claim, quote = similarity.claim.text, similarity.quote.text
    ours, theirs = find_outcomes(claim), find_outcomes(quote)
    if not ours or not theirs:
        return Conditions()
    pairs = [(one, _spoken_of(similarity, one, theirs)) for one in ours]
    quoted = [condition for _, its in pairs for condition in its.conditions]
    asked = [c for c in dict.fromkeys(quoted) if not c.excepted]
    texts = [quote[slice(*c.span)] for c in asked]
    said = [_share(quote, c.span, claim) for c in asked]
    reworded = [_reworded(text, claim) for text in texts]
    mine = list(dict.fromkeys(c for one in ours for c in one.conditions))
    stretches = [*(one.span for one in ours), *(c.span for c in mine)]
    return Conditions(
        near=min(similarity.of(one.span, its.span) for one, its in pairs),
        ahead=min(_ahead(similarity, one, its, theirs) for one, its in pairs),
        said=min(said, default=1.0),
        reworded=min(reworded, default=1.0),
        met=min((similarity.taken(c.span) for c in asked), default=1.0),
        held=min((max(similarity.of(s, c.span) for s in stretches) for c in asked), default=1.0),
        excused=min((similarity.taken(c.span) for c in quoted if c.excepted), default=1.0),
        known=min((_share(claim, c.span, quote) for c in mine), default=1.0),
        found=min((similarity.said(c.span) for c in mine), default=1.0),
        own=min((_own(similarity, c, its) for one, its in pairs for c in one.conditions), default=1.0),
        ahead_own=min(
            (
                _own(similarity, c, its) - _elsewhere(similarity, c, its, theirs)
                for one, its in pairs
                for c in one.conditions
            ),
            default=0.0,
        ),
        agreeing=_agreeing(similarity, list(_links(claim, ours)), list(_links(quote, theirs))),
        conditions=len(mine),
        quoted=len(asked),
        strict=any(c.strict for c in mine),
        quoted_strict=any(c.strict for c in quoted),
        freely=len(set(_FREELY.findall(claim)) - set(_FREELY.findall(quote))),
        left_out=next((t for t, *kept in zip(texts, said, reworded, strict=True) if max(kept) < KEPT), None),
        depends=len(set(_DEPENDS.findall(quote)) - set(_DEPENDS.findall(claim))),
    )


def _spoken_of(similarity: Similarity, one: Outcome, theirs: Sequence[Outcome]) -> Outcome:
    """Return the outcome of the quotes that ``one`` of the claim is nearest to, its conditions counted in."""

    def nearness(its: Outcome) -> float:
        found = [
            max((similarity.of(c.span, other.span) for other in (*its.conditions, *its.weak)), default=0.0)
            for c in one.conditions
        ]
        return similarity.of(one.span, its.span) + (BESIDE * sum(found) / len(found) if found else 0.0)

    return max(theirs, key=nearness)


def _ahead(similarity: Similarity, one: Outcome, its: Outcome, theirs: Sequence[Outcome]) -> float:
    others = [similarity.of(one.span, other.span) for other in theirs if other.conditions != its.conditions]
    return similarity.of(one.span, its.span) - max(others) if others else -NONE


def _own(similarity: Similarity, condition: Condition, its: Outcome) -> float:
    """Return how near ``condition`` is to one under which ``its`` outcome holds, or to that outcome."""
    spans = [its.span, *(c.span for c in (*its.conditions, *its.weak))]
    return max(similarity.of(condition.span, span) for span in spans)


def _elsewhere(
    similarity: Similarity, condition: Condition, its: Outcome, theirs: Sequence[Outcome]
) -> float:
    """Return how near ``condition`` is to one under which another outcome holds."""
    own = {c.span for c in its.conditions}
    others = {c.span for other in theirs for c in other.conditions} - own
    return max((similarity.of(condition.span, span) for span in others), default=0.0)


def _agreeing(similarity: Similarity, ours: Sequence[_Link], theirs: Sequence[_Link]) -> float:
    """Return ``agreeing`` of :class:`Conditions`."""
    margins = []
    for mine in ours:
        best = {False: 0.0, True: 0.0}
        for its in theirs:
            straight = similarity.of(mine.condition, its.condition) + similarity.of(mine.outcome, its.outcome)
            turned = similarity.of(mine.condition, its.outcome) + similarity.of(mine.outcome, its.condition)
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


def _reworded(condition: str, other: str) -> float:
    """Return the share of the words and exact facts of ``condition`` that ``other`` says; 1 where it has neither."""
    facts, its = ([f for f in find_facts(text) if f.kind != "product"] for text in (condition, other))
    found = [float(fact in its) for fact in facts]
    if read(condition).words:
        found.append(share_said(condition, other))
    return sum(found) / len(found) if found else 1.0
