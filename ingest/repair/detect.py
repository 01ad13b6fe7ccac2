"""Whether a page is garbled, which damage it shows and how sure that is; line by line and as a whole.

Good text holds each single sign too: a reading note after a hard character, a ``?`` in mid-sentence, a Greek
letter. So signs are weighed as evidence for or against, in nats, and a line borrows some of its page's evidence.
"""

import math
import re
from collections.abc import Sequence
from dataclasses import dataclass

from ingest.repair.channel import COST_UNKNOWN, Page
from ingest.repair.characters import (
    HEADLESS_NOTE,
    NOTE,
    is_polyphonic,
    is_syllable,
    is_traditional,
    plain,
    reads,
    reads_first,
    symbols,
)
from ingest.repair.gbk import CODES, FIRST_PAIR, LONE
from ingest.repair.model import UNKNOWN_ID, load_model
from ingest.repair.reread import reread
from ingest.repair.script import count_traditional, leans_traditional

PRIOR = -3.0
"""Most pages are sound."""
GARBLED = 0.5
"""Probability from which a line is repaired."""
BORROWED = 4.0
"""The most that the rest of the page can say for or against a line."""
TEXTBOOK_SHARE = 0.15
"""From this share of notes on characters that both scripts share, the notes are meant to teach."""

WEIGHT_NOTE = ((1200, 4.0), (2500, 2.0), (8000, 0.5))
"""A note's weight by the rank of its character: nobody explains how a common one is read."""
SPARSE = 3.0
"""Notes on fewer than one in so many Traditional characters of a line count for less."""
WEIGHT_POLYPHONE = 2.5
"""The most for a character of several readings, even in its usual one: alone it may be meant."""
WEIGHT_OTHER_READING = -2.0
"""A note with another reading than the usual one is there to say so."""
WEIGHT_TEXTBOOK = -8.0
WEIGHT_SLIP = 8.0
"""``?`` and a note without its bracket."""
WEIGHT_HEADLESS = 3.0
"""A note without its bracket, and nothing for the lone byte."""
WEIGHT_GLUED = 5.0
"""A note after a Latin letter that stands after a Chinese character."""
MOST_FOR_MARK = 10.0
"""The most that one spot of a cut mark can say."""
UNREADABLE = -7.0
"""Nats a character below which what follows a ``?`` may be misread."""

HARDLY_READABLE = -5.5
"""The same where another mark follows the ``?``, or on a line that is known to be garbled."""
PATIENCE = 20
"""Searches in a row that may fail on one line before it is left alone: no line takes for ever."""

_HAN = "\u4e00-\u9fff"
_FULL_MARKS = "\u3000-\u301f\uff01-\uff5e“”‘’…—·"
_SIGN = re.compile(rf"[)）]|[{LONE}](?=[^\s\x00-\x7f]|[?!,;:])")
"""What every garbled line shows; a line without is not looked at again."""
_HEADLESS = re.compile(rf"(?<![(（a-zA-ZÀ-ǿ]){HEADLESS_NOTE.pattern}")
_GLUED = re.compile(rf"(?<=[{_HAN}])[@-~](?={NOTE.pattern})")
_LONE = re.compile(
    rf"(?<=[{_HAN}{_FULL_MARKS}])[{LONE}](?P<marks>[?？！!,，。;；:：{LONE}]*)(?=[^\x00-\x7f\s])"
)
_CUT_SIGNS = ("?", "？", "！", "!")
"""Marks that hardly follow a ``?`` in mid-sentence, unless both were cut out of characters."""


@dataclass(frozen=True, slots=True)
class Evidence:
    """The signs in one line, in nats for each damage, and how many notes stand on shared characters."""

    note: float = 0.0
    slip: float = 0.0
    mark: float = 0.0
    textbook: int = 0
    dropped: int = 0

    @property
    def total(self) -> float:
        """Nats for the line being garbled."""
        return self.note + self.slip + self.mark


@dataclass(frozen=True, slots=True)
class Detected:
    """The judgement of a page: ``lines[i]`` is the probability that line ``i`` is garbled.

    ``kinds`` names the damage seen: ``note`` (reading notes put in), ``slip`` (notes between the bytes of
    characters), ``mark`` (marks cut out of characters).
    """

    garbled: bool
    confidence: float
    kinds: tuple[str, ...]
    lines: tuple[float, ...]


def detect(text: str) -> Detected:
    """Return how sure it is that a page, and each of its lines, is garbled.

    >>> detect("面臨法律追償?shù)娘L(fēng)險(xiǎn)").kinds
    ('note', 'slip')
    >>> detect("重慶(Chóngqìng)是個大城市。真的嗎?yes!").garbled
    False
    """
    return judge([evidence(line) for line in text.split("\n")])


def judge(evidences: Sequence[Evidence]) -> Detected:
    """Return the judgement of a page from the evidence of its lines."""
    whole = sum(e.total for e in evidences)
    lines = []
    for e in evidences:
        borrowed = max(-BORROWED, min(BORROWED, whole - e.total))
        lines.append(_probability(e.total + borrowed + PRIOR) if e != _NONE else 0.0)
    confidence = max(lines, default=0.0)
    kinds = tuple(kind for kind in ("note", "slip", "mark") if sum(getattr(e, kind) for e in evidences) > 0)
    return Detected(confidence > GARBLED, confidence, kinds if confidence > GARBLED else (), tuple(lines))


def evidence(line: str) -> Evidence:
    """Return the signs in one line."""
    if not _SIGN.search(line):
        return _NONE
    note, textbook = _note_evidence(line)
    slip, dropped = _slip_evidence(line)
    return Evidence(note, slip, _mark_evidence(line), textbook, dropped)


def _note_evidence(line: str) -> tuple[float, int]:
    nats = 0.0
    notes = textbook = 0
    sounds: dict[int, str] = {}
    for note in NOTE.finditer(line):
        code = CODES.get(line[note.start() - 1], 0) if note.start() else 0
        if not reads(code, note[1]):
            continue
        notes += 1
        sounds[code] = plain(note[1])
        if not is_traditional(code):
            textbook += 1
        elif reads_first(code, note[1]):
            weight = next((weight for rank, weight in WEIGHT_NOTE if symbols()[code] < rank), 0.0)
            nats += min(weight, WEIGHT_POLYPHONE) if is_polyphonic(code) else weight
        else:
            nats += WEIGHT_OTHER_READING
    if textbook > TEXTBOOK_SHARE * notes or _contrasts(sounds):
        return WEIGHT_TEXTBOOK, textbook
    if nats > 0:
        nats *= min(1.0, SPARSE * notes / (1 + count_traditional(line)))
    return nats, textbook


def _contrasts(sounds: dict[int, str]) -> bool:
    """Say whether a few notes are there to tell like-sounding characters apart: 買(mǎi)和賣(mài)."""
    return len(sounds) in (2, 3) and len(set(sounds.values())) == 1


def _slip_evidence(line: str) -> tuple[float, int]:
    nats = 0.0
    dropped = 0
    for headless in _HEADLESS.finditer(line):
        before = line[headless.start() - 1 : headless.start()]
        if before and is_syllable(headless[1]):
            if before in LONE:
                nats += WEIGHT_SLIP
            elif CODES.get(before, 0) >= FIRST_PAIR:
                nats += WEIGHT_HEADLESS
                dropped += 1
    return nats + WEIGHT_GLUED * sum(is_syllable(glued[1]) for glued in _GLUED.finditer(line)), dropped


def _mark_evidence(line: str) -> float:
    nats = 0.0
    end = failures = 0
    for lone in _LONE.finditer(line):
        if nats > MOST_FOR_MARK or failures > PATIENCE:
            break
        limit = HARDLY_READABLE if lone["marks"].startswith(_CUT_SIGNS) else UNREADABLE
        if lone.start() >= end and is_suspicious(line, lone.end(), limit):
            page = Page(traditional=leans_traditional(line) > 0)
            reading = reread(line, lone.start(), page, line[max(0, lone.start() - 8) : lone.start()])
            failures += 1
            if reading:
                nats += min(MOST_FOR_MARK, reading.margin)
                end, failures = reading.end, 0
    return nats


def is_suspicious(line: str, after: int, limit: float) -> bool:
    """Say whether the next few characters have less than ``limit`` nats each, so that they may be misread."""
    model = load_model()
    before = last = 0
    total = 0.0
    count = 0
    for char in line[after : after + 4]:
        code = CODES.get(char, 0)
        symbol = symbols()[code] if code >= FIRST_PAIR else model.symbol_id(char)
        total += model.log_probability(before, last, symbol) - (COST_UNKNOWN if symbol == UNKNOWN_ID else 0.0)
        before, last = last, symbol
        count += 1
    return total < count * limit


def _probability(odds: float) -> float:
    return 1 / (1 + math.exp(-max(-40.0, min(40.0, odds))))


_NONE = Evidence()
