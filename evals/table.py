"""The figures of a run as a table on the terminal."""

import unicodedata
from collections.abc import Sequence

from evals.measure import Measure
from evals.measure_table import CHAPTERS, MEASURES
from evals.record import FigureRecord, RunRecord

_SLICE_FIGURES = (
    "recall_at_5",
    "decision_right",
    "key_fact_recall",
    "citation_precision",
    "over_refusal",
    "passed",
)


def width(text: str) -> int:
    """Return the columns that ``text`` takes on a terminal.

    >>> width("花呗 a")
    6
    """
    return sum(2 if unicodedata.east_asian_width(c) in "WF" else 1 for c in text)


def pad(text: str, columns: int) -> str:
    """Return ``text`` filled with spaces to ``columns``."""
    return text + " " * max(0, columns - width(text))


def shown(figure: FigureRecord, unit: str) -> str:
    """Return a figure with its interval, as a reader takes it in.

    >>> shown(FigureRecord(value=0.9, low=0.6, high=0.98, n=10), "share")
    ' 90.0 %  [ 60.0,  98.0]'
    """
    if unit == "share":
        return f"{figure.value:6.1%} [{figure.low * 100:5.1f}, {figure.high * 100:5.1f}]".replace("%", " % ")
    return f"{figure.value:6.1f} ms [{figure.low:5.1f}, {figure.high:5.1f}]"


def figures_table(head: RunRecord) -> str:
    """Return the main table, by chapters: every figure over all cases, its interval, its n, what it means."""
    lines = [f"{pad('figure', 22)}{pad('value [95 % interval]', 26)}{'n':>5}  better  meaning"]
    for measure in MEASURES:
        if measure.name in CHAPTERS:
            lines += ["", CHAPTERS[measure.name]]
        lines.append(_line(measure, head.figures.get("all", {}).get(measure.name)))
    return "\n".join(lines)


def slices_table(head: RunRecord) -> str:
    """Return one row per style, product and type."""
    labels = {m.name: m.label for m in MEASURES}
    columns = [max(width(labels[name]), 7) + 2 for name in _SLICE_FIGURES]
    heads = [pad(labels[name], w) for name, w in zip(_SLICE_FIGURES, columns, strict=True)]
    lines = [pad("slice", 26) + f"{'n':>5}  " + "".join(heads)]
    for name, figures in head.figures.items():
        cells = [f"{figures[f].value:.1%}" if f in figures else "-" for f in _SLICE_FIGURES]
        row = "".join(pad(cell, w) for cell, w in zip(cells, columns, strict=True))
        lines.append(pad(name, 26) + f"{figures['passed'].n if 'passed' in figures else 0:>5}  {row}")
    return "\n".join(lines)


def parity_table(head: RunRecord) -> str:
    """Return how each style fares against the same questions in plain style; 0 is parity, below 0 is worse."""
    rows: list[tuple[str, ...]] = [
        ("against plain", "recall@5 [95 % interval]", "n", "key facts [95 % interval]", "n")
    ]
    for name, figures in head.figures.items():
        found = [figures.get("parity_recall_at_5"), figures.get("parity_key_facts")]
        if any(found):
            cells = [cell for figure in found for cell in _difference(figure)]
            rows.append((name.partition(":")[2], *cells))
    return columns_table(rows)


def gates_table(head: RunRecord) -> str:
    """Return one line per gate that failed, or that all were kept."""
    failed = [gate for gate in head.gates if not gate.passed]
    if not failed:
        return f"gates: {len(head.gates)} kept"
    lines = [f"gates: {len(failed)} of {len(head.gates)} FAILED"]
    lines += [f"  {g.name} of {g.slice}: {g.value} (n {g.n}), must be {g.bound}" for g in failed]
    return "\n".join(lines)


def columns_table(rows: Sequence[Sequence[str]]) -> str:
    """Return ``rows`` with columns aligned; the first row is the head."""
    widths = [max(width(row[i]) for row in rows) for i in range(len(rows[0]))]
    return "\n".join(
        "  ".join(pad(cell, w) for cell, w in zip(row, widths, strict=True)).rstrip() for row in rows
    )


def _line(measure: Measure, figure: FigureRecord | None) -> str:
    value = shown(figure, measure.unit) if figure else "  not applicable"
    n, better = figure.n if figure else 0, "more" if measure.better == "higher" else "less"
    return f"{pad(measure.label, 22)}{pad(value, 26)}{n:>5}  {pad(better, 6)}  {measure.meaning}"


def _difference(figure: FigureRecord | None) -> tuple[str, str]:
    if figure is None:
        return "-", "0"
    return f"{figure.value * 100:+6.1f} [{figure.low * 100:+.1f}, {figure.high * 100:+.1f}]", str(figure.n)
