"""How near a claim and its quotes are in meaning, token by token, in context.

Every token of one text is held against the token of the other that is nearest to it, as in BERTScore (Zhang et al., 2020).
Read: token vectors, centred on the mean over many texts, since all share one strong direction. Out come cosines and shares.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from service.verify.reading import Reading, read
from service.verify.token_text import TokenText

Cosines = NDArray[np.float32]

FAR = 0.5
"""Below this cosine a token has no counterpart."""
NEAR = 0.6
"""From this cosine on a token has one whose place tells the order."""


@dataclass(frozen=True, slots=True)
class Semantics:
    """A claim beside its quotes, in cosines.

    ``tokens``, ``words``: how near the quotes are to its tokens and words, on the average; ``worst``, ``second``: to the
    word that they are farthest from, and to the two; ``spread``: how unevenly; ``far``: the share of tokens without a
    counterpart; ``together``: by how much all quotes are nearer than the nearest alone. ``same``, ``same_worst``: how near
    words that stand in both are to themselves, which those that have changed their part are not. ``back``,
    ``back_far``: how near the claim is to the quotes' tokens, and the share without a counterpart. ``inverted``: the share of
    pairs of tokens in another order; ``whole``: the cosine of the whole texts.
    """

    tokens: float
    words: float
    worst: float
    second: float
    spread: float
    far: float
    together: float
    same: float
    same_worst: float
    back: float
    back_far: float
    inverted: float
    whole: float


def find_semantics(ours: TokenText, theirs: Sequence[TokenText]) -> Semantics:
    """Return how near a claim and its quotes are, token by token."""
    cosines = [ours.vectors @ its.vectors.T for its in theirs]
    if not all(part.size for part in cosines):
        return Semantics(*[0.0] * 13)
    by_quote = np.stack([part.max(axis=1) for part in cosines])
    best = by_quote.max(axis=0)
    words = np.sort(_by_word(read(ours.text), ours.spread_over(best)))
    same = _same(ours, theirs, cosines)
    back = np.concatenate([part.max(axis=0) for part in cosines])
    return Semantics(
        tokens=float(best.mean()),
        words=float(words.mean()),
        worst=float(words[0]),
        second=float(words[:2].mean()),
        spread=float(best.std()),
        far=float((best < FAR).mean()),
        together=float(best.mean() - by_quote.mean(axis=1).max()),
        same=float(same.mean()),
        same_worst=float(same.min()),
        back=float(back.mean()),
        back_far=float((back < FAR).mean()),
        inverted=min(_inverted(part) for part in cosines),
        whole=max(float(_unit(ours.whole) @ _unit(its.whole)) for its in theirs),
    )


def _by_word(reading: Reading, characters: NDArray[np.float32]) -> NDArray[np.float32]:
    """Return the mean over each word; 1 for a word without tokens, and for a text without words."""
    found = [characters[word.start : word.end] for word in reading.words]
    means = [1.0 if np.isnan(part).all() else float(np.nanmean(part)) for part in found]
    return np.array(means or [1.0], np.float32)


def _same(ours: TokenText, theirs: Sequence[TokenText], cosines: Sequence[Cosines]) -> NDArray[np.float32]:
    """Return for each token that a quote has too how near it is to itself there; one FAR where there is none."""
    found = []
    for its, part in zip(theirs, cosines, strict=True):
        places: dict[str, list[int]] = {}
        for place, (start, end) in enumerate(its.spans.tolist()):
            places.setdefault(its.text[start:end], []).append(place)
        for row, (start, end) in enumerate(ours.spans.tolist()):
            token = ours.text[start:end]
            if token in places and not token.isascii() and token.isalpha():
                found.append(part[row, places[token]].max())
    return np.array(found or [FAR], np.float32)


def _inverted(cosines: Cosines) -> float:
    places = cosines.argmax(axis=1)[cosines.max(axis=1) > NEAR]
    pairs = len(places) * (len(places) - 1) / 2
    before, after = np.triu_indices(len(places), 1)
    return float((places[before] > places[after]).sum() / max(1.0, pairs))


def _unit(vector: NDArray[np.float32]) -> NDArray[np.float32]:
    return np.asarray(vector / np.linalg.norm(vector), np.float32)
