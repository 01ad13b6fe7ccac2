"""Where a repaired page is still not to be trusted: numbers that lost a digit, words that were guessed, signs left unread.

Only a page that was garbled has such places; what looks like them on a sound page is what its author wrote.
"""

import re
from collections.abc import Iterator, Sequence

from ingest.provenance import Edit
from ingest.records import ArticleWarning
from ingest.repair import detect
from ingest.repair.channel import GAP, LOST_DIGIT
from ingest.repair.characters import HEADLESS_NOTE, is_syllable

DOUBTED = 0.5
"""Confidence below which a slip that was read again is told to the reader as a guess."""

_GARBLED = frozenset({"note", "slip", "punctuation_slip", LOST_DIGIT})
"""Steps that only a garbled page has."""
_SLIPS = frozenset({"slip", "punctuation_slip"})
_HAN = "\u4e00-\u9fff"
_NUMBER_PART = frozenset(f"0123456789.,%％?{GAP}")
_ASKS = re.compile(
    "吗|呢|么|多[少久长大高]|几|哪|如何|怎|是否|谁|为何|何时|吧|能不能|可不可|有没有|会不会|是不是|要不要|需不需"
)
_BEFORE_NUMBER = re.compile(rf"(?<=[{_HAN}])[?\ufffd](?=\d)")
_HEADLESS = re.compile(rf"(?<=[{_HAN}?\ufffd…]){HEADLESS_NOTE.pattern}[{_HAN}]*")
_ODD = re.compile(rf"(?<=[{_HAN}])[\u0370-\u052f\u2500-\u25a0\u3100-\u312f](?=[{_HAN}])")
"""Greek, Cyrillic, Bopomofo or a block amid Chinese: pairs read out of step."""
_SHOWN = 16
"""Characters of a guess that its warning quotes."""


def find_damage(text: str, edits: Sequence[Edit]) -> Iterator[ArticleWarning]:
    """Yield a warning for each place of ``text`` that the repair could not settle, with its span."""
    if not any(edit.step in _GARBLED for edit in edits) and not detect(text).garbled:
        return
    numbers = {span for edit in edits for span in _damaged(text, edit)}
    numbers |= {
        _number_at(text, *m.span()) for m in _BEFORE_NUMBER.finditer(text) if not _is_question(text, m)
    }
    for start, end in sorted(numbers):
        message = f"原网页的“{text[start:end]}”处可能缺了数字，不能当作准确数字。"
        yield ArticleWarning("damaged_number", message, start, end)
    for edit in edits:
        if edit.step in _SLIPS and edit.confidence < DOUBTED and edit.after:
            shown = edit.after if len(edit.after) <= _SHOWN else edit.after[:_SHOWN] + "…"
            message = f"原网页此处文字损坏，“{shown}”是推测的，可能有误。"
            yield ArticleWarning("uncertain_words", message, edit.clean_start, edit.clean_end)
    for start, end in _unread(text):
        yield ArticleWarning("unread_words", "原网页此处文字损坏，没能复原。", start, end)


def _damaged(text: str, edit: Edit) -> Iterator[tuple[int, int]]:
    """Yield the number that an edit shows to be incomplete, or leaves in doubt."""
    start, end = edit.clean_start, edit.clean_end
    if edit.step == LOST_DIGIT:
        yield _number_at(text, start, end)
    elif edit.step in _SLIPS and edit.confidence < DOUBTED:
        for number in re.finditer(r"\d+", text[max(0, start - 1) : end + 1]):
            yield _number_at(text, *(max(0, start - 1) + at for at in number.span()))


def _number_at(text: str, start: int, end: int) -> tuple[int, int]:
    """Return the span widened to the whole number that it touches, and its unit."""
    while start > 0 and text[start - 1] in _NUMBER_PART:
        start -= 1
    while end < len(text) and text[end] in _NUMBER_PART:
        end += 1
    return start, end + (text[end : end + 1] not in {"", "\n"})


def _is_question(text: str, mark: re.Match[str]) -> bool:
    """Say whether a ``?`` before a number ends a question, as in 要等多久?3天."""
    clause = re.split(r"[。！？!?；;，,\n]", text[max(0, mark.start() - 30) : mark.start()])[-1]
    return _ASKS.search(clause) is not None


def _unread(text: str) -> Iterator[tuple[int, int]]:
    """Yield the spans that still show the fault: half a note, a foreign letter, a mark cut out of two characters."""
    for note in _HEADLESS.finditer(text):
        before = text[text.rfind("\n", 0, note.start()) + 1 : note.start()]
        opened = sum(map(before.count, "(（")) > sum(map(before.count, ")）"))
        if not opened and (is_syllable(note[1]) or len(note[1]) > 1):
            yield note.span()
    for odd in _ODD.finditer(text):
        yield odd.span()
    start = 0
    for line in text.split("\n"):
        if "mark" in detect(line).kinds:
            yield start, start + len(line)
        start += len(line) + 1
