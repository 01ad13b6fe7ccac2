"""The clauses of each quote that a claim takes up: people say one thing of a long sentence and leave the rest unsaid.

Read: claim and quotes, token by token. Out come the rules, semantics and edits beside those clauses alone.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher

import numpy as np
from numpy.typing import NDArray

from service.verify.edits import Edits, find_edits
from service.verify.reading import read
from service.verify.rules import Signals, find_signals
from service.verify.semantics import Semantics, find_semantics
from service.verify.token_text import TokenText

_NEGATIVE = re.compile("[不没未无别勿非免拒禁停]")


@dataclass(frozen=True, slots=True)
class Excerpt:
    """A claim beside the part of each quote that it takes up.

    ``signals``, ``semantics`` and ``edits`` as beside all of it; ``in_order``: how much of the claim, by
    characters, stands there in the same order, ``strange``: the longest run that does not, ``in_clause``: how much stands so in one
    clause; ``share``: how much of the quotes is taken up; ``more_negatives``
    than those parts have.
    """

    signals: Signals
    semantics: Semantics
    edits: Edits
    in_order: float
    strange: int
    in_clause: float
    share: float
    more_negatives: int


def find_excerpt(claim: TokenText, quotes: Sequence[TokenText], context: str) -> Excerpt:
    """Return ``claim`` beside what it takes up of ``quotes``."""
    spans = [
        taken_up(own, quote) if own is not None else (0, 0)
        for own, quote in zip(_own_parts(claim, quotes), quotes, strict=True)
    ]
    parts = [quote.part(*span) for quote, span in zip(quotes, spans, strict=True)]
    negatives = sum(len(_NEGATIVE.findall(part.text)) for part in parts)
    return Excerpt(
        find_signals(claim.text, [part.text for part in parts], context),
        find_semantics(claim, parts),
        find_edits(claim, parts),
        *_in_order(claim.text, [part.text for part in parts]),
        share=sum(len(part.text) for part in parts) / max(1, sum(len(quote.text) for quote in quotes)),
        more_negatives=len(_NEGATIVE.findall(claim.text)) - negatives,
    )


def _own_parts(claim: TokenText, quotes: Sequence[TokenText]) -> list[TokenText | None]:
    """Return for each quote the stretch of ``claim`` whose clauses it is nearest to, None where it is the nearest to none."""
    if len(quotes) == 1:
        return [claim]
    near = np.stack([(claim.vectors @ quote.vectors.T).max(axis=1, initial=-1.0) for quote in quotes])
    stretches: dict[int, tuple[int, int]] = {}
    for clause in read(claim.text).clauses:
        inside = claim.tokens_in(clause.start, clause.end)
        nearest = int(near[:, inside].sum(axis=1).argmax())
        begin, _ = stretches.get(nearest, (clause.start, 0))
        stretches[nearest] = (begin, clause.end)
    return [claim.part(*stretches[n]) if n in stretches else None for n in range(len(quotes))]


def _in_order(claim: str, parts: Sequence[str]) -> tuple[float, int, float]:
    """Return ``in_order``, ``strange`` and ``in_clause`` of :class:`Excerpt`."""
    ours = "".join(filter(str.isalnum, claim))
    theirs = "".join(filter(str.isalnum, "".join(parts)))
    blocks = SequenceMatcher(None, theirs, ours, autojunk=False).get_matching_blocks()
    ends = [0, *(block.b + block.size for block in blocks)]
    clauses = [clause.text for part in parts for clause in read(part).clauses]
    return (
        _kept(theirs, ours),
        max((block.b - end for block, end in zip(blocks, ends, strict=False)), default=0),
        max((_kept(clause, ours) for clause in clauses), default=0.0),
    )


def _kept(source: str, claim: str) -> float:
    blocks = SequenceMatcher(None, source, claim, autojunk=False).get_matching_blocks()
    return sum(block.size for block in blocks) / max(1, len(claim))


def taken_up(claim: TokenText, quote: TokenText) -> tuple[int, int]:
    """Return where the run of clauses of ``quote`` stands that is nearest to ``claim``; all of it where one of the two has no tokens.

    Nearness is the harmonic mean of how near the run is to each token of the claim and the claim to each of the run, as the F of
    BERTScore (Zhang et al., 2020).
    """
    cosines = claim.vectors @ quote.vectors.T
    if not cosines.size:
        return 0, len(quote.text)
    runs = [(quote.tokens_in(start, end), start, end) for start, end in _runs(quote.text)]
    scored = [(_nearness(cosines[:, inside]), start, end) for inside, start, end in runs if inside.any()]
    if not scored:
        return 0, len(quote.text)
    _, start, end = max(scored, key=lambda run: (run[0], run[1] - run[2]))
    return start, end


def _runs(text: str) -> Iterator[tuple[int, int]]:
    clauses = read(text).clauses
    for first, clause in enumerate(clauses):
        for last in clauses[first:]:
            yield clause.start, last.end


def _nearness(cosines: NDArray[np.float32]) -> float:
    said, taken = float(cosines.max(axis=1).mean()), float(cosines.max(axis=0).mean())
    return 2 * said * taken / (said + taken) if said > 0 and taken > 0 else 0.0
