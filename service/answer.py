"""From a question to a verified answer: understand, retrieve, decide, compose, verify, say."""

import re
import time
import uuid
from collections.abc import Generator, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from ingest.embed import Embedder, ModelReader, RecentEmbedder
from ingest.fold import fold
from ingest.index import Index
from ingest.records import Product
from service import messages
from service.clock import Clock
from service.compose import Draft, DraftSentence, compose, introduces, quotable
from service.compose.opened import Opener
from service.compose.written import WrittenDraft, write
from service.decide import SURE, UNSAFE, Decision, Judge, ask_back, refuse_early
from service.lawful import LawfulWays
from service.listener import Listener, Meant
from service.llm import TextGenerator
from service.quantity import says_quantity
from service.query import Query
from service.query.intent_model import load_intents
from service.query.parts import split_question
from service.query.spelling import Speller
from service.rank import Ranker
from service.reader import KEPT_PAGES, Reader, ReaderWeights
from service.retrieve import CACHED, Hit, Retrieved, Retriever, load_reranker
from service.say import Writer
from service.schema import (
    AnswerSentence,
    AnswerWarning,
    AskRequest,
    AskResponse,
    Mode,
    QueryInfo,
    RawSpan,
    Reason,
    Status,
)
from service.settings import ServiceSettings
from service.siblings import sections_under, with_sections
from service.sources import Source, number_sources
from service.verify import RecentTokens, Verdict, find_facts, judge
from service.vocabulary import Vocabulary

LAWFUL_SENTENCES = 2
MAX_LLM_SOURCES = 8
LLM_SOURCES_WITHIN = 0.4
# Share of a question's telling words that an answer says which has told it, too.
SAID_AT = 0.8
# Questions whose vectors are kept: retrieval and the classifier of intents mostly ask for the same one.
RECENT_QUESTIONS = 64
_LATIN = re.compile("[a-z]{2}")


@dataclass(frozen=True, slots=True)
class Retrieval:
    """Told before the answer: how many passages were found and how the question was understood."""

    query: QueryInfo
    passages: int


Event = Retrieval | AnswerSentence | AnswerWarning | AskResponse


@dataclass(frozen=True, slots=True)
class _Part:
    """One question of the message: as searched, what was found, and what was decided."""

    text: str
    query: Query
    hits: tuple[Hit, ...]
    sections: tuple[int, ...]
    asked: NDArray[np.float32]
    decision: Decision


class Answerer:
    """Answers questions over one loaded index. Safe to call from several threads: it holds no state of a question."""

    def __init__(
        self,
        index: Index,
        embedder: Embedder,
        tokens: ModelReader,
        settings: ServiceSettings,
        generator: TextGenerator | None,
    ) -> None:
        self.index = index
        self._model_reader = tokens
        self._tokens = RecentTokens(tokens)
        self._embedder = RecentEmbedder(embedder, kept=RECENT_QUESTIONS)
        reranker = load_reranker(settings.reranker, threads=settings.threads, offline=settings.offline)
        self.reader = Reader(tokens, ReaderWeights.packaged())
        self._retriever = Retriever(index, self._embedder, reader=self.reader, reranker=reranker)
        self.raw_span = lru_cache(maxsize=CACHED)(self._raw_span)
        self._reads_all = len(index.passages) <= KEPT_PAGES
        self._settings = settings
        self._generator = generator
        vocabulary = Vocabulary(index.passages)
        self.asked = self._retriever.asked
        self.judge = Judge(vocabulary, self.asked, self.reader)
        self.ranker = Ranker(self.asked, self.reader)
        self._lawful = LawfulWays(self._embedder, self.asked.background)
        self.listener = Listener(
            load_intents(embedder),
            self._embedder,
            self._retriever,
            Speller(vocabulary.counts, self._retriever.typed),
            self.judge,
            lambda query, top_k: self.search(query, top_k, to_answer=True),
        )

    def without_known_questions(self) -> "Answerer":
        """Return an answerer over the same index as it is where nobody wrote questions for the articles."""
        index = self.index.without_known_questions()
        return Answerer(index, self._embedder, self._model_reader, self._settings, self._generator)

    def _raw_span(self, row: int) -> RawSpan:
        """Return where the passage at ``row`` stands in the crawled file."""
        passage = self.index.passages[row]
        article = self.index.articles[passage.article_id]
        start, end = article.raw_span(passage.start, passage.end)
        return RawSpan(path=article.raw.path, sha256=article.raw.sha256, start=start, end=end)

    def search(self, query: Query, top_k: int, *, to_answer: bool = False) -> Retrieved:
        """Return the ranked passages for ``query``.

        What is found ``to_answer`` is read however large the corpus is, and known questions are compared in the asker's own words
        too; the classifier of intents asks the model for both anyway. What is only searched for is embedded by the student, unless ``quick_search`` is off.
        """
        return self._retriever.retrieve(
            query.search_text,
            top_k=top_k,
            product=frozenset(query.products),
            typed=query.whole if to_answer else None,
            read=to_answer or self._reads_all,
            quick=self._settings.quick_search and not to_answer,
        )

    def ask(self, request: AskRequest, earlier: Sequence[str]) -> AskResponse:
        """Return the answer; ``earlier`` are the asker's previous questions, oldest first."""
        final: AskResponse | None = None
        for event in self.stream(request, earlier):
            if isinstance(event, AskResponse):
                final = event
        if final is None:
            raise RuntimeError("the stream of an answer ends with the answer")
        return final

    def stream(self, request: AskRequest, earlier: Sequence[str]) -> Iterator[Event]:
        """Yield the retrieval, each sentence after its check, each warning, and last the whole answer."""
        clock = Clock()
        meant = self.listener.listen(request, earlier, clock)
        query = meant.query
        writer = Writer(query.script)
        if query.crisis:
            writer.remark(messages.CRISIS.format(line=self._settings.crisis_line))
        info = QueryInfo(
            folded=query.folded, rewritten=query.rewritten, product=list(query.products), masked=query.masked
        )
        early = refuse_early(query) or ask_back(query)
        parts: Sequence[_Part] = ()
        if early is None:
            parts = self._split(meant, request.top_k, clock)
            doubtful = [part.decision for part in parts if part.decision.reason != "out_of_scope"]
            if query.doubtful and doubtful and all(decision.strength < SURE for decision in doubtful):
                early = UNSAFE
        if early is not None:
            yield Retrieval(info, 0)
            writer.remark(early.message)
            if early.reason == "unsafe":
                yield from self._lawful_way(query, writer, clock)
            yield self._final(info, early.status, early.reason, writer, "extractive", clock)
            return
        yield Retrieval(info, sum(len(part.hits) for part in parts))
        answerable = [part for part in parts if part.decision.status == "answered"]
        mode: Mode = "extractive"
        if answerable:
            mode = yield from self._compose(request, query, answerable, writer, clock)
        missing = [part for part in parts if not self._is_told(part, writer)]
        status, reason = _outcome(missing, writer)
        if not writer.sentences:
            # Who was just given a help line is not also told that this is the wrong place.
            if not query.crisis:
                writer.remark(parts[0].decision.message or messages.NOT_COVERED)
        elif query.asks_number and not _gives_number(writer):
            yield from _told(writer.warn("no_number", messages.NO_NUMBER))
            writer.remark(messages.NO_NUMBER)
        if status == "partial":
            for part in missing:
                writer.remark(messages.PARTLY_MISSING.format(part=part.text.rstrip("?。 ")))
        yield self._final(info, status, reason, writer, mode, clock)

    def _split(self, meant: Meant, top_k: int, clock: Clock) -> list["_Part"]:
        """Return the questions of the message, each with what was found and decided."""
        return [
            self._part(meant, text, products, top_k, clock)
            for text, products in split_question(meant.query.whole, meant.query.products)
        ]

    def _part(
        self, meant: Meant, text: str, products: tuple[Product, ...], top_k: int, clock: Clock
    ) -> "_Part":
        """Return one question of the message with its hits and the decision on it."""
        query = meant.query
        part = query.narrowed(text, products)
        found = meant.found if part is query else None
        if found is None:
            found = self.search(part, top_k, to_answer=True)
            clock.searched(found)
        if part.rewritten is None and _LATIN.search(part.folded) and not _LATIN.search(found.respelled):
            # What was typed by sound and read only boldly for the search is understood so too.
            part = query.narrowed(found.respelled, products)
        decision = self.judge.decide(part, found, meant=meant.probability)
        sections = sections_under(part, found.hits, self.index.passages, self.judge.says)
        hits = with_sections(found.hits, sections, self.index.passages)
        return _Part(text, part, hits, sections, found.asked, decision)

    def _is_told(self, part: _Part, writer: Writer) -> bool:
        """Return whether what is written answers ``part``: from its passages, or, where these seemed not to, in all its words.

        One question put twice (真有可能上那个名单?) is answered once.
        """
        if part.decision.status == "answered":
            cited = {citation.passage_id for citation in writer.citations}
            return any(hit.passage.passage_id in cited for hit in part.hits)
        said = fold("\n".join(citation.quote for citation in writer.citations))
        return (
            part.decision.reason == "not_covered"
            and says_quantity(part.query, said)
            and self.judge.says(part.query, said) >= SAID_AT
        )

    def _compose(
        self, request: AskRequest, query: Query, parts: Sequence["_Part"], writer: Writer, clock: Clock
    ) -> Generator[Event, None, Mode]:
        """Write the verified sentences of every part; returns the mode that wrote them."""
        wants_llm = request.mode == "llm" or (request.mode == "auto" and self._generator is not None)
        if wants_llm:
            why = "没有配置大模型"
            if self._generator is not None:
                began = time.perf_counter()
                outcome = WrittenDraft()
                yield from self._say_written(query, parts, self._generator, writer, clock, outcome)
                clock.llm += (time.perf_counter() - began) * 1000
                if outcome.dropped and writer.sentences:
                    yield from _told(
                        writer.warn("dropped_sentences", messages.DROPPED.format(count=outcome.dropped))
                    )
                if writer.sentences:
                    # What the LLM left out is quoted: the articles do not lack it.
                    left = [part for part in parts if not self._is_told(part, writer)]
                    yield from self._quote(left, writer, clock)
                    return "llm"
                why = outcome.why or "没有一句话通过核对"
            yield from _told(writer.warn("llm_fallback", messages.LLM_FELL_BACK.format(why=why)))
        yield from self._quote(parts, writer, clock)
        return "extractive"

    def _quote(self, parts: Sequence[_Part], writer: Writer, clock: Clock) -> Iterator[Event]:
        """Write the sentences of the sources that answer ``parts``."""
        for part in parts:
            began = time.perf_counter()
            draft_answer = self._extract(part)
            clock.compose += (time.perf_counter() - began) * 1000
            for draft in draft_answer.sentences:
                yield from self._say(draft, part.query, writer, clock)

    def _say_written(
        self,
        query: Query,
        parts: Sequence["_Part"],
        generator: TextGenerator,
        writer: Writer,
        clock: Clock,
        outcome: WrittenDraft,
    ) -> Iterator[Event]:
        """Yield what the LLM writes and the sources bear, sentence by sentence; to a yes/no question their verdict comes first."""
        only = parts[0] if len(parts) == 1 else None
        asked = only.query if only else query
        opener = None
        if asked.answer_type == "yes_no":
            opener = Opener(asked.search_text, self._extract(only) if only else Draft(()))
        sources, limit_s = self._for_the_llm(parts), self._settings.llm_timeout_s
        for draft in write(query, sources, generator, limit_s, outcome, yes_no=opener is not None):
            verdict = self._verify(draft, query, clock)
            if verdict.support != "supported" or (opener and opener.contradicts(draft)):
                outcome.dropped += 1
            elif opener is None or writer.sentences:
                if opener is None or not opener.is_said(draft):
                    yield from _added(writer, draft, verdict)
            else:
                for sentence in opener.opened(draft):
                    yield from self._say(sentence, query, writer, clock)

    def _for_the_llm(self, parts: Sequence[_Part]) -> tuple[Source, ...]:
        """Return the numbered sentences that the LLM may write from: of each question the best, best first.

        What scores below a share of the best is left out: a short list is quicker to read for a small model, which takes
        whatever stands there for an answer.
        """
        numbered = number_sources([hit for part in parts for hit in part.hits], self.index.articles)
        kept: list[int] = []
        for part in parts:
            rows = {hit.row for hit in part.hits}
            own = [s for s in numbered if s.hit.row in rows and quotable(part.query, s) and not introduces(s)]
            scores = self.ranker.scores(part.query, part.asked, own)
            best = sorted(zip(scores, (s.n for s in own), strict=True), key=lambda pair: (-pair[0], pair[1]))
            least = LLM_SOURCES_WITHIN * best[0][0] if best else 0.0
            kept += [n for score, n in best[: MAX_LLM_SOURCES // len(parts)] if score >= least]
        return tuple(numbered[n - 1] for n in dict.fromkeys(kept))

    def _extract(self, part: _Part) -> Draft:
        """Return the extractive draft for one question; an empty one where a quantity is asked for and none would be said."""
        sources = number_sources(part.hits, self.index.articles)
        scores = self.ranker.scores(part.query, part.asked, sources)
        draft = compose(part.query, sources, scores, part.sections, asked=self.asked)
        said = fold("\n".join(sentence.text for sentence in draft.sentences))
        return draft if says_quantity(part.query, said) else Draft(())

    def _say(self, draft: DraftSentence, query: Query, writer: Writer, clock: Clock) -> Iterator[Event]:
        """Verify one draft sentence and yield it where it holds."""
        verdict = self._verify(draft, query, clock)
        if verdict.support == "supported":
            yield from _added(writer, draft, verdict)

    def _verify(self, draft: DraftSentence, query: Query, clock: Clock) -> Verdict:
        began = time.perf_counter()
        evidence = [source.evidence for source in draft.sources]
        verdict = judge(fold(draft.text), evidence, self._tokens, asked_about=query.products)
        clock.verify += (time.perf_counter() - began) * 1000
        return verdict

    def _lawful_way(self, query: Query, writer: Writer, clock: Clock) -> Iterator[Event]:
        """Say what the articles advise instead of what was refused."""
        part = self._part(Meant(query), self._lawful.nearest(query.whole), query.products, 3, clock)
        draft = self._extract(part)
        if draft.sentences:
            writer.remark(messages.UNSAFE_LAWFUL_WAY)
        for sentence in draft.sentences[:LAWFUL_SENTENCES]:
            yield from self._say(sentence, part.query, writer, clock)

    def _final(
        self,
        info: QueryInfo,
        status: Status,
        reason: Reason | None,
        writer: Writer,
        mode: Mode,
        clock: Clock,
    ) -> AskResponse:
        return AskResponse(
            id=new_answer_id(),
            status=status,
            reason=reason,
            answer=writer.text,
            sentences=writer.sentences,
            citations=writer.citations,
            query=info,
            warnings=writer.warnings,
            mode=mode,
            timings_ms=clock.timings(),
        )


def new_answer_id() -> str:
    """Return an id for an answer."""
    return f"ask_{uuid.uuid4().hex}"


def _outcome(missing: Sequence[_Part], writer: Writer) -> tuple[Status, Reason | None]:
    """Return status and reason of the whole: partial where some questions are ``missing`` from what is written."""
    reason = (missing[0].decision.reason or "not_covered") if missing else None
    if not writer.sentences:
        return "abstained", reason
    return ("partial", reason) if missing else ("answered", None)


def _added(writer: Writer, draft: DraftSentence, verdict: Verdict) -> Iterator[Event]:
    """Add a verified sentence and yield it, and each caveat that came with it."""
    told = len(writer.warnings)
    yield writer.add(draft, verdict)
    yield from writer.warnings[told:]


def _gives_number(writer: Writer) -> bool:
    """Return whether any quote holds a telephone number."""
    return any(
        fact.kind == "phone" for citation in writer.citations for fact in find_facts(fold(citation.quote))
    )


def _told(warning: AnswerWarning | None) -> Iterator[AnswerWarning]:
    if warning is not None:
        yield warning
