"""Blind second reading of the gold set: write the sheet, or report the agreement."""

import argparse
import hashlib
import random
import sys
from difflib import SequenceMatcher
from pathlib import Path
from typing import Annotated

from pydantic import Field, ValidationError

from evals.cases import Case, Expected, GoldError, GoldModel, gold_paths, load_cases
from evals.metrics.agreement import cohen_kappa
from evals.metrics.grounding import comparable
from evals.metrics.intervals import proportion
from ingest.textlines import read_lines
from service.schema import Turn


class Reading(GoldModel):
    """What a second reader makes of a question who sees only it and the articles.

    ``key`` stands for the case, whose id would give its label away; ``evidence`` are the words of the articles
    that answer it, ``expected`` what the service should do.
    """

    key: str
    question: str
    history: tuple[Turn, ...] = ()
    expected: Expected | None = None
    evidence: tuple[Annotated[str, Field(min_length=4)], ...] = ()


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments."""
    parser.add_argument("what", choices=("sheet", "report"))
    parser.add_argument("file", type=Path, help="the sheet to write, or the filled one to report on")
    parser.add_argument(
        "--split", choices=("dev", "test", "all"), default="all", help="part of the gold set to draw from"
    )
    parser.add_argument("-n", type=int, default=30, help="questions on a new sheet")
    parser.add_argument("--seed", type=int, default=30, help="the same seed draws the same questions")


def run(args: argparse.Namespace) -> int:
    """Write a sheet of random questions without their labels, or compare a filled sheet with the gold set.

    Raises:
        GoldError: the sheet is there already, or is not a filled sheet of this gold set.
    """
    cases = {key_of(case): case for case in load_cases(gold_paths(args.split)) if case.expected is not None}
    if args.what == "sheet":
        _write_sheet(args.file, list(cases.values()), args.n, args.seed)
        return 0
    readings = _read_sheet(args.file)
    unknown = [r.key for r in readings if r.key not in cases or r.expected is None]
    if unknown:
        raise GoldError(f"{args.file}: {unknown[0]} is not filled in, or not in the gold set")
    sys.stdout.write(report(readings, cases))
    return 0


def key_of(case: Case) -> str:
    """Return a name for ``case`` that tells nothing about it."""
    return hashlib.sha256(case.case_id.encode()).hexdigest()[:12]


def report(readings: list[Reading], cases: dict[str, Case]) -> str:
    """Return the agreement on the decision and on the evidence, and each disagreement.

    Evidence agrees when the reader's words overlap a piece of gold evidence, for questions where both name some.
    """
    gold = [cases[r.key] for r in readings]
    decisions = proportion([g.expected == r.expected for g, r in zip(gold, readings, strict=True)])
    kappa = cohen_kappa([g.expected for g in gold], [r.expected for r in readings])
    both = [(g, r) for g, r in zip(gold, readings, strict=True) if g.relevant and r.evidence]
    evidence = proportion([_shares_evidence(g, r) for g, r in both])
    lines = []
    if decisions and kappa is not None:
        span = f"[{decisions.low:.1%}, {decisions.high:.1%}]"
        lines.append(f"decision: {decisions.value:.1%} {span}, kappa {kappa:.2f}, n {decisions.n}")
    if evidence:
        lines.append(
            f"evidence: {evidence.value:.1%} [{evidence.low:.1%}, {evidence.high:.1%}], n {evidence.n}"
        )
    for g, r in zip(gold, readings, strict=True):
        if g.expected != r.expected:
            lines.append(f"  {g.case_id} {g.question}: gold {g.expected}, second reader {r.expected}")
    lines += [
        f"  {g.case_id} {g.question}: other evidence: {'; '.join(r.evidence)}"
        for g, r in both
        if not _shares_evidence(g, r)
    ]
    return "\n".join(lines) + "\n"


def _shares_evidence(case: Case, reading: Reading) -> bool:
    return any(overlaps(r.evidence, words) for r in case.relevant for words in reading.evidence)


def overlaps(one: str, other: str) -> bool:
    """Return whether two stretches of an article share more than half of the shorter one, in one piece.

    >>> overlaps("可以如实说明,提供证明材料", "因为困难,可以如实说明"), overlaps("影响信用", "影响生活")
    (True, False)
    """
    a, b = comparable(one), comparable(other)
    shared = SequenceMatcher(None, a, b, autojunk=False).find_longest_match().size
    return shared > min(len(a), len(b)) / 2


def _write_sheet(path: Path, cases: list[Case], n: int, seed: int) -> None:
    if path.exists():
        raise GoldError(f"{path}: is there already")
    drawn = random.Random(seed).sample(cases, min(n, len(cases)))
    readings = [Reading(key=key_of(c), question=c.question, history=c.history) for c in drawn]
    path.write_text("".join(r.model_dump_json() + "\n" for r in readings), encoding="utf-8")
    sys.stdout.write(f"{len(readings)} questions in {path}; fill in expected and evidence\n")


def _read_sheet(path: Path) -> list[Reading]:
    try:
        return [Reading.model_validate_json(line) for line in read_lines(path)]
    except (OSError, ValidationError) as error:
        raise GoldError(f"{path}: {error}") from error
