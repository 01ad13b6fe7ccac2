"""The files that are meant by the paths of ``ingest add``, and the place in the corpus that each gets."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from ingest.dump import DUMP_SUFFIXES
from ingest.manifest import RejectRecord
from ingest.read import BINARY_SUFFIXES, TEXT_SUFFIXES, CorpusError
from ingest.sources import RECORDS_NAME

_ACCEPTED = (*TEXT_SUFFIXES, *BINARY_SUFFIXES, *DUMP_SUFFIXES)


@dataclass(frozen=True, slots=True)
class Incoming:
    """A file to add, and the path under raw/ that it gets."""

    path: Path
    target: str


def incoming(path: Path, raw_dir: Path) -> Iterator[Incoming | RejectRecord]:
    """Yield the files to add at ``path``; one that lies in the corpus already keeps its place there.

    Raises:
        CorpusError: there is nothing at ``path``, or nothing of a known kind.
    """
    for file in _found(path):
        if isinstance(file, RejectRecord):
            yield file
            continue
        here = file.path.resolve()
        inside = here.is_relative_to(raw_dir)
        if inside and here.name == RECORDS_NAME:
            continue
        yield Incoming(file.path, here.relative_to(raw_dir).as_posix()) if inside else file


def _found(path: Path) -> Iterator[Incoming | RejectRecord]:
    if path.is_file():
        if not path.name.lower().endswith(_ACCEPTED):
            raise CorpusError(f"{path}: not one of {' '.join(_ACCEPTED)}")
        yield Incoming(path, path.name)
        return
    if not path.is_dir():
        raise CorpusError(f"{path}: no such file or folder")
    inside = [
        p
        for p in sorted(path.rglob("*"))
        if (p.is_file() or p.is_symlink()) and p.name.lower().endswith(_ACCEPTED)
    ]
    if not inside:
        raise CorpusError(f"{path}: no {' '.join(_ACCEPTED)} file in it")
    folder = path.resolve()
    for p in inside:
        # Whoever names a folder has not seen where its links lead; a file that is named itself may be one.
        if not p.is_file():
            yield RejectRecord(path=str(p), reason="a link to nothing")
        elif not p.resolve().is_relative_to(folder):
            yield RejectRecord(path=str(p), reason="a link that leads out of the folder")
        else:
            yield Incoming(p, f"{folder.name}/{p.relative_to(path).as_posix()}")
