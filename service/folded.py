"""Text of the corpus in its search form, kept: the steps of an answer, and later questions, read the same sentences again."""

from functools import lru_cache

from ingest.fold import fold

KEPT = 20_000
"""Texts kept, sentences and passages: about 10 MB."""


@lru_cache(maxsize=KEPT)
def folded(text: str) -> str:
    """Return ``text``, a sentence or a passage of the corpus, folded."""
    return fold(text)
