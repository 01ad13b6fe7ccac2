"""How surely the cited text says a sentence: boosted trees over what rules, words and the embedding model find.

``python -m evals.calibrate_verify`` writes the fitted trees and the mean of the token states.
"""

import re
from collections.abc import Sequence
from dataclasses import astuple, dataclass, fields
from functools import cache
from importlib.resources import files

import numpy as np
from numpy.typing import NDArray

from ingest.embed import TokenReader
from service.verify.amounts import Amounts, find_amounts
from service.verify.conditions import LOOKS_CONDITIONAL, find_conditions
from service.verify.dependence import Dependence, find_dependence
from service.verify.edits import Edits, find_edits
from service.verify.excerpt import Excerpt, find_excerpt
from service.verify.lead import without_products
from service.verify.likeness import Likeness
from service.verify.meaning import Meaning, find_meaning
from service.verify.order import Order, find_order
from service.verify.reading import read
from service.verify.signals import Signals, find_signals
from service.verify.support import share_said
from service.verify.token_text import joined, read_text
from service.verify.trees import Trees
from service.verify.words import Wording, find_wording

FITTED = "fitted.npz"
_NEGATIVE = re.compile("[不没未无别勿非免拒禁停]")


@dataclass(frozen=True, slots=True)
class Shape:
    """How claim and quotes are built.

    ``length``: the logarithm of their ratio of lengths; ``negatives`` of the claim and ``more_negatives`` than the quotes have;
    ``quotes``, ``clauses``, ``quoted_clauses``, ``conditions``, ``quoted_conditions``: how many there are; ``conditional``: whether
    the claim has anything like a condition; ``condition_said``: the share, by characters, of the condition of a quote that
    the claim says least of.
    """

    length: float
    negatives: int
    more_negatives: int
    quotes: int
    clauses: int
    quoted_clauses: int
    conditions: int
    quoted_conditions: int
    conditional: bool
    condition_said: float


@dataclass(frozen=True, slots=True)
class Features:
    """All that the estimate rests on."""

    signals: Signals
    wording: Wording
    meaning: Meaning
    edits: Edits
    shape: Shape
    order: Order
    dependence: Dependence
    amounts: Amounts
    excerpt: Excerpt

    def values(self) -> NDArray[np.float32]:
        """Return the features as numbers (f,), in the order of :func:`feature_names`; a signal is 0 or 1."""
        signals = [float(value is not None) if i else value for i, value in enumerate(astuple(self.signals))]
        parts = (
            signals,
            astuple(self.wording),
            astuple(self.meaning),
            astuple(self.edits),
            astuple(self.shape),
            astuple(self.order),
            astuple(self.dependence),
            astuple(self.amounts),
            self.excerpt.values(),
        )
        return np.array([value for part in parts for value in part], np.float32)


@dataclass(frozen=True, slots=True)
class Fitted:
    """What was fitted: ``centre`` (d,) is the mean state of a token."""

    centre: NDArray[np.float32]
    trees: Trees


def feature_names() -> list[str]:
    """Return the names of the features, in the order of :meth:`Features.values`."""
    parts = (Signals, Wording, Meaning, Edits, Shape, Order, Dependence, Amounts)
    return [field.name for part in parts for field in fields(part)]


def find_features(
    claim: str, quotes: Sequence[str], context: str, tokens: TokenReader, centre: NDArray[np.float32]
) -> Features:
    """Return the features of the folded ``claim`` beside folded ``quotes`` and the ``context`` around them."""
    signals = find_signals(claim, quotes, context)
    claim = without_products(claim, quotes)
    ours, *theirs = (read_text(text, tokens, centre) for text in (claim, *quotes))
    likeness = Likeness(ours, joined(theirs))
    return Features(
        signals,
        find_wording(read(claim), quotes, context),
        find_meaning(ours, theirs),
        find_edits(ours, theirs),
        _shape(claim, quotes),
        find_order(likeness),
        find_dependence(likeness),
        find_amounts(likeness),
        find_excerpt(ours, theirs, context),
    )


def estimate(features: Features) -> float:
    """Return the probability that the quotes say all of the claim."""
    return fitted().trees.probability(features.values())


@cache
def fitted() -> Fitted:
    """Return what was fitted, from the file beside this module."""
    with files("service.verify").joinpath(FITTED).open("rb") as file, np.load(file) as data:
        return Fitted(data["centre"], Trees.read(data))


def _shape(claim: str, quotes: Sequence[str]) -> Shape:
    readings = [read(quote) for quote in quotes]
    conditions = [
        (quote, found)
        for quote, reading in zip(quotes, readings, strict=True)
        for found in find_conditions(reading)
    ]
    negatives = len(_NEGATIVE.findall(claim))
    return Shape(
        length=float(np.log((1 + len(claim)) / (1 + sum(map(len, quotes))))),
        negatives=negatives,
        more_negatives=negatives - sum(len(_NEGATIVE.findall(quote)) for quote in quotes),
        quotes=len(quotes),
        clauses=len(read(claim).clauses),
        quoted_clauses=sum(len(reading.clauses) for reading in readings),
        conditions=sum(1 for _ in find_conditions(read(claim))),
        quoted_conditions=len(conditions),
        conditional=LOOKS_CONDITIONAL.search(claim) is not None,
        condition_said=min(
            (share_said(q[c.start : c.end], claim, loosely=True) for q, c in conditions), default=1.0
        ),
    )
