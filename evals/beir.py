"""Turn a BEIR folder into gold cases and a corpus."""

import argparse
import csv
import json
import re
import shutil
import sys
from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from evals.cases import Case, GoldError, Relevant, write_cases
from evals.packs.corpora import Page, write_corpus
from service.schema import MAX_QUESTION_CHARS


@dataclass(frozen=True, slots=True)
class Document:
    """One line of corpus.jsonl."""

    document_id: str
    title: str
    text: str


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments."""
    parser.add_argument(
        "folder", type=Path, help="folder with corpus.jsonl, queries.jsonl and qrels/SPLIT.tsv"
    )
    parser.add_argument("--split", default="test", help="name of the qrels file")
    parser.add_argument("--out", type=Path, required=True, help="folder to write, new or empty")


def run(args: argparse.Namespace) -> int:
    """Write cases.jsonl and corpus/, and print how to run them.

    Raises:
        GoldError: the folder is not in BEIR's form, or the folder to write is taken.
    """
    if args.out.exists() and any(args.out.iterdir()):
        raise GoldError(f"{args.out}: the folder is not empty")
    documents = {d.document_id: d for d in read_documents(args.folder / "corpus.jsonl")}
    cases = list(cases_of(args.folder, args.split, documents))
    if not cases:
        raise GoldError(f"{args.folder}: no query has a relevant document")
    args.out.mkdir(parents=True, exist_ok=True)
    try:
        write_cases(args.out / "cases.jsonl", cases)
        pages = (Page(file_name(d.document_id), d.title, ["通用"], _page_text(d)) for d in documents.values())
        write_corpus(args.out / "corpus", pages)
    except OSError:
        shutil.rmtree(args.out)
        raise
    sys.stdout.write(
        f"{len(cases)} cases, {len(documents)} documents\n"
        f"build:  JIEWEN_CORPUS_DIR={args.out / 'corpus'} ingest build\n"
        f"run:    evals --gold {args.out / 'cases.jsonl'} --corpus {args.out / 'corpus'}\n"
    )
    return 0


def read_documents(path: Path) -> Iterator[Document]:
    """Yield the documents of a BEIR corpus; those without text are left out, as no evidence can lie in them."""
    for row in _rows(path):
        text = str(row.get("text", "")).strip()
        if text:
            yield Document(str(row["_id"]), str(row.get("title", "")), text)


def cases_of(folder: Path, split: str, documents: Mapping[str, Document]) -> Iterator[Case]:
    """Yield one case per query that has relevant documents: each is evidence, and any of them serves.

    BEIR says which document is relevant and not where in it: the evidence is its first line, and so a hit counts
    when it holds the document's beginning. Facts and expected refusals are unknown, so only retrieval is measured.
    """
    relevant = _qrels(folder / "qrels" / f"{split}.tsv")
    for row in _rows(folder / "queries.jsonl"):
        query_id = str(row["_id"])
        found = [documents[d] for d in relevant.get(query_id, ()) if d in documents]
        question = str(row["text"]).strip()[:MAX_QUESTION_CHARS]
        if found and question:
            yield Case(
                case_id=f"beir-{_slug(query_id)}.plain",
                question=question,
                type="fact",
                expected=None,
                relevant=tuple(
                    Relevant(file=file_name(d.document_id), heading="", evidence=_evidence(d), group="a")
                    for d in found
                ),
            )


def file_name(document_id: str) -> str:
    """Return the file name of a document: its id with all but letters, digits and hyphens made hyphens.

    >>> file_name("DEV_0_QUERY:1")
    'dev-0-query-1.txt'
    """
    return f"{_slug(document_id)}.txt"


def _slug(text: str) -> str:
    return re.sub(r"[^a-z0-9]+", "-", text.lower()).strip("-") or "0"


def _page_text(document: Document) -> str:
    return f"{document.title}\n{document.text}" if document.title else document.text


def _evidence(document: Document) -> str:
    return document.text.split("\n")[0].strip()[:60]


def _rows(path: Path) -> Iterator[dict[str, object]]:
    try:
        with path.open(encoding="utf-8") as lines:
            for number, line in enumerate(lines, start=1):
                row = json.loads(line) if line.strip() else None
                if row is not None and "_id" not in row:
                    raise GoldError(f"{path}:{number}: has no _id")
                if row is not None:
                    yield row
    except (OSError, ValueError) as error:
        raise GoldError(f"{path}: not a BEIR file: {error}") from error


def _qrels(path: Path) -> dict[str, list[str]]:
    found: dict[str, list[str]] = defaultdict(list)
    try:
        with path.open(encoding="utf-8", newline="") as lines:
            table = csv.DictReader(lines, delimiter="\t")
            if not {"query-id", "corpus-id", "score"} <= set(table.fieldnames or ()):
                raise ValueError("the first line must be query-id, corpus-id, score")
            for row in table:
                if int(row["score"]) > 0:
                    found[row["query-id"]].append(row["corpus-id"])
    except (OSError, ValueError) as error:
        raise GoldError(f"{path}: not a BEIR qrels file: {error}") from error
    return found
