"""The edits that make a claim of the source sentence nearest to it: insertions, deletions, replacements, moves.

Somebody who rewords changes much and keeps the sense; a false claim is often the source itself with one thing changed.
Read: claim and quotes, words and token vectors. Out come lengths in characters and cosines between what is replaced.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from functools import lru_cache

import numpy as np

from service.query.terms import cut
from service.verify.reading import LIGHT_WORDS
from service.verify.token_text import TokenText

Token = tuple[str, int, int]
"""A word and where it stands."""


@dataclass(frozen=True, slots=True)
class Edits:
    """A claim as an edit of one quote; lengths are characters of words that say something, at most ``MOST``.

    ``alike``: the share of words kept in their order; ``put_in``, ``left_out`` (between what is kept), ``cut_before``, ``cut_after``;
    ``replaced``: what stands for something else, ``likeness`` and ``least_likeness``: the mean and lowest cosine between the
    two, 1 where nothing is replaced; ``moved``: what is put in or replaces, but stands elsewhere in the quote.
    """

    alike: float
    put_in: float
    left_out: float
    cut_before: float
    cut_after: float
    replaced: float
    likeness: float
    least_likeness: float
    moved: float


MOST = 12.0


def find_edits(claim: TokenText, quotes: Sequence[TokenText]) -> Edits:
    """Return the edits that make ``claim`` of the quote that has most of its words in their order."""
    ours = _tokens(claim.text)
    words = [token for token, _, _ in ours]
    best, matcher = None, SequenceMatcher(None, [], words, autojunk=False)
    ratio = -1.0
    for quote in quotes:
        theirs = _tokens(quote.text)
        candidate = SequenceMatcher(None, [token for token, _, _ in theirs], words, autojunk=False)
        if candidate.ratio() > ratio:
            best, matcher, ratio = (quote, theirs), candidate, candidate.ratio()
    if best is None:
        return Edits(0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 1.0, 1.0, 0.0)
    return _summed(claim, ours, *best, matcher)


def _summed(
    claim: TokenText,
    ours: Sequence[Token],
    quote: TokenText,
    theirs: Sequence[Token],
    matcher: SequenceMatcher[str],
) -> Edits:
    size = dict.fromkeys(("insert", "inner", "before", "after", "replace", "moved"), 0)
    likeness = []
    for operation, start, end, our_start, our_end in matcher.get_opcodes():
        its, mine = _telling(theirs[start:end]), _telling(ours[our_start:our_end])
        if operation == "delete":
            where = "before" if our_start == 0 else "after" if our_end == len(ours) else "inner"
            size[where] += _size(its)
        elif operation == "insert":
            size["insert"] += _size(mine)
        elif operation == "replace":
            size["replace"] += _size(mine)
            size["inner"] += 0 if mine else _size(its)
            if mine and its:
                likeness.append(claim.cosine((mine[0][1], mine[-1][2]), quote, (its[0][1], its[-1][2])))
        if operation != "equal":
            size["moved"] += sum(len(token) for token, _, _ in mine if token in quote.text)
    most = {name: min(float(characters), MOST) for name, characters in size.items()}
    return Edits(
        alike=matcher.ratio(),
        put_in=most["insert"],
        left_out=most["inner"],
        cut_before=most["before"],
        cut_after=most["after"],
        replaced=most["replace"],
        likeness=float(np.mean(likeness)) if likeness else 1.0,
        least_likeness=min(likeness, default=1.0),
        moved=most["moved"],
    )


@lru_cache(maxsize=5_000)
def _tokens(text: str) -> tuple[Token, ...]:
    found, at = [], 0
    for token in cut(text):
        found.append((token, at, at + len(token)))
        at += len(token)
    return tuple(item for item in found if item[0].strip() and any(map(str.isalnum, item[0])))


def _telling(tokens: Sequence[Token]) -> list[Token]:
    return [item for item in tokens if item[0] not in LIGHT_WORDS]


def _size(tokens: Sequence[Token]) -> int:
    return sum(len(token) for token, _, _ in tokens)
