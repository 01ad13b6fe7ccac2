"""How surely a source says a sentence whose facts and polarity are its own: a small model fitted on labelled sentences.

``python -m evals.calibrate_verify`` writes the weights.
"""

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass, fields
from functools import cache
from importlib.resources import files

import numpy as np
from numpy.typing import NDArray

from service.logistic import probability
from service.query.terms import is_noun
from service.verify.reading import Reading
from service.verify.support import MISSING, Piece, find_pieces, find_said

LEAST = 3
"""Characters that an item needs for its share to mean something."""
LOST = 0.55
"""Below this share of its characters what is added to a clause is not the source's."""

# Who takes part in any debt: that one is named proves little; that the wrong one is named is judged elsewhere.
_PARTICIPANTS = frozenset(
    ["用户", "客户", "借款人", "使用者", "持卡人", "债务人", "申请人", "平台", "客服", "对方", "银行", "机构"]
)


@dataclass(frozen=True, slots=True)
class Features:
    """What the estimate rests on, each in [0, 1].

    ``share``: how much of the sentence the quotes themselves say; ``piece``: the share that is said of the item said worst; ``missing``: the most characters of an item that nothing
    says; ``nouns``: characters of nouns that nothing says; ``item``: whether what is added to a clause is not said; ``mixed``,
    ``across``: by how much quotes together say an item, or a clause, better than any one of them.
    """

    share: float
    piece: float
    missing: float
    nouns: float
    item: float
    mixed: float
    across: float


def find_features(claim: Reading, quotes: Sequence[str], context: str) -> Features:
    """Return the features of ``claim`` beside ``quotes`` and the ``context`` around them."""
    said = find_said(claim, quotes, context)
    union = said.union
    pieces = find_pieces(claim, said)
    clauses = [[piece for piece in pieces if piece.clause == number] for number in range(len(claim.clauses))]
    worth = [piece for piece in pieces if piece.characters >= LEAST] or pieces
    alien = [w for w in claim.words if union[w.start : w.end].max() < MISSING and w.text not in _PARTICIPANTS]
    return Features(
        share=said.share,
        piece=min((piece.said / piece.characters for piece in worth), default=1.0),
        missing=min(max((piece.missing for piece in pieces), default=0), 6) / 6,
        nouns=min(sum(len(word.text) for word in alien if is_noun(word.text)), 6) / 6,
        item=float(any(p.added and p.missing > 1 and p.said / p.characters < LOST for p in pieces)),
        mixed=max((_apart([piece]) for piece in pieces), default=0.0),
        across=max((_apart(clause) for clause in clauses if clause), default=0.0),
    )


def _apart(pieces: Sequence[Piece]) -> float:
    """Return how many characters, up to 4, over 4, the quotes together say beyond what the best of them says alone."""
    best: float = max(sum(shares) for shares in zip(*(piece.by_quote for piece in pieces), strict=True))
    return min(sum(piece.said for piece in pieces) - best, 4.0) / 4


def estimate(claim: Reading, quotes: Sequence[str], context: str) -> float:
    """Return the probability that ``quotes`` say all of ``claim``."""
    weights, bias = _weights()
    values = list(asdict(find_features(claim, quotes, context)).values())
    return float(probability(np.array([values]), weights, bias)[0])


@cache
def _weights() -> tuple[NDArray[np.float64], float]:
    data = json.loads(files("service.verify").joinpath("weights.json").read_text(encoding="utf-8"))
    return np.array([data["weights"][field.name] for field in fields(Features)]), float(data["bias"])
