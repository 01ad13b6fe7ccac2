"""From files to cleaned articles and their passages, over all cores, taking over what is known to be the same."""

import hashlib
import os
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from functools import cache, partial
from pathlib import Path

from tqdm import tqdm

from ingest.chunk import chunk
from ingest.clean import clean
from ingest.decode import RejectedError
from ingest.index import Entry, Index
from ingest.manifest import RejectRecord, file_digest
from ingest.read import CrawledFile, read

PARALLEL_FROM = 200
"""Below this many files, starting processes takes longer than the work."""

_BATCH = 32
_NOT_CLEANING = (
    "artifact", "build", "cli", "codec", "embed", "fold", "index", "lines", "manifest", "show", "sparse", "store", "vectors",
)  # fmt: skip


def prepare(
    files: Sequence[CrawledFile], corpus_name: str, previous: Index | None, *, progress: bool = False
) -> tuple[list[Entry], list[RejectRecord]]:
    """Return the articles of ``files`` sorted by id, and the files that became none.

    An article of ``previous`` is taken over where its file, its manifest entry and the code are the same.
    """
    entries: list[Entry] = []
    rejects: list[RejectRecord] = []
    fresh: list[CrawledFile] = []
    for file in files:
        known = previous.entry(file.article_id) if previous else None
        if known and known.fingerprint == _fingerprint(file):
            entries.append(known)
        else:
            fresh.append(file)
    work = partial(_prepare_one, corpus_name=corpus_name)
    with tqdm(total=len(fresh), desc="clean", unit="article", disable=None if progress else True) as bar:
        for outcome in _over_cores(work, fresh):
            if isinstance(outcome, Entry):
                entries.append(outcome)
            else:
                rejects.append(outcome)
            bar.update()
    return sorted(entries, key=lambda entry: entry.article.article_id), rejects


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


def _prepare_one(file: CrawledFile, corpus_name: str) -> Entry | RejectRecord:
    try:
        raw = read(file, corpus_name)
        article = clean(raw)
    except RejectedError as error:
        return RejectRecord(path=file.corpus_path, reason=str(error))
    return Entry(_fingerprint(file), article, tuple(chunk(article)), raw.text)


def _fingerprint(file: CrawledFile) -> str:
    """Return a digest of the file's bytes, its manifest entry and the code; empty if the file cannot be read."""
    if not os.access(file.path, os.R_OK):
        return ""
    entry = file.source.model_dump_json() if file.source else ""
    parts = (code_digest(), file.article_id, file.corpus_path, file_digest(file.path), entry)
    return hashlib.sha256("\n".join(parts).encode()).hexdigest()


def _over_cores(
    work: Callable[[CrawledFile], Entry | RejectRecord], files: Sequence[CrawledFile]
) -> Iterator[Entry | RejectRecord]:
    if len(files) < PARALLEL_FROM:
        yield from map(work, files)
        return
    with ProcessPoolExecutor(os.cpu_count()) as pool:
        yield from pool.map(work, files, chunksize=_BATCH)
