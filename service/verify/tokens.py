"""Token states of texts read lately, since the sentences of an answer cite the same quotes again and again."""

from functools import lru_cache

from ingest.embed import TokenReader, TokenStates

KEPT = 256
"""Texts whose states are kept: about 15 MB where they are sentences."""


class RecentTokens:
    """A token reader that remembers the last texts. Safe to use from several threads."""

    def __init__(self, reader: TokenReader, *, kept: int = KEPT) -> None:
        self._read = lru_cache(maxsize=kept)(reader.read_tokens)

    def read_tokens(self, text: str) -> TokenStates:
        """Return the tokens of ``text`` in context."""
        return self._read(text)
