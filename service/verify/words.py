"""How much of a claim its quotes say, in the same words or in known others: the share, and what is said worst."""

from collections.abc import Sequence
from dataclasses import dataclass

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
class Wording:
    """How much of a claim stands in its quotes, known other words for the same counted in; each in [0, 1].

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


def find_wording(claim: Reading, quotes: Sequence[str], context: str) -> Wording:
    """Return the wording of ``claim`` beside ``quotes`` and the ``context`` around them."""
    said = find_said(claim, quotes, context)
    union = said.union
    pieces = find_pieces(claim, said)
    clauses = [[piece for piece in pieces if piece.clause == number] for number in range(len(claim.clauses))]
    worth = [piece for piece in pieces if piece.characters >= LEAST] or pieces
    alien = [w for w in claim.words if union[w.start : w.end].max() < MISSING and w.text not in _PARTICIPANTS]
    return Wording(
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
