"""Server-sent events, read from a stream of text as the WHATWG HTML standard (section 9.2.6) describes it."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

# Only these end a line. str.splitlines, and httpx's iter_lines with it, would also cut at U+2028 or U+0085 inside the data.
_LINE_END = re.compile(r"\r\n|\n|\r")


@dataclass(frozen=True, slots=True)
class ServerSentEvent:
    """One event; ``name`` is "message" where the stream gives none."""

    name: str
    data: str


def read_events(chunks: Iterable[str]) -> Iterator[ServerSentEvent]:
    """Yield the events of a stream that arrives in ``chunks`` cut anywhere; an unfinished last event is dropped.

    >>> list(read_events(["event: sen", "tence\\nda", "ta: {}\\n\\ndata: cut off"]))
    [ServerSentEvent(name='sentence', data='{}')]
    """
    name = ""
    data: list[str] = []
    for line in _lines(chunks):
        if not line:
            if data:
                yield ServerSentEvent(name or "message", "\n".join(data))
            name, data = "", []
            continue
        field, _, value = line.partition(":")
        value = value.removeprefix(" ")
        if field == "event":
            name = value
        elif field == "data":
            data.append(value)


def _lines(chunks: Iterable[str]) -> Iterator[str]:
    """Yield the finished lines without their ends."""
    pending = ""
    for chunk in chunks:
        pending += chunk
        # A carriage return at the very end may be half of "\r\n": it waits for the next chunk.
        held = "\r" if pending.endswith("\r") else ""
        *lines, rest = _LINE_END.split(pending.removesuffix(held))
        yield from lines
        pending = rest + held
    if pending.endswith("\r"):
        yield pending.removesuffix("\r")
