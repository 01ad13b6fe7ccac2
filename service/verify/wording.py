"""Claims nearly in the source's own words: parts exchanged, a word replaced, two quotes linked, too few words to tell.

Read: an alignment of claim and source. Out comes what was changed, or None.
"""

import re
from collections import Counter
from collections.abc import Sequence
from difflib import SequenceMatcher
from functools import lru_cache
from itertools import combinations, pairwise

from service.query.terms import cut
from service.verify.align import Alignment, closest_quotes, say_the_same
from service.verify.reading import LIGHT_WORDS, Word, read

EXCHANGED_FROM = 0.7
REPLACED_FROM = 0.75
"""The share of the claim's words that must be the source's for the rest to be set against it."""

SHORT = 8
"""Characters up to which a claim is short."""
OWN_WORDS = 0.5
"""The share of a short claim's words that must be the source's own."""

_WORD = re.compile("[\u3400-\u9fffa-z0-9]")
_DEPENDS = re.compile("^(?:如果|只要|一旦|要是|因|由于|若|当|为了|通过)|(?:后|的|时|的话|的[人户]|人|用户)$")
_PASSIVE = re.compile("被|受到|由|把")


def exchanged(alignment: Alignment) -> str | None:
    """Return which two parts of the source have changed places around what stands between them, or None.

    A part that is moved as a whole leaves no three words in reverse order; two that change places do. A passive turns
    them round by rights.
    """
    ours, theirs = _tokens(alignment.claim.text), _tokens(alignment.source.text)
    if bool(_PASSIVE.search(alignment.claim.text)) != bool(_PASSIVE.search(alignment.source.text)):
        return None
    if _share_taken(ours, theirs) < EXCHANGED_FROM:
        return None
    once = [token for token in ours if ours.count(token) == 1 and theirs.count(token) == 1]
    places = {token: theirs.index(token) for token in once}
    for first, between, last in combinations(once, 3):
        if places[first] > places[between] > places[last]:
            return f"{first} and {last} have changed places"
    return None


def replaced(alignment: Alignment) -> str | None:
    """Return which word of the source another stands for, where the words around are the source's, or None."""
    ours, theirs = _tokens(alignment.claim.text), _tokens(alignment.source.text)
    if _share_taken(ours, theirs) < REPLACED_FROM:
        return None
    matcher = SequenceMatcher(None, ours, theirs, autojunk=False)
    for operation, start, end, its_start, its_end in matcher.get_opcodes():
        mine, its = ours[start:end], theirs[its_start:its_end]
        if operation != "replace" or not all(map(_tells, (*mine, *its))) or max(len(mine), len(its)) > 2:
            continue
        known = any(token in alignment.source.text for token in mine) or set("".join(mine)) & set(
            "".join(its)
        )
        if not known and not any(say_the_same(one, other) for one in mine for other in its):
            return f"{''.join(mine)} stands for {''.join(its)}"
    return None


def too_short(alignment: Alignment) -> bool:
    """Return whether a claim of a few characters does not stand in one clause of the source, about as it is and in its order.

    So few words can be matched in other words anywhere; only their own show that the source says them.
    """
    words, source = alignment.claim.words, alignment.source
    if len(alignment.claim.text) > SHORT:
        return False
    if alignment.literal < OWN_WORDS:
        return True
    return not any(
        _in_order([alignment.counterparts(place) for place in range(len(words))], number)
        for number in range(len(source.clauses))
    )


def linked(claim: str, quotes: Sequence[str]) -> str | None:
    """Return the clause of ``claim`` that makes what one quote says depend on what another says, or None."""
    if len(quotes) == 1:
        return None
    clauses, closest = read(claim).clauses, closest_quotes(claim, quotes)
    for (clause, number), (_, following) in pairwise(zip(clauses, closest, strict=True)):
        if number != following and _DEPENDS.search(clause.text):
            return clause.text
    return None


def _in_order(found: Sequence[Sequence[Word]], clause: int) -> bool:
    """Return whether each of ``found`` has a word in ``clause``, every one behind the one before."""
    at = -1
    for words in found:
        starts = [word.start for word in words if word.clause == clause and word.start > at]
        if not starts:
            return False
        at = min(starts)
    return True


def _tells(token: str) -> bool:
    return len(token) > 1 and token not in LIGHT_WORDS and not token[0].isdigit()


def _share_taken(ours: Sequence[str], theirs: Sequence[str]) -> float:
    return sum((Counter(ours) & Counter(theirs)).values()) / len(ours) if ours else 0.0


@lru_cache(maxsize=5_000)
def _tokens(text: str) -> tuple[str, ...]:
    return tuple(token for token in cut(text) if _WORD.search(token))
