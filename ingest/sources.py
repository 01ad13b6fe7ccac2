"""The manifest of sources: for each crawled file where it is from, when, about whose product, and its licence."""

import json
import os
import tomllib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from pydantic import BaseModel, ConfigDict, Field, ValidationError, field_validator

from ingest.records import Product
from ingest.textlines import read_lines

FILE_NAME = "sources.toml"
RECORDS_NAME = "records.jsonl"
"""Manifest of one crawl dump: one ``Source`` as JSON per line, since TOML does not scale to millions of records."""

DEFAULT_LICENCE = "crawled third-party text kept for research and citation; rights with the authors"
_HEADER = """\
# One entry per file under raw/: where it is from, when, about whose product, under what licence.
# title_given marks a title that we gave a page which shows none.
"""


class SourcesError(Exception):
    """The manifest of sources cannot be read; the message names the file and the place."""


class Source(BaseModel):
    """What is known of one crawled file; ``path`` is relative to the corpus folder, POSIX."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    path: str
    article_id: str = Field(min_length=1, max_length=200)
    sha256: str = Field(pattern=r"^[0-9a-f]{64}$")
    title: str | None = None
    title_given: bool = False
    site: str | None = None
    author: str | None = None
    url: str | None = None
    date: str | None = None
    product: tuple[Product, ...] | None = None
    licence: str | None = None
    original: str | None = None
    """Where the text layer was taken from another file (PDF, DOCX): that file, relative to the corpus folder."""
    original_sha256: str | None = None

    @field_validator("path", "original")
    @classmethod
    def _stays_inside(cls, path: str | None) -> str | None:
        if path is not None and (path.startswith("/") or ".." in Path(path).parts):
            raise ValueError("must lie inside the corpus folder")
        return path


def load_sources(corpus_dir: Path) -> dict[str, Source]:
    """Return the sources by path: those of sources.toml and those of the dumps' own manifests under raw/.

    A corpus without sources.toml has none; its files are then read with defaults.

    Raises:
        SourcesError: a manifest is not valid, or names one path or article twice.
    """
    path = corpus_dir / FILE_NAME
    sources: list[Source] = []
    if path.exists():
        sources += _parse_toml(path)
    for records in sorted((corpus_dir / "raw").glob(f"*/{RECORDS_NAME}")):
        sources += _parse_records(records)
    by_path = {source.path: source for source in sources}
    if len(by_path) < len(sources) or len({s.article_id for s in sources}) < len(sources):
        raise SourcesError(f"{path}: {_first_double(sources)} is listed twice")
    return by_path


@dataclass(frozen=True, slots=True)
class Given:
    """What the one who adds files knows of all of them."""

    site: str | None = None
    product: tuple[Product, ...] | None = None
    licence: str = DEFAULT_LICENCE


def save_manifests(corpus_dir: Path, sources: Iterable[Source]) -> None:
    """Write the manifests anew, each in one step: pages of dumps into their folder's own, the rest into sources.toml."""
    dumps: dict[Path, list[Source]] = {p.parent: [] for p in (corpus_dir / "raw").glob(f"*/{RECORDS_NAME}")}
    listed: list[Source] = []
    for source in sources:
        # raw/<dump>/<two hex digits>/<article_id>.<suffix>
        folders = Path(source.path).parts[1:-1]
        is_page = len(folders) == 2 and source.article_id.startswith(f"{folders[0]}-{folders[1]}")
        (dumps.setdefault(corpus_dir / "raw" / folders[0], []) if is_page else listed).append(source)
    for folder, pages in dumps.items():
        lines = [s.model_dump_json(exclude_none=True) + "\n" for s in sorted(pages, key=lambda s: s.path)]
        replace_bytes(folder / RECORDS_NAME, "".join(lines).encode())
    replace_bytes(corpus_dir / FILE_NAME, _toml(listed).encode())


def replace_bytes(path: Path, content: bytes, *, sync: bool = True) -> None:
    """Write ``content`` to ``path``, making its folder; a crash leaves either the old file or the whole new one.

    Without ``sync`` that holds once the caller has called ``os.sync``, which is cheaper for many files.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    partial = path.with_name(f".{path.name}.partial")
    with partial.open("wb") as file:
        file.write(content)
        if sync:
            file.flush()
            os.fsync(file.fileno())
    partial.replace(path)


def _toml(sources: Sequence[Source]) -> str:
    blocks = [_HEADER]
    for source in sorted(sources, key=lambda s: s.path):
        fields = source.model_dump(mode="json", exclude_none=True)
        if not fields["title_given"]:
            del fields["title_given"]
        lines = [f"{name} = {_toml_value(value)}" for name, value in fields.items()]
        blocks.append("\n".join(("[[source]]", *lines)) + "\n")
    return "\n".join(blocks)


def _toml_value(value: object) -> str:
    """Return text, a list of it or a truth value as TOML: as JSON writes it, but for U+007F, which TOML wants escaped."""
    return json.dumps(value, ensure_ascii=False).replace("\x7f", "\\u007f")


def _parse_toml(path: Path) -> list[Source]:
    try:
        document = tomllib.loads(path.read_text(encoding="utf-8"))
        entries = document.pop("source", [])
        if document or not isinstance(entries, list):
            raise SourcesError(
                f"{path}: only [[source]] entries are known, not {next(iter(document), 'source')}"
            )
        return [Source.model_validate(entry) for entry in entries]
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise SourcesError(f"{path}: {error}") from error
    except ValidationError as error:
        raise SourcesError(f"{path}: {_where(error)}") from error


def _parse_records(path: Path) -> list[Source]:
    sources: list[Source] = []
    for number, line in enumerate(read_lines(path), start=1):
        try:
            sources.append(Source.model_validate_json(line))
        except ValidationError as error:
            raise SourcesError(f"{path}, line {number}: {_where(error)}") from error
    return sources


def _where(error: ValidationError) -> str:
    first = error.errors()[0]
    return (
        f"{'.'.join(str(part) for part in first['loc'])}: {first['msg']} (got {str(first['input'])[:80]!r})"
    )


def _first_double(sources: Sequence[Source]) -> str:
    seen: set[str] = set()
    for source in sources:
        if {source.path, source.article_id} & seen:
            return source.article_id
        seen |= {source.path, source.article_id}
    return ""
