"""How much of a question a passage says, word by word."""

from collections.abc import Callable, Sequence

from service.query.terms import STOP_WORDS, content_terms


def coverage(
    clause: str, quote: str, context: str, synonyms: Callable[[str], Sequence[str]] | None = None
) -> float:
    """Return the share in [0, 1] of ``clause`` that ``quote`` says, by content words, or by characters if that is more.

    A word found only in ``context`` (heading, title, the sentences around) counts a little less. A clause without
    content words says nothing that could be wrong and scores 1.
    """
    terms = content_terms(clause)
    if not terms:
        return 1.0
    got = total = 0.0
    for term in terms:
        weight = min(len(term), 4)
        total += weight
        got += weight * _found(term, quote, context, synonyms)
    bigrams = [clause[i : i + 2] for i in range(len(clause) - 1) if not STOP_WORDS & set(clause[i : i + 2])]
    shared = sum(pair in quote for pair in bigrams) / len(bigrams) if bigrams else 0.0
    return max(got / total, shared)


def _found(term: str, quote: str, context: str, synonyms: Callable[[str], Sequence[str]] | None) -> float:
    if term in quote:
        return 1.0
    if synonyms is not None and any(other in quote for other in synonyms(term)):
        return 0.9
    if term in context:
        return 0.8
    if len(term) > 2:
        pairs = [term[i : i + 2] for i in range(len(term) - 1)]
        return 0.8 * sum(pair in quote for pair in pairs) / len(pairs)
    return 0.0
