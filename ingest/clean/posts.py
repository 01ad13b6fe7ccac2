"""Threads and answer pages: who wrote a post, when, and as which of the thread, stands between what was written."""

import re
from collections.abc import Iterator

from ingest.clean.byline import is_post_head
from ingest.clean.labels import label
from ingest.clean.page import Line, Page
from ingest.provenance import Change

MAX_NAME_CHARS = 16
_NO_NAME = re.compile(r"[。，,！!？?：:；;、]")
_SIGNATURE = re.compile(r"(?:个性)?签名\s*[:：].{0,60}")


def post_heads(page: Page, title: int | None) -> Iterator[Change]:
    """Yield the heads of posts, wherever they stand (rule post_head).

    A head is a line of date, name and place in the thread. On a page that has one, a name alone on the line before it
    and a signature belong to the posts too; the line of the ``title`` does not.
    """
    heads = [i for i, line in enumerate(page.lines) if is_post_head(line.text)]
    for i in heads:
        if i and i - 1 != title and _is_name(page.lines[i - 1]):
            yield Change("post_head", page.lines[i - 1].start, page.lines[i - 1].end, confidence=0.7)
        yield Change("post_head", page.lines[i].start, page.lines[i].end, confidence=0.9)
    if heads:
        signatures = (line for line in page.lines if _SIGNATURE.fullmatch(line.text))
        yield from (Change("post_head", line.start, line.end, confidence=0.8) for line in signatures)


def _is_name(line: Line) -> bool:
    is_short = len(line.text) <= MAX_NAME_CHARS and not _NO_NAME.search(line.text)
    return is_short and line.hint is None and label(line.text) is None
