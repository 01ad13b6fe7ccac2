"""The report's page: what it shows, taken from a run; how it looks is in page.html and page.css beside this file."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from statistics import mean

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from evals.judge.record import JudgeRecord
from evals.measure import graded_answers
from evals.measure_table import CHAPTERS, MEASURES
from evals.metrics.decisions import risk_coverage
from evals.record import FigureRecord, Row, Run, RunRecord
from evals.report import plots
from evals.table import shown

_HERE = Path(__file__).parent
_BINS = 10
_STYLES = ("plain", "traditional", "slang", "typo", "pinyin")


def page(
    run: Run, baseline: Mapping[str, Mapping[str, FigureRecord]] | None, judge: JudgeRecord | None
) -> str:
    """Return the whole report of ``run`` as HTML; with a ``baseline`` also the differences to it, with a ``judge`` what it said."""
    environment = Environment(
        loader=FileSystemLoader(_HERE), autoescape=True, undefined=StrictUndefined, trim_blocks=True
    )
    rows = list(run.rows.values())
    return environment.get_template("page.html").render(
        run=run,
        head=run.head,
        judge=judge,
        css=Markup((_HERE / "page.css").read_text(encoding="utf-8")),
        measures=[(m, run.head.figures["all"].get(m.name)) for m in MEASURES],
        chapters=CHAPTERS,
        shown=shown,
        slices=run.head.figures,
        plots=[
            (title, caption, Markup(svg)) for title, caption, svg in _plots(run.head, rows, baseline) if svg
        ],
        failures=sorted(
            (row for row in rows if not row.verdict.passed), key=lambda r: (r.case.type, r.case.case_id)
        ),
    )


def calibration_bins(graded: Sequence[tuple[float, bool]]) -> list[tuple[float, float, int]]:
    """Return (mean confidence, share right, n) per tenth of confidence that holds any answer.

    >>> calibration_bins([(0.95, True), (0.97, False), (0.2, False)])
    [(0.2, 0.0, 1), (0.96, 0.5, 2)]
    """
    bins: dict[int, list[tuple[float, bool]]] = {}
    for confidence, right in graded:
        bins.setdefault(min(_BINS - 1, int(confidence * _BINS)), []).append((confidence, right))
    return [
        (mean(c for c, _ in found), mean(float(r) for _, r in found), len(found))
        for _, found in sorted(bins.items())
    ]


def _plots(
    head: RunRecord, rows: Sequence[Row], baseline: Mapping[str, Mapping[str, FigureRecord]] | None
) -> list[tuple[str, str, str]]:
    graded = graded_answers(rows)
    recalls = {
        style: {
            f"recall@{k}": head.figures[f"style:{style}"][f"recall_at_{k}"].value
            for k in (1, 3, 5, 10)
            if f"recall_at_{k}" in head.figures[f"style:{style}"]
        }
        for style in _STYLES
        if f"style:{style}" in head.figures
    }
    return [
        (
            "Recall by style",
            "How much of the needed evidence is among the first k passages, by the way the question is written.",
            plots.grouped_bars(recalls, "recall by style"),
        ),
        (
            "Risk and coverage",
            "Share of answers with something wrong as ever less confident answers are taken in. Lower is better.",
            plots.curve(risk_coverage(graded), "risk by coverage", "share of answers taken", "share wrong")
            if graded
            else "",
        ),
        (
            "Calibration",
            "Answers by their confidence, against the share with nothing wrong. On the dashed line confidence is honest.",
            plots.calibration(calibration_bins(graded), "calibration"),
        ),
        (
            "Latency",
            "How long the asker waited for the answer, in milliseconds.",
            plots.histogram([row.latency_ms for row in rows if row.response], "latency", "ms"),
        ),
        (
            "Against the baseline",
            "Each figure minus its baseline. Green is better, red is worse.",
            plots.differences(_against(head, baseline), "differences to the baseline"),
        ),
    ]


def _against(
    head: RunRecord, baseline: Mapping[str, Mapping[str, FigureRecord]] | None
) -> list[tuple[str, float, bool]]:
    rows: list[tuple[str, float, bool]] = []
    for measure in MEASURES:
        new = head.figures["all"].get(measure.name)
        old = (baseline or {}).get("all", {}).get(measure.name)
        if new is not None and old is not None and measure.unit == "share":
            difference = new.value - old.value
            rows.append((measure.label, difference, (difference >= 0) == (measure.better == "higher")))
    return rows
