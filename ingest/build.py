"""Build the index from the corpus: whatever did not change is taken over from the live build."""

import hashlib
import shutil
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

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
from ingest.index import ARTICLES, PASSAGES, RAW, Entry, Index, write_index
from ingest.manifest import SCHEMA, Manifest, RejectRecord
from ingest.prepare import prepare
from ingest.read import CorpusError, CrawledFile, find_files
from ingest.records import Passage
from ingest.sources import load_sources

INDEX = "index"


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
    files = find_files(corpus_dir, sources)
    index_dir = corpus_dir / INDEX
    with lock(index_dir):
        previous, notes = _previous(index_dir)
        corpus_name = corpus_dir.resolve().name
        entries, rejects = prepare(files, corpus_name, previous, progress=progress)
        _refuse_if_too_many(rejects, files, max_reject_rate)
        passages = [passage for entry in entries for passage in entry.passages]
        vectors, embedded = _embed(passages, embedder, previous, progress=progress)
        manifest = _write(index_dir, entries, vectors, rejects, embedder.spec, previous)
    listed = {f"{corpus_name}/{source.path}": source for source in sources.values()}
    raw_refs = [entry.article.raw for entry in entries]
    return BuildReport(
        manifest=manifest,
        embedded=embedded,
        reused=len(passages) - embedded,
        unlisted=tuple(raw.path for raw in raw_refs if raw.path not in listed),
        changed=tuple(r.path for r in raw_refs if r.path in listed and listed[r.path].sha256 != r.sha256),
        notes=notes,
    )


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


def _embed(
    passages: Sequence[Passage], embedder: Embedder, previous: Index | None, *, progress: bool
) -> tuple[NDArray[np.float32], int]:
    """Return the vectors (n, d) of ``passages`` and how many were computed; the id of a passage vouches for its text."""
    vectors = np.empty((len(passages), embedder.spec.dimension), dtype=np.float32)
    known = previous if previous and previous.manifest.embedder == embedder.spec else None
    rows = np.asarray(
        [-1 if known is None or (r := known.row(p.passage_id)) is None else r for p in passages]
    )
    if known is not None and (rows >= 0).any():
        vectors[rows >= 0] = known.vectors(rows[rows >= 0])
    new = np.flatnonzero(rows < 0)
    if len(new):
        vectors[new] = embedder.embed_passages(
            [passages[int(i)].embedded_text for i in new], progress=progress
        )
    return vectors, len(new)


def _write(
    index_dir: Path,
    entries: Sequence[Entry],
    vectors: NDArray[np.float32],
    rejects: Sequence[RejectRecord],
    spec: EmbedderSpec,
    previous: Index | None,
) -> Manifest:
    """Write the build and publish it, unless the live one is the same; return its manifest."""
    partial = new_partial(index_dir)
    write_index(partial, entries, vectors)
    files = checksums(partial)
    manifest = Manifest(
        schema_version=SCHEMA,
        build=_name(files, spec, rejects),
        created=datetime.now(UTC).isoformat(timespec="seconds"),
        embedder=spec,
        articles=len(entries),
        passages=len(vectors),
        repairs=sum(is_repair(edit) for entry in entries for edit in entry.article.edits),
        rejects=tuple(rejects),
        files=files,
    )
    if previous and previous.manifest.build == manifest.build:
        shutil.rmtree(partial)
        return previous.manifest
    kept = {entry.article.article_id for entry in entries}
    publish(
        index_dir, partial, manifest, keep_previous=previous is not None and kept >= set(previous.articles)
    )
    return manifest


def _name(files: dict[str, str], spec: EmbedderSpec, rejects: Sequence[RejectRecord]) -> str:
    """Return a name that equal corpora, read by equal code and embedded by equal models, share."""
    parts = [str(SCHEMA), str(spec), *(files[name] for name in (ARTICLES, PASSAGES, RAW))]
    parts += [f"{r.path}: {r.reason}" for r in rejects]
    return hashlib.sha256("\n".join(parts).encode()).hexdigest()[:16]
