"""Polarity: something denied on one side alone, or the opposite word.

Read: an alignment of claim and source, and ``opposites.txt``. Out comes what is opposed, or None.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache

from service.lists import read_list
from service.verify.align import Alignment

WITHIN = 3
"""How many words of a denied stretch are looked up on the other side."""
CLOSE = 0.6
"""The share of a clause that its partner must say for the two to be set against each other word by word."""

_NOT_YET = re.compile("[\u4e00-\u9fff]{0,2}(?:之前|以前|前)")


@dataclass(frozen=True, slots=True)
class _Denial:
    """A denied stretch of one side, in which clause it stands, and what becomes of it on the other.

    ``met``: it is denied there too. ``said``: its first word that is said there and not denied, in clause ``there``;
    None where nothing of it is said. ``not_yet``: it is said to come before something, as one denies what is to come.
    """

    clause: int
    met: bool
    said: str | None = None
    there: int = -1
    not_yet: bool = False

    @property
    def open(self) -> bool:
        """Whether nothing of what is denied is said on the other side at all."""
        return not self.met and self.said is None


def denied_on_one_side(alignment: Alignment) -> str | None:
    """Return what one side denies and the other says.

    People turn a denial round in many ways: one that says nothing known may be the other side's in other words.
    """
    ours, theirs = _denials(alignment), _denials(alignment.turned)
    for side, mine, its in ((alignment, ours, theirs), (alignment.turned, theirs, ours)):
        for denial in mine:
            if denial.said is None or denial.not_yet:
                continue
            near = {denial.there, side.partner(denial.clause)}
            if not any(other.open and other.clause in near for other in its):
                said = denial.said
                return f"不{said} ≠ {said}" if mine is ours else f"{said} ≠ 不{said}"
    return None


def _denials(side: Alignment) -> list[_Denial]:
    return [_look_up(side, start, end) for start, end in side.claim.denials]


def _look_up(side: Alignment, start: int, end: int) -> _Denial:
    reading = side.claim
    clause = next(n for n, c in enumerate(reading.clauses) if c.start <= start <= c.end)
    first: _Denial | None = None
    seen = 0
    for place, word in enumerate(reading.words):
        found = side.counterparts(place) if start <= word.start < end else []
        if not found:
            continue
        if any(other.denied == word.denied for other in found):
            return _Denial(clause, True)
        not_yet = any(_NOT_YET.match(side.source.text, other.end) for other in found)
        first = first or _Denial(clause, False, word.text, found[0].clause, not_yet)
        seen += 1
        if seen == WITHIN:
            break
    return first or _Denial(clause, False)


def opposite_word(alignment: Alignment) -> str | None:
    """Return a word of the claim whose opposite the source has instead: anywhere, or in a clause that says about the same."""
    claim, source = alignment.claim, alignment.source
    for number, clause in enumerate(claim.clauses):
        scopes = [source.text]
        partner = alignment.partner(number)
        size = sum(len(word.text) for word in claim.in_clause(number))
        if partner is not None and alignment.met(number, partner) >= CLOSE * size:
            scopes.append(source.clauses[partner].text)
        for scope in scopes:
            opposed = _opposed_in(clause.text, scope, claim.text)
            if opposed is not None:
                return opposed
    return None


def _opposed_in(clause: str, scope: str, claim: str) -> str | None:
    """Return the word of ``clause`` whose opposite ``scope`` has instead, if the whole ``claim`` has it nowhere."""
    for one, other in _opposites():
        for side, against in ((one, other), (other, one)):
            word = _undenied(side, clause)
            opposite = _undenied(against, scope) if word else None
            if not word or not opposite or word in opposite:
                continue
            if not _undenied(side, scope) and not _undenied(against, claim):
                return f"{word} ≠ {opposite}"
    return None


def _undenied(words: Sequence[str], text: str) -> str | None:
    """Return the first of ``words`` that stands in ``text`` without a denial right before it."""
    for word in words:
        at = text.find(word)
        if at >= 0 and not (at and text[at - 1] in "不无没未"):
            return word
    return None


@cache
def _opposites() -> tuple[tuple[tuple[str, ...], tuple[str, ...]], ...]:
    """Return the two sides of each line of the list beside this module."""
    sides = (line.split("|") for line in read_list("service.verify", "opposites.txt"))
    return tuple((tuple(one.split()), tuple(other.split())) for one, other in sides)
