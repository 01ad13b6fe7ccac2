"""Whether to answer at all: before a word is composed, and calibrated on questions, not on taste."""

import json
import math
import re
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from functools import cache
from importlib.resources import files

import numpy as np
from numpy.typing import NDArray

from ingest.fold import fold
from service import messages
from service.meaning import WordVectors
from service.query import Query
from service.query.terms import content_terms
from service.retrieve import Hit, Retrieved
from service.schema import Reason, Status
from service.synonyms import synonyms_of
from service.verify import find_facts
from service.verify.judge import coverage
from service.vocabulary import Vocabulary

TOP = 3
ANSWER_AT = 0.5
SOFT = 0.9
SAMPLE = 500

# Words of which a question may consist without being about anything else.
_EMPTY_TOPIC = frozenset({"花呗", "借呗"})

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
    """What the decision rests on; shares are in [0, 1] and weigh each word of the question by how telling it is.

    ``best``: the share of the question that the best passage says; ``union``: that the first few say together;
    ``heading``: that the best one's title and headings say; ``worst``: how well its worst covered telling word is
    said; ``literal``: the share said in the same words; ``dense``: the best cosine; ``lift``: by how many standard
    deviations it stands out of the corpus; ``words``: the number of telling words, up to 6, over 6.
    """

    best: float
    union: float
    heading: float
    worst: float
    literal: float
    dense: float
    lift: float
    words: float


@dataclass(frozen=True, slots=True)
class Decision:
    """What to do, and how sure: ``strength`` is the estimated probability that the hits answer the question."""

    status: Status
    reason: Reason | None
    message: str
    strength: float


class Judge:
    """Estimates whether hits answer a question, over one corpus."""

    def __init__(self, vocabulary: Vocabulary, meaning: WordVectors, sample: NDArray[np.float32]) -> None:
        """``sample`` are vectors (n, d) of passages drawn from the corpus, to know what an ordinary cosine is."""
        self._vocabulary = vocabulary
        self._meaning = meaning
        self._sample = sample

    def find_features(self, query: Query, found: Retrieved) -> Features:
        """Return the features of ``query`` with what was ``found`` for it."""
        hits = found.hits[:TOP]
        terms = [term for term in content_terms(query.search_text) if term not in _EMPTY_TOPIC]
        terms = terms or list(query.products)
        cosines = self._sample @ found.query_vector
        dense = max((hit.legs.get("dense", 0.0) for hit in hits), default=0.0)
        lift = (dense - float(cosines.mean())) / max(float(cosines.std()), 1e-6)
        if not terms or not hits:
            return Features(0.0, 0.0, 0.0, 0.0, 0.0, dense, min(lift, 6.0) / 6, 0.0)
        weights = np.array([self._vocabulary.weight(term) for term in terms])
        weights /= weights.sum()
        texts = [fold(hit.passage.embedded_text) for hit in hits]
        headings = [fold("\n".join((hit.passage.title, *hit.passage.heading))) for hit in hits]
        said = np.stack([self._said(terms, text) for text in texts])
        shares = said @ weights
        return Features(
            best=float(shares.max()),
            union=float(said.max(axis=0) @ weights),
            heading=max(float(self._said(terms, heading) @ weights) for heading in headings),
            worst=float(said.max(axis=0).min()),
            literal=float(max(weights @ [float(term in text) for term in terms] for text in texts)),
            dense=dense,
            lift=min(lift, 6.0) / 6,
            words=min(len(terms), 6) / 6,
        )

    def _said(self, terms: Sequence[str], text: str) -> NDArray[np.float32]:
        """Return for each term how well ``text`` says it: in its words, in a synonym, or in a word close in meaning."""
        literal = np.array([coverage(term, text, "", synonyms_of) for term in terms], np.float32)
        if literal.min() >= 1.0:
            return literal
        close = self._meaning.closeness(terms, content_terms(text))
        return np.maximum(literal, np.float32(SOFT) * close)

    def strength(self, features: Features) -> float:
        """Return the probability that the hits answer the question."""
        weights, bias = calibration()
        logit = bias + sum(weights[name] * value for name, value in asdict(features).items())
        return 1 / (1 + math.exp(-logit))

    def decide(self, query: Query, found: Retrieved) -> Decision:
        """Return whether what was ``found`` answers ``query``: answered, or abstained with the reason."""
        hits = found.hits
        folded = query.search_text
        texts = "\n".join(fold(hit.passage.embedded_text) for hit in hits)
        missing = [lender for lender in query.other_lenders if lender not in texts]
        if missing and not query.products:
            return Decision(
                "abstained", "not_covered", messages.NO_OTHER_LENDER.format(lender=missing[0]), 0.0
            )
        asked = {fact for fact in find_facts(folded) if fact.kind in ("phone", "url", "mail")}
        if asked - find_facts(texts):
            return Decision("abstained", "not_covered", messages.CONTACT_NOT_GIVEN, 0.0)
        strength = self.strength(self.find_features(query, found))
        if strength < ANSWER_AT or not hits:
            known = bool(query.products) or any(
                self._vocabulary.knows(term) for term in content_terms(folded)
            )
            if known and query.intent == "contact":
                return Decision("abstained", "not_covered", messages.CONTACT_NOT_GIVEN, strength)
            if known:
                return Decision("abstained", "not_covered", messages.NOT_COVERED, strength)
            return Decision("abstained", "out_of_scope", messages.OUT_OF_SCOPE, strength)
        quantity = query.answer_type == "quantity" and query.intent != "contact"
        if quantity and not _has_quantity(folded, hits[:TOP]):
            return Decision("abstained", "not_covered", messages.NOT_COVERED, strength)
        return Decision("answered", None, "", strength)


@cache
def calibration() -> tuple[Mapping[str, float], float]:
    """Return weights and bias of the logistic regression that `python -m evals.calibrate` fitted on dev questions."""
    data = json.loads(files("service").joinpath("calibration.json").read_text(encoding="utf-8"))
    return data["weights"], data["bias"]


def refuse_early(query: Query) -> Decision | None:
    """Return the decision that wording alone settles, before anything is searched, or None."""
    if query.intent == "injection":
        return Decision("refused", "injection", messages.INJECTION, 1.0)
    if query.intent == "unsafe":
        return Decision("refused", "unsafe", messages.UNSAFE, 1.0)
    if query.intent == "account":
        return Decision("abstained", "needs_account_data", messages.NEEDS_ACCOUNT_DATA, 1.0)
    return None


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
