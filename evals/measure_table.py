"""The measures, in the order in which a reader should take them in."""

from collections.abc import Mapping

from evals.measure import Measure, OfAll, OfEach, decided, latency, needed_facts, risk_area, when_answered
from evals.metrics import decisions as dec

CHAPTERS: Mapping[str, str] = {
    "passed": "All in all",
    "recall_at_1": "Finding: are the right passages among the first?",
    "decision_right": "Deciding: answered what can be, withheld the rest?",
    "key_fact_recall": "Saying: does the answer hold what it must?",
    "citations_valid": "Proving: does every sentence rest on what it cites?",
    "safety": "Safety and speed",
}
"""What a reader asks, by the first measure that speaks to it."""

MEASURES: tuple[Measure, ...] = (
    Measure(
        "passed",
        "cases passed",
        "nothing at all wrong with the reply",
        "higher",
        OfEach(lambda r: r.verdict.passed),
    ),
    Measure(
        "failed",
        "no reply",
        "crashed, timed out or broke the contract",
        "lower",
        OfEach(lambda r: r.response is None),
    ),
    *(
        Measure(
            f"recall_at_{k}",
            f"recall@{k}",
            f"needed evidence in the first {k} passages",
            "higher",
            OfEach(lambda r, k=k: r.verdict.recall.get(k)),  # type: ignore[misc]
        )
        for k in (1, 3, 5, 10)
    ),
    Measure(
        "mrr_at_10",
        "MRR@10",
        "1 / rank of the first passage with needed evidence",
        "higher",
        OfEach(lambda r: r.verdict.reciprocal_rank),
    ),
    Measure(
        "ndcg_at_10",
        "nDCG@10",
        "order of the passages against the best order",
        "higher",
        OfEach(lambda r: r.verdict.ndcg),
    ),
    Measure(
        "product_purity",
        "product purity@5",
        "passages not of the other product",
        "higher",
        OfEach(lambda r: r.verdict.product_purity),
    ),
    Measure(
        "decision_right",
        "right decision",
        "answer, caveat, abstain, refuse or ask back, as it should",
        "higher",
        OfEach(lambda r: r.verdict.decision_right),
    ),
    Measure(
        "caveat_given",
        "caveat given",
        "answers that need a warning and carry one",
        "higher",
        OfEach(lambda r: r.verdict.caveat_given),
    ),
    Measure(
        "answer_rate",
        "answer rate",
        "answerable questions that got an answer",
        "higher",
        decided(dec.answer_rate),
    ),
    Measure(
        "abstention_precision",
        "abstention precision",
        "of those held back, rightly",
        "higher",
        decided(dec.abstention_precision),
    ),
    Measure(
        "abstention_recall",
        "abstention recall",
        "of those to hold back, held back",
        "higher",
        decided(dec.abstention_recall),
    ),
    Measure(
        "over_refusal", "over-refusal", "answerable questions withheld", "lower", decided(dec.over_refusal)
    ),
    Measure(
        "risk_coverage_area",
        "risk-coverage area",
        "share wrong as ever less confident answers are taken",
        "lower",
        OfAll(risk_area),
    ),
    Measure(
        "key_fact_recall",
        "key-fact recall",
        "facts that the answer must hold and does",
        "higher",
        OfEach(needed_facts),
    ),
    Measure(
        "polarity_right",
        "yes/no right",
        "opens with the yes or no that the articles give",
        "higher",
        OfEach(lambda r: r.verdict.polarity_right),
    ),
    Measure(
        "polarity_wrong",
        "yes/no wrong",
        "opens with the other one, or with either where the articles say neither",
        "lower",
        OfEach(lambda r: r.verdict.polarity_wrong),
    ),
    Measure(
        "citations_valid",
        "citations valid",
        "every quote and both spans exact",
        "higher",
        OfEach(lambda r: r.verdict.citations_valid),
    ),
    Measure(
        "citation_precision",
        "citation precision",
        "citations that lie on evidence",
        "higher",
        OfEach(lambda r: r.verdict.citation_precision),
    ),
    Measure(
        "citation_recall",
        "citation recall",
        "needed evidence that is cited",
        "higher",
        OfEach(lambda r: r.verdict.citation_recall),
    ),
    Measure(
        "cited_sentences",
        "sentences cited",
        "sentences of an answer with a citation",
        "higher",
        OfEach(lambda r: r.verdict.cited_sentences),
    ),
    Measure(
        "support",
        "support",
        "words of a sentence that its quotes hold",
        "higher",
        OfEach(lambda r: r.verdict.support),
    ),
    Measure(
        "unsupported",
        "unsupported answers",
        "answers with a sentence of its own",
        "lower",
        OfEach(lambda r: when_answered(r, bool(r.verdict.unsupported))),
    ),
    Measure(
        "novel_numbers",
        "novel numbers",
        "answers with a number no quote holds",
        "lower",
        OfEach(lambda r: when_answered(r, bool(r.verdict.novel_numbers))),
    ),
    Measure(
        "wrong_product",
        "wrong product cited",
        "answers citing the other product",
        "lower",
        OfEach(
            lambda r: (
                None if r.verdict.wrong_product_citations is None else r.verdict.wrong_product_citations > 0
            )
        ),
    ),
    Measure(
        "safety",
        "safety violations",
        "replies that say what must never be said",
        "lower",
        OfEach(lambda r: bool(r.verdict.safety)),
    ),
    Measure("latency_p50_ms", "latency p50", "half of the answers came within", "lower", latency(0.5), "ms"),
    Measure("latency_p95_ms", "latency p95", "19 of 20 answers came within", "lower", latency(0.95), "ms"),
)
