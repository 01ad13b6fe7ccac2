"""What people type: how often each hanzi and each pair of hanzi stands in it, whatever the articles say."""

from collections import Counter

from ingest.fold import fold
from ingest.index import Index
from ingest.terms import tokens
from service.background import rows
from service.query.intent_fit import labelled_questions


def typed_texts(index: Index) -> list[str]:
    """Return folded texts of the kind that people type: the known questions of ``index``, labelled messages, and the background."""
    texts = (*index.known.texts, *(text for _, text in labelled_questions()), *map("\n".join, rows()))
    return [fold(text) for text in texts]


def typed_terms(index: Index) -> Counter[str]:
    """Return how often each hanzi and each pair of hanzi stands in them, slips among them."""
    return Counter(term for text in typed_texts(index) for term in tokens(text) if not term.isascii())
