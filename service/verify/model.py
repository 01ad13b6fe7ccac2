"""The estimate: how surely the cited text says a sentence, by boosted trees over all features.

Read: claim, quotes and their context. Out come the features and, of those, a probability. ``python -m evals.calibrate_verify``
writes the fitted trees and the mean of the token states.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import astuple, dataclass
from functools import cache
from importlib.resources import files
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ingest.embed import TokenReader
from service.verify.conditions import Conditions, find_conditions
from service.verify.edits import Edits, find_edits
from service.verify.excerpt import Excerpt, find_excerpt
from service.verify.lead import without_products
from service.verify.order import Order, find_order
from service.verify.overlap import Overlap, find_overlap
from service.verify.quantifiers import Quantifiers, find_quantifiers
from service.verify.reading import read
from service.verify.rules import Signals, find_signals
from service.verify.semantics import Semantics, find_semantics
from service.verify.similarity import Similarity
from service.verify.token_text import joined, read_text
from service.verify.trees import Trees

FITTED = "fitted.npz"
_NEGATIVE = re.compile("[不没未无别勿非免拒禁停]")


@dataclass(frozen=True, slots=True)
class Shape:
    """How claim and quotes are built.

    ``length``: the logarithm of their ratio of lengths; ``negatives`` of the claim and ``more_negatives`` than the quotes have;
    ``quotes``, ``clauses``, ``quoted_clauses``: how many there are.
    """

    length: float
    negatives: int
    more_negatives: int
    quotes: int
    clauses: int
    quoted_clauses: int


@dataclass(frozen=True, slots=True)
class Features:
    """All that the estimate rests on."""

    signals: Signals
    overlap: Overlap
    semantics: Semantics
    edits: Edits
    shape: Shape
    order: Order
    conditions: Conditions
    quantifiers: Quantifiers
    excerpt: Excerpt

    def values(self) -> NDArray[np.float32]:
        """Return all of them as numbers (f,), in the order of the fields; a rule that objects is 1, one that does not 0."""
        return np.fromiter(_numbers(astuple(self)), np.float32)


@dataclass(frozen=True, slots=True)
class Fitted:
    """What was fitted: ``centre`` (d,) is the mean state of a token."""

    centre: NDArray[np.float32]
    trees: Trees


def find_features(
    claim: str, quotes: Sequence[str], context: str, tokens: TokenReader, centre: NDArray[np.float32]
) -> Features:
    """Return the features of the folded ``claim`` beside folded ``quotes`` and the ``context`` around them."""
    signals = find_signals(claim, quotes, context)
    claim = without_products(claim, quotes)
    ours, *theirs = (read_text(text, tokens, centre) for text in (claim, *quotes))
    similarity = Similarity(ours, joined(theirs))
    return Features(
        signals,
        find_overlap(read(claim), quotes, context),
        find_semantics(ours, theirs),
        find_edits(ours, theirs),
        _shape(claim, quotes),
        find_order(similarity),
        find_conditions(similarity),
        find_quantifiers(similarity),
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
    negatives = len(_NEGATIVE.findall(claim))
    return Shape(
        length=float(np.log((1 + len(claim)) / (1 + sum(map(len, quotes))))),
        negatives=negatives,
        more_negatives=negatives - sum(len(_NEGATIVE.findall(quote)) for quote in quotes),
        quotes=len(quotes),
        clauses=len(read(claim).clauses),
        quoted_clauses=sum(len(read(quote).clauses) for quote in quotes),
    )


def _numbers(values: tuple[Any, ...]) -> Iterator[float]:
    for value in values:
        if isinstance(value, tuple):
            yield from _numbers(value)
        else:
            yield float(value is not None) if isinstance(value, str | None) else float(value)
