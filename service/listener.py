"""From what was typed to the question that is meant: words put right, intents heard, the conversation taken into account."""

import re
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Literal

from ingest.embed import Embedder
from ingest.records import Product
from service.clock import Clock
from service.decide import Judge, refuse_early
from service.leaning import LeaningFeatures, Reading, find_leaning_features, leaning_probability
from service.query import Query, understand
from service.query.intent import DESPAIR_ROOTS
from service.query.intent_model import LABELS, IntentModel
from service.query.intent_vectors import read_layers
from service.query.product import OURS
from service.query.spelling import Speller
from service.retrieve import Retrieved, Retriever
from service.schema import AskRequest

# The classifier knows talk of debt, in sentences that somebody wrote: of anything else, and of two turns put together, it has
# to be surer. Despair needs no word of debt, and what is unsafe few.
OFF_TOPIC_MARGINS = {
    "unsafe": 0.1,
    "injection": 0.3,
    "crisis": 0.0,
    "account": 0.3,
    "leans": 0.0,
    "chat": 0.0,
}
# What speaks of the subject is seldom small talk.
TOPICAL_MARGINS = dict.fromkeys(LABELS, 0.0) | {"chat": 0.2}
UNSPOKEN_DESPAIR_MARGIN = 0.4

_HANZI = re.compile("[\u4e00-\u9fff]")

QUITE_ELSEWHERE = 0.18
"""From here on a turn is on another subject: of 136 follow-ups of the dev sets the one farthest off reaches 0.17."""


@dataclass(frozen=True, slots=True)
class Meant:
    """A question as it is meant, and the estimated ``probability`` that it is meant so.

    ``found`` is what was found for it, None where nothing had to be searched to tell.
    """

    query: Query
    probability: float = 1.0
    found: Retrieved | None = None


@dataclass(frozen=True, slots=True)
class TwoReadings:
    """A question of a conversation read alone and as one that leans on the earlier ones, and what tells between the two."""

    alone: Reading
    leaning: Reading
    features: LeaningFeatures


class Listener:
    """Understands questions over one corpus: each by itself, or as a turn of a conversation."""

    def __init__(
        self,
        intents: IntentModel,
        embedder: Embedder,
        retriever: Retriever,
        speller: Speller,
        judge: Judge,
        search: Callable[[Query, int], Retrieved],
    ) -> None:
        self._intents = intents
        self._embedder = embedder
        self._retriever = retriever
        self._judge = judge
        self._search = search
        self._speller = speller

    def understand(
        self,
        question: str,
        *,
        earlier: Sequence[str] = (),
        product: Product | None = None,
        script: Literal["auto", "hans", "hant"] = "auto",
        leans: bool = False,
    ) -> Query:
        """Return ``question`` understood, words typed by sound read towards this corpus."""
        return understand(
            question, earlier=earlier, product=product, script=script, correct=self._correct, leans=leans
        )

    def _correct(self, folded: str) -> str:
        # A whole question in pinyin is read at once; single slips among hanzi more cautiously.
        in_pinyin = not _HANZI.search(re.sub("|".join(OURS), "", folded))
        return self._speller.correct(self._retriever.respell(folded) if in_pinyin else folded)

    def listen(self, request: AskRequest, earlier: Sequence[str], clock: Clock) -> Meant:
        """Return the question of ``request`` as it is meant after the ``earlier`` ones, oldest first.

        Of the two ways to read a turn the one is taken whose answer is likelier to be the one wanted: meant so, and found.
        """
        turn = self.read_turn(request, earlier, clock)
        if isinstance(turn, Meant):
            return turn
        leans = leaning_probability(turn.features)
        alone, whole = (
            self._judge.strength(way.query, way.found, way.features) for way in (turn.alone, turn.leaning)
        )
        if leans * whole > (1 - leans) * alone:
            return Meant(turn.leaning.query, leans, turn.leaning.found)
        return Meant(turn.alone.query, 1 - leans, turn.alone.found)

    def read_turn(self, request: AskRequest, earlier: Sequence[str], clock: Clock) -> Meant | TwoReadings:
        """Return both ways to read the question of ``request``, or the only one.

        Small talk leans on nothing, nor does what is quite another subject (怎么做红烧肉), and of the ``earlier`` turns what holds no word of the corpus (你吃饭没) is no topic.
        """
        earlier = [turn for turn in earlier if self._judge.is_topical(self.understand(turn))]
        alone, heard = self._with_meaning(self._read(request, earlier, leans=False), clock)
        if not earlier or refuse_early(alone) is not None:
            return Meant(alone)
        leaning, _ = self._with_meaning(self._read(request, earlier, leans=True), clock)
        leaning = replace(leaning, crisis=leaning.crisis or alone.crisis)
        if leaning.repeats:
            return Meant(leaning)
        one = self._reading(alone, request.top_k, clock)
        if not self._judge.is_topical(alone) and self._judge.otherness(one.found) > QUITE_ELSEWHERE:
            return Meant(alone, found=one.found)
        other = self._reading(leaning, request.top_k, clock)
        return TwoReadings(one, other, find_leaning_features(one, other, heard["leans"]))

    def _reading(self, query: Query, top_k: int, clock: Clock) -> Reading:
        found = self._search(query, top_k)
        clock.searched(found)
        return Reading(query, found, self._judge.find_features(query, found))

    def _read(self, request: AskRequest, earlier: Sequence[str], *, leans: bool) -> Query:
        return self.understand(
            request.question, earlier=earlier, product=request.product, script=request.script, leans=leans
        )

    def _with_meaning(self, query: Query, clock: Clock) -> tuple[Query, dict[str, float]]:
        """Return ``query`` with what the classifier of intents hears in it, and by how much it hears each label.

        A search for passages has no use for either.
        """
        whole = query.whole
        if not _HANZI.search(whole):
            # What is written in no hanzi is foreign to the classifier; the patterns know the English ones.
            return query, dict.fromkeys(LABELS, 0.0)
        known = query.rewritten is None and self._judge.is_topical(query)
        least = dict(TOPICAL_MARGINS if known else OFF_TOPIC_MARGINS)
        if not DESPAIR_ROOTS.search(whole):
            least["crisis"] += UNSPOKEN_DESPAIR_MARGIN
        began = time.perf_counter()
        layers = read_layers([whole], self._embedder)
        clock.embed += (time.perf_counter() - began) * 1000
        heard = self._intents.hear(whole, layers)
        margins = heard.margins
        labels = sorted(
            (label for label in LABELS if margins[label] > least[label]), key=lambda label: -margins[label]
        )
        meaning = query.meaning(labels, doubtful=heard.doubt > least["unsafe"], lawful=heard.pattern < 0)
        return meaning, margins
