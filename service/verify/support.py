"""How much of a sentence its source says, character by character, other words for the same counted in."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from service.synonyms import synonyms_of
from service.verify.paraphrases import alternatives, known_words
from service.verify.reading import Reading, is_light, read

SYNONYM = 0.9
ALONE = 0.5
"""What a character is worth that the source has, but in another word."""
ASIDE = 0.3
"""What a character is worth, times that, which only the text around the quote has."""
MISSING = 0.3
"""Below this a character counts as not said."""

_ITEM = re.compile("、|以及|并且|并|而且|还|也|和|及|或者|或|甚至|同时|但|而")


@dataclass(frozen=True, slots=True)
class Said:
    """How well each quote says each character of a claim.

    ``values`` (quotes, n) in [0, 1], with what only the text around them says; ``alone`` the same without that;
    ``counts`` (n,): which characters matter.
    """

    values: NDArray[np.float64]
    alone: NDArray[np.float64]
    counts: NDArray[np.bool_]

    @property
    def share(self) -> float:
        """The share of the claim that the quotes themselves say together, in [0, 1]; 0 where nothing of it matters."""
        return float(self.alone.max(axis=0)[self.counts].mean()) if self.counts.any() else 0.0

    @property
    def union(self) -> NDArray[np.float64]:
        """How well the quotes together say each character; shape (n,)."""
        return np.asarray(self.values.max(axis=0), np.float64)


@dataclass(frozen=True, slots=True)
class Piece:
    """An item of a clause, ``added`` where it goes on after another: how many characters matter, how many of them the quotes say together, each alone, or none does."""

    clause: int
    added: bool
    characters: int
    said: float
    by_quote: tuple[float, ...]
    missing: int


def find_said(claim: Reading, quotes: Sequence[str], context: str) -> Said:
    """Return how well ``quotes`` say ``claim``; the ``context`` around them is used for what no quote has."""
    counts = _counts(claim)
    around = ASIDE * _said_by(claim, counts, context)
    alone = np.stack([_said_by(claim, counts, quote) for quote in quotes])
    return Said(np.maximum(alone, around), alone, counts)


def share_said(one: str, other: str, *, loosely: bool = False) -> float:
    """Return the share of what folded ``one`` says that ``other`` says too, in [0, 1]; 0 where it says nothing.

    ``loosely`` lets a single character stand for a word even as a part of another.
    """
    reading = read(one)
    counts = _counts(reading)
    values = _said_by(reading, counts, other, loosely=loosely)
    return float(values[counts].mean()) if counts.any() else 0.0


def find_pieces(claim: Reading, said: Said) -> list[Piece]:
    """Return the items of ``claim``: its clauses, cut where a list or a further statement goes on."""
    union = said.union
    found: list[Piece] = []
    for number, clause in enumerate(claim.clauses):
        cuts = [clause.start, *(clause.start + m.start() for m in _ITEM.finditer(clause.text)), clause.end]
        for start, end in pairwise(cuts):
            own = said.counts[start:end]
            if own.any():
                together = union[start:end][own]
                found.append(
                    Piece(
                        clause=number,
                        added=start > clause.start,
                        characters=int(own.sum()),
                        said=float(together.sum()),
                        by_quote=tuple(said.values[:, start:end][:, own].sum(axis=1).tolist()),
                        missing=int((together < MISSING).sum()),
                    )
                )
    return found


def _counts(claim: Reading) -> NDArray[np.bool_]:
    """Return which characters of ``claim`` matter; shape (n,)."""
    counts = np.zeros(len(claim.text), np.bool_)
    for word in claim.words:
        counts[word.start : word.end] = True
    return counts


def _said_by(
    claim: Reading, counts: NDArray[np.bool_], text: str, *, loosely: bool = False
) -> NDArray[np.float64]:
    """Return how well ``text`` says each character of ``claim``; shape (n,)."""
    values = np.zeros(len(claim.text))
    for at in np.flatnonzero(counts).tolist():
        if claim.text[at] in text and not is_light(claim.text[at]):
            values[at] = ALONE
    for at in range(len(claim.text) - 1):
        if (counts[at] or counts[at + 1]) and claim.text[at : at + 2] in text:
            values[at : at + 2] = 1.0
    for word in claim.words:
        if word.text in text:
            values[word.start : word.end] = 1.0
        elif any(other in text for other in synonyms_of(word.text)):
            values[word.start : word.end] = np.maximum(values[word.start : word.end], SYNONYM)
    alone = {word.text for word in read(text).words if len(word.text) == 1}
    for start, end, key in known_words(claim.text):
        # A single character stands for a word only where it is one itself: the 还 of 还会 repays nothing.
        if any(other in (alone if len(other) == 1 and not loosely else text) for other in alternatives(key)):
            values[start:end] = np.maximum(values[start:end], SYNONYM)
    return values * counts
