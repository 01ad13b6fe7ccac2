"""The verdict on one draft sentence, with the reason that a reader can check.

Read: the sentence, its evidence, a token reader. The exact gate is asked first, then the source's own wording, then the model.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from ingest.embed import TokenReader
from ingest.records import Product
from service.verify.evidence import Evidence
from service.verify.gate import alien_fact, other_bound, wrong_name
from service.verify.lead import at_odds, without_lead
from service.verify.model import estimate, find_features, fitted
from service.verify.overlap import share_said

Support = Literal["supported", "partly", "unsupported", "contradicted"]

SUPPORTED_AT = 0.55
"""Set on articles left out of the fit, where about one fair sentence in thirty is lost."""
PARTLY_AT = 0.5
"""The share of a sentence, by characters, from which it is partly supported, where it is not supported."""

CONTRADICTS = frozenset({"denied", "opposite", "exchanged", "replaced", "role"})
_SAID_OF: dict[str, str] = {
    "linked": "neither cited text links the two: {}",
    "surer": "says more than the source: {}",
    "binding": "says more than the source: {}",
    "wider": "says more than the source: {}",
}

_MARKER = re.compile(r"\[\d+\]")
_ENDS = re.compile(r"^\W+|\W+$")
_HANZI = re.compile("[\u3400-\u9fff]")


@dataclass(frozen=True, slots=True)
class Verdict:
    """``score`` in [0, 1] is how surely the evidence says the sentence; ``why`` names what decided."""

    support: Support
    score: float
    why: str


def judge(
    sentence: str, evidence: Sequence[Evidence], tokens: TokenReader, *, asked_about: Sequence[Product] = ()
) -> Verdict:
    """Return whether the folded draft ``sentence`` follows from ``evidence``; ``tokens`` reads both where no rule settles it.

    The exact gate comes first: no wording, however close, excuses another number or another product. A sentence of the
    source word for word then stands. Of any other a fitted model says how surely the evidence says it, unless it is too short to be told: from what the
    rules object to, from how much of it stands in the evidence, from how near each of its words is to those of the
    evidence in meaning, and from what comes first in either; the gravest objection is then the reason given.
    """
    text = bare(sentence)
    settled = settle(text, evidence, asked_about=asked_about)
    if settled is not None:
        return settled
    quotes = [item.quote for item in evidence]
    features = find_features(
        text, quotes, "\n".join(item.context for item in evidence), tokens, fitted().centre
    )
    if features.signals.short is not None:
        return Verdict("unsupported", 0.0, "too short to rest on other words than those of the cited text")
    score = round(estimate(features), 3)
    if score >= SUPPORTED_AT:
        return Verdict("supported", score, "every clause is found in the cited text")
    objections = features.signals.objections()
    contrary = next((why for name, why in objections.items() if name in CONTRADICTS), None)
    if features.order.is_turned:
        contrary = "what comes first and what follows are turned round"
    if contrary is not None:
        return Verdict("contradicted", score, contrary)
    for name, why in objections.items():
        return Verdict("unsupported" if name == "linked" else "partly", score, _SAID_OF[name].format(why))
    left_out = features.conditions.left_out
    if left_out is not None:
        return Verdict("partly", score, f"leaves out a condition of the source: {left_out}")
    if share_said(text, "\n".join(quotes)) >= PARTLY_AT:
        return Verdict("partly", score, "part of the sentence is not in the cited text")
    return Verdict("unsupported", score, "the cited text does not say this")


def bare(sentence: str) -> str:
    """Return the folded ``sentence`` without its citation marks and without what leads it in."""
    return without_lead(_MARKER.sub("", sentence).strip())


def settle(text: str, evidence: Sequence[Evidence], *, asked_about: Sequence[Product] = ()) -> Verdict | None:
    """Return the verdict on folded ``text`` where no model need be asked, or None."""
    if not evidence:
        return Verdict("unsupported", 0.0, "cites nothing")
    verbatim = any(_word_for_word(text, part) for item in evidence for part in (item.quote, bare(item.quote)))
    opposed = None if verbatim else at_odds(text)
    if opposed is not None:
        return Verdict("contradicted", 0.0, f"says the opposite of the {opposed} that it begins with")
    stopped = _gate(text, evidence, asked_about)
    if stopped is not None:
        return stopped
    if verbatim:
        return Verdict("supported", 1.0, "the cited text says this word for word")
    return None


def _gate(text: str, evidence: Sequence[Evidence], asked_about: Sequence[Product]) -> Verdict | None:
    """Return the verdict on a sentence that the exact gate stops, or None."""
    alien = alien_fact(text, evidence)
    if alien is not None:
        return Verdict("unsupported", 0.0, f"{alien.kind} {alien.value} is not in the cited text")
    name = wrong_name(text, evidence, asked_about)
    if name is not None:
        return Verdict("contradicted", 0.0, f"the cited text does not speak of {name}")
    bound = other_bound(text, evidence)
    if bound is not None:
        return Verdict("contradicted", 0.0, f"{bound} is a bound the other way in the cited text")
    return None


def _word_for_word(text: str, quote: str) -> bool:
    """Return whether ``text`` is ``quote`` but for marks, and for the number of a list item."""
    core = _ENDS.sub("", text)
    start = quote.find(core)
    return start >= 0 and not _HANZI.search(quote[:start] + quote[start + len(core) :])
