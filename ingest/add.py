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
from ingest.incoming import Incoming, incoming
from ingest.manifest import RejectRecord
from ingest.read import TEXT_LAYER_SUFFIX, new_article_id, raw_article
from ingest.shelf import Duplicate, Page, Shelf
from ingest.sources import DEFAULT_LICENCE, Given, Source, load_sources, save_manifests
from ingest.textlayer import docx_text, pdf_text
from ingest.unpack import unpack

_TEXT_LAYER: dict[str, Callable[[bytes], str]] = {".pdf": pdf_text, ".docx": docx_text}


@dataclass(frozen=True, slots=True)
class Added:
    """What came of adding: the files that are in, those that are not, with the reason, and those with nothing new.

    ``unchanged`` were in the corpus just so; of ``duplicates`` the bytes were, under the name of another article.
    """

    sources: tuple[Source, ...]
    rejects: tuple[RejectRecord, ...]
    unchanged: tuple[Source, ...] = ()
    duplicates: tuple[Duplicate, ...] = ()


def add(corpus_dir: Path, paths: Sequence[Path], given: Given) -> Added:
    """Copy files, folders and dumps into the corpus and list them in its manifests.

    A file whose name is already in the corpus replaces the one there: it is the same article, crawled again. A file of
    another name whose bytes the corpus has is left out. A folder keeps its shape under ``raw/<its name>``, and links
    that lead out of it are not followed; a dump becomes a folder of one file per page.

    Raises:
        CorpusError: a path does not exist or is of no known kind; nothing has been copied then.
    """
    found = [file for path in paths for file in incoming(path, (corpus_dir / "raw").resolve())]
    rejects = [file for file in found if isinstance(file, RejectRecord)]
    files = [file for file in found if isinstance(file, Incoming)]
    with lock(corpus_dir / "index"):
        known = load_sources(corpus_dir)
        sources: dict[str, Source] = {}
        for dump in (file for file in files if file.target.endswith(DUMP_SUFFIXES)):
            pages, torn = unpack(corpus_dir, dump.path, given)
            sources |= pages
            rejects += torn
        pages_alone = [file for file in files if not file.target.endswith(DUMP_SUFFIXES)]
        candidates = _candidates(
            pages_alone, known, {source.article_id for source in sources.values()}, given
        )
        shelf = Shelf(corpus_dir, {**known, **sources})
        for outcome in over_cores(_checked, candidates, len(pages_alone)):
            if isinstance(outcome, RejectRecord):
                rejects.append(outcome)
            else:
                shelf.put(outcome)
        sources |= shelf.added
        save_manifests(corpus_dir, {**known, **sources}.values())
    return Added(tuple(sources.values()), tuple(rejects), tuple(shelf.unchanged), tuple(shelf.duplicates))


@dataclass(frozen=True, slots=True)
class _Candidate:
    """A file on its way into the corpus; ``source`` still lacks the checksums of its content."""

    path: Path
    source: Source


def _candidates(
    files: Sequence[Incoming], known: Mapping[str, Source], taken: set[str], given: Given
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
            "licence": source.licence
            if source.licence and given.licence == DEFAULT_LICENCE
            else given.licence,
            "original": original if has_layer else None,
        }
        yield _Candidate(file.path, source.model_copy(update=news))


def _checked(candidate: _Candidate) -> Page | RejectRecord:
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
    return Page(candidate.path, source, text, content if layer else None)


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
