"""What changed between two runs, case by case."""

import argparse
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from evals.figures import parity_of_runs
from evals.measure_table import MEASURES
from evals.metrics.intervals import Figure
from evals.record import Row, Run, RunError, read_run
from evals.table import columns_table


@dataclass(frozen=True, slots=True)
class Flip:
    """A case that passed in one run and not in the other."""

    before: Row
    after: Row

    @property
    def word(self) -> str:
        """Whether the change is for the better."""
        return "fixed" if self.after.verdict.passed else "broken"


@dataclass(frozen=True, slots=True)
class Change:
    """A case that passed or failed in both runs, with another answer."""

    before: Row
    after: Row


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments."""
    parser.add_argument("before", type=Path, help="folder of the run before")
    parser.add_argument("after", type=Path, help="folder of the run after")
    parser.add_argument("--all", action="store_true", help="also print answers that changed without a flip")
    parser.add_argument("--strict", action="store_true", help="exit 1 when a case broke")


def run(args: argparse.Namespace) -> int:
    """Print the paired differences and every flip with both answers.

    Raises:
        RunError: a run cannot be read, or they share no case.
    """
    before, after = read_run(args.before), read_run(args.after)
    pairs = shared_rows(before, after)
    flips, changed = flips_of(pairs), changes_of(pairs)
    out = sys.stdout
    out.write(f"{before.name} -> {after.name}, {len(pairs)} cases in both\n")
    out.write("".join(f"{line}\n" for line in setting_changes(before, after)))
    out.write(f"\n{differences_table(pairs)}\n\n")
    for flip in flips:
        out.write(_both_answers(flip.word, flip.before, flip.after))
    for change in changed if args.all else ():
        out.write(_both_answers("changed", change.before, change.after))
    broken = sum(flip.word == "broken" for flip in flips)
    out.write(
        f"flips: {len(flips)} ({len(flips) - broken} fixed, {broken} broken); "
        f"other answers that changed: {len(changed)}\n"
    )
    return 1 if args.strict and broken else 0


def shared_rows(before: Run, after: Run) -> list[tuple[Row, Row]]:
    """Return the rows of the questions asked in both runs; raises RunError where there is none."""
    shared = [
        (row, after.rows[case_id])
        for case_id, row in before.rows.items()
        if case_id in after.rows and after.rows[case_id].case.question == row.case.question
    ]
    if not shared:
        raise RunError(f"{before.path} and {after.path} share no question")
    return shared


def flips_of(pairs: Sequence[tuple[Row, Row]]) -> list[Flip]:
    """Return the cases whose verdict changed, broken ones first."""
    flips = [Flip(b, a) for b, a in pairs if b.verdict.passed != a.verdict.passed]
    return sorted(flips, key=lambda flip: (flip.word != "broken", flip.before.case.case_id))


def changes_of(pairs: Sequence[tuple[Row, Row]]) -> list[Change]:
    """Return the cases with the same verdict and another status or another answer."""
    return [
        Change(b, a)
        for b, a in pairs
        if b.verdict.passed == a.verdict.passed and (b.outcome, _answer(b)) != (a.outcome, _answer(a))
    ]


def setting_changes(before: Run, after: Run) -> list[str]:
    """Return one line for each part of the setting that differs, but for the time of the start."""
    old, new = before.head.setting.model_dump(), after.head.setting.model_dump()
    return [f"  {key}: {old[key]} -> {new[key]}" for key in old if key != "started" and old[key] != new[key]]


def differences_table(pairs: Sequence[tuple[Row, Row]]) -> str:
    """Return before, after and the paired difference of each figure that a single case has."""
    rows: list[tuple[str, ...]] = [("figure", "before", "after", "difference [95 % interval]", "n")]
    for measure in MEASURES:
        old, new = measure.take([b for b, _ in pairs]), measure.take([a for _, a in pairs])
        if old is None or new is None:
            continue
        difference = parity_of_runs(pairs, measure)
        rows.append(
            (
                measure.label,
                f"{old.value:.4f}",
                f"{new.value:.4f}",
                _difference(difference, old, new),
                str(new.n),
            )
        )
    return columns_table(rows)


def _difference(paired: Figure | None, old: Figure, new: Figure) -> str:
    if paired is None:
        return f"{new.value - old.value:+.4f} (not paired)"
    return f"{paired.value:+.4f} [{paired.low:+.4f}, {paired.high:+.4f}]"


def _answer(row: Row) -> str:
    return row.response.answer if row.response else row.error or ""


def _both_answers(word: str, before: Row, after: Row) -> str:
    lines = [f"{word}: {before.case.case_id}  {before.case.question}"]
    for name, row in (("before", before), ("after", after)):
        why = f"  ({'; '.join(row.verdict.why)})" if row.verdict.why else ""
        lines.append(f"  {name} [{row.outcome}]{why}\n    {_answer(row)}")
    return "\n".join(lines) + "\n\n"
