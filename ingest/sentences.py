"""Split a stretch of text into sentences with exact spans."""

import re
from collections.abc import Iterator

MAX_CHARS = 120
"""A sentence of twice this length is cut again at a comma, failing that at a blank, failing that anywhere."""

_PAIRS = {"“": "”", "‘": "’", "「": "」", "『": "』", "《": "》", "（": "）", "(": ")", "【": "】", "[": "]"}
_CLOSERS = "".join(_PAIRS.values()) + "\"'"
_MAX_BRACKET_CHARS = 160
_URL = re.compile(r"https?://[\w./?&=%#:+~@,;!$*-]+|www\.[\w./?&=%#:+~-]+", re.ASCII)
_END = "。！？!?；;"
_MIN_CHARS = 4
_REFERS_BACK = re.compile(
    r"(?:\d{1,2}[.、)]\s*|[-•*·]\s*)?(?:这|此(?!外|次)|该|其(?!实|他|它|余|次)|上述|以上)"
)


def split_sentences(text: str, start: int, end: int) -> list[tuple[int, int]]:
    """Return the spans of the sentences in ``text[start:end]``, in order, without the blanks between them.

    A sentence ends at 。！？!?；; or at the end of a line, never within quotes, brackets, a number or an address, but none
    is longer than ``2 * MAX_CHARS``.

    >>> text = "逾期后怎么办？先联系“客服！”再还款。"
    >>> [text[start:end] for start, end in split_sentences(text, 0, len(text))]
    ['逾期后怎么办？', '先联系“客服！”再还款。']
    """
    spans: list[tuple[int, int]] = []
    for line_start, line_end in _lines(text, start, end):
        at = line_start
        for stop in [*_stops(text, line_start, line_end), line_end]:
            span = _stripped(text, at, stop)
            if span and spans and at > line_start and _is_scrap(text, span):
                spans[-1] = (spans[-1][0], span[1])
            elif span:
                spans += _shortened(text, *span)
            at = stop
    return spans


def _lines(text: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    while start < end:
        stop = text.find("\n", start, end)
        stop = end if stop < 0 else stop
        yield start, stop
        start = stop + 1


def _stops(text: str, start: int, end: int) -> Iterator[int]:
    """Yield the offsets behind each sentence end in one line."""
    protected = _protected(text, start, end)
    at = start
    while at < end:
        if text[at] not in _END or at in protected:
            at += 1
            continue
        while at < end and text[at] in _END + "…" and at not in protected:
            at += 1
        while at < end and text[at] in _CLOSERS:
            at += 1
        if at < end:
            yield at


def _protected(text: str, start: int, end: int) -> set[int]:
    """Return the offsets inside quotes, brackets and addresses; an unclosed or overlong bracket protects nothing."""
    protected: set[int] = set()
    for match in _URL.finditer(text, start, end):
        protected.update(range(*match.span()))
    at = start
    while at < end:
        closer = _PAIRS.get(text[at])
        close = text.find(closer, at + 1, min(end, at + _MAX_BRACKET_CHARS)) if closer else -1
        if close >= 0:
            protected.update(range(at, close + 1))
            at = close
        at += 1
    return protected


def _shortened(text: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    """Yield a sentence whole, or cut at the comma or blank nearest its middle until the parts are short enough."""
    if end - start <= MAX_CHARS * 2:
        yield start, end
        return
    protected = _protected(text, start, end)
    inside = [i for i in range(start + _MIN_CHARS, end - _MIN_CHARS) if i not in protected]
    cuts = [i + 1 for i in inside if text[i] in "，,、"] or [i + 1 for i in inside if text[i].isspace()]
    middle = (start + end) // 2
    cut = min(cuts, key=lambda i: abs(i - middle), default=middle)
    for part in ((start, cut), (cut, end)):
        if span := _stripped(text, *part):
            yield from _shortened(text, *span)


def _is_scrap(text: str, span: tuple[int, int]) -> bool:
    """Whether a span holds too little to stand alone: closing marks, or a word or two."""
    return sum(character.isalnum() for character in text[span[0] : span[1]]) < _MIN_CHARS - 1


def _stripped(text: str, start: int, end: int) -> tuple[int, int] | None:
    while start < end and text[start].isspace():
        start += 1
    while start < end and text[end - 1].isspace():
        end -= 1
    return (start, end) if start < end else None


def refers_back(sentence: str) -> bool:
    """Return whether the folded ``sentence`` begins with 这, 此, 该 or 其, which stand for something said before it.

    >>> refers_back("此类形式适合急事"), refers_back("其他方式")
    (True, False)
    """
    return _REFERS_BACK.match(sentence) is not None
