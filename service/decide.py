"""Whether to answer at all: before a word is composed, and calibrated on questions, not on taste."""

import math
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass

from ingest.fold import fold

from service import messages
from service.query import Query
from service.query.terms import content_terms
from service.retrieve import Hit
from service.schema import Reason, Status
from service.verify import find_facts
from service.verify.judge import coverage
from service.vocabulary import Vocabulary

TOP = 3

# Logistic regression on the dev split of the gold set, refitted by `evals calibrate`.
WEIGHTS: Mapping[str, float] = {"best": 4.0, "union": 3.0, "dense": 20.0, "heading": 1.5, "unknown": -3.0}
BIAS = -21.0
ANSWER_AT = 0.5

_VAGUE_TIME = re.compile("一段时间|几天|数天|几个月|几周|若干天|第一时间|当天|次日|尽早|随时")
_VAGUE_AMOUNT = re.compile("几百|几千|几万|数千|数万")
_ASKS_TIME = re.compile(
    "多久|多长|几天|多少天|几个?月|多少个?月|几年|哪天|哪一天|何时|什么时候|啥时候|几点|几号|几日|多少年|几期|多少期"
)
_ASKS_RATE = re.compile("利率|费率|百分之几|几个点|多少点|年化|日息|几厘|几分利")
_ASKS_MONEY = re.compile(
    "多少钱|多少元|多少块|几块|几元|几万|几千|几百|多少利息|多少罚息|多少违约金|多少滞纳金|(?:利息|罚息|违约金|滞纳金|费用|手续费|额度)[^。?!,]{0,6}(?:多少|多高|多大|几)|(?:借|贷)(?:到|出)?(?:多少|几)"
)
_ASKS_HOW_MUCH = re.compile("怎么算|如何算|怎么计算|如何计算|咋算")


@dataclass(frozen=True, slots=True)
class Features:
    """What the decision rests on, each in [0, 1] but ``dense`` (cosine).

    ``best``: the share of the question, weighed by how telling its words are, that the best passage says; ``union``:
    that the first few say together; ``heading``: that the best passage's headings say; ``unknown``: the share of the
    question in words that no passage holds.
    """

    best: float
    union: float
    heading: float
    dense: float
    unknown: float


@dataclass(frozen=True, slots=True)
class Decision:
    """What to do, and how sure: ``strength`` is the estimated probability that the hits answer the question."""

    status: Status
    reason: Reason | None
    message: str
    strength: float


def find_features(
    query: Query,
    hits: Sequence[Hit],
    vocabulary: Vocabulary,
    synonyms: Callable[[str], Sequence[str]] | None = None,
) -> Features:
    """Return the features of ``query`` with its ranked ``hits``."""
    products = {"花呗", "借呗"}
    terms = [term for term in content_terms(query.search_text) if term not in products]
    texts = [fold(hit.passage.embedded_text) for hit in hits[:TOP]]
    headings = [fold("\n".join((hit.passage.title, *hit.passage.heading))) for hit in hits[:TOP]]
    total = sum(vocabulary.weight(term) for term in terms)
    if not terms or not texts or total == 0:
        return Features(
            0.0, 0.0, 0.0, max((hit.legs.get("dense", 0.0) for hit in hits[:TOP]), default=0.0), 1.0
        )

    def share(text: str) -> float:
        return sum(vocabulary.weight(term) * coverage(term, text, "", synonyms) for term in terms) / total

    unknown = sum(
        vocabulary.weight(term) for term in terms if coverage(term, "\n".join(texts), "", synonyms) < 0.5
    )
    return Features(
        best=max(share(text) for text in texts),
        union=share("\n".join(texts)),
        heading=max(share(text) for text in headings),
        dense=max(hit.legs.get("dense", 0.0) for hit in hits[:TOP]),
        unknown=unknown / total,
    )


def strength_of(features: Features) -> float:
    """Return the probability that the hits answer the question."""
    logit = BIAS + sum(WEIGHTS[name] * value for name, value in asdict(features).items())
    return 1 / (1 + math.exp(-logit))


def refuse_early(query: Query) -> Decision | None:
    """Return the decision that wording alone settles, before anything is searched, or None."""
    if query.intent == "injection":
        return Decision("refused", "injection", messages.INJECTION, 1.0)
    if query.intent == "unsafe":
        return Decision("refused", "unsafe", messages.UNSAFE, 1.0)
    if query.intent == "account":
        return Decision("abstained", "needs_account_data", messages.NEEDS_ACCOUNT_DATA, 1.0)
    return None


def decide(
    query: Query,
    hits: Sequence[Hit],
    vocabulary: Vocabulary,
    synonyms: Callable[[str], Sequence[str]] | None = None,
) -> Decision:
    """Return whether ``hits`` answer ``query``: answered, or abstained with the reason."""
    folded = query.search_text
    texts = "\n".join(fold(hit.passage.embedded_text) for hit in hits)
    missing = [lender for lender in query.other_lenders if lender not in texts]
    if missing and not query.products:
        return Decision("abstained", "not_covered", messages.NO_OTHER_LENDER.format(lender=missing[0]), 0.0)
    features = find_features(query, hits, vocabulary, synonyms)
    strength = strength_of(features)
    if strength < ANSWER_AT or not hits:
        terms = content_terms(folded)
        known = bool(query.products) or any(vocabulary.knows(term) for term in terms)
        if known:
            return Decision("abstained", "not_covered", messages.NOT_COVERED, strength)
        return Decision("abstained", "out_of_scope", messages.OUT_OF_SCOPE, strength)
    if query.answer_type == "quantity" and not _has_quantity(folded, hits[:TOP]):
        return Decision("abstained", "not_covered", messages.NOT_COVERED, strength)
    return Decision("answered", None, "", strength)


def _has_quantity(folded: str, hits: Sequence[Hit]) -> bool:
    """Return whether the passages hold a quantity of the kind asked for; a topic without its number is no answer."""
    if _ASKS_HOW_MUCH.search(folded):
        return True
    text = "\n".join(fold(hit.passage.text) for hit in hits)
    kinds = {fact.kind for fact in find_facts(text)}
    if _ASKS_RATE.search(folded):
        return "rate" in kinds
    if _ASKS_TIME.search(folded):
        return bool(kinds & {"duration", "date"}) or _VAGUE_TIME.search(text) is not None
    if _ASKS_MONEY.search(folded):
        return bool(kinds & {"amount", "rate"}) or _VAGUE_AMOUNT.search(text) is not None
    return True
