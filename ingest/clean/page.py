"""The page as cleaning sees it: its text so far, line by line, and the edits that lead back to the crawl."""

import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache

from ingest.extract import Hint
from ingest.provenance import Change, Edit, apply, compose, replay
from ingest.repair import raw_to_clean

BLANKS = " \t\r\f\v\u00a0\u3000\ufeff\u200b\u200c\u200d\u2028\u2029\x85\xad"
SENTENCE_END = re.compile(r"[。！？!?；;…][”’」』）)\"']*$")
_SENTENCE = re.compile(r"[^。！？!?；;]*[。！？!?；;]+[”’」』）)\"']*|[^。！？!?；;]+")
MAX_BLANKS = 16
"""Blanks in a row that may mean something, an indent or a column; a page may hold thousands, which say no more."""
_BLANKS_IN_A_ROW = re.compile(rf"(?:[^\S\n]|[{BLANKS}]){{{MAX_BLANKS + 1},}}")
CACHED_LINES = 2048
"""Every rule looks at every line again; the lines of a page or two are worth remembering."""

_NOT_WORD = re.compile(r"[^0-9a-z\u3400-\u9fff]+")


@dataclass(frozen=True)
class Line:
    """One line of the page: ``page.text[start:end] == text``; never empty once blanks are gone."""

    start: int
    end: int
    text: str
    hint: Hint | None = None

    @cached_property
    def plain(self) -> str:
        """Its letters, digits and hanzi in lower case: for comparing, and for matching set phrases."""
        return plain(self.text)

    @cached_property
    def is_prose(self) -> bool:
        """Whether the line is running text: long enough, and punctuated as such."""
        clauses = len(re.findall("[，,。；;：:]", self.text))
        if len(self.text) < 30:
            return len(self.text) >= 14 and self.text[-1] in "。！!；;" and clauses >= 2
        return SENTENCE_END.search(self.text) is not None or clauses >= 2

    def sentences(self) -> Iterator[tuple[int, int]]:
        """Yield the spans of the line's sentences in the page."""
        for match in _SENTENCE.finditer(self.text):
            yield self.start + match.start(), self.start + match.end()


@dataclass(frozen=True)
class Page:
    """A page part-way through cleaning: ``replay(raw, edits) == text``, where ``raw`` is the repaired page.

    ``hints`` are keyed by the offset at which their line begins.
    """

    raw: str
    edits: tuple[Edit, ...]
    text: str
    hints: Mapping[int, Hint]

    @cached_property
    def lines(self) -> tuple[Line, ...]:
        """The lines of the text in order."""
        lines: list[Line] = []
        start = 0
        for text in self.text.split("\n"):
            lines.append(Line(start, start + len(text), text, self.hints.get(start)))
            start += len(text) + 1
        return tuple(lines)

    def change(self, changes: Iterable[Change]) -> "Page":
        """Return the page with ``changes`` made; a line that is deleted whole takes its newline along."""
        wanted = list(changes)
        if not wanted:
            return self
        edits = apply(self.text, _with_newlines(self.lines, wanted))
        hints: dict[int, Hint] = {}
        for line in self.lines:
            if line.hint:
                start, end = raw_to_clean(edits, line.start, line.end)
                if start < end:
                    hints[start] = line.hint
        return Page(self.raw, compose(self.raw, self.edits, edits), replay(self.text, edits), hints)


@lru_cache(CACHED_LINES)
def plain(text: str) -> str:
    """Return the letters, digits and hanzi of ``text``, in lower case and ordinary width.

    >>> plain("打开APP,体验更佳！")
    '打开app体验更佳'
    """
    return _NOT_WORD.sub("", unicodedata.normalize("NFKC", text).lower())


def long_blanks(page: Page) -> Iterator[Change]:
    """Yield all but the first of very many blanks in a row (rule trim); the break of a page among them stays."""
    for match in _BLANKS_IN_A_ROW.finditer(page.text):
        start = match.start() + MAX_BLANKS
        yield Change("trim", start, match.end(), "\f" if "\f" in page.text[start : match.end()] else "")


def without_blanks(page: Page) -> Page:
    """Return the page with blank lines (rule blank) and blanks around lines (rule trim) removed."""
    changes: list[Change] = []
    for line in page.lines:
        stripped = line.text.strip(BLANKS)
        if not stripped:
            changes.append(Change("blank", line.start, line.end))
            continue
        at = line.start + line.text.index(stripped)
        changes += (Change("trim", line.start, at), Change("trim", at + len(stripped), line.end))
    return page.change(c for c in changes if c.start < c.end or c.step == "blank")


def _with_newlines(lines: Sequence[Line], changes: Sequence[Change]) -> list[Change]:
    """Widen the deletions of whole lines by one newline each: the one before, or for leading lines the one after."""
    whole = {(c.start, c.end): c for c in changes if not c.after}
    widened: list[Change] = []
    kept_before = False
    for line in lines:
        change = whole.pop((line.start, line.end), None)
        if change is None:
            kept_before = True
            continue
        start = line.start - kept_before
        end = line.end if kept_before or line is lines[-1] else line.end + 1
        widened.append(Change(change.step, start, end, "", change.confidence))
    return widened + [c for c in changes if c.after or (c.start, c.end) in whole]
