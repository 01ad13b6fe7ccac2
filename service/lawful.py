"""What to offer in place of a request that is refused: the lawful question nearest to it."""

from functools import cached_property

import numpy as np
from numpy.typing import NDArray

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

    @cached_property
    def _ways(self) -> NDArray[np.float32]:
        """The ways as vectors (n, d), embedded when somebody is refused for the first time."""
        return self._background.centred(self._embedder.embed_queries(WAYS))

    def nearest(self, request: str) -> str:
        """Return the question to answer in place of the folded ``request``: to be honest with the lender, where none is near."""
        asked = self._background.centred(self._embedder.embed_queries([request]))[0]
        cosines = self._ways @ asked
        best = int(np.argmax(cosines))
        return WAYS[best] if cosines[best] >= NEAR else ALWAYS
