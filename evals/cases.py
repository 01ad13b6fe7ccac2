"""The gold cases: questions, what should happen, and the evidence that an answer must rest on."""

from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from ingest.textlines import read_lines
from service.schema import MAX_QUESTION_CHARS, Turn

GOLD_DIR = Path(__file__).parent / "gold"

CaseType = Literal[
    "fact",
    "yes_no",
    "list",
    "how_to",
    "several_articles",
    "contact",
    "false_premise",
    "follow_up",
    "not_covered",
    "near_scope",
    "far_scope",
    "unsafe",
    "crisis",
    "injection",
    "account",
]
Style = Literal["plain", "traditional", "slang", "typo", "pinyin"]
Expected = Literal["answer", "answer_with_caveat", "abstain", "refuse", "clarify"]


class GoldError(Exception):
    """A gold file cannot be used; the message names the file, the line and the field."""


class GoldModel(BaseModel):
    """Base of what a gold file holds: unknown fields are refused, nothing changes after loading."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class Relevant(GoldModel):
    """A stretch of an article that answers the question.

    ``file`` is the crawled file's name, ``heading`` the nearest heading above (empty where the article has none) and
    ``evidence`` stands verbatim in the cleaned article. ``grade`` 2 answers, 1 helps. Pieces that share a ``group``
    can stand in for each other; a question is served when every group is hit. ``group`` None: good to cite, not needed.
    """

    file: str
    heading: str
    evidence: Annotated[str, Field(min_length=4)]
    grade: Literal[1, 2] = 2
    group: str | None = None


class MustNotUnless(GoldModel):
    """``phrase`` may stand in an answer only together with one of ``unless``."""

    phrase: Annotated[str, Field(min_length=1)]
    unless: Annotated[tuple[str, ...], Field(min_length=1)]


class Case(GoldModel):
    """One question as a borrower asks it.

    ``case_id`` is ``stem.style``: cases with one stem ask the same thing in several styles. ``key_facts`` are facts,
    each a list of wordings of which any will do. ``expected`` None leaves the decision open (robustness packs);
    ``polarity`` is the answer that the articles give to a yes/no question; "open": neither, so an answer may begin with neither.
    """

    case_id: Annotated[str, Field(pattern=r"^[a-z0-9-]+\.[a-z]+[0-9]?$")]
    question: Annotated[str, Field(min_length=1, max_length=MAX_QUESTION_CHARS)]
    type: CaseType
    style: Style = "plain"
    product: Literal["花呗", "借呗"] | None = None
    expected: Expected | None
    relevant: tuple[Relevant, ...] = ()
    key_facts: tuple[Annotated[tuple[str, ...], Field(min_length=1)], ...] = ()
    must_not: tuple[str, ...] = ()
    must_not_unless: tuple[MustNotUnless, ...] = ()
    polarity: Literal["yes", "no", "open"] | None = None
    history: tuple[Turn, ...] = ()
    notes: str = ""

    @model_validator(mode="after")
    def _consistent(self) -> "Case":
        if self.expected in ("abstain", "refuse") and any(r.group for r in self.relevant):
            raise ValueError("a question that must not be answered cannot need evidence")
        if self.type == "follow_up" and not self.history:
            raise ValueError("a follow-up needs a history")
        return self

    @property
    def stem(self) -> str:
        """What cases of one question in several styles share."""
        return self.case_id.rpartition(".")[0]

    @property
    def groups(self) -> tuple[str, ...]:
        """The groups of evidence that an answer needs, in order of first mention."""
        return tuple(dict.fromkeys(r.group for r in self.relevant if r.group is not None))


def load_cases(paths: Iterable[Path]) -> tuple[Case, ...]:
    """Return the cases of JSON Lines files, in order; blank lines are skipped.

    Raises:
        GoldError: a file is missing or empty, a line is not a case, or two cases share an id.
    """
    cases: dict[str, Case] = {}
    for path in paths:
        before = len(cases)
        for number, line in enumerate(_lines(path), start=1):
            if not line.strip():
                continue
            try:
                case = Case.model_validate_json(line)
            except ValidationError as error:
                first = error.errors()[0]
                where = ".".join(str(part) for part in first["loc"]) or "line"
                raise GoldError(f"{path}:{number}: {where}: {first['msg']}") from error
            if case.case_id in cases:
                raise GoldError(f"{path}:{number}: case_id {case.case_id} is already taken")
            cases[case.case_id] = case
        if len(cases) == before:
            raise GoldError(f"{path}: holds no case")
    return tuple(cases.values())


def gold_paths(split: str) -> Sequence[Path]:
    """Return the committed gold files of ``split``: dev, test or all."""
    names = ("dev", "test") if split == "all" else (split,)
    return [GOLD_DIR / f"{name}.jsonl" for name in names]


def write_cases(path: Path, cases: Iterable[Case]) -> None:
    """Write ``cases`` as JSON Lines, one a line, fields at their default left out."""
    with path.open("w", encoding="utf-8") as out:
        for case in cases:
            out.write(case.model_dump_json(exclude_defaults=True) + "\n")


def _lines(path: Path) -> list[str]:
    try:
        return read_lines(path)
    except (OSError, UnicodeDecodeError) as error:
        raise GoldError(f"{path}: cannot be read: {error}") from error
