"""Line breaks that are lost, or stand where none belongs: sections run on in one line, numbers apart from their headings."""

import re
from collections.abc import Iterator
from itertools import pairwise

from ingest.clean.page import Page
from ingest.clean.structure import MAX_HEADING_CHARS
from ingest.provenance import Change

MIN_CHARS = 240
_SEQUENCES = (
    re.compile(r"(?:(?<=[。！？!?；;…”\s])|^)\s*([一二三四五六七八九十]{1,3})、"),
    re.compile(r"(?:(?<=[。！？!?；;…”\s])|^)\s*[（(]([一二三四五六七八九十]{1,3})[)）]"),
    re.compile(r"(?:(?<=[。！？!?；;…”\s])|^)\s*(\d{1,2})(?:、|[.．](?!\d))"),
    re.compile(r"(?:(?<=[。！？!?；;…”\s])|^)\s*第([一二三四五六七八九十]{1,3})(?:部分|章|步)"),
)
_LOST_BREAK = re.compile(
    r"(?<=[\u4e00-\u9fff。！？；：，、）】》”\d:?!)])[ \u3000\t]+(?=[\u4e00-\u9fff（【《“\d(])"
)
_LONE_NUMBER = re.compile(r"\W*(?:PART|NO)?[.\s]*0?(\d{1,2})\W*", re.IGNORECASE)
_COUNTING = "一二三四五六七八九十"


def run_on(page: Page) -> Iterator[Change]:
    """Yield line breaks for lines that hold a whole numbered text (rule run_on).

    Evidence: the line is long and two or more labels in it count up from one. Each label then begins a line, and so
    does what follows a blank between Chinese characters, since Chinese has no other use for one.
    """
    for line in page.lines:
        if len(line.text) < MIN_CHARS:
            continue
        starts = [start for pattern in _SEQUENCES for start in _counting_up(pattern, line.text)]
        if not starts:
            continue
        spots = {m.span() for m in _LOST_BREAK.finditer(line.text)}
        spots |= {(at, at) for at in starts if not any(start <= at <= end for start, end in spots) and at}
        for start, end in spots:
            yield Change("run_on", line.start + start, line.start + end, "\n", confidence=0.8)


def number_lines(page: Page) -> Iterator[Change]:
    """Yield the line breaks between a number and the short line that it counts (rule number_line).

    Pages made with an editor for magazines set ``01`` above its heading. Evidence: two such lines or more count up.
    """
    found = [
        (int(match[1]), line, below)
        for line, below in pairwise(page.lines)
        if (match := _LONE_NUMBER.fullmatch(line.text)) and 2 <= len(below.text) <= MAX_HEADING_CHARS
    ]
    values = [value for value, _, _ in found]
    if len(values) >= 2 and values == list(range(values[0], values[0] + len(values))) and values[0] <= 1:
        for _, line, below in found:
            yield Change("number_line", line.end, below.start, " ", confidence=0.85)


def _counting_up(pattern: re.Pattern[str], text: str) -> list[int]:
    """Return where the labels of one style stand, if at least two of them count up from one."""
    found = [(_value(m[1]), m.end() - len(m[0].lstrip())) for m in pattern.finditer(text)]
    expected, starts = 1, []
    for value, at in found:
        if value == expected:
            starts.append(at)
            expected += 1
    return starts if len(starts) >= 2 else []


def _value(label: str) -> int:
    if label.isdecimal():
        return int(label)
    tens, mark, ones = label.rpartition("十")
    if not mark:
        return _COUNTING.index(label) + 1 if len(label) == 1 else 0
    return (_COUNTING.find(tens) + 1 if tens else 1) * 10 + (_COUNTING.find(ones) + 1 if ones else 0)
