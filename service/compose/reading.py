"""Reading what an LLM writes, as it comes: sentences and the numbers that each cites, in whatever form."""

import json
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

_THOUGHT = ("<think>", "</think>")
_JSON = re.compile(r"\s*(?:```(?:json)?\s*)?(?:\{|\[\s*\{)")
_OBJECT = re.compile(r"\{[^{}]*\}")
_OPENING = re.compile(r"\s*(?:`{0,3}|```\w*\s*)(?:\[\s*)?")
_NUMBERS = re.compile(r"\s*\d+(?:\s*[,，、]\s*\d+)*\s*")
_NOISE = re.compile(r"^(?:(?:[-*•#>]|[(（]?\d+[.、)）]|(?:回答|答)[:：])\s*)+")
_ENDS = "。!?！？;；"
_CONTINUING = ",，、:：—"
_CLOSING = "”」』’）)"
_MAX_MARKER_CHARS = 24


@dataclass(frozen=True, slots=True)
class Claim:
    """One sentence as the LLM wrote it, without marks, and the numbers it cites, in their order."""

    text: str
    numbers: tuple[int, ...]


def read_claims(pieces: Iterable[str]) -> Iterator[Claim]:
    """Yield the sentences of a draft as soon as each is whole: JSON by the schema, or text with markers like ``[2]``.

    Thinking aloud is left out. A draft cut short yields what was whole; the rest of a text is its last sentence.

    >>> list(read_claims(["会影响信用[1]。还会产", "生罚息[2,3]。"]))
    [Claim(text='会影响信用', numbers=(1,)), Claim(text='还会产生罚息', numbers=(2, 3))]
    >>> list(read_claims(['{"sentences": [{"text": "会影响信用。", "sources": [1]}']))
    [Claim(text='会影响信用', numbers=(1,))]
    """
    buffer = ""
    reader: _JsonReader | _TextReader | None = None
    for piece in pieces:
        if reader is not None:
            yield from reader.feed(piece)
            continue
        buffer = _after_thought(buffer + piece)
        if not _THOUGHT[0].startswith(buffer.lstrip()[: len(_THOUGHT[0])]) and not _OPENING.fullmatch(buffer):
            reader = _JsonReader() if _JSON.match(buffer) else _TextReader()
            yield from reader.feed(buffer)
    if reader is not None:
        yield from reader.end()


def _after_thought(text: str) -> str:
    """Return what follows the thinking aloud that ``text`` begins with; ``text`` where that has not ended."""
    begin, end = _THOUGHT
    return text.partition(end)[2] if text.lstrip().startswith(begin) and end in text else text


@dataclass(slots=True)
class _JsonReader:
    """Yields each innermost object that has words and numbers, once it is closed."""

    _buffer: str = ""

    def feed(self, text: str) -> Iterator[Claim]:
        self._buffer += text
        while match := _OBJECT.search(self._buffer):
            self._buffer = self._buffer[match.end() :]
            yield from _claims_of(match.group())

    def end(self) -> Iterator[Claim]:
        return iter(())


def _claims_of(written: str) -> Iterator[Claim]:
    """Yield the sentences of one JSON object; a marker inside the words counts before the object's own numbers."""
    try:
        fields = json.loads(written)
    except ValueError:
        return
    words = next((fields[name] for name in ("text", "sentence", "answer") if name in fields), None)
    numbers = next((fields[name] for name in ("sources", "citations") if name in fields), None)
    if not isinstance(words, str) or not isinstance(numbers, list):
        return
    own = tuple(dict.fromkeys(n for n in numbers if type(n) is int))
    reader = _TextReader()
    for claim in (*reader.feed(words), *reader.end()):
        yield Claim(claim.text, claim.numbers or own)


@dataclass(slots=True)
class _TextReader:
    """Cuts text into sentences and gives each its markers: before it, inside, or behind its full stop.

    A sentence without a marker takes those of the next sentence of its line that has some: writers often cite once
    for several sentences. Whether the source carries them all is for the verification to say.
    """

    _words: str = ""
    _numbers: list[int] = field(default_factory=list)
    _ended: bool = False  # the sentence at hand has its full stop; a marker may still follow
    _leads: bool = False  # on this line markers stand before their sentence
    _just_cited: bool = False  # nothing but spaces since the last marker
    _uncited: list[str] = field(default_factory=list)
    _marker: str | None = None

    def feed(self, text: str) -> Iterator[Claim]:
        for char in text:
            if self._marker is not None:
                yield from self._in_marker(char)
            elif char in "[【":
                self._marker = ""
            else:
                yield from self._plain(char)

    def end(self) -> Iterator[Claim]:
        yield from self._line_end()

    def _in_marker(self, char: str) -> Iterator[Claim]:
        inside = self._marker or ""
        closed = char in "]】"
        if not closed and len(inside) < _MAX_MARKER_CHARS:
            self._marker = inside + char
            return
        self._marker = None
        if closed and _NUMBERS.fullmatch(inside):
            yield from self._cite([int(n) for n in re.findall(r"\d+", inside)])
            return
        for other in f"[{inside}{char}":
            yield from self._plain(other)

    def _cite(self, numbers: list[int]) -> Iterator[Claim]:
        if self._ended and self._leads:
            yield from self._next_sentence()
        self._leads = self._leads or not _bare(self._words)
        self._numbers += numbers
        self._just_cited = True

    def _plain(self, char: str) -> Iterator[Claim]:
        if char == "\n":
            yield from self._line_end()
        elif char in _ENDS:
            self._ended = self._ended or bool(_bare(self._words))
        elif self._ended and (char.isspace() or char in _CLOSING):
            return
        else:
            cited_behind = self._just_cited and not self._leads and char not in _CONTINUING
            if not char.isspace():
                if self._ended or cited_behind:
                    yield from self._next_sentence()
                self._just_cited = False
            self._words += char

    def _next_sentence(self) -> Iterator[Claim]:
        """Yield the sentence at hand, and those that waited for a marker, if it has one; else let it wait too."""
        if _bare(self._words):
            self._uncited.append(_bare(self._words))
        if self._numbers:
            yield from self._all_with(tuple(dict.fromkeys(self._numbers)))
        self._words, self._numbers, self._ended, self._just_cited = "", [], False, False

    def _line_end(self) -> Iterator[Claim]:
        yield from self._next_sentence()
        yield from self._all_with(())
        self._leads = False

    def _all_with(self, numbers: tuple[int, ...]) -> Iterator[Claim]:
        yield from (Claim(text, numbers) for text in self._uncited)
        self._uncited = []


def _bare(words: str) -> str:
    """Return ``words`` without list marks, bold marks and the label of an answer."""
    return _NOISE.sub("", words.replace("**", "").strip()).strip()
