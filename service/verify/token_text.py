"""A text token by token, as the embedding model reads each in its context.

Read: folded text. Out come token vectors; those of texts read lately are kept, since answers cite the same quotes again.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from ingest.embed import TokenReader, TokenStates

KEPT = 256
"""Texts whose states are kept: about 15 MB where they are sentences."""


@dataclass(frozen=True, slots=True)
class TokenText:
    """A text and its tokens: ``spans`` (n, 2), ``vectors`` (n, d) centred and of length 1, ``whole`` (d,) their mean before."""

    text: str
    spans: NDArray[np.int64]
    vectors: NDArray[np.float32]
    whole: NDArray[np.float32]

    def spread_over(self, values: NDArray[np.float32]) -> NDArray[np.float32]:
        """Return the values (n,) of the tokens for each character of the text; nan where there is no token."""
        spread = np.full(len(self.text), np.nan, np.float32)
        for (start, end), value in zip(self.spans, values, strict=True):
            spread[start:end] = value
        return spread

    def tokens_in(self, start: int, end: int) -> NDArray[np.bool_]:
        """Return which tokens (n,) lie between two places of the text."""
        return np.asarray((self.spans[:, 0] >= start) & (self.spans[:, 1] <= end))

    def part(self, start: int, end: int) -> "TokenText":
        """Return the text between two places, its tokens as they are read in all of it."""
        inside = self.tokens_in(start, end)
        return TokenText(self.text[start:end], self.spans[inside] - start, self.vectors[inside], self.whole)

    def cosine(self, span: tuple[int, int], other: "TokenText", its_span: tuple[int, int]) -> float:
        """Return the cosine between the tokens that touch ``span`` and those of ``other`` that touch ``its_span``; 0 without any."""
        mine, its = self._mean(span), other._mean(its_span)
        length = float(np.linalg.norm(mine) * np.linalg.norm(its))
        return float(mine @ its) / length if length else 0.0

    def _mean(self, span: tuple[int, int]) -> NDArray[np.float32]:
        touching = (self.spans[:, 0] < span[1]) & (self.spans[:, 1] > span[0])
        return np.asarray(self.vectors[touching].sum(axis=0), np.float32)


def read_text(text: str, tokens: TokenReader, centre: NDArray[np.float32]) -> TokenText:
    """Return the folded ``text`` read by ``tokens``, its vectors centred on ``centre`` (d,)."""
    found = tokens.read_tokens(text)
    centred = found.states - centre
    lengths = np.maximum(np.linalg.norm(centred, axis=1, keepdims=True), 1e-6)
    whole = found.states.mean(axis=0) if len(found.states) else centre
    return TokenText(text, found.spans, centred / lengths, whole)


def joined(texts: Sequence[TokenText]) -> TokenText:
    """Return ``texts``, at least one, as sentences of one text, each token as it is read in its own."""
    starts = [sum(len(text.text) + 1 for text in texts[:n]) for n in range(len(texts))]
    return TokenText(
        "。".join(text.text for text in texts),
        np.concatenate([text.spans + start for text, start in zip(texts, starts, strict=True)]),
        np.concatenate([text.vectors for text in texts]),
        texts[0].whole,
    )


class RecentTokens:
    """A token reader that remembers the last texts. Safe to use from several threads."""

    def __init__(self, reader: TokenReader, *, kept: int = KEPT) -> None:
        self._read = lru_cache(maxsize=kept)(reader.read_tokens)

    def read_tokens(self, text: str) -> TokenStates:
        """Return the tokens of ``text`` in context."""
        return self._read(text)
