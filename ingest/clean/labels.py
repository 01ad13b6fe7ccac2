"""The labels that Chinese pages put before headings and list items: 一、（一）1. 1.1 (1) ① 第一部分 • and their order."""

import re
from dataclasses import dataclass
from functools import lru_cache

CACHED_LINES = 2048
"""Every rule asks for the label of every line again; those of a page or two are worth remembering."""

_CN = "[〇零一二三四五六七八九十百]{1,4}"
# A number before one of these is a quantity, not a label.
_UNIT = r"\s*(?:[%％‰倍元万亿年月日天折]|个百分点)"
_AFTER = r"\s*[、.．:：]?\s*"

# Outermost first: a style further down nests inside one further up unless the page shows otherwise.
_STYLES: tuple[tuple[str, re.Pattern[str]], ...] = tuple(
    (style, re.compile(pattern))
    for style, pattern in (
        ("part", rf"第\s*(?:{_CN}|\d+)\s*(?:部分|章|篇|编|讲)(?![\u4e00-\u9fff]*[，,。]){_AFTER}"),
        (
            "section",
            rf"第\s*(?:{_CN}|\d+)\s*(?:节|条|步|点|类|种|招|阶段|方面)\s*(?:[、.．:：，,]\s*|\s+|(?=$))",
        ),
        ("chinese", rf"{_CN}\s*(?:[、.．:：]|[,，](?=\S))\s*"),
        ("chinese_bracket", rf"[（(【]\s*{_CN}\s*[)）】]{_AFTER}"),
        (
            "noun",
            rf"(?:误区|步骤|方法|方式|技巧|情况|情形|原因|建议|途径|渠道|案例|要点|策略|话术|影响|后果|注意)(?:{_CN}|\d{{1,2}})\s*[、:：.．]\s*",
        ),
        (
            "arabic",
            r"\d{1,2}\s*(?:[、．)）]|[.:：](?!\d)|[,，](?=[\u4e00-\u9fff]))\s*|(?:0[1-9]|(?:PART|NO)[.\s]*\d{1,2})[\s|/丨.．]+(?=[“《\u4e00-\u9fff])|\d{1,2}\s+(?=[\u4e00-\u9fff])(?![天日月年元个期次名位万亿倍号人分点至到多小周条种类家笔])",
        ),
        ("decimal2", rf"\d{{1,2}}[.．]\d{{1,2}}(?!\d|[.．]\d|{_UNIT})[.．、]?\s*(?=\D|$)"),
        ("decimal3", r"\d{1,2}[.．]\d{1,2}[.．]\d{1,2}[.．、]?\s*(?=\D|$)"),
        ("arabic_bracket", rf"[（(【\[]\s*\d{{1,2}}\s*[)）】\]]{_AFTER}"),
        (
            "ordinal",
            r"(?:第[一二三四五六七八九十]|其[一二三四五六])\s*[,，、:：]\s*|[一二三四五六七八九十]是(?=[\u4e00-\u9fff])",
        ),
        ("circled", r"[①-⑳⑴-⒇❶-❿㈠-㈩]\s*[、.．:：]?\s*"),
        (
            "question",
            rf"(?:Q\s*\d{{0,2}}\s*[:：、.．]|(?:问|提问|问题)\s*(?:\d{{0,2}}|{_CN})\s*[:：、.．])\s*",
        ),
        ("answer", rf"(?:A\s*\d{{0,2}}\s*[:：]|(?:答|回答|解答)\s*(?:\d{{0,2}}|{_CN})\s*[:：、])\s*"),
        (
            "latin",
            r"[A-Za-z]\s*[.、．)）]\s*(?=[\u4e00-\u9fff])|[（(]\s*(?:[A-Za-z]|[ivxIVX]{1,4})\s*[)）]\s*(?=\S)",
        ),
        ("bullet", r"[•·‧∙．●■◆▪◦○※★☆►▶▸➤✓✔✅◇□◎→]+\s*|[-–—*+]+\s+(?=\S)|[-–—](?=[\u4e00-\u9fff])"),
    )
)
_ORNAMENT = re.compile(
    "(?:[•·●■◆▪◦○※★☆►▶▸➤✓✔✅◇□◎→\u2600-\u2767\u2794-\u27bf\u2b00-\u2bff\ufe0f\U0001f300-\U0001faff]\\s*)+"
)
RANK = {style: rank for rank, (style, _) in enumerate(_STYLES)}
NUMBERED_HEADINGS = (
    "part",
    "section",
    "chinese",
    "chinese_bracket",
    "noun",
    "decimal3",
    "decimal2",
    "arabic",
    "arabic_bracket",
)


@dataclass(frozen=True, slots=True)
class Label:
    """The label at the head of a line: its style, and the ``text`` behind it."""

    style: str
    label: str
    text: str

    @property
    def rank(self) -> int:
        """The place of the style in the usual order of nesting, 0 = outermost."""
        return RANK[self.style]


@lru_cache(CACHED_LINES)
def label(line: str) -> Label | None:
    """Return the label of a line, or None if it has none.

    >>> label("3.2 电话客服").style, label("（一）还款").text, label("2.5倍罚息"), label("第一步很重要。")
    ('decimal2', '还款', None, None)
    >>> label("◆ 第一步 准备证明")
    Label(style='section', label='◆ 第一步', text='准备证明')
    """
    if ornament := _ORNAMENT.match(line):
        # Before a number it is none of its own: the number is the label.
        inner = label(line[ornament.end() :])
        if inner and inner.style in NUMBERED_HEADINGS:
            return Label(inner.style, f"{ornament[0]}{inner.label}", inner.text)
    for style, pattern in _STYLES:
        if match := pattern.match(line):
            return Label(style, match[0].strip(), line[match.end() :].strip())
    return None
