"""Bring new files into the corpus and list them in its manifests of sources."""

import hashlib
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from ingest.artifact import lock
from ingest.clean import clean
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
        for file in files:
            try:
                if file.target.endswith(DUMP_SUFFIXES):
                    pages, torn = unpack(corpus_dir, file.path, given)
                    sources |= pages
                    rejects += torn
                else:
                    source = _add_file(corpus_dir, file, given, {**known, **sources})
                    sources[source.path] = source
            except RejectedError as error:
                rejects.append(RejectRecord(path=str(file.path), reason=str(error)))
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


def _add_file(corpus_dir: Path, file: _Incoming, given: Given, known: Mapping[str, Source]) -> Source:
    content = _content(file.path)
    original = f"raw/{file.target}"
    layer = _TEXT_LAYER.get(file.path.suffix.lower())
    corpus_path = original + TEXT_LAYER_SUFFIX if layer else original
    text = layer(content).encode() if layer else content
    taken = {source.article_id for source in known.values()}
    digest = hashlib.sha256(text).hexdigest()
    before = known.get(corpus_path)
    source = before or Source(path=corpus_path, article_id=new_article_id(original, taken), sha256=digest)
    news = {
        "sha256": digest,
        "site": given.site or source.site,
        "product": given.product or source.product,
        "licence": given.licence,
        "original": original if layer else None,
        "original_sha256": hashlib.sha256(content).hexdigest() if layer else None,
    }
    source = source.model_copy(update=news)
    # What would be rejected by every build to come is turned away at the door.
    clean(raw_article(text, corpus_path, source.article_id, source))
    if layer:
        replace_bytes(corpus_dir / original, content)
    replace_bytes(corpus_dir / corpus_path, text)
    return source


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
