"""The manifest of one build: what it was made from and by, what it holds, and the checksum of every file."""

import hashlib
from pathlib import Path

from pydantic import BaseModel, ConfigDict

from ingest.embed import EmbedderSpec

SCHEMA = 4
"""Version of the artifact's layout; a reader refuses any other."""

MANIFEST = "manifest.json"


class RejectRecord(BaseModel):
    """A file that did not become an article, and why."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    path: str
    reason: str


class Manifest(BaseModel):
    """Everything there is to know of a build but its contents.

    ``questions`` counts the known questions, ``repairs`` the edits that undo damage, over all articles; ``asked`` is the
    checksum of the file that the questions were read from, empty without one.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    schema_version: int
    build: str
    created: str
    embedder: EmbedderSpec
    articles: int
    passages: int
    questions: int
    repairs: int
    asked: str = ""
    rejects: tuple[RejectRecord, ...] = ()
    files: dict[str, str]


def file_digest(path: Path) -> str:
    """Return the SHA-256 of a file's bytes."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
