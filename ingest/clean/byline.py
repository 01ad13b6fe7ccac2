"""Who wrote the page, for which site, and when: read from its byline, which then leaves the text."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from ingest.clean.page import Line, Page
from ingest.clean.zones import find_zones
from ingest.dates import iso_date
from ingest.provenance import Change

_DATE = re.compile(
    r"((?:19|20)\d\d)\s*[-/.年]\s*(\d{1,2})\s*[-/.月]\s*(\d{1,2})\s*日?(?:\s*[T ]?\s*\d{1,2}\s*[:：]\s*\d{2}(?:\s*[:：]\s*\d{2})?)?"
)
_FIELD = r"(?:文章)?(?:作者|来源|出处|编辑|责任编辑|责编|责任校对|校对|审核|审校|监制|撰文|记者|通讯员|供稿|稿源|翻译|整理|出品|主编|发布者|发布人|投稿)"
_FIELD_VALUE = re.compile(
    rf"({_FIELD})\s*[:：丨|/]\s*([^\s:：|丨/,，。;；(（\[【)）\]】]{{0,20}}?)(?={_FIELD}\s*[:：丨|/]|[\s:：|丨/,，。;；(（\[【)）\]】]|$)"
)
_FLOOR = re.compile(
    r"(?:楼主|沙发|板凳|地板|来自|\d{1,5}\s*(?:楼|#)|第\s*\d{1,5}\s*楼|只看该作者|倒序浏览|回复|引用|采纳|推荐于|回答于|提问于|编辑于|热心网友|匿名用户)"
)
"""Words beside a date that say who wrote a post or an answer where: no site's name."""

_COUNTER = re.compile(
    r"(?:阅读|浏览|点击|评论|点赞|收藏|围观|人气|热度|字数)(?:量|数|次数)?\s*[:：(（]?\s*[\d.]*\s*[万wk+]?\s*[次人条字]?\s*[)）]?"
)
_FILLER = re.compile(
    r"(?i:(?:last\s*|first\s*)?(?:updated|modified|reviewed|edited|published|posted|revised)(?:\s+(?:on|at))?|version\s*[\d.]+)|"
    r"发布(?:时间|日期|于|者)?|发表(?:时间|日期|于)?|(?:最后)?更新(?:时间|日期|于)?|时间|日期|回[复覆]|来自|原创|转载|分享|收藏|"
    r"(?:小编|编辑)?整理|小编|(?:字[号体])[\W_]*[大中小\W_]*|(?<![\u4e00-\u9fff])[大中小](?![\u4e00-\u9fff])|[\d.]+w?人看过|[\W_\d]"
)
MAX_CHARS = 100
MAX_NAME_CHARS = 14


@dataclass(frozen=True, slots=True)
class Byline:
    """What bylines said: ``published`` as YYYY-MM-DD; None where nothing did."""

    published: str | None = None
    author: str | None = None
    site: str | None = None


def read_byline(page: Page, aside: Sequence[str] = ()) -> Byline:
    """Return what the page's bylines say, field by field: first those above the text, then ``aside``, then those below."""
    found = Byline()
    lines = [*byline_lines(page)]
    above = [line for line in lines if line.start < page.lines[find_zones(page).last].start]
    below = lines[len(above) :]
    for text in (*(line.text for line in above), *filter(is_byline, aside), *(line.text for line in below)):
        one = _parse(text)
        found = replace(
            found,
            published=found.published or one.published,
            author=found.author or one.author,
            site=found.site or one.site,
        )
    return found


def bylines(page: Page) -> Iterator[Change]:
    """Yield the byline lines (rule byline)."""
    for line in byline_lines(page):
        yield Change("byline", line.start, line.end, confidence=0.95)


def byline_lines(page: Page) -> Iterator[Line]:
    """Yield the lines outside the body, or next to its borders, that hold dates, names and counters and nothing else."""
    zones = find_zones(page)
    for i, line in enumerate(page.lines):
        near_edge = i <= zones.first + 1 or i > zones.last - 1
        if near_edge and len(line.text) <= MAX_CHARS and is_byline(line.text):
            yield line


def is_post_head(text: str) -> bool:
    """Whether a line says who wrote a post or an answer, when and where in its thread, and nothing else."""
    return len(text) <= MAX_CHARS and _FLOOR.search(text) is not None and is_byline(text)


def is_byline(text: str) -> bool:
    """Whether a line holds dates, names and counters and nothing else."""
    has_date = _DATE.search(text) is not None
    has_field = _FIELD_VALUE.search(text) is not None
    if not (has_date or has_field):
        return False
    rest = _COUNTER.sub("", _FIELD_VALUE.sub("", _DATE.sub("", text)))
    words = _FILLER.sub("", _FLOOR.sub("", rest))
    is_sentence = re.search(r"[。！？!?；;]", rest) is not None
    return not is_sentence and len(words) <= MAX_NAME_CHARS


def _parse(text: str) -> Byline:
    date = _DATE.search(text)
    fields = {name.removeprefix("文章"): value for name, value in _FIELD_VALUE.findall(text) if value}
    before = text[: date.start()] if date else ""
    name = "" if _FLOOR.search(text) else _FILLER.sub("", _COUNTER.sub("", _FIELD_VALUE.sub("", before)))
    author = fields.get("作者") or fields.get("撰文")
    if name.startswith(("作者", "撰文")):
        author, name = author or name[2:], ""
    return Byline(
        published=iso_date(*map(int, date.groups())) if date else None,
        author=author or None,
        site=fields.get("来源")
        or fields.get("出处")
        or fields.get("稿源")
        or (name if len(name) >= 2 else None),
    )
