"""Lay out a crawl dump in the corpus: one file per page, in folders by the first two hex digits of its id.

A citation names a file, its checksum and a span of it, so each page must be a file of its own; the 256 folders keep
directories small up to millions of pages. What is known of the pages goes into ``records.jsonl`` of the dump's folder.
"""

import hashlib
import os
from pathlib import Path

from ingest.dump import DUMP_SUFFIXES, DumpRecord, read_dump
from ingest.manifest import RejectRecord
from ingest.read import new_article_id
from ingest.sources import Given, Source, replace_bytes


def unpack(corpus_dir: Path, dump: Path, given: Given) -> tuple[dict[str, Source], list[RejectRecord]]:
    """Write the pages of ``dump`` under ``raw/<its name>/``; return their sources by path, and the lines that are none.

    A page is known by its address or, without one, by its text; the last of several with one address stays.
    """
    name = new_article_id(_stem(dump.name), set())
    sources: dict[str, Source] = {}
    rejects: list[RejectRecord] = []
    for record in read_dump(dump):
        if isinstance(record, RejectRecord):
            rejects.append(record)
            continue
        source = _source(record, name, given)
        replace_bytes(corpus_dir / source.path, record.content.encode(), sync=False)
        sources[source.path] = source
    # The manifest that is written next must not name a page that a crash takes away.
    os.sync()
    return sources, rejects


def _source(record: DumpRecord, name: str, given: Given) -> Source:
    key = hashlib.sha256((record.url or record.content).encode()).hexdigest()[:16]
    suffix = "html" if record.html else "txt"
    article_id = f"{name}-{key}"
    return Source(
        path=f"raw/{name}/{key[:2]}/{article_id}.{suffix}",
        article_id=article_id,
        sha256=hashlib.sha256(record.content.encode()).hexdigest(),
        title=record.title or None,
        site=given.site or record.site or None,
        author=record.author or None,
        url=record.url or None,
        date=record.published,
        product=given.product,
        licence=given.licence,
    )


def _stem(name: str) -> str:
    for suffix in reversed(DUMP_SUFFIXES):
        name = name.removesuffix(suffix)
    return name
