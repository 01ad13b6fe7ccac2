"""Ask every gold question and check the gates."""

import argparse
import asyncio
import sys
from contextlib import AbstractAsyncContextManager
from datetime import UTC, datetime
from pathlib import Path

from evals.baseline import read_baseline
from evals.cases import gold_paths, load_cases
from evals.client import Asker, in_process, over_http
from evals.gates import GATES_PATH, check_gates, load_gates
from evals.junit import write_junit
from evals.record import RunError, RunRecord, read_run, write_head
from evals.rules import RULES_PATH, Rules, load_rules
from evals.run import Plan
from evals.run import run as run_plan
from evals.setting import git_revision
from evals.table import figures_table, gates_table, parity_table, slices_table

RUNS_DIR = Path("evals/runs")


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare what can be asked of a run."""
    parser.add_argument(
        "--url", help="address of a running service; without it the service runs in this process"
    )
    parser.add_argument(
        "--gold", type=Path, action="append", help="JSON Lines file of your own cases; may be repeated"
    )
    parser.add_argument(
        "--split", choices=("dev", "test", "all"), default="all", help="part of the own gold set"
    )
    parser.add_argument("--corpus", type=Path, help="corpus folder with a built index, in process only")
    parser.add_argument("--mode", choices=("auto", "extractive", "llm"), default="extractive")
    parser.add_argument("--workers", type=int, default=2, help="questions asked at a time")
    parser.add_argument("--out", type=Path, help="folder of this run (default evals/runs/TIME-REVISION)")
    parser.add_argument("--resume", action="store_true", help="go on with the run in --out")
    parser.add_argument(
        "--gates", type=Path, help="gates file (default: the committed one, for the own gold set only)"
    )
    parser.add_argument(
        "--rules", type=Path, help="rules for every answer (default: rules.toml beside the gold file)"
    )
    parser.add_argument("--junit", type=Path, help="write the cases and gates as JUnit XML here")


def run(args: argparse.Namespace) -> int:
    """Run, print the tables, and return 0, or 1 when a gate failed.

    Raises:
        RunError, GoldError: nothing could be run.
    """
    if args.url and args.corpus:
        raise RunError("--corpus needs the service in this process: leave --url out")
    if args.resume and args.out is None:
        raise RunError("--resume needs --out: the folder of the run to go on with")
    plan = _plan(args)
    head = asyncio.run(_ask_all(plan, _asker(args)))
    gates_path = args.gates or (None if args.gold else GATES_PATH)
    if gates_path is not None:
        baseline = None if args.gold or args.split != "all" else read_baseline()
        head.gates = check_gates(load_gates(gates_path), head.figures, baseline)
        write_head(plan.path, head)
    if args.junit:
        write_junit(args.junit, read_run(plan.path))
    _print(plan, head)
    return 1 if any(not gate.passed for gate in head.gates) else 0


def _plan(args: argparse.Namespace) -> Plan:
    cases = load_cases(args.gold or gold_paths(args.split))
    now = datetime.now(UTC).strftime("%Y%m%d-%H%M%S")
    return Plan(
        cases=cases,
        gold=" ".join(str(path) for path in args.gold) if args.gold else args.split,
        rules=_rules(args),
        path=args.out or RUNS_DIR / f"{now}-{git_revision().rstrip('+')}",
        mode=args.mode,
        workers=max(1, args.workers),
        resume=args.resume,
    )


def _rules(args: argparse.Namespace) -> Rules:
    """Return the rules asked for, else those beside the gold file, else the committed ones for the committed gold."""
    beside = args.gold[0].with_name("rules.toml") if args.gold else RULES_PATH
    path = args.rules or (beside if beside.exists() else None)
    return load_rules(path) if path else Rules()


def _asker(args: argparse.Namespace) -> AbstractAsyncContextManager[Asker]:
    return over_http(args.url) if args.url else in_process(args.corpus)


async def _ask_all(plan: Plan, connection: AbstractAsyncContextManager[Asker]) -> RunRecord:
    async with connection as asker:
        return await run_plan(plan, asker)


def _print(plan: Plan, head: RunRecord) -> None:
    setting = head.setting
    out = sys.stdout
    out.write(
        f"\n{figures_table(head)}\n\nLLM judge: not run (evals judge {plan.path})\n\n{slices_table(head)}\n\n{parity_table(head)}\n\n"
    )
    out.write(
        f"{head.cases} cases ({setting.gold}) in {head.wall_s:.1f} s, {setting.target}, mode {setting.mode}, "
        f"{setting.workers} at a time, {setting.cores} cores, revision {setting.git_revision}\n"
    )
    out.write(f"run: {plan.path}  (evals report {plan.path}; evals show {plan.path} CASE_ID)\n")
    if head.gates:
        out.write(gates_table(head) + "\n")
