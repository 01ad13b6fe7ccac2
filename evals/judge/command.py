"""Let an LLM judge the answers of a run, or labelled answers, to see how far it can be trusted."""

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Annotated

from pydantic import Field, ValidationError
from tqdm import tqdm

from evals.cases import GOLD_DIR, GoldError, GoldModel
from evals.judge.llm import Judge, Judged, Judgement
from evals.judge.prompts import PROMPT_VERSION
from evals.judge.record import JudgementRecord, JudgeRecord
from evals.metrics.agreement import cohen_kappa
from evals.metrics.intervals import Figure, proportion
from evals.record import Row, read_run
from ingest.textlines import read_lines

LABELS_PATH = GOLD_DIR / "judge_labels.jsonl"


class Label(GoldModel):
    """An answer that a person judged: do its quotes support all of it, does it answer what was asked."""

    question: str
    answer: str
    quotes: Annotated[tuple[str, ...], Field(min_length=1)]
    faithful: bool
    relevant: bool


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments."""
    parser.add_argument(
        "run", type=Path, nargs="?", help="folder of the run; without it the labelled answers are judged"
    )
    parser.add_argument("--base-url", help="OpenAI-compatible endpoint (default JIEWEN_LLM_BASE_URL)")
    parser.add_argument(
        "--model", help="the judge, pinned apart from the service's model (default JIEWEN_LLM_MODEL)"
    )
    parser.add_argument("--limit", type=int, help="judge only the first so many")


def run(args: argparse.Namespace) -> int:
    """Judge and print the figures; without an LLM say "not run".

    Raises:
        RunError: the run cannot be read, or the judge fails.
        GoldError: the labels cannot be read.
    """
    judge = _judge(args)
    if judge is None:
        sys.stdout.write("judge: not run (no LLM; set JIEWEN_LLM_BASE_URL and JIEWEN_LLM_MODEL)\n")
        return 0
    sys.stdout.write(f"judge {judge.model}, prompts version {PROMPT_VERSION}\n")
    if args.run is None:
        _report_agreement(judge, read_labels(LABELS_PATH)[: args.limit])
    else:
        _judge_run(judge, args.run, args.limit)
    return 0


def read_labels(path: Path) -> list[Label]:
    """Return the labelled answers; raises GoldError where a line is not one."""
    try:
        lines = read_lines(path)
        return [Label.model_validate_json(line) for line in lines]
    except (OSError, ValidationError) as error:
        raise GoldError(f"{path}: {error}") from error


def _judge(args: argparse.Namespace) -> Judge | None:
    from service.settings import ServiceSettings

    settings = ServiceSettings()
    base_url, model = args.base_url or settings.llm_base_url, args.model or settings.llm_model
    return Judge(base_url, model, settings.llm_api_key) if base_url and model else None


def _judge_all(judge: Judge, judged: Sequence[Judged]) -> list[Judgement]:
    return [judge.judge(one) for one in tqdm(judged, unit="answer", disable=not sys.stderr.isatty())]


def _judge_run(judge: Judge, path: Path, limit: int | None) -> None:
    rows = [row for row in read_run(path).rows.values() if row.outcome in ("answered", "partial")][:limit]
    verdicts = _judge_all(judge, [_judged(row) for row in rows])
    record = JudgeRecord(
        model=judge.model,
        prompt_version=PROMPT_VERSION,
        rows={row.case.case_id: _record(v) for row, v in zip(rows, verdicts, strict=True)},
    )
    (path / "judge.json").write_text(record.model_dump_json(indent=1), encoding="utf-8")
    for name, figure in record.figures().items():
        _line(name, figure)


def _record(verdict: Judgement) -> JudgementRecord:
    return JudgementRecord(
        faithful=verdict.faithful, relevant=verdict.relevant, nugget_coverage=verdict.nugget_coverage
    )


def _judged(row: Row) -> Judged:
    response = row.response
    if response is None:
        raise ValueError(f"{row.case.case_id} has no answer")
    nuggets = tuple(fact[0] for fact in row.case.key_facts)
    return Judged(row.case.question, response.answer, tuple(c.quote for c in response.citations), nuggets)


def _report_agreement(judge: Judge, labels: Sequence[Label]) -> None:
    verdicts = _judge_all(judge, [Judged(x.question, x.answer, x.quotes) for x in labels])
    for name, human, machine in (
        ("faithfulness", [x.faithful for x in labels], [v.faithful for v in verdicts]),
        ("relevance", [x.relevant for x in labels], [v.relevant for v in verdicts]),
    ):
        same = proportion([h == m for h, m in zip(human, machine, strict=True)])
        kappa = cohen_kappa(human, machine)
        _line(f"{name}: agrees with people", same)
        sys.stdout.write(f"{name}: kappa {kappa:.2f}, unreadable {machine.count(None)}\n")


def _line(name: str, figure: Figure | None) -> None:
    text = (
        "not applicable"
        if figure is None
        else f"{figure.value:.1%} [{figure.low:.1%}, {figure.high:.1%}] n {figure.n}"
    )
    sys.stdout.write(f"{name}: {text}\n")
