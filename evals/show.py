"""One case of a run with everything that came back, or the list of the cases that did not pass."""

import argparse
import sys
from pathlib import Path

from evals.record import Row, RunError, read_run


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments."""
    parser.add_argument("run", type=Path, help="folder of the run")
    parser.add_argument(
        "case_id", nargs="?", help="the case; without it, every case that did not pass, as Markdown"
    )


def run(args: argparse.Namespace) -> int:
    """Print the case or the failures.

    Raises:
        RunError: there is no such run, or no such case in it.
    """
    found = read_run(args.run)
    if args.case_id is None:
        sys.stdout.write(failures_markdown(list(found.rows.values())))
        return 0
    if args.case_id not in found.rows:
        raise RunError(f"{args.run}: no case {args.case_id}")
    sys.stdout.write(case_text(found.rows[args.case_id]))
    return 0


def failures_markdown(rows: list[Row]) -> str:
    """Return the rows that did not pass as a Markdown table, by type of question."""
    failed = sorted((r for r in rows if not r.verdict.passed), key=lambda r: (r.case.type, r.case.case_id))
    lines = [
        f"{len(failed)} of {len(rows)} cases did not pass.",
        "",
        "| case | question | expected | got | why | answer |",
        "|---|---|---|---|---|---|",
    ]
    for row in failed:
        answer = row.response.answer if row.response else row.error or ""
        cells = (
            row.case.case_id,
            row.case.question,
            row.case.expected or "-",
            _got(row),
            "; ".join(row.verdict.why),
            answer,
        )
        lines.append("| " + " | ".join(cell.replace("|", "¦").replace("\n", " ") for cell in cells) + " |")
    return "\n".join(lines) + "\n"


def case_text(row: Row) -> str:
    """Return a row as plain text: question, answer with verdicts and quotes, passages found, what was wrong."""
    case = row.case
    lines = [
        f"{case.case_id}  ({case.type}, {case.style}, {case.product or 'no product'}, expected {case.expected})"
    ]
    lines += [f"  {turn.role}: {turn.content}" for turn in case.history]
    lines += [f"Q {case.question}", f"A [{_got(row)}, {row.latency_ms:.0f} ms]"]
    if row.response:
        lines.append(f"  {row.response.answer}")
        lines += [f"  - {s.support} {s.score:.2f} {s.citations} {s.text}" for s in row.response.sentences]
        lines += [
            f"  [{c.n}] {'/'.join(c.product)} {c.raw.path} {' > '.join(c.heading)}\n      {c.quote}"
            for c in row.response.citations
        ]
        lines += [f"  ! {w.code}: {w.message}" for w in row.response.warnings]
    else:
        lines.append(f"  {row.error}")
    lines.append("passages found")
    lines += [
        f"  {h.rank:>2} {h.score:.3f} {'/'.join(h.product)} {' > '.join(h.heading)}: {h.text[:60]}".replace(
            "\n", " "
        )
        for h in row.hits
    ]
    lines.append("evidence")
    lines += [
        f"  {r.group or '-'} grade {r.grade} {r.file} {r.heading}: {r.evidence}" for r in case.relevant
    ] or ["  none needed"]
    measured = row.verdict.model_dump(exclude_none=True, exclude={"passed", "why"}, exclude_defaults=True)
    lines.append("measures")
    lines += [f"  {name}: {value}" for name, value in measured.items()]
    lines.append("passed" if row.verdict.passed else "NOT PASSED")
    lines += [f"  {reason}" for reason in row.verdict.why]
    return "\n".join(lines) + "\n"


def _got(row: Row) -> str:
    reason = row.response.reason if row.response else None
    return f"{row.outcome} ({reason})" if reason else row.outcome
