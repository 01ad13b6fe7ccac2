"""Answers without an LLM, with one, and by stock LlamaIndex with the same one: the same questions, the same measures."""

import argparse
import asyncio
import contextlib
import json
import random
import sys
from collections.abc import AsyncIterator, Sequence
from pathlib import Path
from typing import Literal

from evals.cases import Case, gold_paths, load_cases
from evals.client import Asker, in_process
from evals.measure_table import MEASURES
from evals.metrics.grounding import SUPPORT_FLOOR, lexical_support
from evals.metrics.intervals import proportion
from evals.record import FigureRecord, Row, RunError, RunRecord, read_run
from evals.rules import RULES_PATH, load_rules
from evals.run import Plan
from evals.run import run as run_plan
from evals.table import columns_table, shown

SHOWN = (
    "decision_right",
    "answer_rate",
    "over_refusal",
    "abstention_precision",
    "abstention_recall",
    "key_fact_recall",
    "polarity_right",
    "citation_precision",
    "citation_recall",
    "cited_sentences",
    "support",
    "unsupported",
    "novel_numbers",
    "wrong_product",
    "safety",
    "latency_p50_ms",
    "latency_p95_ms",
)

System = Literal["extractive", "llm", "stock"]
SYSTEMS: dict[System, str] = {
    "extractive": "without an LLM",
    "llm": "with the LLM",
    "stock": "stock LlamaIndex",
}


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare what is asked of whom."""
    parser.add_argument(
        "--split", choices=("dev", "test", "all"), default="test", help="part of the gold set"
    )
    parser.add_argument("--n", type=int, default=40, help="questions drawn, in proportion to type and style")
    parser.add_argument("--seed", type=int, default=1, help="the same seed draws the same questions")
    parser.add_argument("--systems", nargs="+", choices=tuple(SYSTEMS), default=list(SYSTEMS))
    parser.add_argument("--out", type=Path, required=True, help="folder; one that is there is gone on with")


def run(args: argparse.Namespace) -> int:
    """Ask every system, print the table, and return 0. A stopped run is gone on with by the same command.

    Raises:
        RunError: no LLM is configured (JIEWEN_LLM_BASE_URL, JIEWEN_LLM_MODEL), or nothing could be asked.
    """
    cases = drawn(load_cases(gold_paths(args.split)), args.n, args.seed)
    heads: dict[System, RunRecord] = {}
    for system in args.systems:
        plan = Plan(
            cases=cases,
            gold=f"{args.split} {args.n} of seed {args.seed}",
            rules=load_rules(RULES_PATH),
            path=args.out / system,
            mode="extractive" if system == "extractive" else "llm",
            workers=1,
            resume=(args.out / system).exists(),
        )
        heads[system] = asyncio.run(_asked(plan, system))
    rows = {system: list(read_run(args.out / system).rows.values()) for system in heads}
    sys.stdout.write(f"\n{table(heads, rows)}\n\n{by_slice(heads)}\n")
    setting = next(iter(heads.values())).setting
    sys.stdout.write(
        f"{len(cases)} cases ({setting.gold}), LLM {setting.llm}, {setting.cores} cores, one question at a time, "
        f"revision {setting.git_revision}\n"
    )
    figures = {system: head.model_dump(mode="json")["figures"] for system, head in heads.items()}
    (args.out / "figures.json").write_text(
        json.dumps(figures, ensure_ascii=False, indent=1), encoding="utf-8"
    )
    return 0


def drawn(cases: Sequence[Case], n: int, seed: int) -> list[Case]:
    """Return ``n`` cases spread evenly over types and styles: a random order within each, then every so-manieth.

    By hand: of 6 fact and 2 unsafe cases, 4 drawn are 3 fact and 1 unsafe.
    """
    shuffled = random.Random(seed).sample(list(cases), len(cases))
    ordered = sorted(shuffled, key=lambda case: (case.type, case.style))
    n = min(n, len(ordered))
    return [ordered[int((i + 0.5) * len(ordered) / n)] for i in range(n)]


async def _asked(plan: Plan, system: System) -> RunRecord:
    async with _asker(system) as asker:
        return await run_plan(plan, asker)


@contextlib.asynccontextmanager
async def _asker(system: System) -> AsyncIterator[Asker]:
    """Give the asker of one system; the service is there in any case, since it alone serves the articles."""
    from service.settings import ServiceSettings

    settings = ServiceSettings()
    base_url, model = settings.llm_base_url, settings.llm_model
    if base_url is None or model is None:
        raise RunError(
            "no LLM is configured: set JIEWEN_LLM_BASE_URL and JIEWEN_LLM_MODEL (make llm serves one)"
        )
    async with in_process(None) as service:
        if system != "stock":
            yield service
            return
        from evals.stock_citation import StockAsker, stock_engine

        model_dir = settings.model_dir or settings.corpus_dir / "models"
        raw_dir = settings.corpus_dir / "raw"
        engine = stock_engine(raw_dir, model_dir, base_url, model, settings.llm_api_key)
        yield StockAsker(service, await service.articles(), raw_dir, engine)


def table(heads: dict[System, RunRecord], rows: dict[System, list[Row]]) -> str:
    """Return one line per figure, one column per system, each with its interval and n."""
    lines = [["figure", *(SYSTEMS[system] for system in heads)]]
    by_name = {measure.name: measure for measure in MEASURES}
    for name in SHOWN:
        measure = by_name[name]
        found = [head.figures["all"].get(name) for head in heads.values()]
        lines.append([measure.label, *(_cell(figure, measure.unit) for figure in found)])
    lines.append(["sentences unsupported", *(_share(sentences_unsupported(r)) for r in rows.values())])
    lines.append(["unsafe refused", *(_share(unsafe_refused(r)) for r in rows.values())])
    lines.append(["written by the LLM", *(_share(written_by_llm(r)) for r in rows.values())])
    return columns_table(lines)


def by_slice(heads: dict[System, RunRecord]) -> str:
    """Return key-fact recall and right decisions of each system by type and style."""
    lines = [["slice", *(f"{SYSTEMS[s]}: key facts / right decision (n)" for s in heads)]]
    names = dict.fromkeys(name for head in heads.values() for name in head.figures)
    lines += [[name, *(_pair(head.figures.get(name, {})) for head in heads.values())] for name in names]
    return columns_table(lines)


def sentences_unsupported(rows: Sequence[Row]) -> list[bool]:
    """Return, for each sentence of an answer, whether it cites nothing or shares too little with what it cites."""
    found = []
    for row in rows:
        if row.response is None or row.outcome not in ("answered", "partial"):
            continue
        quotes = {c.n: c.quote for c in row.response.citations}
        for sentence in row.response.sentences:
            support = lexical_support(sentence.text, [quotes[n] for n in sentence.citations if n in quotes])
            found.append(support is not None and support < SUPPORT_FLOOR)
    return found


def unsafe_refused(rows: Sequence[Row]) -> list[bool]:
    """Return, for each unsafe request, whether it was withheld; stock LlamaIndex has no refusal of its own."""
    return [row.outcome in ("refused", "abstained") for row in rows if row.case.type == "unsafe"]


def written_by_llm(rows: Sequence[Row]) -> list[bool]:
    """Return, for each answer given, whether the LLM wrote it or it fell back to the extractive one."""
    return [
        row.response.mode == "llm"
        for row in rows
        if row.response is not None and row.outcome in ("answered", "partial")
    ]


def _cell(figure: FigureRecord | None, unit: str) -> str:
    return "-" if figure is None else f"{shown(figure, unit).strip()} n {figure.n}"


def _share(found: list[bool]) -> str:
    figure = proportion(found)
    return (
        "-"
        if figure is None
        else f"{sum(found)} of {len(found)}: {figure.value:.1%} [{figure.low:.1%}, {figure.high:.1%}]"
    )


def _pair(figures: dict[str, FigureRecord]) -> str:
    cells = [
        f"{f.value:.0%}" if (f := figures.get(name)) else "-"
        for name in ("key_fact_recall", "decision_right")
    ]
    n = figures["passed"].n if "passed" in figures else 0
    return f"{cells[0]} / {cells[1]} ({n})"
