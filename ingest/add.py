"""Bring new files into the corpus and list them in its manifests of sources."""

import hashlib
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from ingest.artifact import lock
from ingest.clean import clean
from ingest.cores import over_cores
from ingest.decode import MAX_BYTES, RejectedError
from ingest.dump import DUMP_SUFFIXES
from ingest.manifest import RejectRecord
from ingest.read import (
    BINARY_SUFFIXES,
    TEXT_LAYER_SUFFIX,
    TEXT_SUFFIXES,
    CorpusError,
    new_article_id,
    raw_article,
)
from ingest.sources import RECORDS_NAME, Given, Source, load_sources, replace_bytes, save_manifests
from ingest.textlayer import docx_text, pdf_text
from ingest.unpack import unpack

_TEXT_LAYER: dict[str, Callable[[bytes], str]] = {".pdf": pdf_text, ".docx": docx_text}
_ACCEPTED = (*TEXT_SUFFIXES, *BINARY_SUFFIXES, *DUMP_SUFFIXES)


@dataclass(frozen=True, slots=True)
class Added:
    """What came of adding: the files that are in, and those that are not, with the reason."""

    sources: tuple[Source, ...]
    rejects: tuple[RejectRecord, ...]


def add(corpus_dir: Path, paths: Sequence[Path], given: Given) -> Added:
    """Copy files, folders and dumps into the corpus and list them in its manifests.

    A file whose name is already in the corpus replaces the one there: it is the same article, crawled again. A
    folder keeps its shape under ``raw/<its name>``; a dump becomes a folder of one file per page.

    Raises:
        CorpusError: a path does not exist or is of no known kind; nothing has been copied then.
    """
    files = [file for path in paths for file in _files(path, (corpus_dir / "raw").resolve())]
    with lock(corpus_dir / "index"):
        known = load_sources(corpus_dir)
        sources: dict[str, Source] = {}
        rejects: list[RejectRecord] = []
        for dump in (file for file in files if file.target.endswith(DUMP_SUFFIXES)):
            pages, torn = unpack(corpus_dir, dump.path, given)
            sources |= pages
            rejects += torn
        pages_alone = [file for file in files if not file.target.endswith(DUMP_SUFFIXES)]
        candidates = _candidates(
            pages_alone, known, {source.article_id for source in sources.values()}, given
        )
        for outcome in over_cores(_checked, candidates, len(pages_alone)):
            if isinstance(outcome, RejectRecord):
                rejects.append(outcome)
            else:
                _copy(corpus_dir, outcome)
                sources[outcome.source.path] = outcome.source
        save_manifests(corpus_dir, {**known, **sources}.values())
    return Added(tuple(sources.values()), tuple(rejects))


@dataclass(frozen=True, slots=True)
class _Incoming:
    """A file to add, and the path under raw/ that it gets."""

    path: Path
    target: str


def _files(path: Path, raw_dir: Path) -> Iterator[_Incoming]:
    """Yield the files to add at ``path``; one that lies in the corpus already keeps its place there."""
    for file in _found(path):
        here = file.path.resolve()
        inside = here.is_relative_to(raw_dir)
        if inside and here.name == RECORDS_NAME:
            continue
        yield _Incoming(file.path, here.relative_to(raw_dir).as_posix()) if inside else file


def _found(path: Path) -> Iterator[_Incoming]:
    if path.is_file():
        if not path.name.lower().endswith(_ACCEPTED):
            raise CorpusError(f"{path}: not one of {' '.join(_ACCEPTED)}")
        yield _Incoming(path, path.name)
        return
    if not path.is_dir():
        raise CorpusError(f"{path}: no such file or folder")
    inside = [p for p in sorted(path.rglob("*")) if p.is_file() and p.name.lower().endswith(_ACCEPTED)]
    if not inside:
        raise CorpusError(f"{path}: no {' '.join(_ACCEPTED)} file in it")
    name = path.resolve().name
    yield from (_Incoming(p, f"{name}/{p.relative_to(path).as_posix()}") for p in inside)


@dataclass(frozen=True, slots=True)
class _Candidate:
    """A file on its way into the corpus; ``source`` still lacks the checksums of its content."""

    path: Path
    source: Source


@dataclass(frozen=True, slots=True)
class _Page:
    """A file that can become an article: its text as the corpus keeps it, and the original where that is another."""

    source: Source
    text: bytes
    original: bytes | None


def _candidates(
    files: Sequence[_Incoming], known: Mapping[str, Source], taken: set[str], given: Given
) -> Iterator[_Candidate]:
    """Yield ``files`` with what is known of them; a new one gets an id that is not ``taken``."""
    listed = dict(known)
    taken = {*taken, *(source.article_id for source in known.values())}
    for file in files:
        original = f"raw/{file.target}"
        has_layer = file.path.suffix.lower() in _TEXT_LAYER
        path = original + TEXT_LAYER_SUFFIX if has_layer else original
        source = listed.get(path) or Source(
            path=path, article_id=new_article_id(original, taken), sha256="0" * 64
        )
        listed[path] = source
        taken.add(source.article_id)
        news = {
            "site": given.site or source.site,
            "product": given.product or source.product,
            "licence": given.licence,
            "original": original if has_layer else None,
        }
        yield _Candidate(file.path, source.model_copy(update=news))


def _checked(candidate: _Candidate) -> _Page | RejectRecord:
    """Read a file and clean it on trial: what every build to come would reject is turned away at the door."""
    try:
        content = _content(candidate.path)
        layer = _TEXT_LAYER.get(candidate.path.suffix.lower())
        text = layer(content).encode() if layer else content
        source = candidate.source.model_copy(
            update={
                "sha256": hashlib.sha256(text).hexdigest(),
                "original_sha256": hashlib.sha256(content).hexdigest() if layer else None,
            }
        )
        clean(raw_article(text, source.path, source.article_id, source))
    except RejectedError as error:
        return RejectRecord(path=str(candidate.path), reason=str(error))
    return _Page(source, text, content if layer else None)


def _copy(corpus_dir: Path, page: _Page) -> None:
    if page.original is not None and page.source.original:
        replace_bytes(corpus_dir / page.source.original, page.original)
    replace_bytes(corpus_dir / page.source.path, page.text)


def _content(path: Path) -> bytes:
    try:
        if path.stat().st_size > MAX_BYTES:
            raise RejectedError(f"too large: {path.stat().st_size:,} bytes, at most {MAX_BYTES:,}")
        content = path.read_bytes()
    except OSError as error:
        raise RejectedError(f"unreadable: {error.strerror}") from error
    if not content.strip():
        raise RejectedError("empty file")
    return content
