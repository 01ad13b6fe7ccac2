"""Whether to answer at all: before a word is composed, and calibrated on questions, not on taste."""

import json
import math
import re
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from functools import cache
from importlib.resources import files
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from service import messages
from service.asked import Asked
from service.background import nearness
from service.folded import folded as folded_text
from service.quantity import lacks_number, says_quantity
from service.query import Query
from service.query.coverage import coverage
from service.query.product import OURS
from service.query.terms import content_terms, is_noun
from service.reader import LIMIT, Reader
from service.retrieve import Hit, Retrieved
from service.schema import Reason, Status
from service.synonyms import expansions, synonyms_of
from service.verify import find_facts
from service.vocabulary import Vocabulary

Part = Literal["decide", "decide_bare"]

TOP, RIVALS, CONSIDERED = 3, 3, 6
"""First hits that are read, those that the first is compared with, and those in which exact evidence is looked for; however many are shown."""
# By what the hits have to show for themselves; of passages without known questions less is known, so more is asked.
ANSWER_AT: Mapping[Part, float] = {"decide": 0.2, "decide_bare": 0.3}
# A turn that may be meant otherwise must be surer, or a change of subject is answered with the subject before.
TURN_AT = 0.4
# Whoever asks whether he goes to prison is harmed more by an answer on something else than by none.
ELSEWHERE_AT = 0.5
# What sounds unsafe, or as if only the asker's account could tell, is answered from here on only.
SURE = 0.9
NEAR = 0.6
MENTIONED = 0.45

_EFFECT_ON = re.compile("(?:影响|连累|牵连|冻结|查封|拍卖|没收|限制)(?:到|了)?(?P<what>[^,。?!;]{1,12})")
_MAY = re.compile(
    "(?:会不会|能不能|可不可以|可以|能够|能|会|要不要|需不需要|需要)(?:被|把|让|给)?(?P<what>[^,。?!;]{1,14})(?:吗|不|没|嘛|么)?"
)
_FILLER = re.compile(
    "请问|问一下|问下|想问|咨询|求助|救命|在线等|帮帮忙|帮忙|怎么办|咋办|怎么样|怎么回事|怎么弄|怎么搞|怎么|如何|问题|情况|事情|现在|"
    "这个|那个|我们|你们|我|你|您|和|跟|与|急|的|了|啊|呀|呢|吗|嘛|吧|么|哦|哈|唉|哎|[^\u3400-\u9fffa-z0-9]"
)
"""What asks nothing by itself, beside the name of a product (借呗怎么办啊)."""
# A number of the lender's own; where to complain does not depend on the product.
_HOTLINE = re.compile(
    "(?:客服|人工|官方)的?[^,。?!]{0,4}(?:电话|热线|号码|专线|联系方式)|(?:热线|专线)(?:电话)?(?:是|号)?(?:多少|几号)"
)


@dataclass(frozen=True, slots=True)
class Features:
    """What the decision rests on.

    ``elsewhere``: 1 for a yes/no question on something that the hits do not mention; ``number``: 1 for one that turns on a number
    which the hits do not hold, or asks for one of which they only speak vaguely. ``dense``: the best cosine of a passage; ``asked``:
    that of a known question which a hit answers, else of the hit itself; ``known``: the mean of those of the nearest known
    questions, whatever they are answered by. ``background``: the nearness of the background, and ``common`` the mean cosine to all
    of it; ``length``: the logarithm of how many characters the question has. These three say what a cosine is worth: short questions and general
    ones are near to everything. ``ahead``: by how much the first hit scores above the mean of the next, after the score-based predictors of
    query performance (Shtok et al. 2012, "Predicting Query Performance by Query-Drift Estimation"). ``read``: the best logit that the reader gives a sentence of the first few hits; ``reads``: the mean over
    all that it read of the best in each, since what is answered nowhere is found a little everywhere. Which words are said adds nothing to
    these and is left out.
    """

    elsewhere: float
    number: float
    length: float
    dense: float
    asked: float
    known: float
    background: float
    common: float
    ahead: float
    read: float
    reads: float


@dataclass(frozen=True, slots=True)
class Decision:
    """What to do, and how sure: ``strength`` is the estimated probability that the hits answer the question."""

    status: Status
    reason: Reason | None
    message: str
    strength: float


class Judge:
    """Estimates whether hits answer a question, over one corpus."""

    def __init__(self, vocabulary: Vocabulary, asked: Asked, reader: Reader) -> None:
        self.vocabulary = vocabulary
        self._asked = asked
        self._reader = reader

    def is_topical(self, query: Query) -> bool:
        """Return whether ``query`` names a product or holds a word that the corpus knows."""
        return bool(query.products) or any(map(self.vocabulary.knows, _about(query.search_text)))

    def otherness(self, found: Retrieved) -> float:
        """Return by how much the question is nearer to other subjects than to debt and credit."""
        background = self._asked.background
        return background.otherness(background.centred(found.vectors[0]))

    def says(self, query: Query, folded: str) -> float:
        """Return the share in [0, 1] of ``query`` that the folded text says, each word weighed by how telling it is."""
        terms = _terms(query)
        if not terms:
            return 0.0
        weights = np.array([self.vocabulary.weight(term) for term in terms], np.float32)
        return float(self.said(terms, folded) @ (weights / max(float(weights.sum()), 1e-6)))

    def find_features(self, query: Query, found: Retrieved) -> Features:
        """Return the features of ``query`` with what was ``found`` for it."""
        hits = found.first[:TOP]
        background = self._asked.background
        common = [background.own_cosines(vector) for vector in background.centred(found.vectors)]
        readings = self._reader.read(found.respelled, [hit.passage for hit in hits])
        return Features(
            elsewhere=float(self._asks_of_something_else(query, found)),
            number=float(lacks_number(query, "\n".join(folded_text(hit.passage.text) for hit in hits))),
            length=math.log(max(len(found.respelled), 1)),
            dense=max((hit.legs.get("dense", 0.0) for hit in hits), default=0.0),
            asked=max((hit.legs.get("asked", 0.0) for hit in hits), default=0.0),
            known=self._asked.nearness(found.asked),
            background=max(map(nearness, common)),
            common=float(common[0].mean()),
            ahead=_ahead([hit.score for hit in found.first[: 1 + RIVALS]]),
            read=max((float(logits.max()) for logits in readings), default=-LIMIT),
            reads=float(np.mean([hit.legs.get("reader", -LIMIT) for hit in found.first] or [-LIMIT])),
        )

    def said(self, terms: Sequence[str], text: str, *, near: float = NEAR) -> NDArray[np.float32]:
        """Return for each term how well ``text`` says it: in its words, in a synonym, or, ``near`` as well, in a related word."""
        literal = np.array([coverage(term, text, "", synonyms_of) for term in terms], np.float32)
        beside = np.array(
            [near * any(other in text for other in expansions(term)) for term in terms], np.float32
        )
        said: NDArray[np.float32] = np.maximum(literal, beside)
        return said

    def part(self, found: Retrieved) -> Part:
        """Return which calibration fits the hits: passages without known questions have less to show for themselves."""
        return "decide" if any(self._asked.knows(hit.row) for hit in found.first[:TOP]) else "decide_bare"

    def strength(self, query: Query, found: Retrieved, features: Features) -> float:
        """Return the probability that what was ``found`` answers ``query``, whose ``features`` these are."""
        return self._strength(self.settled(query, found), found, features)

    def _strength(self, settled: Decision | None, found: Retrieved, features: Features) -> float:
        return settled.strength if settled else probability(self.part(found), asdict(features))

    def decide(self, query: Query, found: Retrieved, *, meant: float = 1.0) -> Decision:
        """Return whether what was ``found`` answers ``query``: answered, or abstained with the reason.

        ``meant`` is the probability that the asker means ``query``.
        """
        settled = self.settled(query, found)
        if settled is not None and settled.status != "answered":
            return settled
        features = self.find_features(query, found)
        strength = meant * self._strength(settled, found, features)
        least = ANSWER_AT[self.part(found)] if meant == 1 else TURN_AT
        if features.elsewhere:
            least = ELSEWHERE_AT
        if strength >= (SURE if query.own_account and not query.asks_where_to_look else least):
            return Decision("answered", None, "", strength)
        if not self.is_topical(query) and self.otherness(found) > 0:
            return Decision("abstained", "out_of_scope", messages.OUT_OF_SCOPE, strength)
        if query.own_account:
            return Decision("abstained", "needs_account_data", messages.NEEDS_ACCOUNT_DATA, strength)
        message = messages.CONTACT_NOT_GIVEN if query.intent == "contact" else messages.NOT_COVERED
        return Decision("abstained", "not_covered", message, strength)

    def settled(self, query: Query, found: Retrieved) -> Decision | None:
        """Return what exact evidence decides, or None: a lender, a number or a quantity is in the hits or it is not."""
        folded = query.search_text
        texts = "\n".join(folded_text(hit.passage.embedded_text) for hit in found.first[:CONSIDERED])
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
        if query.asks_number and self._gives_number(query, found.first[:CONSIDERED]):
            return Decision("answered", None, "", 1.0)
        first = "\n".join(folded_text(hit.passage.text) for hit in found.first[:TOP])
        if not found.first or not says_quantity(query, first):
            return Decision("abstained", "not_covered", messages.NOT_COVERED, 0.0)
        return None

    def _gives_number(self, query: Query, hits: Sequence[Hit]) -> bool:
        """Return whether a passage holds a telephone number and, under its headings, every word of ``query``."""
        return any(
            self.says(query, folded_text(hit.passage.embedded_text)) == 1
            and any(fact.kind == "phone" for fact in find_facts(folded_text(hit.passage.text)))
            for hit in hits
        )

    def _asks_of_something_else(self, query: Query, found: Retrieved) -> bool:
        """Return whether a yes/no question is about something that the hits do not mention.

        That is the thing affected (会影响孩子上学吗) or what may happen (会不会坐牢). Words that are merely near in
        subject do not count as a mention: a passage on legal liability does not say who goes to prison.
        """
        texts = "\n".join(folded_text(hit.passage.embedded_text) for hit in found.first[:CONSIDERED])
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


@cache
def calibration(part: str) -> tuple[Mapping[str, float], float]:
    """Return weights and bias of a logistic regression that `python -m evals.calibrate` fitted on dev questions."""
    data = json.loads(files("service").joinpath("calibration.json").read_text(encoding="utf-8"))[part]
    return data["weights"], data["bias"]


def probability(part: str, features: Mapping[str, float]) -> float:
    """Return what the logistic regression of ``part`` makes of ``features``."""
    weights, bias = calibration(part)
    logit = bias + sum(weight * features[name] for name, weight in weights.items())
    return 1 / (1 + math.exp(-logit))


def _terms(query: Query) -> tuple[str, ...]:
    """Return what ``query`` is about, word by word.

    Product and lender are left out unless they are all that is asked about. Of a follow-up its own words count, where
    it has any: the topic taken over from the history is covered by definition.
    """
    own = _about(query.own_text) if query.rewritten is not None else ()
    terms = own or _about(query.search_text) or query.products
    return tuple(term for term in terms if term not in query.other_lenders) or terms


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
    if query.small_talk:
        return Decision("abstained", "out_of_scope", messages.SMALL_TALK, 1.0)
    return None


def ask_back(query: Query) -> Decision | None:
    """Return the decision to ask the asker what is meant, or None: no topic at all, or a hotline of no named product."""
    if query.rewritten is None and not query.crisis and _asks_nothing(query.search_text):
        products = "、".join(query.products)
        message = messages.WHICH_MATTER.format(product=products) if products else messages.WHICH_QUESTION
        return Decision("clarify", "ambiguous_product", message, 1.0)
    named = (
        query.products or query.other_lenders or any(f.kind == "phone" for f in find_facts(query.search_text))
    )
    if query.intent == "contact" and not named and _HOTLINE.search(query.search_text):
        return Decision("clarify", "ambiguous_product", messages.WHICH_PRODUCT, 1.0)
    return None


def _asks_nothing(folded: str) -> bool:
    """Return whether nothing is asked: no topic is named, or a product and nothing of it.

    >>> _asks_nothing("怎么办啊"), _asks_nothing("借呗怎么办"), _asks_nothing("借呗怎么用")
    (True, True, False)
    """
    terms = set(content_terms(folded))
    if terms - set(OURS):
        return False
    return not terms or not _FILLER.sub("", re.sub("|".join(OURS), "", folded))
