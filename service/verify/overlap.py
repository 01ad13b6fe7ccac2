"""Lexical overlap: how much of a claim its quotes say, in the same words or in known other words for the same.

Read: the words of the claim, the folded quotes, the text around them, and the two lists of words that may stand for one
another (:mod:`service.synonyms`, :mod:`service.verify.paraphrases`). Out come shares of the claim's characters.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from service.query.terms import is_noun
from service.synonyms import synonyms_of
from service.verify.paraphrases import alternatives, known_words
from service.verify.reading import Reading, is_light, read

SYNONYM = 0.9
"""What a character is worth that the source says in another word."""
ALONE = 0.5
"""What a character is worth that the source has, but in another word."""
ASIDE = 0.3
"""What a character is worth, times that, which only the text around the quote has."""
MISSING = 0.3
"""Below this a character counts as not said."""
MOST = 6
"""Characters of unsaid nouns from which on more do not count."""

# Who takes part in any debt: that one is named proves little; that the wrong one is named is judged elsewhere.
_PARTICIPANTS = frozenset(
    ["用户", "客户", "借款人", "使用者", "持卡人", "债务人", "申请人", "平台", "客服", "对方", "银行", "机构"]
)


@dataclass(frozen=True, slots=True)
class Overlap:
    """How much of a claim stands in its quotes, each in [0, 1].

    ``share``: how much of it the quotes themselves say; ``nouns``: characters, of at most ``MOST``, of nouns that nothing says.
    """

    share: float
    nouns: float


def find_overlap(claim: Reading, quotes: Sequence[str], context: str) -> Overlap:
    """Return the overlap of ``claim`` with ``quotes``; a noun may also stand in the ``context`` around them."""
    counts = _counts(claim)
    said = np.stack([_said_by(claim, counts, quote) for quote in quotes]).max(axis=0)
    anywhere = np.maximum(said, ASIDE * _said_by(claim, counts, context))
    strange = sum(
        len(word.text)
        for word in claim.words
        if anywhere[word.start : word.end].max() < MISSING
        and word.text not in _PARTICIPANTS
        and is_noun(word.text)
    )
    return Overlap(float(said[counts].mean()) if counts.any() else 0.0, min(strange, MOST) / MOST)


def share_said(one: str, other: str) -> float:
    """Return the share of what folded ``one`` says that ``other`` says too, in [0, 1]; 0 where it says nothing.

    >>> share_said("律所起诉", "由律师事务所起诉"), share_said("上门催收", "提前还款")
    (0.975, 0.0)
    """
    return find_overlap(read(one), [other], "").share


def _counts(claim: Reading) -> NDArray[np.bool_]:
    """Return which characters of ``claim`` matter; shape (n,)."""
    counts = np.zeros(len(claim.text), np.bool_)
    for word in claim.words:
        counts[word.start : word.end] = True
    return counts


def _said_by(claim: Reading, counts: NDArray[np.bool_], text: str) -> NDArray[np.float64]:
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
        if any(other in (alone if len(other) == 1 else text) for other in alternatives(key)):
            values[start:end] = np.maximum(values[start:end], SYNONYM)
    return values * counts
