"""Whether to answer at all: before a word is composed, and calibrated on questions, not on taste."""

import json
import math
import re
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from functools import cache, lru_cache
from importlib.resources import files
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from ingest.embed import Embedder
from ingest.fold import fold
from ingest.records import Passage
from service import messages
from service.asked import Asked
from service.meaning import WordVectors
from service.query import Query
from service.query.product import OURS
from service.query.terms import content_terms, is_noun
from service.retrieve import Hit, Retrieved
from service.schema import Reason, Status
from service.sentence_vectors import SentenceVectors, in_context, own_heading
from service.synonyms import expansions, synonyms_of
from service.verify import find_facts
from service.verify.coverage import coverage
from service.vocabulary import Vocabulary

TOP = 3
ANSWER_AT = {"decide": 0.4, "decide_bare": 0.35}
# What sounds unsafe, or as if only the asker's account could tell, is answered from here on only.
SURE = 0.75
FOLDED = 10_000
NEIGHBOURS = 5
SOFT = 0.9
NEAR = 0.6
TELLING = 1.2
MENTIONED = 0.45

_EFFECT_ON = re.compile("(?:影响|连累|牵连|冻结|查封|拍卖|没收|限制)(?:到|了)?(?P<what>[^,。?!;]{1,12})")
_MAY = re.compile(
    "(?:会不会|能不能|可不可以|可以|能够|能|会|要不要|需不需要|需要)(?:被|把|让|给)?(?P<what>[^,。?!;]{1,14})(?:吗|不|没|嘛|么)?"
)
# A number of the lender's own; where to complain does not depend on the product.
_HOTLINE = re.compile(
    "(?:客服|人工|官方)的?[^,。?!]{0,4}(?:电话|热线|号码|专线|联系方式)|(?:热线|专线)(?:电话)?(?:是|号)?(?:多少|几号)"
)
_VAGUE_TIME = re.compile("一段时间|几天|数天|几个月|几周|若干天|第一时间|当天|次日|尽早|随时")
_VAGUE_AMOUNT = re.compile("几百|几千|几万|数千|数万")
_ASKS_TIME = re.compile(
    "多久|多长|几天|多少天|几个?月|多少个?月|几年|哪天|哪一天|(?<!哪)几点|几号|几日|多少年|几期|多少期"
)
_ASKS_RATE = re.compile("利率|费率|百分之几|几个点|多少点|年化|日息|几厘|几分利")
_ASKS_MONEY = re.compile(
    "多少钱|多少元|多少块|几块|几元|几万|几千|几百|多少利息|多少罚息|多少违约金|多少滞纳金|(?:利息|罚息|违约金|滞纳金|费用|手续费|额度)[^。?!,]{0,6}(?:多少|多高|多大|几)|(?:借|贷)(?:到|出)?(?:多少|几)"
)
_ASKS_HOW_MUCH = re.compile("怎么算|如何算|怎么计算|如何计算|咋算")


@dataclass(frozen=True, slots=True)
class Features:
    """What the decision rests on; shares are in [0, 1] and weigh each word of the question by how telling it is.

    ``best``: the share of the question that the best passage says; ``union``: that the first few say together with the
    known questions nearest to it; ``sentence``: that one sentence under its heading says in its own words or synonyms;
    ``noun``: how well these say its worst said noun; ``strange``: the share in words that neither
    the corpus nor any known question holds; ``words``: the number of telling words, up to 6, over 6; ``elsewhere``: 1 for a yes/no question on something that the hits do not
    mention; ``number``: 1 for one that turns on a number which the hits do not hold, or asks for one of which they only speak
    vaguely. ``dense``: the best cosine of a passage; ``near`` and ``passage``: the best centred cosine of a sentence and of
    a passage; ``asked``: that of a known question which a hit answers, else of the hit itself; ``background``: that of the
    background. ``ahead``: by how much the first hit scores above the mean of the others, after the score-based predictors of query performance (Shtok et
    al. 2012, "Predicting Query Performance by Query-Drift Estimation"): what stands nowhere is found a little everywhere.
    ``yes_no`` and ``quantity``: 1 where that is asked, since such questions are answered by less, or by more.
    """

    best: float
    union: float
    sentence: float
    noun: float
    strange: float
    words: float
    elsewhere: float
    number: float
    dense: float
    near: float
    passage: float
    asked: float
    background: float
    ahead: float
    yes_no: float
    quantity: float


@dataclass(frozen=True, slots=True)
class Decision:
    """What to do, and how sure: ``strength`` is the estimated probability that the hits answer the question."""

    status: Status
    reason: Reason | None
    message: str
    strength: float


class Judge:
    """Estimates whether hits answer a question, over one corpus."""

    def __init__(self, vocabulary: Vocabulary, embedder: Embedder, asked: Asked) -> None:
        self._vocabulary = vocabulary
        self._asked = asked
        self._meaning = WordVectors(embedder)
        self._sentences = SentenceVectors(embedder)
        self._background = asked.background

    def read_ahead(self, passage: Passage) -> None:
        """Embed the sentences and the telling words of ``passage``, so that no question has to wait for them."""
        self._sentences.of(_sentences(passage))
        words = [
            w for w in content_terms(_folded(passage.embedded_text)) if self._vocabulary.weight(w) >= TELLING
        ]
        if words:
            self._meaning.vectors(words)

    def weighted_terms(self, query: Query) -> tuple[tuple[str, ...], NDArray[np.float32]]:
        """Return what ``query`` is about, word by word, and how telling each word is; the weights sum to 1.

        Product and lender are left out unless they are all that is asked about. Of a follow-up its own words count, where
        it has any: the topic taken over from the history is covered by definition.
        """
        own = _about(query.own_text) if query.rewritten is not None else ()
        terms = own or _about(query.search_text) or query.products
        terms = tuple(term for term in terms if term not in query.other_lenders) or terms
        weights = np.array([self._vocabulary.weight(term) for term in terms], np.float32)
        return terms, weights / max(float(weights.sum()), 1e-6)

    def is_topical(self, query: Query) -> bool:
        """Return whether ``query`` names a product or holds a word that the corpus knows."""
        return bool(query.products) or any(map(self._vocabulary.knows, _about(query.search_text)))

    def says(self, query: Query, folded: str) -> float:
        """Return the share in [0, 1] of ``query`` that the folded text says, each word weighed by how telling it is."""
        terms, weights = self.weighted_terms(query)
        return float(self.said(terms, folded) @ weights) if terms else 0.0

    def cosines(self, query_vector: NDArray[np.float32], sentences: Sequence[str]) -> NDArray[np.float32]:
        """Return the centred cosine (n,) of ``query_vector`` (d,) to each of ``sentences``."""
        return self._background.cosines(self._background.centred(query_vector), self._sentences.of(sentences))

    def find_features(self, query: Query, found: Retrieved) -> Features:
        """Return the features of ``query`` with what was ``found`` for it."""
        hits = found.hits[:TOP]
        terms, weights = self.weighted_terms(query)
        texts = [_folded(hit.passage.embedded_text) for hit in hits]
        if not terms or not hits:
            terms, weights, texts = ("",), np.zeros(1, np.float32), [""]
        said = np.stack([self.said(terms, text) for text in texts])
        strange = [not self._vocabulary.knows(term) and not self._asked.mentions(term) for term in terms]
        known = self._asked.nearest(found.query_vector, [hit.row for hit in hits], NEIGHBOURS)
        asked = fold("\n".join(known))
        union = np.maximum(said.max(axis=0), [coverage(term, asked, "", synonyms_of) for term in terms])
        sentences = [text for hit in hits for text in _sentences(hit.passage)]
        return Features(
            best=float((said @ weights).max()),
            union=float(union @ weights),
            sentence=max((self._literal(terms, weights, _folded(text)) for text in sentences), default=0.0),
            noun=min((float(u) for u, term in zip(union, terms, strict=True) if is_noun(term)), default=1.0),
            strange=float(sum(w for w, s in zip(weights, strange, strict=True) if s)),
            words=min(len(terms), 6) / 6,
            elsewhere=float(self._asks_of_something_else(query, found)),
            number=float(_lacks_number(query, hits)),
            dense=max((hit.legs.get("dense", 0.0) for hit in hits), default=0.0),
            near=float(self.cosines(found.query_vector, sentences).max()) if sentences else 0.0,
            passage=self._asked.best_passage(found.query_vector, [hit.row for hit in hits]),
            asked=max((hit.legs.get("asked", 0.0) for hit in hits), default=0.0),
            background=self._background.nearness(self._background.centred(found.query_vector)),
            ahead=_ahead([hit.score for hit in found.hits]),
            yes_no=float(query.answer_type == "yes_no"),
            quantity=float(query.answer_type == "quantity"),
        )

    def _literal(self, terms: Sequence[str], weights: NDArray[np.float32], folded: str) -> float:
        return float(
            sum(w * coverage(t, folded, "", synonyms_of) for t, w in zip(terms, weights, strict=True))
        )

    def said(self, terms: Sequence[str], text: str, *, near: float = NEAR) -> NDArray[np.float32]:
        """Return for each term how well ``text`` says it: in its words, in a synonym, or in a word close in meaning."""
        literal = np.array([coverage(term, text, "", synonyms_of) for term in terms], np.float32)
        if literal.min() >= 1.0:
            return literal
        beside = np.array(
            [near * any(other in text for other in expansions(term)) for term in terms], np.float32
        )
        # Every passage speaks of 逾期; that 延期 looks like it says nothing.
        words = [word for word in content_terms(text) if self._vocabulary.weight(word) >= TELLING]
        close = np.float32(SOFT) * self._meaning.closeness(terms, words)
        said: NDArray[np.float32] = np.maximum(np.maximum(literal, beside), close)
        return said

    def part(self, found: Retrieved) -> Literal["decide", "decide_bare"]:
        """Return which calibration fits the hits: passages without known questions have less to show for themselves."""
        return "decide" if any(self._asked.knows(hit.row) for hit in found.hits[:TOP]) else "decide_bare"

    def strength(self, features: Features, part: Literal["decide", "decide_bare"]) -> float:
        """Return the probability that the hits answer the question."""
        weights, bias = calibration(part)
        logit = bias + sum(weights[name] * value for name, value in asdict(features).items())
        return 1 / (1 + math.exp(-logit))

    def decide(self, query: Query, found: Retrieved) -> Decision:
        """Return whether what was ``found`` answers ``query``: answered, or abstained with the reason."""
        settled = self.settled(query, found)
        if settled is not None:
            return settled
        part = self.part(found)
        strength = self.strength(self.find_features(query, found), part)
        if strength >= (SURE if query.own_account else ANSWER_AT[part]):
            return Decision("answered", None, "", strength)
        if not self.is_topical(query):
            return Decision("abstained", "out_of_scope", messages.OUT_OF_SCOPE, strength)
        if query.own_account:
            return Decision("abstained", "needs_account_data", messages.NEEDS_ACCOUNT_DATA, strength)
        message = messages.CONTACT_NOT_GIVEN if query.intent == "contact" else messages.NOT_COVERED
        return Decision("abstained", "not_covered", message, strength)

    def settled(self, query: Query, found: Retrieved) -> Decision | None:
        """Return what exact evidence decides, or None: a lender, a number or a quantity is in the hits or it is not."""
        folded = query.search_text
        texts = "\n".join(_folded(hit.passage.embedded_text) for hit in found.hits)
        missing = [lender for lender in query.other_lenders if lender not in texts]
        if missing and not query.products:
            return Decision(
                "abstained", "not_covered", messages.NO_OTHER_LENDER.format(lender=missing[0]), 0.0
            )
        asked = {fact for fact in find_facts(folded) if fact.kind in ("phone", "url", "mail")}
        if asked:
            if asked - find_facts(texts):
                return Decision("abstained", "not_covered", messages.CONTACT_NOT_GIVEN, 0.0)
            # The very number that is asked about stands there; what the source says of it is the answer.
            return Decision("answered", None, "", 1.0)
        quantity = query.answer_type == "quantity" and query.intent != "contact"
        first = "\n".join(_folded(hit.passage.text) for hit in found.hits[:TOP])
        if not found.hits or (quantity and not holds_quantity(folded, first)):
            return Decision("abstained", "not_covered", messages.NOT_COVERED, 0.0)
        return None

    def _asks_of_something_else(self, query: Query, found: Retrieved) -> bool:
        """Return whether a yes/no question is about something that the hits do not mention.

        That is the thing affected (会影响孩子上学吗) or what may happen (会不会坐牢). Words that are merely near in
        subject do not count as a mention: a passage on legal liability does not say who goes to prison.
        """
        texts = "\n".join(_folded(hit.passage.embedded_text) for hit in found.hits)
        effect = _EFFECT_ON.search(query.search_text)
        if effect is not None:
            objects = [term for term in _about(effect["what"]) if is_noun(term)]
            if objects and self.said(objects, texts, near=0.0).min() < MENTIONED:
                return True
        if query.answer_type != "yes_no":
            return False
        happening = [term for match in _MAY.finditer(query.own_text) for term in _about(match["what"])]
        return bool(happening) and bool(self.said(happening, texts, near=0.0).max() < MENTIONED)


def _ahead(scores: Sequence[float]) -> float:
    return scores[0] - sum(scores[1:]) / (len(scores) - 1) if len(scores) > 1 else 0.0


@lru_cache(maxsize=FOLDED)
def _folded(text: str) -> str:
    """Return ``text`` of the corpus folded; each feature reads the same few passages again."""
    return fold(text)


def _sentences(passage: Passage) -> list[str]:
    """Return the sentences of ``passage``, each under its own heading."""
    heading = own_heading(passage)
    return [
        in_context(heading, passage.text[s.start - passage.start : s.end - passage.start])
        for s in passage.sentences
    ]


@cache
def calibration(part: str) -> tuple[Mapping[str, float], float]:
    """Return weights and bias of a logistic regression that `python -m evals.calibrate` fitted on dev questions."""
    data = json.loads(files("service").joinpath("calibration.json").read_text(encoding="utf-8"))[part]
    return data["weights"], data["bias"]


def _about(folded: str) -> tuple[str, ...]:
    return tuple(term for term in content_terms(folded) if term not in OURS)


UNSAFE = Decision("refused", "unsafe", messages.UNSAFE, 1.0)


def refuse_early(query: Query) -> Decision | None:
    """Return the decision that wording alone settles, before anything is searched, or None."""
    if query.intent == "injection":
        return Decision("refused", "injection", messages.INJECTION, 1.0)
    if query.intent == "unsafe":
        return UNSAFE
    if query.intent == "account":
        return Decision("abstained", "needs_account_data", messages.NEEDS_ACCOUNT_DATA, 1.0)
    return None


def ask_back(query: Query) -> Decision | None:
    """Return the decision to ask the asker what is meant, or None: no topic at all, or a hotline of no named product."""
    if query.rewritten is None and not query.crisis and not set(content_terms(query.search_text)) - set(OURS):
        return Decision("clarify", "ambiguous_product", messages.WHICH_QUESTION, 1.0)
    named = (
        query.products or query.other_lenders or any(f.kind == "phone" for f in find_facts(query.search_text))
    )
    if query.intent == "contact" and not named and _HOTLINE.search(query.search_text):
        return Decision("clarify", "ambiguous_product", messages.WHICH_PRODUCT, 1.0)
    return None


def _lacks_number(query: Query, hits: Sequence[Hit]) -> bool:
    """Return whether the answer turns on a number that is not there: 逾期三天会上征信吗, or 多久 where they say 一段时间."""
    text = "\n".join(_folded(hit.passage.text) for hit in hits)
    stated = find_facts(text)
    if query.answer_type == "yes_no":
        named = {
            fact
            for fact in find_facts(query.own_text)
            if fact.kind in ("duration", "amount", "rate", "count")
        }
        return bool(named - stated)
    if query.answer_type != "quantity" or query.intent == "contact":
        return False
    return not any(fact.kind in ("duration", "date", "amount", "rate") for fact in stated)


def holds_quantity(folded: str, text: str) -> bool:
    """Return whether the folded ``text`` holds a quantity of the kind that ``folded`` asks for.

    A topic without its number is no answer. What asks for no kind that is known is content with anything.
    """
    if _ASKS_HOW_MUCH.search(folded):
        return True
    kinds = {fact.kind for fact in find_facts(text)}
    if _ASKS_RATE.search(folded):
        return "rate" in kinds
    if _ASKS_TIME.search(folded):
        return bool(kinds & {"duration", "date"}) or _VAGUE_TIME.search(text) is not None
    if _ASKS_MONEY.search(folded):
        return bool(kinds & {"amount", "rate"}) or _VAGUE_AMOUNT.search(text) is not None
    return True
