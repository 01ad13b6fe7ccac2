"""From files to cleaned articles and their passages, over all cores, taking over what is known to be the same."""

import hashlib
import os
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, replace
from functools import cache, partial
from multiprocessing import get_context
from pathlib import Path

from tqdm import tqdm

from ingest.chunk import chunk
from ingest.clean import clean
from ingest.clean.tail import last_lines
from ingest.decode import RejectedError, decode
from ingest.duplicates import near_duplicates
from ingest.index import Entry, Index
from ingest.manifest import RejectRecord, file_digest
from ingest.read import CrawledFile, read
from ingest.records import ArticleWarning

PARALLEL_FROM = 200
"""Below this many files, starting processes takes longer than the work."""

COMMON_FROM = 3
"""A last line that this many pages share is the site's."""

_BATCH = 32
# What comes before reading a page or after cutting it up; a change there leaves articles and passages as they are.
_NOT_CLEANING = (
    "add", "artifact", "build", "cli", "codec", "dump", "embed", "filters", "fold", "index", "lines", "manifest", "nodes",
    "remove", "report", "show", "sparse", "status", "store", "textlayer", "unpack", "vectors",
)  # fmt: skip


def prepare(
    files: Sequence[CrawledFile], corpus_name: str, previous: Index | None, *, progress: bool = False
) -> tuple[list[Entry], list[RejectRecord]]:
    """Return the articles of ``files`` sorted by id, and the files that became none.

    An article of ``previous`` is taken over where its file, its manifest entry and the code are the same.
    """
    entries: list[Entry] = []
    rejects: list[RejectRecord] = []
    fresh: list[_Task] = []
    for task in _tasks(files):
        known = previous.entry(task.file.article_id) if previous else None
        if known and known.fingerprint == task.fingerprint:
            entries.append(known)
        else:
            fresh.append(task)
    work = partial(_prepare_one, corpus_name=corpus_name)
    with tqdm(total=len(fresh), desc="clean", unit="article", disable=None if progress else True) as bar:
        for outcome in _over_cores(work, fresh):
            if isinstance(outcome, Entry):
                entries.append(outcome)
            else:
                rejects.append(outcome)
            bar.update()
    return _with_duplicates(sorted(entries, key=lambda entry: entry.article.article_id)), rejects


@cache
def code_digest() -> str:
    """Return a digest of the modules that decide what becomes of a file."""
    package = Path(__file__).parent
    digest = hashlib.sha256()
    for path in sorted(package.rglob("*")):
        name = path.relative_to(package).as_posix()
        if path.is_file() and "__pycache__" not in name and not name.startswith(_NOT_CLEANING):
            digest.update(f"{name}:{file_digest(path)}\n".encode())
    return digest.hexdigest()


@dataclass(frozen=True, slots=True)
class _Task:
    """A file to prepare; ``common_lines`` are those of its last lines that other files of the corpus end with too."""

    file: CrawledFile
    fingerprint: str
    common_lines: frozenset[str]


def _tasks(files: Sequence[CrawledFile]) -> Iterator[_Task]:
    ends = [_last_lines(file) for file in files]
    pages = Counter(line for lines in ends for line in lines)
    for file, lines in zip(files, ends, strict=True):
        common = frozenset(line for line in lines if pages[line] >= COMMON_FROM)
        yield _Task(file, _fingerprint(file, common), common)


def _last_lines(file: CrawledFile) -> set[str]:
    """Return the last lines of a text file; of HTML the extractor judges, and of an unreadable file the reader."""
    if file.path.suffix.lower() not in (".txt", ".md"):
        return set()
    try:
        return last_lines(decode(file.path.read_bytes()))
    except (OSError, RejectedError):
        return set()


def _prepare_one(task: _Task, corpus_name: str) -> Entry | RejectRecord:
    try:
        raw = read(task.file, corpus_name)
        article = clean(raw, common_lines=task.common_lines)
    except RejectedError as error:
        return RejectRecord(path=task.file.corpus_path, reason=str(error))
    return Entry(task.fingerprint, article, tuple(chunk(article)), raw.text)


def _fingerprint(file: CrawledFile, common_lines: frozenset[str]) -> str:
    """Return a digest of all that an article is made from; empty if the file cannot be read."""
    if not os.access(file.path, os.R_OK):
        return ""
    entry = file.source.model_dump_json() if file.source else ""
    parts = (
        code_digest(),
        file.article_id,
        file.corpus_path,
        file_digest(file.path),
        entry,
        *sorted(common_lines),
    )
    return hashlib.sha256("\n".join(parts).encode()).hexdigest()


def _with_duplicates(entries: list[Entry]) -> list[Entry]:
    """Return ``entries`` with a warning on each article that says what an earlier one says."""
    first = near_duplicates([entry.article.text for entry in entries])
    warned: list[Entry] = []
    for i, entry in enumerate(entries):
        warnings = tuple(w for w in entry.article.warnings if w.code != "near_duplicate")
        if i in first:
            original = entries[first[i]].article
            message = f"此文与《{original.title}》（{original.article_id}）几乎相同。"
            warnings = (*warnings, ArticleWarning("near_duplicate", message))
        warned.append(replace(entry, article=replace(entry.article, warnings=warnings)))
    return warned


def _over_cores(
    work: Callable[[_Task], Entry | RejectRecord], tasks: Sequence[_Task]
) -> Iterator[Entry | RejectRecord]:
    if len(tasks) < PARALLEL_FROM:
        yield from map(work, tasks)
        return
    # A fork of a process in which the embedder already runs threads may hang; a fresh one cannot.
    with ProcessPoolExecutor(os.cpu_count(), get_context("spawn")) as pool:
        yield from pool.map(work, tasks, chunksize=_BATCH)
