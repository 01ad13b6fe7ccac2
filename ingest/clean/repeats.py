"""Titles and leads that a page prints more than once, and lists of contents: each is kept where it belongs, once."""

import re
from collections.abc import Iterator, Sequence
from difflib import SequenceMatcher

from ingest.clean.labels import label
from ingest.clean.page import Line, Page, plain
from ingest.clean.structure import is_set_heading
from ingest.clean.zones import find_zones
from ingest.provenance import Change

MIN_LEAD_CHARS = 30
MAX_TITLE_CHARS = 60
_TITLE_WITHIN = 8
_TITLE_PAIRS = 10
_TOPIC = re.compile("[花借][呗唄]|逾期|还款|協商|协商|征信|催收|贷|信用卡|欠款|债")


def find_title(page: Page, known: str | None) -> int | None:
    """Return the index of the line that is the page's title, or None if no line is.

    It says the known title, or it stands in the head of the page, is no sentence, and of the lines there shares most
    with the words of the body (a badge or a column name shares nothing).
    """
    wanted = plain(known or "")
    for i, line in enumerate(page.lines[:_TITLE_WITHIN]):
        if wanted and _same_title(wanted, line.plain):
            return i
    first = find_zones(page).first
    candidates = [
        i
        for i, line in enumerate(page.lines[:first])
        if 5 <= len(line.text) <= MAX_TITLE_CHARS
        and not line.text.endswith(("。", "，", ",", ":", "：", "；"))
    ]
    body = plain("".join(line.text for line in page.lines[first:]))
    score, best = max(((_title_score(page.lines[i], body), -i) for i in candidates), default=(0.0, 0))
    # A single line above the text need share little with it; among several, one must stand out.
    return -best if score >= (0.3 if first > 1 else 0.1) else None


def page_head(page: Page, title: int | None) -> Iterator[Change]:
    """Yield what stands above the title, and beside it in the head of the page, and is no text (rule page_head)."""
    first = find_zones(page).first
    for i, line in enumerate(page.lines[:first]):
        above_title = title is not None and i < title
        is_text = (
            line.text.endswith(("。", "！", "；")) or is_set_heading(line) or label(line.text) is not None
        )
        if i != title and not is_text and (above_title or len(line.plain) <= 8):
            yield Change("page_head", line.start, line.end, confidence=0.8)


def repeated_title(page: Page, title: int | None) -> Iterator[Change]:
    """Yield later lines that say the title again, in full or all but a few characters (rule repeated_title)."""
    if title is None:
        return
    wanted = page.lines[title].plain
    for i, line in enumerate(page.lines):
        if i == title or label(line.text) or len(line.text) > MAX_TITLE_CHARS + 8:
            continue
        if _same_title(wanted, line.plain):
            yield Change("repeated_title", line.start, line.end, confidence=0.95)


def repeated_text(page: Page) -> Iterator[Change]:
    """Yield paragraphs that another line says again (rule repeated_lead).

    The fuller line stays; of two equal ones the later, since a teaser precedes the text it is taken from. A label
    that clings to the end of a teaser (``…沟通。一、``) goes with it.
    """
    texts = [_without_label_at_end(line) for line in page.lines]
    holders = _holders(texts)
    for i, text in enumerate(texts):
        if len(text) < MIN_LEAD_CHARS:
            continue
        # The last first: of many equal lines all but one then find their match at once.
        others = (j for j in reversed(holders[text[:MIN_LEAD_CHARS]]) if j != i)
        if any(text in texts[j] and (len(text) < len(texts[j]) or i < j) for j in others):
            yield Change("repeated_lead", page.lines[i].start, page.lines[i].end, confidence=0.95)


def _holders(texts: Sequence[str]) -> dict[str, list[int]]:
    """Return for the beginning of each longer text which texts have those ``MIN_LEAD_CHARS`` characters anywhere.

    Only these can hold the text whole; looking them up keeps the search linear in the length of the page.
    """
    holders: dict[str, list[int]] = {
        text[:MIN_LEAD_CHARS]: [] for text in texts if len(text) >= MIN_LEAD_CHARS
    }
    for j, text in enumerate(texts):
        for start in range(len(text) - MIN_LEAD_CHARS + 1):
            found = holders.get(text[start : start + MIN_LEAD_CHARS])
            if found is not None and (not found or found[-1] != j):
                found.append(j)
    return holders


def empty_headings(page: Page) -> Iterator[Change]:
    """Yield the set headings at the end of the page that have lost what stood below them (rule empty_heading)."""
    for line in reversed(page.lines):
        if not is_set_heading(line):
            return
        yield Change("empty_heading", line.start, line.end, confidence=0.9)


def contents(page: Page) -> Iterator[Change]:
    """Yield a list of contents: three or more lines in a row that stand again, in order, further down (rule contents)."""
    later: dict[str, int] = {line.plain: i for i, line in enumerate(page.lines)}
    run: list[int] = []
    for i, line in enumerate((*page.lines, None)):
        if line and line.plain and later[line.plain] > i and len(line.plain) <= MAX_TITLE_CHARS:
            run.append(i)
            continue
        if len(run) >= 3 and all(later[page.lines[k].plain] >= i for k in run):
            if run[0] and page.lines[run[0] - 1].plain in ("目录", "本文目录", "文章目录", "内容导航"):
                run.insert(0, run[0] - 1)
            yield from (
                Change("contents", page.lines[k].start, page.lines[k].end, confidence=0.9) for k in run
            )
        run = []


def _title_score(line: Line, body: str) -> float:
    """Return how much ``line`` looks like the title of ``body``, 0 to about 1.6.

    A name of few characters (an author's, a column's) shares its pairs with the text more easily than a title does.
    """
    pairs = {line.plain[k : k + 2] for k in range(len(line.plain) - 1)}
    shared = sum(pair in body for pair in pairs) / max(len(pairs), _TITLE_PAIRS)
    topic = 0.15 if _TOPIC.search(line.text) else 0
    asks = 0.2 if re.search("[?？!！，,：:]|怎么|如何|怎样|什么|哪", line.text) else 0
    return shared + asks + topic + (0.2 if line.plain in body else 0) - (0.3 if label(line.text) else 0)


def _same_title(title: str, other: str) -> bool:
    """Whether ``other`` is the title, cut short or with little added."""
    if not other or abs(len(title) - len(other)) > max(4, len(title) // 4):
        return False
    return title == other or SequenceMatcher(None, title, other, autojunk=False).ratio() >= 0.85


def _without_label_at_end(line: Line) -> str:
    head, mark, tail = line.text.rpartition("。")
    if mark and tail and (found := label(tail)) and not found.text:
        return plain(head)
    return line.plain
