"""What to offer in place of a request that is refused: the lawful question nearest to it."""

import numpy as np

from ingest.embed import Embedder
from service.background import Background

ALWAYS = "经济困难怎么如实告诉客服"
WAYS = (
    "需要提供哪些真实的证明材料",
    "遇到不合理的催收怎么投诉",
    "怎么恢复信用记录",
    "怎么申请延期或者分期还款",
)
NEAR = 0.25
"""Centred cosine from which a way has to do with the request."""


class LawfulWays:
    """Questions that articles on debt answer, one for each of the common needs behind unlawful requests."""

    def __init__(self, embedder: Embedder, background: Background) -> None:
        self._embedder = embedder
        self._background = background
        self._ways = background.centred(embedder.embed_queries(WAYS))

    def nearest(self, request: str) -> str:
        """Return the question to answer in place of the folded ``request``: to be honest with the lender, where none is near."""
        asked = self._background.centred(self._embedder.embed_queries([request]))[0]
        cosines = self._ways @ asked
        best = int(np.argmax(cosines))
        return WAYS[best] if cosines[best] >= NEAR else ALWAYS
