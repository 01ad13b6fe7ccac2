"""Whether a page is garbled, which damage it shows and how sure that is; line by line and as a whole.

Good text holds each single sign too: a reading note after a hard character, a ``?`` in mid-sentence, a Greek
letter. So signs are weighed as evidence for or against, in nats, and a line borrows some of its page's evidence.
"""

import math
import re
from collections.abc import Sequence
from dataclasses import dataclass

from ingest.repair.characters import (
    HEADLESS_NOTE,
    NOTE,
    is_syllable,
    is_traditional,
    reads,
    reads_first,
    symbols,
)
from ingest.repair.gbk import CODES

BORROWED = 5.0
"""The most that the rest of the page can say for or against a line."""
PRIOR = -3.0
"""Most pages are sound."""

_SIGN = re.compile(r"[)）]|[?？][?？！!]|[\u0370-\u03ff\u0400-\u04ff\u3105-\u312f\u2550-\u25ff]")
"""What any garbled line shows; a line without is not looked at again."""
_HAN = "\u4e00-\u9fff"
_HEADLESS = re.compile(rf"(?<![(（a-zA-ZÀ-ǿ]){HEADLESS_NOTE.pattern}")
_GLUED = re.compile(rf"(?<=[{_HAN}])[@-~](?={NOTE.pattern})")
_MARKS = re.compile(rf"(?<=[{_HAN}])\?[?？！!,，。;；](?=[{_HAN}])")
_ODD = re.compile(rf"(?<=[{_HAN}?])[\u0391-\u03c9\u0401-\u0451\u3105-\u3129\u2550-\u25e5](?=[{_HAN}])")

WEIGHT_HEADLESS_AFTER_MARK = 8.0
WEIGHT_HEADLESS = 3.0
WEIGHT_GLUED = 5.0
WEIGHT_MARKS = 2.5
WEIGHT_ODD = 1.5
WEIGHT_NOTE = ((1200, 4.0), (2500, 2.0), (8000, 0.5))
"""A note's weight by the rank of its character: nobody explains how a common one is read."""
WEIGHT_OTHER_READING = -2.0
WEIGHT_TEXTBOOK_NOTE = -4.0


@dataclass(frozen=True, slots=True)
class Evidence:
    """The signs in one line: ``notes`` and ``slips`` are nats for that damage; ``textbook`` counts notes against it."""

    notes: float = 0.0
    slips: float = 0.0
    textbook: int = 0

    @property
    def total(self) -> float:
        """Nats for the line being garbled. A slip outweighs textbook notes: no textbook is cut between bytes."""
        return self.slips + self.notes


@dataclass(frozen=True, slots=True)
class Detected:
    """The judgement of a page: ``lines[i]`` is the probability that line ``i`` is garbled.

    ``kinds`` names the damage seen: ``note`` and ``slip``.
    """

    garbled: bool
    confidence: float
    kinds: tuple[str, ...]
    lines: tuple[float, ...]


def detect(text: str) -> Detected:
    """Return how sure it is that a page, and each of its lines, is garbled.

    >>> detect("面臨法律追償?shù)娘L(fēng)險(xiǎn)").garbled
    True
    >>> detect("重慶(Chóngqìng)是個大城市。真的嗎?yes!").garbled
    False
    """
    return judge([evidence(line) for line in text.split("\n")])


def judge(evidences: Sequence[Evidence]) -> Detected:
    """Return the judgement of a page from the evidence of its lines."""
    whole = sum(e.total for e in evidences)
    odds = []
    for e in evidences:
        borrowed = max(-BORROWED, min(BORROWED, whole - e.total))
        odds.append(e.total + borrowed + PRIOR if e.total or e.slips else -math.inf)
    kinds = tuple(
        kind
        for kind, nats in (
            ("note", sum(e.notes for e in evidences)),
            ("slip", sum(e.slips for e in evidences)),
        )
        if nats > -PRIOR
    )
    lines = tuple(_probability(odd) for odd in odds)
    confidence = max(lines, default=0.0)
    return Detected(confidence > 0.5, confidence, kinds, lines)


def evidence(line: str) -> Evidence:
    """Return the signs in one line."""
    if not _SIGN.search(line):
        return Evidence()
    notes = 0.0
    textbook = 0
    for note in NOTE.finditer(line):
        code = CODES.get(line[note.start() - 1], 0) if note.start() else 0
        if not reads(code, note[1]):
            continue
        if not is_traditional(code):
            textbook += 1
            notes += WEIGHT_TEXTBOOK_NOTE
        elif not reads_first(code, note[1]):
            notes += WEIGHT_OTHER_READING
        else:
            notes += _note_weight(symbols()[code])
    slips = 0.0
    for headless in _HEADLESS.finditer(line):
        if is_syllable(headless[1]):
            marked = line[headless.start() - 1 : headless.start()] == "?"
            slips += WEIGHT_HEADLESS_AFTER_MARK if marked else WEIGHT_HEADLESS
    slips += WEIGHT_GLUED * sum(is_syllable(glued[1]) for glued in _GLUED.finditer(line))
    slips += WEIGHT_MARKS * len(_MARKS.findall(line)) + WEIGHT_ODD * len(_ODD.findall(line))
    return Evidence(notes, slips, textbook)


def _note_weight(symbol: int) -> float:
    """The language model numbers its symbols by frequency."""
    return next(weight for rank, weight in WEIGHT_NOTE if symbol < rank)


def _probability(odds: float) -> float:
    return 1 / (1 + math.exp(-max(-40.0, min(40.0, odds))))
