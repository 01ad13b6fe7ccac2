"""One row against its case: what the measures say of the reply."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from evals.cases import Case
from evals.client import Reply
from evals.corpus import Corpus, Evidence, Span, covered_by_citation, covered_by_hit
from evals.metrics.decisions import Decision, Outcome, decision_right
from evals.metrics.grounding import (
    SUPPORT_FLOOR,
    citation_precision,
    citation_recall,
    comparable,
    key_fact_recall,
    lexical_support,
    opening_polarity,
)
from evals.metrics.numbers import novel_numbers
from evals.metrics.retrieval import group_recall, ndcg, product_purity, reciprocal_rank, wrong_product
from evals.provenance import citation_errors
from evals.record import Verdict
from evals.rules import Rules, Said, safety_violations
from service.schema import AskResponse, Citation, PassageHit

RECALL_DEPTHS = (1, 3, 5, 10)


@dataclass(frozen=True, slots=True)
class Asked:
    """A case, its evidence located, and everything that came back for it.

    ``raw_texts`` holds the crawled text of each citation by its ``n``, None where the service has none there.
    """

    case: Case
    evidence: Sequence[Evidence]
    reply: Reply
    hits: Sequence[PassageHit] = ()
    raw_texts: Mapping[int, str | None] = field(default_factory=dict)

    @property
    def outcome(self) -> Outcome:
        """The status of the answer, or failed where none came."""
        return self.reply.response.status if self.reply.response else "failed"

    @property
    def answered(self) -> bool:
        """Whether the reader was given an answer, whole or in part."""
        return self.outcome in ("answered", "partial")


def decision_of(case: Case, outcome: str) -> Decision | None:
    """Return what should have happened beside what did; None where the case leaves it open."""
    if case.expected is None:
        return None
    return Decision(case.expected, outcome, hedge_ok=case.type == "not_covered")  # type: ignore[arg-type]


def score(asked: Asked, corpus: Corpus, rules: Rules) -> Verdict:
    """Return the verdict on one case."""
    decision = decision_of(asked.case, asked.outcome)
    verdict = Verdict(passed=False, decision_right=decision_right(decision) if decision else None)
    _score_hits(verdict, asked, corpus)
    _score_facts(verdict, asked)
    if asked.reply.response:
        _score_citations(verdict, asked, asked.reply.response, corpus)
        _score_sentences(verdict, asked, asked.reply.response)
        said = Said(asked.reply.response.answer, asked.answered)
        verdict.safety = safety_violations(said, asked.case, rules)
    elif asked.case.groups:
        verdict.citation_recall = 0.0
    verdict.why = _shortcomings(verdict, asked)
    verdict.passed = not verdict.why
    return verdict


def _score_hits(verdict: Verdict, asked: Asked, corpus: Corpus) -> None:
    """A follow-up is not searched: the search route takes no history, so its words alone mean something else."""
    if asked.case.type == "follow_up":
        return
    covered = [
        covered_by_hit(Span(h.article_id, h.clean.start, h.clean.end), asked.evidence) for h in asked.hits
    ]
    groups = [{e.relevant.group for e in pieces if e.relevant.group} for pieces in covered]
    sections = [{e.section for e in pieces} for pieces in covered]
    grades: dict[str, int] = {}
    for e in asked.evidence:
        grades[e.section] = max(e.relevant.grade, grades.get(e.section, 0))
    products = [corpus.product_of(hit.article_id) for hit in asked.hits]
    recalls = {k: group_recall(groups, asked.case.groups, k) for k in RECALL_DEPTHS}
    verdict.recall = {k: value for k, value in recalls.items() if value is not None}
    verdict.reciprocal_rank = reciprocal_rank(groups, asked.case.groups)
    verdict.ndcg = ndcg(sections, grades) if asked.case.groups else None
    verdict.product_purity = product_purity(products, asked.case.product)
    verdict.wrong_product_hits = wrong_product(products, asked.case.product)


def _score_facts(verdict: Verdict, asked: Asked) -> None:
    """Key facts and polarity: a crash and a wrong abstention score zero, a right one is not asked for facts."""
    response = asked.reply.response
    said = response.answer if response else ""
    verdict.key_fact_recall = key_fact_recall(said, asked.case.key_facts)
    if asked.case.polarity and response and asked.answered:
        if asked.case.polarity == "open":
            # What is quoted may have a yes of its own behind a preface (如遇到骚扰,可以投诉).
            verdict.polarity_wrong = opening_polarity(said, prefaced=False) is not None
            return
        opens = opening_polarity(said)
        verdict.polarity_right = opens == asked.case.polarity
        verdict.polarity_wrong = opens is not None and not verdict.polarity_right


def _score_citations(verdict: Verdict, asked: Asked, response: AskResponse, corpus: Corpus) -> None:
    spans = [Span(c.article_id, c.clean.start, c.clean.end) for c in response.citations]
    covered = [covered_by_citation(span, asked.evidence) for span in spans]
    groups = [{e.relevant.group for e in pieces if e.relevant.group} for pieces in covered]
    evidence = [{e.relevant.evidence for e in pieces} for pieces in covered]
    if asked.answered or response.citations:
        verdict.citation_errors = citation_errors(response, corpus, asked.raw_texts)
        verdict.citations_valid = not verdict.citation_errors
    if asked.case.expected == "answer_with_caveat" and asked.answered:
        verdict.caveat_given = bool(response.warnings) or response.status == "partial"
    verdict.citation_precision = citation_precision(evidence, [e.relevant.evidence for e in asked.evidence])
    verdict.citation_recall = citation_recall(groups, asked.case.groups)
    verdict.wrong_product_citations = (
        None
        if not spans
        else wrong_product(
            [corpus.product_of(c.article_id) for c in response.citations],
            asked.case.product,
            len(response.citations),
        )
    )


def _score_sentences(verdict: Verdict, asked: Asked, response: AskResponse) -> None:
    if not asked.answered or not response.sentences:
        return
    quotes: dict[int, Citation] = {c.n: c for c in response.citations}
    cited = [s for s in response.sentences if s.citations]
    supports: list[float] = []
    for sentence in cited:
        support = lexical_support(sentence.text, [quotes[n].quote for n in sentence.citations if n in quotes])
        if support is None:
            continue
        supports.append(support)
        if support < SUPPORT_FLOOR:
            verdict.unsupported.append(sentence.text)
    verdict.cited_sentences = len(cited) / len(response.sentences)
    verdict.support = sum(supports) / len(supports) if supports else None
    verdict.confidence = _confidence(response, asked.hits)
    asker = [asked.case.question, *(turn.content for turn in asked.case.history)]
    help_lines = (
        [line for fact in asked.case.key_facts for line in fact] if asked.case.type == "crisis" else []
    )
    sources = [*asker, *help_lines, *(c.quote for c in response.citations)]
    verdict.novel_numbers = novel_numbers(response.answer, sources)


def _confidence(response: AskResponse, hits: Sequence[PassageHit]) -> float | None:
    """Return how sure the service shows itself: mean support of the sentences times the score of the best passage.

    Support alone says nothing of an extractive answer, whose sentences are the source's own. None where no passages
    were asked for.
    """
    if not hits:
        return None
    support = sum(sentence.score for sentence in response.sentences) / len(response.sentences)
    return support * min(1.0, max(0.0, hits[0].score))


def _shortcomings(verdict: Verdict, asked: Asked) -> list[str]:
    """Return each reason for which the row is not a pass."""
    case = asked.case
    why = [] if asked.reply.response else [f"no answer: {asked.reply.error}"]
    if verdict.decision_right is False and asked.reply.response:
        why.append(f"{asked.outcome}, expected {case.expected}")
    if asked.answered:
        missing = [fact[0] for fact in case.key_facts if not key_fact_recall(_text(asked), [fact])]
        why += [f"lacks {fact}" for fact in missing]
    if verdict.caveat_given is False:
        why.append("answers without the caveat")
    if verdict.polarity_right is False:
        why.append(f"does not open with {case.polarity}")
    why += verdict.citation_errors
    why += [f"unsupported: {sentence}" for sentence in verdict.unsupported]
    why += [f"novel number {number}" for number in verdict.novel_numbers]
    why += verdict.safety
    if verdict.wrong_product_citations:
        why.append(f"{verdict.wrong_product_citations} citations of the wrong product")
    return why


def _text(asked: Asked) -> str:
    return comparable(asked.reply.response.answer) if asked.reply.response else ""
