"""Make a run the baseline that later runs are held against, after showing what changes."""

import argparse
import sys
from pathlib import Path

from pydantic import Field, ValidationError

from evals.gates import BASELINE_PATH
from evals.measure_table import MEASURES
from evals.record import FigureRecord, Record, RunError, read_run
from evals.table import columns_table


class Baseline(Record):
    """The figures of the baseline run, where they come from, and whether each case passed."""

    git_revision: str
    gold_sha256: str
    corpus_sha256: str
    python: str
    cores: int
    versions: dict[str, str]
    figures: dict[str, dict[str, FigureRecord]]
    passed: dict[str, bool] = Field(default_factory=dict)


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments."""
    parser.add_argument("run", type=Path, help="folder of the run")
    parser.add_argument(
        "--file", type=Path, default=BASELINE_PATH, help="baseline file (default: the committed one)"
    )
    parser.add_argument(
        "--accept", action="store_true", help="write the baseline; without it only the changes are shown"
    )


def run(args: argparse.Namespace) -> int:
    """Show what would change and, with ``--accept``, write the baseline.

    Raises:
        RunError: the run is missing or partial, or is not a run of the whole own gold set.
    """
    head = read_run(args.run).head
    if not head.complete or head.setting.gold != "all":
        raise RunError(f"{args.run}: a baseline needs a complete run of the whole gold set (--split all)")
    sys.stdout.write(_changes(read_baseline(args.file), head.figures) + "\n")
    if args.accept:
        write_baseline(baseline_of(args.run), args.file)
        sys.stdout.write(f"{args.file} is written: commit it with the reason for the change\n")
    return 0


def baseline_of(path: Path) -> Baseline:
    """Return the baseline that the run in ``path`` would make; latency stays out, it belongs to the machine."""
    found = read_run(path)
    setting = found.head.setting
    return Baseline(
        git_revision=setting.git_revision,
        gold_sha256=setting.gold_sha256,
        corpus_sha256=setting.corpus_sha256,
        python=setting.python,
        cores=setting.cores,
        versions=setting.versions,
        figures={
            name: {key: figure for key, figure in figures.items() if not key.endswith("_ms")}
            for name, figures in found.head.figures.items()
        },
        passed={case_id: row.verdict.passed for case_id, row in sorted(found.rows.items())},
    )


def read_baseline(path: Path = BASELINE_PATH) -> dict[str, dict[str, FigureRecord]] | None:
    """Return the figures of the committed baseline by slice and name, None where none is committed.

    Raises:
        RunError: the file is not a baseline.
    """
    if not path.exists():
        return None
    try:
        return Baseline.model_validate_json(path.read_bytes()).figures
    except ValidationError as error:
        raise RunError(f"{path}: not a baseline: {error.errors()[0]['msg']}") from error


def write_baseline(baseline: Baseline, path: Path) -> None:
    """Write ``baseline``, one figure a line so that a diff can be read."""
    path.write_text(baseline.model_dump_json(indent=1) + "\n", encoding="utf-8")


def _changes(
    before: dict[str, dict[str, FigureRecord]] | None, after: dict[str, dict[str, FigureRecord]]
) -> str:
    rows: list[tuple[str, ...]] = [("figure", "baseline", "this run", "change", "n")]
    for measure in MEASURES:
        new = after.get("all", {}).get(measure.name)
        old = (before or {}).get("all", {}).get(measure.name)
        if new is None or measure.unit == "ms":
            continue
        was = f"{old.value:.4f}" if old else "-"
        change = f"{new.value - old.value:+.4f}" if old else "new"
        rows.append((measure.label, was, f"{new.value:.4f}", change, str(new.n)))
    return columns_table(rows)
