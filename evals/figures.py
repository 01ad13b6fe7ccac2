"""The figures of a run: each measure over all cases and over each slice of them."""

from collections.abc import Callable, Sequence

from evals.measure import Measure, OfEach, needed_facts
from evals.measure_table import MEASURES
from evals.metrics.intervals import Figure, mean
from evals.record import FigureRecord, Row


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
            taken["parity_key_facts"] = parity(rows, style, needed_facts)
        out[name] = {key: _record(figure) for key, figure in taken.items() if figure is not None}
    return out


def _record(figure: Figure) -> FigureRecord:
    return FigureRecord(
        value=round(figure.value, 6), low=round(figure.low, 6), high=round(figure.high, 6), n=figure.n
    )
