"""Build the index from the corpus: whatever did not change is taken over from the live build."""

import hashlib
import shutil
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryFile

import numpy as np
from numpy.typing import NDArray
from tqdm import tqdm

from ingest.artifact import (
    IndexBroken,
    checksums,
    current_build,
    lock,
    new_partial,
    publish,
)
from ingest.clean.rules import is_repair
from ingest.embed import Embedder, EmbedderSpec
from ingest.index import ARTICLES, KNOWN, PASSAGES, RAW, Entry, Index
from ingest.known import QUESTIONS, KnownQuestion, embed_known, place, questions_digest, read_questions
from ingest.manifest import SCHEMA, Manifest, RejectRecord
from ingest.prepare import prepare
from ingest.read import CorpusError, CrawledFile, find_files
from ingest.records import Passage
from ingest.sources import load_sources
from ingest.writer import IndexWriter

INDEX = "index"
EMBEDDED_AT_ONCE = 256
"""Passages between two steps of the progress bar."""


@dataclass(frozen=True, slots=True)
class BuildReport:
    """What a build did.

    ``unlisted`` files have no entry in sources.toml; ``changed`` ones differ from theirs. Both are built all the same.
    """

    manifest: Manifest
    embedded: int
    reused: int
    unlisted: tuple[str, ...] = ()
    changed: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()


def build(
    corpus_dir: Path, embedder: Embedder, *, max_reject_rate: float, progress: bool = False
) -> BuildReport:
    """Build the index of ``corpus_dir`` and make it the live one; return what was done.

    Raises:
        CorpusError: there is no corpus, or more than ``max_reject_rate`` of its files are rejected.
        SourcesError: a manifest of sources cannot be read.
        IndexLocked: another build is running.
    """
    sources = load_sources(corpus_dir)
    questions = read_questions(corpus_dir)
    files = find_files(corpus_dir, sources)
    index_dir = corpus_dir / INDEX
    corpus_name = corpus_dir.resolve().name
    listed = {f"{corpus_name}/{source.path}": source.sha256 for source in sources.values()}
    with lock(index_dir):
        previous, notes = _previous(index_dir)
        partial = new_partial(index_dir)
        try:
            texts = _write_texts(partial, prepare(files, corpus_name, previous, progress=progress), listed)
            _refuse_if_too_many(texts.rejects, files, max_reject_rate)
            embedded = _write_searched(partial, texts.writer, embedder, previous, progress=progress)
            known, lost = _write_known(partial, texts.writer, questions, embedder, previous)
            manifest = _publish(
                index_dir, partial, texts, embedder.spec, previous, known, questions_digest(corpus_dir)
            )
        finally:
            shutil.rmtree(partial, ignore_errors=True)
    return BuildReport(
        manifest=manifest,
        embedded=embedded,
        reused=manifest.passages - embedded,
        unlisted=tuple(texts.unlisted),
        changed=tuple(texts.changed),
        notes=(*notes, *lost),
    )


@dataclass(slots=True)
class _Texts:
    """What stands on disk of a build once all files are read, and what the report says of them."""

    writer: IndexWriter
    rejects: list[RejectRecord] = field(default_factory=list)
    unlisted: list[str] = field(default_factory=list)
    changed: list[str] = field(default_factory=list)
    repairs: int = 0


def _write_texts(
    partial: Path, outcomes: Iterable[Entry | RejectRecord], listed: Mapping[str, str]
) -> _Texts:
    """Write article after article; ``listed`` holds the checksums that the manifests of sources have, by path."""
    texts = _Texts(IndexWriter(partial))
    with closing(texts.writer):
        for outcome in outcomes:
            if isinstance(outcome, RejectRecord):
                texts.rejects.append(outcome)
                continue
            texts.writer.add(outcome)
            raw = outcome.article.raw
            texts.repairs += sum(map(is_repair, outcome.article.edits))
            if raw.path not in listed:
                texts.unlisted.append(raw.path)
            elif listed[raw.path] != raw.sha256:
                texts.changed.append(raw.path)
    return texts


def _previous(index_dir: Path) -> tuple[Index | None, tuple[str, ...]]:
    """Return the live build to take unchanged parts from; a broken one is only noted, since it is being replaced."""
    try:
        return (Index.load(index_dir), ()) if current_build(index_dir) else (None, ())
    except IndexBroken as error:
        return None, (f"not reused: {error}",)


def _refuse_if_too_many(
    rejects: Sequence[RejectRecord], files: Sequence[CrawledFile], max_rate: float
) -> None:
    if len(rejects) == len(files) or len(rejects) > max_rate * len(files):
        reasons = "; ".join(f"{r.path}: {r.reason}" for r in rejects[:3])
        raise CorpusError(f"{len(rejects)} of {len(files)} files rejected, nothing built: {reasons}")


def _write_searched(
    partial: Path, writer: IndexWriter, embedder: Embedder, previous: Index | None, *, progress: bool
) -> int:
    """Embed and write what is searched; return how many passages were embedded."""
    passages = writer.passages()
    shape = (len(passages), embedder.spec.dimension)
    # On disk, and gone with the process: the vectors of a large crawl do not fit into memory.
    with TemporaryFile(dir=partial) as scratch:
        vectors: NDArray[np.float32] = (
            np.memmap(scratch, np.float32, "w+", shape=shape)
            if len(passages)
            else np.empty(shape, np.float32)
        )
        embedded = _embed(passages, writer.passage_ids, vectors, embedder, previous, progress=progress)
        writer.finish(vectors)
    return embedded


def _embed(
    passages: Sequence[Passage],
    passage_ids: Sequence[str],
    vectors: NDArray[np.float32],
    embedder: Embedder,
    previous: Index | None,
    *,
    progress: bool,
) -> int:
    """Fill in ``vectors`` (n, d) and return how many were computed; the id of a passage vouches for its text."""
    known = previous if previous and previous.manifest.embedder == embedder.spec else None
    rows = known.rows_of(passage_ids) if known else np.full(len(passage_ids), -1)
    if known is not None:
        for batch in _batches(np.flatnonzero(rows >= 0)):
            vectors[batch] = known.vectors(rows[batch])
    new = np.flatnonzero(rows < 0)
    with tqdm(total=len(new), desc="embed", unit="passage", disable=None if progress else True) as bar:
        for batch in _batches(new):
            vectors[batch] = embedder.embed_passages([passages[int(i)].embedded_text for i in batch])
            bar.update(len(batch))
    return len(new)


def _write_known(
    partial: Path,
    writer: IndexWriter,
    questions: Mapping[str, Sequence[KnownQuestion]],
    embedder: Embedder,
    previous: Index | None,
) -> tuple[int, tuple[str, ...]]:
    """Write the known questions; return how many there are and a note on those that nothing answers any more."""
    passages = writer.passages()
    places = place(questions, ((row, passages[row]) for row in writer.rows_of(questions)))
    lost = sorted((known for known, found in places.items() if not found), key=lambda known: known.line)
    same = previous is not None and previous.manifest.embedder == embedder.spec
    known = embed_known(places, embedder, previous.known if previous and same else None)
    known.save(partial / KNOWN)
    if not lost:
        return len(known.texts), ()
    return len(known.texts), (
        f"{len(lost)} known questions left out, the first in {QUESTIONS}:{lost[0].line}: "
        f"{lost[0].article_id} has no {lost[0].evidence!r}",
    )


def _batches(rows: NDArray[np.int64]) -> Iterator[NDArray[np.int64]]:
    for start in range(0, len(rows), EMBEDDED_AT_ONCE):
        yield rows[start : start + EMBEDDED_AT_ONCE]


def _publish(
    index_dir: Path,
    partial: Path,
    texts: _Texts,
    spec: EmbedderSpec,
    previous: Index | None,
    questions: int,
    asked: str,
) -> Manifest:
    """Publish the build, unless the live one is the same; return its manifest."""
    files = checksums(partial)
    manifest = Manifest(
        schema_version=SCHEMA,
        build=_name(files, spec, texts.rejects, asked),
        created=datetime.now(UTC).isoformat(timespec="seconds"),
        embedder=spec,
        articles=len(texts.writer.article_ids),
        passages=len(texts.writer.passage_ids),
        questions=questions,
        repairs=texts.repairs,
        asked=asked,
        rejects=tuple(texts.rejects),
        files=files,
    )
    if previous and previous.manifest.build == manifest.build:
        return previous.manifest
    kept = set(texts.writer.article_ids)
    keep_previous = previous is not None and kept >= set(previous.articles)
    publish(index_dir, partial, manifest, keep_previous=keep_previous)
    return manifest


def _name(files: dict[str, str], spec: EmbedderSpec, rejects: Sequence[RejectRecord], asked: str) -> str:
    """Return a name that equal corpora, read by equal code and embedded by equal models, share."""
    parts = [str(SCHEMA), str(spec), asked, *(files[name] for name in (ARTICLES, PASSAGES, RAW))]
    parts += [f"{r.path}: {r.reason}" for r in rejects]
    return hashlib.sha256("\n".join(parts).encode()).hexdigest()[:16]
