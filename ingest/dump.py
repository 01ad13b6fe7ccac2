"""Crawl dumps: JSON lines, plain or gzipped, one page each."""

import gzip
import zlib
from collections.abc import Iterator
from pathlib import Path

from pydantic import BaseModel, ConfigDict, ValidationError

from ingest.dates import read_date
from ingest.decode import MAX_BYTES, RejectedError, decode
from ingest.manifest import RejectRecord

DUMP_SUFFIXES = (".jsonl", ".jsonl.gz")


class DumpRecord(BaseModel):
    """One page of a dump; fields that we do not know are left alone, since every crawler has its own."""

    model_config = ConfigDict(extra="ignore", frozen=True)

    url: str | None = None
    html: str | None = None
    text: str | None = None
    date: str | None = None
    title: str | None = None
    site: str | None = None
    author: str | None = None

    @property
    def content(self) -> str:
        """The page itself: its HTML where there is any, else its text."""
        return self.html or self.text or ""

    @property
    def published(self) -> str | None:
        """The date as YYYY-MM-DD, None where there is none that can be read."""
        return read_date(self.date) if self.date else None


def read_dump(path: Path) -> Iterator[DumpRecord | RejectRecord]:
    """Yield the pages of a dump in order, and for each line that holds none why not; a torn end is one reject."""
    number = 0
    try:
        with gzip.open(path) if path.suffix == ".gz" else path.open("rb") as file:
            for number, line in enumerate(file, start=1):
                if line.strip():
                    yield _record(line, f"{path.name}:{number}")
    except (OSError, EOFError, zlib.error) as error:
        yield RejectRecord(path=f"{path.name}:{number + 1}", reason=f"unreadable from here on: {error}")


def _record(line: bytes, place: str) -> DumpRecord | RejectRecord:
    try:
        if len(line) > 2 * MAX_BYTES:
            raise RejectedError(f"too large: {len(line):,} bytes")
        record = DumpRecord.model_validate_json(_utf8(line))
        if not record.content.strip():
            raise RejectedError("neither html nor text")
        decode(record.content.encode())
    except ValidationError as error:
        first = error.errors()[0]
        where = ".".join(str(part) for part in first["loc"]) or "line"
        return RejectRecord(path=place, reason=f"{where}: {first['msg']}")
    except (RejectedError, UnicodeEncodeError) as error:
        return RejectRecord(path=place, reason=str(error))
    return record


def _utf8(line: bytes) -> bytes:
    try:
        line.decode("utf-8")
    except UnicodeDecodeError:
        return line.decode("gb18030", errors="replace").encode()
    return line
