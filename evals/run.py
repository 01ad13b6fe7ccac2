"""Asking every case, scoring the replies, and keeping every row."""

import asyncio
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from time import perf_counter
from typing import Literal

from tqdm import tqdm

from evals.cases import Case
from evals.client import Asker, Reply
from evals.corpus import Corpus
from evals.figures import figures_of
from evals.record import Row, RunError, RunRecord, Setting, append_row, read_rows, write_head
from evals.rules import Rules
from evals.score import Asked, score
from evals.setting import describe
from service.schema import AskRequest


@dataclass(frozen=True, slots=True)
class Plan:
    """What to ask and how: ``workers`` questions at a time; ``resume`` keeps the rows that ``path`` already holds."""

    cases: Sequence[Case]
    gold: str
    rules: Rules
    path: Path
    mode: Literal["auto", "extractive", "llm"] = "auto"
    workers: int = 2
    resume: bool = False


async def run(plan: Plan, asker: Asker) -> RunRecord:
    """Ask every case and return the head of the finished run, which is also in ``plan.path``.

    Raises:
        RunError: the service is not there, or the rows to resume come from another setting.
        GoldError: the corpus does not hold the evidence of the cases.
    """
    begin = perf_counter()
    corpus = Corpus(await asker.articles(), plan.rules.products)
    setting = describe(
        plan.cases, plan.gold, asker.target, await asker.ready(), corpus.sha256, plan.mode, plan.workers
    )
    evidence = {case.case_id: corpus.locate(case) for case in plan.cases}
    rows = _prior_rows(plan, setting)
    head = RunRecord(setting=setting, cases=len(plan.cases), complete=False, wall_s=0.0)
    plan.path.mkdir(parents=True, exist_ok=True)
    write_head(plan.path, head)
    gate = asyncio.Semaphore(plan.workers)

    async def one(case: Case) -> Row:
        async with gate:
            return await _ask(case, Asked(case, evidence[case.case_id], _NO_REPLY), asker, corpus, plan)

    pending = [one(case) for case in plan.cases if case.case_id not in rows]
    with tqdm(total=len(plan.cases), initial=len(rows), unit="case", disable=not sys.stderr.isatty()) as bar:
        for future in asyncio.as_completed(pending):
            row = await future
            append_row(plan.path, row)
            rows[row.case.case_id] = row
            bar.update()
    ordered = [rows[case.case_id] for case in plan.cases]
    head.complete, head.wall_s = True, round(perf_counter() - begin, 2)
    head.figures = figures_of(ordered)
    write_head(plan.path, head)
    return head


_NO_REPLY = Reply(0, None, "not asked", 0.0)


async def _ask(case: Case, asked: Asked, asker: Asker, corpus: Corpus, plan: Plan) -> Row:
    request = AskRequest(question=case.question, history=list(case.history), mode=plan.mode)
    reply = await asker.ask(request)
    hits = [] if case.type == "follow_up" else await asker.search(case.question)
    citations = reply.response.citations if reply.response else []
    raw_texts = {c.n: await asker.raw_text(c.article_id, c.raw.start, c.raw.end) for c in citations}
    verdict = score(Asked(case, asked.evidence, reply, hits, raw_texts), corpus, plan.rules)
    return Row(
        case=case,
        http_status=reply.http_status,
        error=reply.error,
        response=reply.response,
        hits=hits,
        latency_ms=round(reply.latency_ms, 2),
        verdict=verdict,
    )


def _prior_rows(plan: Plan, setting: Setting) -> dict[str, Row]:
    """Return the rows to keep; a fresh run must not write over an old one."""
    from evals.record import read_run

    if not plan.path.exists():
        return {}
    if not plan.resume:
        raise RunError(f"{plan.path}: a run is already there; give another --out or --resume")
    before = read_run(plan.path).head.setting
    for field in ("gold_sha256", "corpus_sha256", "build", "model", "mode", "git_revision"):
        if getattr(before, field) != getattr(setting, field):
            raise RunError(f"{plan.path}: cannot resume, its {field} differs")
    return read_rows(plan.path)
