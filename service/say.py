"""The answer as the reader gets it: sentences with markers, citations numbered by first use, offsets exact."""

import re
from bisect import bisect_left, bisect_right
from operator import attrgetter

from service import messages
from service.compose import DraftSentence
from service.query.script import Script, to_script
from service.schema import AnswerSentence, AnswerWarning, Citation, CleanSpan, RawSpan
from service.sources import Source
from service.verify import Verdict

_TAIL = re.compile(r"[。.!！?？;；:：,，、\s]*$")
_raw_start, _raw_end = attrgetter("raw_start"), attrgetter("raw_end")
_clean_start, _clean_end = attrgetter("clean_start"), attrgetter("clean_end")
_KEEP = {"!": "!", "！": "！", "?": "?", "？": "？", ":": ":", "：": "："}

_OF_THE_QUOTE = frozenset({"unnamed_lender_number", "damaged_number", "uncertain_words", "unread_words"})
"""Warnings of the article that a reader of the quote is told in the same words."""


class Writer:
    """Builds the answer sentence by sentence. Everything it is given is Simplified; everything it holds is in ``script``."""

    def __init__(self, script: Script) -> None:
        self._script = script
        self._number: dict[tuple[str, int, int], int] = {}
        self.text = ""
        self.sentences: list[AnswerSentence] = []
        self.citations: list[Citation] = []
        self.warnings: list[AnswerWarning] = []

    def remark(self, text: str) -> None:
        """Add a sentence of the service's own, which claims nothing about loans and so cites nothing."""
        self.text += ("\n" if self.text else "") + to_script(text, self._script)

    def add(self, draft: DraftSentence, verdict: Verdict) -> AnswerSentence:
        """Add a verified sentence with its citations and return it."""
        numbers = sorted({self._cite(source) for source in draft.sources})
        body = _TAIL.sub("", draft.text.strip())
        tail = draft.text.strip()[len(body) :].strip()
        end = _KEEP.get(tail[:1], "。")
        spoken = to_script(draft.lead + body, self._script) + "".join(f"[{n}]" for n in numbers) + end
        if self.text and (draft.item or not self.sentences or self._last_introduced()):
            self.text += "\n"
        start = len(self.text)
        self.text += spoken
        sentence = AnswerSentence(
            text=spoken,
            start=start,
            end=len(self.text),
            support=verdict.support,
            score=verdict.score,
            citations=numbers,
            why=verdict.why,
        )
        self.sentences.append(sentence)
        return sentence

    def warn(self, code: str, message: str, n: int | None = None) -> AnswerWarning | None:
        """Add a caveat once and return it; None where it was given before."""
        warning = AnswerWarning(code=code, message=to_script(message, self._script), n=n)
        if warning in self.warnings:
            return None
        self.warnings.append(warning)
        return warning

    def _last_introduced(self) -> bool:
        return self.text.endswith((":", "："))

    def _cite(self, source: Source) -> int:
        """Return the number of the citation of ``source``, adding it on first use."""
        key = (source.article.article_id, source.start, source.end)
        if key in self._number:
            return self._number[key]
        n = self._number[key] = len(self.citations) + 1
        self.citations.append(citation_of(source, n))
        for code, message in caveats(source):
            self.warn(code, message, n)
        return n


def citation_of(source: Source, n: int) -> Citation:
    """Return the citation number ``n`` of ``source``, with its spans in the cleaned article and in the crawled file."""
    article = source.article
    raw_start, raw_end = article.raw_span(source.start, source.end)
    return Citation(
        n=n,
        article_id=article.article_id,
        passage_id=source.passage.passage_id,
        title=article.title,
        heading=list(source.passage.heading),
        url=article.url,
        published=article.published,
        product=list(source.passage.product),
        quote=source.text,
        clean=CleanSpan(start=source.start, end=source.end),
        raw=RawSpan(path=article.raw.path, sha256=article.raw.sha256, start=raw_start, end=raw_end),
        # Edits lie one behind the other: those that begin before the end, less those that end before the start.
        repaired=bisect_left(article.edits, raw_end, key=_raw_start)
        - bisect_right(article.edits, raw_start, key=_raw_end),
    )


def caveats(source: Source) -> list[tuple[str, str]]:
    """Return ``(code, message)`` of what a reader of the quote must know."""
    found: list[tuple[str, str]] = []
    for warning in source.warnings:
        if warning.code == "example_number":
            found.append((warning.code, messages.EXAMPLE_NUMBER))
        elif warning.code in _OF_THE_QUOTE:
            found.append((warning.code, warning.message))
    if source.nameless:
        found.append(("unnamed_lender", messages.UNNAMED_LENDER))
    elif "通用" in source.passage.product:
        found.append(("general_advice", messages.GENERAL))
    edits = source.article.edits
    first = bisect_left(edits, source.start, key=_clean_start)
    inside = edits[first : bisect_right(edits, source.end, key=_clean_end)]
    restored = [edit.after.strip() for edit in inside if edit.step.startswith("restore")]
    if restored:
        found.append(("restored_words", messages.RESTORED.format(words="、".join(dict.fromkeys(restored)))))
    return found
