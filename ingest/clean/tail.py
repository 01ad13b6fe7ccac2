"""What follows the article on its page: links to other pages, and readers' comments under a heading of the site."""

import re
from collections.abc import Callable, Collection, Iterator, Sequence

from ingest.clean.furniture import FAMILIES
from ingest.clean.labels import label
from ingest.clean.page import Line, Page, plain
from ingest.clean.structure import is_set_heading
from ingest.clean.zones import find_zones
from ingest.provenance import Change

_MARKER = re.compile(
    r"(?:往期|相关|推荐|热门|最新|延伸|扩展|拓展|猜你|随机|更多|精彩|网友|全部|大家|热点|精选|主编|为您|为你)\w{0,12}(?:阅读|推荐|文章|喜欢|看看|评论|在看|在搜|资讯|新闻|内容|链接|问答|回顾|精彩|精选)\w{0,8}|(?:全部|所有|最新|热门|精彩|网友)?评论\d*条?"
)
_END = re.compile(
    r"[\W_]*(?:the\s*end|end|(?:全文|本文|正文)(?:已?完|结束|完结))[\W_]*|[\W_]+完[\W_]+", re.IGNORECASE
)
_LIST_RULES = ("furniture", "related_links")
MAX_LINK_CHARS = 45
_LAST_LINES = 12


def page_tail(page: Page) -> Iterator[Change]:
    """Yield everything from the site's own heading (相关推荐, 最新文章, 网友评论) to the end of the page.

    Evidence: the heading's wording, or a mark that the text ends here (— END —); its place after most of the text; and
    that no heading of the article follows. Rule related_links, or comments where the heading says so.
    """
    lines = page.lines
    total = sum(len(line.text) for line in lines)
    seen = 0
    for i, line in enumerate(lines):
        if (
            seen * 2 > total
            and (is_marker(line) or _END.fullmatch(line.text))
            and not _article_goes_on(lines[i + 1 :])
        ):
            rule = "comments" if "评论" in line.plain else "related_links"
            yield from (Change(rule, rest.start, rest.end, confidence=0.85) for rest in lines[i:])
            return
        seen += len(line.text)


def link_titles(page: Page) -> Iterator[Change]:
    """Yield a run of two or more title-like lines at the very end, links to other pages (rule related_links)."""
    last = find_zones(page).last
    tail = page.lines[last + 1 :]
    introduced = bool(tail) and page.lines[last].text.endswith((":", "："))
    if len(tail) >= 2 and not introduced and all(map(_looks_like_link, tail)):
        yield from (Change("related_links", line.start, line.end, confidence=0.75) for line in tail)


def site_lines(page: Page, common: Collection[str], crawled: Callable[[int, int], str]) -> Iterator[Change]:
    """Yield the lines below the text that end other pages of the corpus too (rule site_line).

    ``common`` holds them as crawled, by their plain text, and ``crawled`` returns what was crawled for a span of the
    page. Labelled lines and closing headings may repeat honestly.
    """
    for line in page.lines[find_zones(page).last + 1 :]:
        is_common = bool(common) and plain(crawled(line.start, line.end)) in common
        if is_common and label(line.text) is None and not is_set_heading(line):
            yield Change("site_line", line.start, line.end, confidence=0.9)


def last_lines(raw: str) -> set[str]:
    """Return the plain texts of the last short lines of a crawled page: what ``site_lines`` compares."""
    lines = [plain(line) for line in raw.rsplit("\n", _LAST_LINES)[-_LAST_LINES:]]
    return {line for line in lines if 2 <= len(line) <= MAX_LINK_CHARS}


def is_marker(line: Line) -> bool:
    """Whether the line is the site's heading over a list of other pages or of comments."""
    if len(line.plain) > 20 or label(line.text):
        return False
    listed = any(
        f.rule in _LIST_RULES and f.pattern.fullmatch(line.plain) for f in FAMILIES if not f.edge_only
    )
    return listed and _MARKER.fullmatch(line.plain) is not None


def _article_goes_on(rest: Sequence[Line]) -> bool:
    """Whether a numbered heading or a closing one with running text below it comes later."""
    for i, line in enumerate(rest[:-1]):
        found = label(line.text)
        numbered = found is not None and found.style in (
            "part",
            "section",
            "chinese",
            "chinese_bracket",
            "decimal2",
        )
        if (numbered or is_set_heading(line)) and rest[i + 1].is_prose:
            return True
    return False


def _looks_like_link(line: Line) -> bool:
    is_title = 6 <= len(line.plain) <= MAX_LINK_CHARS and not line.text.endswith(
        ("。", "；", ";", "！", ":", "：")
    )
    return is_title and " | " not in line.text and label(line.text) is None and not is_set_heading(line)
