"""Which characters a byte can still be part of, ready for ranking by the language model."""

from functools import lru_cache
from typing import NamedTuple

from ingest.repair.characters import is_only_simplified, is_traditional, reads, symbols
from ingest.repair.gbk import CUT_MARKS, HIGH_TRAILS, LEADS, PAIRS, VANISHED

ODD = frozenset(
    code for code, char in PAIRS.items() if (char.isalnum() and "０" <= char <= "ｚ") or char in "『』‘’〈〉"
)
"""Fullwidth digits and letters, and brackets seldom used: likely as what the language model folds them to, but rare."""

NEVER_LAST = frozenset("、“‘（《〈「『【〔〖·")
"""Marks that want something after them."""


class Candidate(NamedTuple):
    """A character of which one byte is known: the other byte, its code, the model's symbol, and whose script it is, and whether it is rare."""

    byte: int
    code: int
    symbol: int
    traditional: bool
    simplified: bool
    odd: bool


class Group(tuple[Candidate, ...]):
    """Candidates that are ranked together; known by identity, so that what is found of a group is cheap to look up."""

    __slots__ = ()
    __hash__ = object.__hash__

    def __eq__(self, other: object) -> bool:
        """Whether it is this very group."""
        return self is other


def _candidate(byte: int, code: int) -> Candidate:
    return Candidate(byte, code, symbols()[code], is_traditional(code), is_only_simplified(code), code in ODD)


@lru_cache(maxsize=1 << 15)
def known(code: int) -> Candidate:
    """Return the character of which both bytes are known."""
    return _candidate(code & 0xFF, code)


@lru_cache(maxsize=256)
def by_lead(lead: int) -> Group:
    """Return the characters with this first byte whose second could not pass for ASCII."""
    return Group(_candidate(byte, lead << 8 | byte) for byte in HIGH_TRAILS if lead << 8 | byte in PAIRS)


@lru_cache(maxsize=256)
def by_lead_at_line_end(lead: int) -> Group:
    """Return those of ``by_lead`` that can end a line: the language model does not know where lines end."""
    return Group(candidate for candidate in by_lead(lead) if PAIRS[candidate.code] not in NEVER_LAST)


@lru_cache(maxsize=256)
def by_trail(trail: int) -> Group:
    """Return the Chinese characters and the marks with this second byte: a mark can lose its first byte as well."""
    codes = (byte << 8 | trail for byte in LEADS)
    return Group(
        _candidate(code >> 8, code)
        for code in codes
        if (char := PAIRS.get(code, "")) in CUT_MARKS or "\u4e00" <= char <= "\u9fff"
    )


@lru_cache(maxsize=4096)
def by_note(lead: int, note: str) -> Group:
    """Return the characters with this first byte that are read as the note says."""
    return Group(candidate for candidate in by_lead(lead) if reads(candidate.code, note))


@lru_cache(maxsize=4096)
def annotated(lead: int, note: str) -> Group:
    """Return the characters of ``by_note``, the Traditional ones alone if there are any: notes were put to those."""
    read = by_note(lead, note)
    return Group(candidate for candidate in read if candidate.traditional) or read


@lru_cache(maxsize=4096)
def ending_in_note(note: str) -> Group:
    """Return the Traditional characters that are read as the note says."""
    return Group(
        known(code) for code in PAIRS if is_traditional(code) and reads(code, note) and code & 0xFF in LEADS
    )


@lru_cache(maxsize=256)
def before_vanished(lead: int) -> Group:
    """Return the characters with this first byte whose second can begin a pair that vanishes."""
    return Group(candidate for candidate in by_lead(lead) if vanishing_seconds(candidate.byte))


@lru_cache(maxsize=256)
def vanishing_seconds(first: int) -> frozenset[int]:
    """Return the bytes that, after this one, make a pair that vanishes and begin a character."""
    return frozenset(byte for byte in HIGH_TRAILS if byte >= LEADS.start and first << 8 | byte in VANISHED)


@lru_cache(maxsize=4096)
def after_vanished(group: Group, first: int) -> Group:
    """Return those of a group whose first byte can stand behind a pair that vanished after the byte ``first``."""
    seconds = vanishing_seconds(first)
    return Group(candidate for candidate in group if candidate.code >> 8 in seconds)
