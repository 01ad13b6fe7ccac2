"""Builds on disk: one directory each, named by content, and a pointer to the live one that changes in one step."""

import fcntl
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from pydantic import ValidationError

from ingest.manifest import MANIFEST, SCHEMA, Manifest, file_digest

CURRENT = "CURRENT"
LOCK = ".lock"
PARTIAL = ".partial-"


class IndexBroken(Exception):  # noqa: N818 - the state of the thing, as readers of the message meet it
    """There is no usable index; the message names the file and what is wrong with it."""


class IndexLocked(Exception):  # noqa: N818
    """Another build is at work on this index."""


@contextmanager
def lock(index_dir: Path) -> Iterator[None]:
    """Hold the build lock of ``index_dir``; the system releases it when the process ends, however it ends.

    Raises:
        IndexLocked: another process holds it.
    """
    index_dir.mkdir(parents=True, exist_ok=True)
    with (index_dir / LOCK).open("a+") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            raise IndexLocked(f"{index_dir}: another build is running") from error
        yield


def current_build(index_dir: Path) -> Path | None:
    """Return the directory of the live build, or None if there has been none."""
    pointer = index_dir / CURRENT
    try:
        name = pointer.read_text(encoding="ascii").strip()
    except FileNotFoundError:
        return None
    except (OSError, UnicodeDecodeError) as error:
        raise IndexBroken(f"{pointer}: unreadable: {error}") from error
    if not name or "/" in name or name.startswith("."):
        raise IndexBroken(f"{pointer}: does not name a build: {name[:80]!r}")
    return index_dir / name


def read_manifest(build_dir: Path) -> Manifest:
    """Return the manifest of a build.

    Raises:
        IndexBroken: it is missing, damaged, or of another version of the layout.
    """
    path = build_dir / MANIFEST
    try:
        content = path.read_bytes()
        seal = (build_dir / f"{MANIFEST}.sha256").read_text(encoding="ascii").strip()
    except (OSError, UnicodeDecodeError) as error:
        raise IndexBroken(f"{path}: {error}; run ingest build") from error
    if seal != file_digest(path):
        raise IndexBroken(f"{path}: checksum does not match; run ingest build")
    try:
        manifest = Manifest.model_validate_json(content)
    except ValidationError as error:
        raise IndexBroken(f"{path}: {error.errors()[0]['msg']}; run ingest build") from error
    if manifest.schema_version != SCHEMA:
        raise IndexBroken(
            f"{path}: layout {manifest.schema_version}, this program reads {SCHEMA}; run ingest build"
        )
    return manifest


def verify(build_dir: Path, manifest: Manifest) -> None:
    """Check every file of a build against its checksum.

    Raises:
        IndexBroken: a file is missing or differs; the message names it.
    """
    for name, digest in manifest.files.items():
        path = build_dir / name
        try:
            intact = file_digest(path) == digest
        except OSError as error:
            raise IndexBroken(f"{path}: {error.strerror}; run ingest build") from error
        if not intact:
            raise IndexBroken(f"{path}: checksum does not match; run ingest build")


def new_partial(index_dir: Path) -> Path:
    """Return a fresh directory to build in, after removing what interrupted builds left; call it under the lock."""
    for leftover in index_dir.glob(f"{PARTIAL}*"):
        shutil.rmtree(leftover)
    partial = index_dir / f"{PARTIAL}{os.getpid()}"
    partial.mkdir()
    return partial


def checksums(folder: Path) -> dict[str, str]:
    """Return the checksum of every file under ``folder``, by path."""
    return {
        p.relative_to(folder).as_posix(): file_digest(p) for p in sorted(folder.rglob("*")) if p.is_file()
    }


def publish(index_dir: Path, partial: Path, manifest: Manifest, *, keep_previous: bool) -> None:
    """Seal ``partial`` with its manifest, make it the live build, and remove all others but the one before.

    Everything reaches the disk before the pointer changes, so that at every moment the pointer names a whole build.
    Without ``keep_previous`` the one before goes too: it holds articles that were removed.
    """
    path = partial / MANIFEST
    path.write_text(manifest.model_dump_json(indent=1) + "\n", encoding="utf-8")
    (partial / f"{MANIFEST}.sha256").write_text(file_digest(path) + "\n", encoding="ascii")
    for written in (*partial.rglob("*"), partial):
        _sync(written)
    previous = current_build_or_none(index_dir)
    final = _free_name(index_dir, manifest.build)
    partial.rename(final)
    _sync(index_dir)
    pointer = index_dir / f"{CURRENT}.partial"
    pointer.write_text(final.name + "\n", encoding="ascii")
    _sync(pointer)
    pointer.replace(index_dir / CURRENT)
    _sync(index_dir)
    kept = {final, previous} if keep_previous else {final}
    for build in index_dir.iterdir():
        if build.is_dir() and build not in kept:
            shutil.rmtree(build)


def current_build_or_none(index_dir: Path) -> Path | None:
    """Return the directory that the pointer names, or None if it names none or is damaged."""
    try:
        return current_build(index_dir)
    except IndexBroken:
        return None


def _free_name(index_dir: Path, build: str) -> Path:
    """Return a directory not yet there: a damaged build of the same content must stay until the pointer has moved."""
    names = (build, *(f"{build}-{n}" for n in range(2, 100)))
    return next(index_dir / name for name in names if not (index_dir / name).exists())


def _sync(path: Path) -> None:
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
