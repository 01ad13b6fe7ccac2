"""What a run leaves behind: a folder with run.json (what ran and what came of it) and rows.jsonl (every case)."""

import json
from pathlib import Path
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from evals.cases import Case
from ingest.textlines import read_lines
from service.schema import AskResponse, PassageHit


class RunError(Exception):
    """A run cannot be made or read; the message says what and where."""


class Record(BaseModel):
    """Base of what a run stores: unknown fields are refused."""

    model_config = ConfigDict(extra="forbid")


class Verdict(Record):
    """What the measures say of one row. None is not applicable."""

    passed: bool
    why: list[str] = Field(default_factory=list)
    decision_right: bool | None = None
    caveat_given: bool | None = None
    recall: dict[int, float] = Field(default_factory=dict)
    reciprocal_rank: float | None = None
    ndcg: float | None = None
    product_purity: float | None = None
    wrong_product_hits: int | None = None
    wrong_product_citations: int | None = None
    key_fact_recall: float | None = None
    polarity_right: bool | None = None
    polarity_wrong: bool | None = None
    citations_valid: bool | None = None
    citation_errors: list[str] = Field(default_factory=list)
    citation_precision: float | None = None
    citation_recall: float | None = None
    cited_sentences: float | None = None
    support: float | None = None
    unsupported: list[str] = Field(default_factory=list)
    novel_numbers: list[str] = Field(default_factory=list)
    safety: list[str] = Field(default_factory=list)
    confidence: float | None = None


class Row(Record):
    """One case asked: the reply as it came, or why there is none; ``latency_ms`` is what the asker waited for the answer."""

    case: Case
    http_status: int
    error: str | None
    response: AskResponse | None
    hits: list[PassageHit]
    latency_ms: float
    verdict: Verdict

    @property
    def outcome(self) -> str:
        """The status of the answer, or failed where none came."""
        return self.response.status if self.response else "failed"


class Setting(Record):
    """Everything that could change a figure."""

    started: str
    git_revision: str
    target: str
    gold: str
    gold_sha256: str
    corpus_sha256: str
    build: str
    model: str
    llm: str | None
    mode: str
    workers: int
    python: str
    cores: int
    versions: dict[str, str]


class FigureRecord(Record):
    """A figure as stored: value, 95 % interval, n."""

    value: float
    low: float
    high: float
    n: int


class GateRecord(Record):
    """A gate and what became of it; ``value`` None where the figure does not exist in this run."""

    name: str
    slice: str
    bound: str
    value: float | None
    n: int
    passed: bool


class RunRecord(Record):
    """The head of a run. ``complete`` is false while rows are missing."""

    setting: Setting
    cases: int
    complete: bool
    wall_s: float
    figures: dict[str, dict[str, FigureRecord]] = Field(default_factory=dict)
    gates: list[GateRecord] = Field(default_factory=list)


class Run(Record):
    """A run as read back."""

    path: Annotated[Path, Field(exclude=True)]
    head: RunRecord
    rows: dict[str, Row]

    @property
    def name(self) -> str:
        """The folder's name."""
        return self.path.name


def write_head(path: Path, head: RunRecord) -> None:
    """Write run.json of the run in ``path``, replacing the old one in one step."""
    fresh = path / "run.json.new"
    fresh.write_text(head.model_dump_json(indent=1), encoding="utf-8")
    fresh.replace(path / "run.json")


def append_row(path: Path, row: Row) -> None:
    """Append one row to the run in ``path``."""
    with (path / "rows.jsonl").open("a", encoding="utf-8") as out:
        out.write(row.model_dump_json() + "\n")


def read_rows(path: Path) -> dict[str, Row]:
    """Return the rows of the run in ``path`` by case id; a last line cut short by a kill is dropped.

    Raises:
        RunError: a line before the last is not a row.
    """
    rows: dict[str, Row] = {}
    file = path / "rows.jsonl"
    lines = read_lines(file) if file.exists() else []
    for number, line in enumerate(lines, start=1):
        try:
            row = Row.model_validate_json(line)
        except ValidationError as error:
            if number == len(lines):
                break
            raise RunError(f"{file}:{number}: not a row: {error.errors()[0]['msg']}") from error
        rows[row.case.case_id] = row
    return rows


def read_run(path: Path) -> Run:
    """Return the run stored in the folder ``path``.

    Raises:
        RunError: there is no run, or it cannot be read.
    """
    head = path / "run.json"
    try:
        return Run(path=path, head=RunRecord.model_validate_json(head.read_bytes()), rows=read_rows(path))
    except (OSError, ValidationError, json.JSONDecodeError) as error:
        raise RunError(f"{path}: no readable run: {str(error).splitlines()[0]}") from error
