"""What follows the article on its page: links to other pages, and readers' comments under a heading of the site."""

import re
from collections.abc import Collection, Iterator, Sequence

from ingest.clean.furniture import FAMILIES
from ingest.clean.labels import label
from ingest.clean.page import Line, Page
from ingest.clean.structure import is_set_heading
from ingest.clean.zones import find_zones
from ingest.provenance import Change

_MARKER = re.compile(
    r"(?:相关|推荐|热门|最新|延伸|扩展|拓展|猜你|随机|更多|精彩|网友|全部|大家|热点|精选|主编|为您|为你)\w{0,12}(?:阅读|推荐|文章|喜欢|看看|评论|在看|在搜|资讯|新闻|内容|链接|问答)\w{0,8}"
)
_LIST_RULES = ("furniture", "related_links")
MAX_LINK_CHARS = 45


def page_tail(page: Page) -> Iterator[Change]:
    """Yield everything from the site's own heading (相关推荐, 最新文章, 网友评论) to the end of the page.

    Evidence: the heading's wording, its place after most of the text, and that no heading of the article follows.
    Rule related_links, or comments where the heading says so.
    """
    lines = page.lines
    total = sum(len(line.text) for line in lines)
    seen = 0
    for i, line in enumerate(lines):
        if seen * 2 > total and is_marker(line) and not _article_goes_on(lines[i + 1 :]):
            rule = "comments" if "评论" in line.plain else "related_links"
            yield from (Change(rule, rest.start, rest.end, confidence=0.85) for rest in lines[i:])
            return
        seen += len(line.text)


def link_titles(page: Page, after: Collection[str]) -> Iterator[Change]:
    """Yield runs of title-like lines at the very end, where links to other pages stand (rule related_links).

    One such line may be the article's own last words; two in a row, or one that stands in ``after`` (plain lines
    seen at the end of other articles), are links.
    """
    zones = find_zones(page)
    tail = page.lines[zones.last + 1 :]
    links = [line for line in tail if _looks_like_link(line)]
    for line in links:
        if (len(links) == len(tail) and len(links) >= 2) or line.plain in after:
            yield Change("related_links", line.start, line.end, confidence=0.75)


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
    return is_title and label(line.text) is None and not is_set_heading(line)
