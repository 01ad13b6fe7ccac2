"""What a measure is: a name, a meaning, and how its figure is taken from rows."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np

from evals.metrics import decisions as dec
from evals.metrics.intervals import Figure, bootstrap, mean, proportion
from evals.record import Row
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


def decided(measure: Callable[[Sequence[dec.Decision]], list[bool]]) -> OfAll:
    """Return the share of true outcomes of a measure on the decisions of those rows whose case calls for one."""

    def take(rows: Sequence[Row]) -> Figure | None:
        made = [d for row in rows if (d := decision_of(row.case, row.outcome))]
        return proportion(measure(made))

    return OfAll(take)


def graded_answers(rows: Iterable[Row]) -> list[tuple[float, bool]]:
    """Return (confidence, passed) of every answer given: what risk-coverage and calibration are drawn from."""
    return [(r.verdict.confidence, r.verdict.passed) for r in rows if r.verdict.confidence is not None]


def risk_area(rows: Sequence[Row]) -> Figure | None:
    """Return the risk-coverage area of the answers given, with a bootstrap interval of 200 resamples."""
    graded = graded_answers(rows)
    area = dec.risk_coverage_area(graded)
    if area is None:
        return None

    def resampled(draws: np.ndarray) -> np.ndarray:
        areas = [dec.risk_coverage_area([graded[int(i)] for i in draw]) or 0.0 for draw in draws[:200]]
        return np.asarray(areas)

    return Figure(area, *bootstrap([float(i) for i in range(len(graded))], resampled), len(graded))


def latency(quantile: float) -> OfAll:
    """Return the ``quantile`` of the milliseconds waited for a reply; questions without one have no latency."""

    def take(rows: Sequence[Row]) -> Figure | None:
        waits = [row.latency_ms for row in rows if row.response]
        if not waits:
            return None

        def resampled(draws: np.ndarray) -> np.ndarray:
            return np.asarray(np.quantile(draws, quantile, axis=1))

        return Figure(float(np.quantile(waits, quantile)), *bootstrap(waits, resampled), len(waits))

    return OfAll(take)


def when_answered(row: Row, value: bool) -> bool | None:
    """Return ``value`` where an answer was given, whole or in part, and None where there was none to judge."""
    return value if row.outcome in ("answered", "partial") else None


def needed_facts(row: Row) -> float | None:
    """Key-fact recall of the questions that should be answered; an abstention there scores by what it says: nothing."""
    return row.verdict.key_fact_recall if row.case.expected in ("answer", "answer_with_caveat") else None
