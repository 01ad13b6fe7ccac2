"""What a retrieval benchmark asks, and which passages answer: the gold questions, a BEIR folder, or a reading set."""

import csv
import json
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from random import Random

from evals.cases import GOLD_DIR, Case, GoldError, load_cases
from ingest.build import build
from ingest.embed import Embedder
from ingest.index import Index
from ingest.records import Passage

SEED = 1

_NAMES_A_LENDER = re.compile("[呗唄贝貝被背倍吧]|bei|jb|hb", re.IGNORECASE)
"""However it is spelled; a question without any of these can only be about a lender by what answers it."""

Covers = Mapping[int, frozenset[str]]
"""By row of the index: the groups of evidence that the passage holds."""


@dataclass(frozen=True, slots=True)
class Question:
    """A question, the ``groups`` of evidence an answer needs, and what each row of the index ``covers``.

    ``asked_product`` is the lender that it names, if any.
    """

    text: str
    groups: frozenset[str]
    covers: Covers
    slices: tuple[str, ...] = ()
    asked_product: str | None = None


@dataclass(frozen=True, slots=True)
class Benchmark:
    """An index, the questions put to it, and by row the unit that is judged (document or passage)."""

    name: str
    index: Index
    questions: tuple[Question, ...]
    units: tuple[str, ...]


def gold_benchmark(index: Index, names: Sequence[str]) -> Benchmark:
    """Return the gold questions of the files ``names`` that need evidence and stand alone, over ``index``.

    Raises:
        GoldError: a file cannot be read, or evidence of a question is in no passage.
    """
    passages = list(index.passages)
    files = {a.article_id: PurePosixPath(a.raw.path).name for a in index.articles.values()}
    cases = load_cases([GOLD_DIR / f"{name}.jsonl" for name in names])
    questions = [_gold_question(case, passages, files) for case in cases if case.groups and not case.history]
    return Benchmark(
        "+".join(names), index, tuple(questions), tuple(passage.passage_id for passage in passages)
    )


def _gold_question(case: Case, passages: Sequence[Passage], files: Mapping[str, str]) -> Question:
    covers: dict[int, set[str]] = {}
    for relevant in case.relevant:
        if relevant.group is None:
            continue
        for row, passage in enumerate(passages):
            if files[passage.article_id] == relevant.file and relevant.evidence in passage.text:
                covers.setdefault(row, set()).add(relevant.group)
    missing = set(case.groups).difference(*covers.values())
    if missing:
        raise GoldError(f"{case.case_id}: no passage holds the evidence of group {sorted(missing)[0]}")
    return Question(
        text=case.question,
        groups=frozenset(case.groups),
        covers={row: frozenset(groups) for row, groups in covers.items()},
        slices=(f"style {case.style}", f"product {case.product or 'none'}"),
        asked_product=case.product if _NAMES_A_LENDER.search(case.question) else None,
    )


def beir_benchmark(folder: Path, work_dir: Path, embedder: Embedder, *, limit: int | None) -> Benchmark:
    """Return the questions of a BEIR folder over an index of its corpus, built the ordinary way under ``work_dir``.

    ``limit`` takes only the first questions. Documents that the build rejects stay wanted: nobody finds them.

    Raises:
        GoldError: the folder is not in BEIR format.
    """
    documents = {
        str(d["_id"]): f"{d.get('title') or ''}\n\n{d['text']}".strip()
        for d in _json_lines(folder / "corpus.jsonl")
    }
    texts = {str(q["_id"]): str(q["text"]) for q in _json_lines(folder / "queries.jsonl")}
    asked = [(texts[question_id], wanted) for question_id, wanted in _judgements(folder / "qrels").items()]
    return _documents_benchmark(folder.name, documents, asked[:limit], work_dir, embedder)


def squad_benchmark(path: Path, work_dir: Path, embedder: Embedder, *, limit: int | None) -> Benchmark:
    """Return the questions of a reading set in SQuAD's form (CMRC 2018, DRCD), each wanting the paragraph it was asked of.

    ``limit`` takes so many of them, drawn with a fixed seed: neighbours ask of the same paragraph.

    Raises:
        GoldError: the file is not in that form.
    """
    documents: dict[str, str] = {}
    asked: list[tuple[str, list[str]]] = []
    try:
        articles = json.loads(path.read_text(encoding="utf-8"))["data"]
        for paragraph in (paragraph for article in articles for paragraph in article["paragraphs"]):
            document_id = f"d{len(documents)}"
            documents[document_id] = str(paragraph["context"])
            asked += [(str(qa["question"]), [document_id]) for qa in paragraph["qas"]]
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise GoldError(f"{path}: not in SQuAD's form: {error}") from error
    Random(SEED).shuffle(asked)
    return _documents_benchmark(path.stem, documents, asked[:limit], work_dir, embedder)


def _documents_benchmark(
    name: str,
    documents: Mapping[str, str],
    asked: Sequence[tuple[str, Sequence[str]]],
    work_dir: Path,
    embedder: Embedder,
) -> Benchmark:
    """Build an index of ``documents`` and return the questions ``asked``, each with the documents that answer it."""
    files = {f"doc-{n:07}": document_id for n, document_id in enumerate(documents)}
    (work_dir / "raw").mkdir(parents=True, exist_ok=True)
    for file, document_id in files.items():
        (work_dir / "raw" / f"{file}.txt").write_text(documents[document_id], encoding="utf-8")
    build(work_dir, embedder, max_reject_rate=1.0, progress=True)
    index = Index.load(work_dir / "index")
    units = tuple(files[passage.article_id] for passage in index.passages)
    rows: dict[str, list[int]] = {}
    for row, unit in enumerate(units):
        rows.setdefault(unit, []).append(row)
    questions = [
        Question(
            text=question,
            groups=frozenset(wanted),
            covers={row: frozenset([unit]) for unit in wanted for row in rows.get(unit, ())},
        )
        for question, wanted in asked
    ]
    return Benchmark(name, index, tuple(questions), units)


def _json_lines(path: Path) -> Iterator[dict[str, object]]:
    try:
        with path.open(encoding="utf-8") as file:
            for line in file:
                yield json.loads(line)
    except (OSError, ValueError) as error:
        raise GoldError(f"{path}: not a BEIR file: {error}") from error


def _judgements(folder: Path) -> dict[str, list[str]]:
    """Return the documents wanted by question: of test.tsv where there is one, else of every file."""
    paths = [folder / "test.tsv"] if (folder / "test.tsv").is_file() else sorted(folder.glob("*.tsv"))
    if not paths:
        raise GoldError(f"{folder}: no judgements (*.tsv)")
    wanted: dict[str, list[str]] = {}
    for path in paths:
        with path.open(encoding="utf-8", newline="") as file:
            for row in csv.DictReader(file, delimiter="\t"):
                if int(row["score"]) > 0:
                    wanted.setdefault(row["query-id"], []).append(row["corpus-id"])
    return wanted
