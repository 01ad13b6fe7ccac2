"""The verdict on one draft sentence, with the reason that a reader can check."""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Literal

from ingest.records import Product
from service.verify.align import Alignment, beside_each
from service.verify.conditions import left_out
from service.verify.evidence import Evidence
from service.verify.gate import alien_fact, other_bound, wrong_name
from service.verify.model import estimate
from service.verify.polarity import contradiction
from service.verify.reading import read
from service.verify.roles import somebody_else
from service.verify.sequence import turned_round
from service.verify.strength import overstated
from service.verify.support import share_said
from service.verify.wording import exchanged, linked, replaced, too_short

Support = Literal["supported", "partly", "unsupported", "contradicted"]

# Set on the dev split of the benchmark: where no more than one fair paraphrase in twenty is lost.
SUPPORTED_AT = 0.45
PARTLY_AT = 0.5
"""The share of a sentence, by characters, from which it is partly supported, where it is not supported."""

# What may say a claim false, and how much of its wording must be the source's for its words to be matched surely.
_AGAINST: tuple[tuple[Callable[[Alignment], str | None], float], ...] = (
    (contradiction, 0.0),
    (turned_round, 0.85),
    (exchanged, 0.0),
    (replaced, 0.0),
)
BEYOND = 0.1
"""How surely a sentence is said that says more than its source."""
ROLES_FROM = 0.65
CONDITIONS_FROM = 0.4

_MARKER = re.compile(r"\[\d+\]")
_ENDS = re.compile(r"^\W+|\W+$")
_HANZI = re.compile("[\u3400-\u9fff]")


@dataclass(frozen=True, slots=True)
class Verdict:
    """``score`` in [0, 1] is how surely the evidence says the sentence; ``why`` names what decided."""

    support: Support
    score: float
    why: str


def judge(sentence: str, evidence: Sequence[Evidence], *, asked_about: Sequence[Product] = ()) -> Verdict:
    """Return whether the folded draft ``sentence`` follows from ``evidence``.

    The exact gate comes first: no wording, however close, excuses another number or another product. A sentence of the
    source word for word then stands. Any other is read clause by clause beside the quote that is closest: does it
    say the opposite, turn round who does what or what comes first, promise more, leave out a condition; and last,
    by a fitted model, does it say anything that the evidence does not.
    """
    text = _MARKER.sub("", sentence).strip()
    settled = settle(text, evidence, asked_about=asked_about)
    if settled is not None:
        return settled
    context = "\n".join(item.context for item in evidence)
    score = round(estimate(read(text), [item.quote for item in evidence], context), 3)
    if score >= SUPPORTED_AT:
        return Verdict("supported", score, "every clause is found in the cited text")
    if share_said(text, "\n".join(item.quote for item in evidence)) >= PARTLY_AT:
        return Verdict("partly", score, "part of the sentence is not in the cited text")
    return Verdict("unsupported", score, "the cited text does not say this")


def settle(text: str, evidence: Sequence[Evidence], *, asked_about: Sequence[Product] = ()) -> Verdict | None:
    """Return the verdict on folded ``text`` where a rule settles it, None where the fitted model is to be asked."""
    if not evidence:
        return Verdict("unsupported", 0.0, "cites nothing")
    stopped = _gate(text, evidence, asked_about)
    if stopped is not None:
        return stopped
    if any(_word_for_word(text, item.quote) for item in evidence):
        return Verdict("supported", 1.0, "the cited text says this word for word")
    parts = beside_each(text, [item.quote for item in evidence])
    context = "\n".join(item.context for item in evidence)
    for part in parts:
        opposed = _opposed(part, context)
        if opposed is not None:
            return Verdict("contradicted", 0.0, opposed)
    if len(parts) == 1 and too_short(parts[0]):
        return Verdict("unsupported", 0.0, "too short to rest on other words than those of the cited text")
    link = linked(text, [item.quote for item in evidence])
    if link is not None:
        return Verdict("unsupported", BEYOND, f"neither cited text links the two: {link}")
    for part in parts:
        beyond = _beyond(part)
        if beyond is not None:
            return Verdict("partly", BEYOND, beyond)
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
    bare = _ENDS.sub("", text)
    start = quote.find(bare)
    return start >= 0 and not _HANZI.search(quote[:start] + quote[start + len(bare) :])


def _opposed(part: Alignment, context: str) -> str | None:
    for check, least in _AGAINST:
        why = check(part) if part.literal >= least else None
        if why:
            return why
    return somebody_else(part, context) if part.literal >= ROLES_FROM else None


def _beyond(part: Alignment) -> str | None:
    word = overstated(part)
    if word:
        return f"says more than the source: {word}"
    condition = left_out(part) if part.literal >= CONDITIONS_FROM else None
    return f"leaves out a condition of the source: {condition}" if condition else None
