"""Words that some of these sites cut out of their pages, put back where nothing else can have stood there.

Such a site deletes a word wherever it stands, or nearly so: 题 of 问题 except at the end of a clause, 电话 leaving a
space. One ungrammatical spot proves nothing; a word is restored only on a page where several spots ask for it.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from ingest.repair.edits import Edit
from ingest.repair.layers import change
from ingest.repair.model import load_model

CERTAIN = 0.97
LIKELY = 0.9

STRONG = 2.5
"""Nats by which the missing word must improve a spot that counts as evidence for the page."""
WEAK = -1.5
"""The same for a spot on a page that is known to miss the word."""
SPOTS = 3
"""Strong spots that make a page one that misses words; two on a page that is garbled besides."""

_TI_CUT = re.compile(
    "(?<![询提访疑学请追反质盘审责借自试设慰顾闻过敢发查拷讯诘叩究拜咨不我你您他她它们谁])问"
    "(?![题卷答世候号询责津诊鼎路道心罪案斩好过了着起到一他她我你您谁什何吧吗呢])"
)
"""问 that is no verb and part of no other word."""
_TI_KEPT = re.compile("问题(?=[\u4e00-\u9fff])")
"""问题 before more text, which a cutting site has not left."""
_GAP = re.compile("(?<=[\u4e00-\u9fff,，]) (?=[\u4e00-\u9fff、,，:：])")
"""A space where Chinese has none."""
_DIALLED = re.compile("拨[打通][^,，。;；]{0,12}$")
_NUMBERED = re.compile(
    r"(?m)^[ \t]*(?:\d+(?:\.\d+)*[.、]?|[一二三四五六七八九十]+、)[ \t]*(?P<words>[\u4e00-\u9fff]+)[ \t]*\n+(?P<next>.*)"
)
"""A numbered heading, and the first line below it."""
GAP_LEAST = -7.0
"""Nats that 电话 may cost at a gap."""
GAP_LEAD = 4.0
"""Nats by which it must beat the rival word."""
RIVAL = "方法"
"""Also cut by some sites, and leaving the same space: where it fits as well, nothing is restored."""
_LEFT = 4
"""Characters before a gap that, seen before a certain one, make another certain."""


@dataclass(frozen=True, slots=True)
class _Spot:
    """A place in the text for a word, and how much better it reads with it than without, in nats."""

    start: int
    end: int
    gain: float


def restorations(text: str, *, garbled: bool) -> list[Edit]:
    """Return the changes that put cut-out words back into a page of Simplified text.

    ``garbled`` says that the page shows other damage, which halves the evidence needed.

    >>> page = "适合简单问的解决。\\n解决问的诚意。\\n应对才是解决问的关键。\\n他问的是路。"
    >>> [(e.raw_start, e.after) for e in restorations(page, garbled=True)]
    [(5, '题'), (13, '题'), (25, '题')]
    """
    needed = SPOTS - garbled
    cut = (
        [] if _TI_KEPT.search(text) else [_spot(text, m.end(), m.end(), "题") for m in _TI_CUT.finditer(text)]
    )
    cuts_words = sum(spot.gain >= STRONG for spot in cut) >= needed
    found: list[Edit] = []
    if cuts_words:
        found += [
            change("restored_word", spot.start, "", "题", CERTAIN if spot.gain >= STRONG else LIKELY)
            for spot in cut
            if spot.gain >= WEAK
        ]
    gaps = list(_calls(text))
    if cuts_words or sum(gap.confidence == CERTAIN for gap in gaps) >= needed:
        found += gaps
        found += _headings(text, gaps)
    return sorted(found, key=lambda e: e.raw_start)


def _calls(text: str) -> Iterator[Edit]:
    """Yield 电话 for each gap that only it can fill."""
    gaps = [_spot(text, m.start(), m.end(), "电话") for m in _GAP.finditer(text)]
    rivals = [_spot(text, gap.start, gap.end, RIVAL).gain for gap in gaps]
    dialled = [bool(_DIALLED.search(text, max(0, gap.start - 16), gap.start)) for gap in gaps]
    lefts = {text[gap.start - _LEFT : gap.start] for gap, dial in zip(gaps, dialled, strict=True) if dial}
    for gap, rival, dial in zip(gaps, rivals, dialled, strict=True):
        fits = gap.gain >= GAP_LEAST and gap.gain - rival >= GAP_LEAD
        if dial or fits or text[gap.start - _LEFT : gap.start] in lefts:
            yield change("restored_word", gap.start, " ", "电话", CERTAIN if dial else LIKELY)


def _headings(text: str, gaps: list[Edit]) -> Iterator[Edit]:
    """Yield 电话 for a numbered heading whose words the next line shows with it: 3.2 客服 above …电话客服…"""
    for heading in _NUMBERED.finditer(text):
        start, end = heading.span("next")
        if any(
            start <= gap.raw_start < end and text.startswith(heading["words"], gap.raw_end) for gap in gaps
        ):
            yield change("restored_word", heading.start("words"), "", "电话", LIKELY)


def _spot(text: str, start: int, end: int, word: str) -> _Spot:
    left = text[max(0, start - 5) : start]
    left = left[left.rfind("\n") + 1 :]
    right = text[end : end + 3].split("\n")[0] or "\n"
    return _Spot(start, end, _continuation(left, word + right) - _continuation(left, right))


def _continuation(left: str, right: str) -> float:
    """Return the log probability of ``right`` after ``left``; the end of a line reads as a full stop."""
    model = load_model()
    before, last = ([0, 0] + [model.symbol_id(char) for char in left if char != " "])[-2:]
    total = 0.0
    for char in right.replace("\n", "。"):
        symbol = model.symbol_id(char)
        total += model.log_probability(before, last, symbol)
        before, last = last, symbol
    return total
