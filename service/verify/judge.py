"""The verdict on one draft sentence, with the reason that a reader can check."""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Literal

from ingest.records import Product
from service.query.product import find_products
from service.query.terms import STOP_WORDS, content_terms
from service.verify.facts import Fact, find_facts, without_facts
from service.verify.polarity import contradiction, overstated

Support = Literal["supported", "partly", "unsupported", "contradicted"]

SUPPORTED_AT = 0.62
PARTLY_AT = 0.40
SAME_TOPIC_AT = 0.45

_CLAUSE = re.compile(r"[,，。.;；!！?？:：、\n]+")
_MARKER = re.compile(r"\[\d+\]")


@dataclass(frozen=True, slots=True)
class Evidence:
    """What a draft sentence leans on: folded text of the cited sentence, of its section, and whose product it speaks of."""

    quote: str
    context: str
    product: tuple[Product, ...]


@dataclass(frozen=True, slots=True)
class Verdict:
    """``score`` in [0, 1] is the share of the sentence found in the evidence; ``why`` names what decided."""

    support: Support
    score: float
    why: str


def judge(
    sentence: str,
    evidence: Sequence[Evidence],
    *,
    asked_about: Sequence[Product] = (),
    synonyms: Callable[[str], Sequence[str]] | None = None,
) -> Verdict:
    """Return whether the folded draft ``sentence`` follows from ``evidence``.

    The exact gate comes first: no wording, however close, excuses another number or another product. Then the
    clause that reads worst against the evidence decides, so that one true half cannot carry an invented one.
    ``synonyms`` maps a word to words that the field uses for it.
    """
    text = _MARKER.sub("", sentence)
    if not evidence:
        return Verdict("unsupported", 0.0, "cites nothing")
    alien = _alien_facts(text, evidence)
    if alien is not None:
        return Verdict("unsupported", 0.0, f"{alien.kind} {alien.value} is not in the cited text")
    wrong = _wrong_product(text, evidence, asked_about)
    if wrong is not None:
        return Verdict("contradicted", 0.0, wrong)
    quotes = [piece for item in evidence for piece in _clauses(item.quote)]
    context = "\n".join(item.context for item in evidence)
    full = "\n".join(item.quote for item in evidence)
    worst, weighted, weight, sure = 1.0, 0.0, 0, None
    for clause in _clauses(text):
        score = 1.0 if clause in full else coverage(without_facts(clause), full, context, synonyms)
        closest = None if clause in full else _closest(clause, quotes)
        opposed = contradiction(clause, closest) if closest is not None else None
        if opposed is not None:
            return Verdict("contradicted", round(score, 3), opposed)
        sure = sure or (overstated(clause, closest) if closest is not None else None)
        worst = min(worst, score)
        weighted += score * len(clause)
        weight += len(clause)
    mean = weighted / weight if weight else 1.0
    score = round(min(mean, (mean + worst) / 2), 3)
    if score >= SUPPORTED_AT and worst >= PARTLY_AT:
        if sure is not None:
            return Verdict("partly", score, f"surer than the source: {sure}")
        return Verdict("supported", score, "every clause is found in the cited text")
    if score >= PARTLY_AT:
        return Verdict("partly", score, "part of the sentence is not in the cited text")
    return Verdict("unsupported", score, "the cited text does not say this")


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


def _clauses(text: str) -> list[str]:
    return [piece.strip() for piece in _CLAUSE.split(text) if piece.strip()]


def _alien_facts(text: str, evidence: Sequence[Evidence]) -> Fact | None:
    """Return a fact of ``text`` that none of the cited quotes holds; products are judged apart."""
    known: set[Fact] = set()
    for item in evidence:
        known |= find_facts(item.quote)
    alien = sorted(fact for fact in find_facts(text) - known if fact.kind != "product")
    return alien[0] if alien else None


def _wrong_product(text: str, evidence: Sequence[Evidence], asked_about: Sequence[Product]) -> str | None:
    """Return why the evidence cannot carry the product that the sentence speaks of, or None.

    Where the sentence names none, it speaks of what was asked about.
    """
    named = find_products(text)
    for product in named or asked_about:
        for item in evidence:
            if product in item.product or product in item.context:
                break
            if "通用" in item.product and not named:
                break
        else:
            return f"the cited text does not speak of {product}"
    return None


def _closest(clause: str, quotes: Sequence[str]) -> str | None:
    """Return the clause of the evidence that is about the same as ``clause``, or None."""
    terms = content_terms(clause)
    best, best_score = None, 0.0
    for quote in quotes:
        score = sum(len(term) for term in terms if term in quote) / max(1, sum(map(len, terms)))
        if score > best_score:
            best, best_score = quote, score
    return best if best_score >= SAME_TOPIC_AT else None
