"""What the verification makes of labelled draft sentences: recall and precision per kind, false alarms, time.

evals bench verify                   the dev split
evals bench verify --split test      totals of a split that nothing was set on (second_test: the other)
evals bench verify --show            every sentence that was judged wrongly, with the reason given
"""

import argparse
import json
import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from evals.cases import GoldError
from evals.metrics.intervals import Figure, proportion
from evals.table import columns_table
from evals.verification import FAIR, MEANING, Claim, Kind, load_claims, packaged_reader
from ingest.fold import fold
from service.verify import Verdict, judge

GOAL: dict[Kind, float] = {"number": 0.95, "product": 0.95, "hotline": 0.95}
OTHER_GOAL = 0.85
FALSE_ALARMS = 0.05

SPLITS = ("dev", "test", "second_dev", "second_test", "order_dev", "condition_dev")
TOTALS_ONLY = frozenset({"test", "second_test"})


@dataclass(frozen=True, slots=True)
class Outcome:
    """A labelled sentence, the verdict on it, and how long that took."""

    claim: Claim
    verdict: Verdict
    ms: float

    @property
    def flagged(self) -> bool:
        """Whether the reader would not have been shown the sentence."""
        return self.verdict.support != "supported"

    @property
    def right(self) -> bool:
        """Whether a fair sentence passed, or another was caught."""
        return self.flagged != (self.claim.kind in FAIR)


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare which split is judged."""
    parser.add_argument("--split", choices=SPLITS, default="dev")
    parser.add_argument("--show", action="store_true", help="print what was judged wrongly (dev splits only)")
    parser.add_argument("--out", type=Path, help="write the figures there as JSON")


def run(args: argparse.Namespace) -> int:
    """Judge, print, and return 0 where every goal is met, else 1."""
    if args.show and args.split in TOTALS_ONLY:
        sys.stderr.write("evals: of the test split only totals are shown\n")
        return 2
    try:
        outcomes = judged(load_claims(args.split))
    except GoldError as error:
        sys.stderr.write(f"evals: {error}\n")
        return 2
    if args.show:
        sys.stdout.write("".join(_shown(outcome) for outcome in outcomes if not outcome.right))
    found = figures(outcomes)
    sys.stdout.write(f"{args.split}: {len(outcomes)} sentences\n{_table(found)}\n{_time(outcomes)}\n")
    short = [name for name, figure in found.items() if falls_short(name, figure)]
    sys.stdout.write(f"below the goal: {', '.join(short)}\n" if short else "every goal is met\n")
    if args.out:
        data = {name: [f.value, f.low, f.high, f.n] for name, f in found.items()}
        args.out.write_text(json.dumps(data, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
    return 1 if short else 0


def judged(claims: Sequence[Claim]) -> list[Outcome]:
    """Return the verdict on each of ``claims``, asked for as the service asks."""
    outcomes = []
    tokens = packaged_reader()
    for claim in claims:
        evidence = claim.evidence
        began = time.perf_counter()
        verdict = judge(fold(claim.sentence), evidence, tokens)
        outcomes.append(Outcome(claim, verdict, (time.perf_counter() - began) * 1000))
    return outcomes


def figures(outcomes: Sequence[Outcome]) -> dict[str, Figure]:
    """Return by name: recall of each kind that should be caught, false alarms of each that should not, and overall.

    ``label given`` is the share of caught sentences whose verdict is the very label a person gave.
    """
    found: dict[str, Figure | None] = {}
    for kind in MEANING:
        own = [outcome for outcome in outcomes if outcome.claim.kind == kind]
        found[kind] = proportion([outcome.flagged for outcome in own])
    fair = [outcome for outcome in outcomes if outcome.claim.kind in FAIR]
    unfair = [outcome for outcome in outcomes if outcome.claim.kind not in FAIR]
    flagged = [outcome for outcome in outcomes if outcome.flagged]
    found["false alarms"] = proportion([outcome.flagged for outcome in fair])
    found["recall"] = proportion([outcome.flagged for outcome in unfair])
    found["precision"] = proportion([outcome.right for outcome in flagged])
    found["label given"] = proportion(
        [outcome.verdict.support == outcome.claim.label for outcome in flagged if outcome.right]
    )
    return {name: figure for name, figure in found.items() if figure is not None}


def falls_short(name: str, figure: Figure) -> bool:
    """Return whether ``figure`` misses its goal; those of all kinds together have none of their own."""
    if name in FAIR:
        return figure.value > FALSE_ALARMS
    return name in MEANING and figure.value < GOAL.get(name, OTHER_GOAL)  # type: ignore[call-overload]


def _table(found: dict[str, Figure]) -> str:
    rows: list[tuple[str, ...]] = [("kind", "caught [95 % interval]", "n", "goal", "what it is")]
    for name, figure in found.items():
        share = f"{figure.value:6.1%} [{figure.low * 100:5.1f}, {figure.high * 100:5.1f}]"
        if name in MEANING:
            bound = f"<= {FALSE_ALARMS:.2f}" if name in FAIR else f">= {GOAL.get(name, OTHER_GOAL):.2f}"  # type: ignore[call-overload]
            rows.append((name, share, str(figure.n), bound, MEANING[name]))  # type: ignore[index]
        else:
            rows.append((name, share, str(figure.n), "", ""))
    return columns_table(rows)


def _time(outcomes: Sequence[Outcome]) -> str:
    p50, p95 = np.quantile([outcome.ms for outcome in outcomes], [0.5, 0.95])
    return f"a sentence takes {p50:.2f} ms (p50), {p95:.2f} ms (p95)"


def _shown(outcome: Outcome) -> str:
    claim, verdict = outcome.claim, outcome.verdict
    quotes = " / ".join(cited.quote for cited in claim.cites)
    return (
        f"{claim.claim_id} {claim.kind}: {claim.sentence}\n    cites {quotes}\n"
        f"    judged {verdict.support} {verdict.score}: {verdict.why}\n"
    )
