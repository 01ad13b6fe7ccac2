"""From files to cleaned articles and their passages, one after the other, taking over what is known to be the same."""

import hashlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache, partial
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from tqdm import tqdm

from ingest.chunk import chunk
from ingest.clean import clean
from ingest.clean.tail import last_lines
from ingest.cores import over_cores
from ingest.decode import RejectedError, decode
from ingest.duplicates import sketch
from ingest.index import Entry, Index
from ingest.manifest import RejectRecord, file_digest
from ingest.read import CrawledFile, read
from ingest.records import RawArticle

COMMON_FROM = 3
"""A last line that this many pages share is the site's."""

_WITH_LAST_LINES = (".txt", ".md")
"""Kinds of files whose last lines are counted; of HTML the extractor judges."""

# What comes before reading a page or after cutting it up; a change there leaves articles and passages as they are.
_NOT_CLEANING = (
    "add", "artifact", "build", "cli", "codec", "cores", "dense", "dump", "embed", "filters", "fold", "incoming", "index", "known",
    "lines", "manifest", "nodes", "postings", "remove", "report", "row_ids", "shelf", "show", "sparse", "status", "store", "terms",
    "textlayer", "unpack", "vectors", "writer",
)  # fmt: skip

Keys = NDArray[np.uint64]
"""Digests of lines, sorted: a crawl has millions of lines, of which only few are kept as text at any moment."""


def prepare(
    files: Sequence[CrawledFile], corpus_name: str, previous: Index | None, *, progress: bool = False
) -> Iterator[Entry | RejectRecord]:
    """Yield the articles of ``files`` in their order, and in its place each file that became none.

    An article of ``previous`` is taken over where its file, its manifest entry and the code are the same. Nothing that
    was yielded is held on to.
    """
    common = _common_lines(files)
    work = partial(_prepare_one, corpus_name=corpus_name, common=common)
    tasks = (_Task(file, previous.fingerprint(file.article_id) if previous else None) for file in files)
    with tqdm(total=len(files), desc="clean", unit="article", disable=None if progress else True) as bar:
        for outcome in over_cores(work, tasks, len(files)):
            if isinstance(outcome, _Unchanged):
                known = previous.entry(outcome.article_id) if previous else None
                assert known is not None
                yield known
            else:
                yield outcome
            bar.update()


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
    """A file to prepare, and the fingerprint of the article that the previous build has of it."""

    file: CrawledFile
    known: str | None


@dataclass(frozen=True, slots=True)
class _Unchanged:
    """The previous build has the article just so."""

    article_id: str


def _common_lines(files: Sequence[CrawledFile]) -> Keys:
    """Return the keys of the lines that ``COMMON_FROM`` pages or more end with."""
    counted = [file for file in files if file.path.suffix.lower() in _WITH_LAST_LINES]
    found = [keys for keys in over_cores(_last_keys, counted, len(counted)) if len(keys)]
    keys, pages = np.unique(np.concatenate([np.empty(0, np.uint64), *found]), return_counts=True)
    return keys[pages >= COMMON_FROM]


def _last_keys(file: CrawledFile) -> Keys:
    """Return the keys of a page's last lines; an unreadable file is for the reader to reject."""
    try:
        lines = last_lines(decode(file.path.read_bytes()))
    except (OSError, RejectedError):
        lines = set()
    return np.asarray([_key(line) for line in lines], dtype=np.uint64)


def _key(line: str) -> int:
    return int.from_bytes(hashlib.blake2b(line.encode(), digest_size=8).digest())


def _prepare_one(task: _Task, corpus_name: str, common: Keys) -> Entry | RejectRecord | _Unchanged:
    try:
        raw = read(task.file, corpus_name)
        shared = frozenset(_shared(task.file, raw, common))
        fingerprint = _fingerprint(task.file, raw, shared)
        if fingerprint == task.known:
            return _Unchanged(task.file.article_id)
        article = clean(raw, common_lines=shared)
    except RejectedError as error:
        return RejectRecord(path=task.file.corpus_path, reason=str(error))
    return Entry(fingerprint, article, tuple(chunk(article)), raw.text, sketch(article.text))


def _shared(file: CrawledFile, raw: RawArticle, common: Keys) -> Iterator[str]:
    """Yield those last lines of a page that other pages end with too."""
    if len(common) and file.path.suffix.lower() in _WITH_LAST_LINES:
        for line in last_lines(raw.text):
            at = int(np.searchsorted(common, np.uint64(_key(line))))
            if at < len(common) and int(common[at]) == _key(line):
                yield line


def _fingerprint(file: CrawledFile, raw: RawArticle, shared: frozenset[str]) -> str:
    """Return a digest of all that an article is made from."""
    entry = file.source.model_dump_json() if file.source else ""
    parts = (code_digest(), file.article_id, file.corpus_path, raw.raw.sha256, entry, *sorted(shared))
    return hashlib.sha256("\n".join(parts).encode()).hexdigest()
