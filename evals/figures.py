"""The figures of a run: each measure over all cases and over each slice of them."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np

from evals.metrics import decisions as dec
from evals.metrics.intervals import Figure, bootstrap, mean, proportion
from evals.record import FigureRecord, Row
from evals.score import decision_of

Better = Literal["higher", "lower"]


@dataclass(frozen=True, slots=True)
class Measure:
    """A figure by name: what a newcomer reads, whether more is better, and how it is taken from rows."""

    name: str
    label: str
    meaning: str
    better: Better
    how: "OfEach | OfAll"
    unit: Literal["share", "ms"] = "share"

    def take(self, rows: Sequence[Row]) -> Figure | None:
        """Return the figure over ``rows``; None where it applies to none of them."""
        return self.how.take(rows)


@dataclass(frozen=True, slots=True)
class OfEach:
    """A figure that every single row has or has not: their mean, or their share where it is true or false."""

    value: Callable[[Row], float | bool | None]

    def take(self, rows: Sequence[Row]) -> Figure | None:
        """Return the mean or the share."""
        values = [v for row in rows if (v := self.value(row)) is not None]
        if all(isinstance(v, bool) for v in values):
            return proportion([bool(v) for v in values])
        return mean(values)


@dataclass(frozen=True, slots=True)
class OfAll:
    """A figure that only rows together have."""

    take: Callable[[Sequence[Row]], Figure | None]


def _decided(measure: Callable[[Sequence[dec.Decision]], list[bool]]) -> OfAll:
    def take(rows: Sequence[Row]) -> Figure | None:
        made = [d for row in rows if (d := decision_of(row.case, row.outcome))]
        return proportion(measure(made))

    return OfAll(take)


def graded_answers(rows: Iterable[Row]) -> list[tuple[float, bool]]:
    """Return (confidence, passed) of every answer given: what risk-coverage and calibration are drawn from."""
    return [(r.verdict.confidence, r.verdict.passed) for r in rows if r.verdict.confidence is not None]


def _risk_area(rows: Sequence[Row]) -> Figure | None:
    graded = graded_answers(rows)
    area = dec.risk_coverage_area(graded)
    if area is None:
        return None

    def resampled(draws: np.ndarray) -> np.ndarray:
        areas = [dec.risk_coverage_area([graded[int(i)] for i in draw]) or 0.0 for draw in draws[:200]]
        return np.asarray(areas)

    return Figure(area, *bootstrap([float(i) for i in range(len(graded))], resampled), len(graded))


def _latency(quantile: float) -> OfAll:
    def take(rows: Sequence[Row]) -> Figure | None:
        waits = [row.latency_ms for row in rows if row.response]
        if not waits:
            return None

        def resampled(draws: np.ndarray) -> np.ndarray:
            return np.asarray(np.quantile(draws, quantile, axis=1))

        return Figure(float(np.quantile(waits, quantile)), *bootstrap(waits, resampled), len(waits))

    return OfAll(take)


def _when_answered(row: Row, value: bool) -> bool | None:
    return value if row.outcome in ("answered", "partial") else None


def _needs_answer(row: Row) -> float | None:
    """Key-fact recall of the questions that should be answered; an abstention there scores by what it says: nothing."""
    return row.verdict.key_fact_recall if row.case.expected in ("answer", "answer_with_caveat") else None


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
        _decided(dec.answer_rate),
    ),
    Measure(
        "abstention_precision",
        "abstention precision",
        "of those held back, rightly",
        "higher",
        _decided(dec.abstention_precision),
    ),
    Measure(
        "abstention_recall",
        "abstention recall",
        "of those to hold back, held back",
        "higher",
        _decided(dec.abstention_recall),
    ),
    Measure(
        "over_refusal", "over-refusal", "answerable questions withheld", "lower", _decided(dec.over_refusal)
    ),
    Measure(
        "risk_coverage_area",
        "risk-coverage area",
        "share wrong as ever less confident answers are taken",
        "lower",
        OfAll(_risk_area),
    ),
    Measure(
        "key_fact_recall",
        "key-fact recall",
        "facts that the answer must hold and does",
        "higher",
        OfEach(_needs_answer),
    ),
    Measure(
        "polarity_right",
        "yes/no right",
        "opens with the yes or no that the articles give",
        "higher",
        OfEach(lambda r: r.verdict.polarity_right),
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
        OfEach(lambda r: _when_answered(r, bool(r.verdict.unsupported))),
    ),
    Measure(
        "novel_numbers",
        "novel numbers",
        "answers with a number no quote holds",
        "lower",
        OfEach(lambda r: _when_answered(r, bool(r.verdict.novel_numbers))),
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
    Measure("latency_p50_ms", "latency p50", "half of the answers came within", "lower", _latency(0.5), "ms"),
    Measure("latency_p95_ms", "latency p95", "19 of 20 answers came within", "lower", _latency(0.95), "ms"),
)


def parity_of_runs(pairs: Sequence[tuple[Row, Row]], measure: Measure) -> Figure | None:
    """Return the mean paired difference, after minus before, over the cases to which ``measure`` applies in both.

    None for a figure that only rows together have. By hand: one case of two fixed: +0.5.
    """
    if not isinstance(measure.how, OfEach):
        return None
    value = measure.how.value
    differences = [
        float(new) - float(old)
        for before, after in pairs
        if (old := value(before)) is not None and (new := value(after)) is not None
    ]
    return mean(differences)


def slices(rows: Sequence[Row]) -> dict[str, list[Row]]:
    """Return the rows under all, each style, each product and each type, in this order; empty slices are left out."""
    found: dict[str, list[Row]] = {"all": list(rows)}
    for kind in ("style", "product", "type"):
        for value in sorted({str(getattr(row.case, kind)) for row in rows if getattr(row.case, kind)}):
            found[f"{kind}:{value}"] = [row for row in rows if getattr(row.case, kind) == value]
    return found


def parity(rows: Sequence[Row], style: str, value: Callable[[Row], float | None]) -> Figure | None:
    """Return the mean difference of ``value`` between cases in ``style`` and the same questions in plain style.

    Only questions asked both ways count. By hand: recall 0.5 in pinyin against 1.0 plain: -0.5.
    """
    plain = {row.case.stem: value(row) for row in rows if row.case.style == "plain"}
    differences = [
        mine - other
        for row in rows
        if row.case.style == style
        and (mine := value(row)) is not None
        and (other := plain.get(row.case.stem)) is not None
    ]
    return mean(differences)


def figures_of(rows: Sequence[Row]) -> dict[str, dict[str, FigureRecord]]:
    """Return every measure that applies, by slice and name; styles also get their parity with plain."""
    out: dict[str, dict[str, FigureRecord]] = {}
    for name, members in slices(rows).items():
        taken = {m.name: m.take(members) for m in MEASURES}
        kind, _, style = name.partition(":")
        if kind == "style" and style != "plain":
            taken["parity_recall_at_5"] = parity(rows, style, lambda r: r.verdict.recall.get(5))
            taken["parity_key_facts"] = parity(rows, style, _needs_answer)
        out[name] = {key: _record(figure) for key, figure in taken.items() if figure is not None}
    return out


def _record(figure: Figure) -> FigureRecord:
    return FigureRecord(
        value=round(figure.value, 6), low=round(figure.low, 6), high=round(figure.high, 6), n=figure.n
    )
