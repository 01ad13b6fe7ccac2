"""The repair of a page: notes off, slips read again in step, the script made Simplified, lost words restored."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Literal

from ingest.repair.channel import Page
from ingest.repair.characters import HEADLESS_NOTE, NOTE, is_traditional, reads
from ingest.repair.confidence import confidence_of
from ingest.repair.detect import (
    GARBLED,
    HARDLY_READABLE,
    PATIENCE,
    Detected,
    Evidence,
    evidence,
    is_suspicious,
    judge,
)
from ingest.repair.edits import Edit, replay
from ingest.repair.gbk import CODES, LONE
from ingest.repair.layers import change, compose, numbered
from ingest.repair.reread import reread
from ingest.repair.restore import restorations
from ingest.repair.script import leans_traditional, to_mainland

Script = Literal["hans", "keep"]

MARGIN = 4.0
"""Nats by which a new reading must beat the crawl as it stands."""
MOST_ROUNDS = 5
"""Passes over one page after the first; two settle nearly all."""
SCRIPT_CONFIDENCE = 0.99
TRADITIONAL_WORDS = {"题": "題", "电话": "電話"}
CONTEXT = 8
"""Characters of the repaired line that the search is told."""
_MARKS = re.compile(rf"[?？！!,，。;；:：{LONE}]*")
_SPOT = re.compile(rf"(?<=.)(?:[{LONE}]|{HEADLESS_NOTE.pattern}|{NOTE.pattern})")


@dataclass(frozen=True, slots=True)
class Repaired:
    """A page as crawled, as repaired, what was changed, and why: ``replay(raw, edits) == clean``.

    Line N of ``clean`` is line N of ``raw``; only ``\\n`` ends a line.
    """

    raw: str
    clean: str
    edits: tuple[Edit, ...]
    detected: Detected


def repair(text: str, *, script: Script = "hans") -> Repaired:
    """Return the page with its garbling undone; good text passes untouched but for the script.

    >>> repair("小編導(dǎo)語(yǔ)\\n面臨法律追償?shù)娘L(fēng)險(xiǎn)").clean
    '小编导语\\n面临法律追偿的风险'
    """
    first = _round(text, script)
    latest, edits = first, first.edits
    # What a round makes readable may let the next one see more; sound pages need no second look.
    for _ in range(MOST_ROUNDS if first.suspected else 0):
        latest = _round(latest.clean, script)
        if not latest.edits:
            break
        edits = compose(text, edits, latest.edits, latest.clean)
    return Repaired(text, latest.clean, edits, first.detected)


@dataclass(frozen=True, slots=True)
class _Round:
    """What one pass over a page did; ``suspected``: some line showed a sign of damage."""

    clean: str
    edits: tuple[Edit, ...]
    detected: Detected
    suspected: bool


def _round(text: str, script: Script) -> _Round:
    lines = text.split("\n")
    evidences = [evidence(line) for line in lines]
    judgement = judge(evidences)
    edits: tuple[Edit, ...] = ()
    clean = text
    leans = leans_traditional(text)
    if judgement.garbled:
        edits = numbered(list(_ungarbled(lines, evidences, judgement, leans)))
        clean = replay(text, edits)
    simplified = to_mainland(clean, traditional=leans > 0)
    if script == "hans" and simplified != clean:
        edits = compose(text, edits, numbered(list(_script_changes(clean, simplified))), simplified)
        clean = simplified
    if restored := restorations(simplified, garbled=judgement.garbled):
        if script == "keep" and leans > 0:
            restored = [replace(e, after=TRADITIONAL_WORDS[e.after]) for e in restored]
        final = replay(clean, restored)
        edits = compose(text, edits, numbered(restored), final)
        clean = final
    suspected = any(e.step != "script" for e in edits) or any(e != Evidence() for e in evidences)
    return _Round(clean, edits, judgement, suspected)


def _script_changes(before: str, after: str) -> Iterator[Edit]:
    """Yield one change for each character that is written otherwise."""
    start = 0
    for line, converted in zip(before.split("\n"), after.split("\n"), strict=True):
        if line != converted:
            for i, (old, new) in enumerate(zip(line, converted, strict=True), start):
                if old != new:
                    yield change("script", i, old, new, SCRIPT_CONFIDENCE)
        start += len(line) + 1


def _ungarbled(
    lines: Sequence[str], evidences: Sequence[Evidence], judgement: Detected, page_leans: int
) -> Iterator[Edit]:
    """Yield the changes to the garbled lines of a page."""
    start = 0
    for line, garbled in zip(lines, judgement.lines, strict=True):
        if garbled > GARBLED:
            for e in _garbled_line(line, _page(line, page_leans, evidences)):
                yield replace(e, raw_start=e.raw_start + start, raw_end=e.raw_end + start)
        start += len(line) + 1


def _page(line: str, page_leans: int, evidences: Sequence[Evidence]) -> Page:
    leans = leans_traditional(line)
    return Page(
        traditional=(leans if abs(leans) > 2 else page_leans) >= 0,
        drops=sum(e.dropped for e in evidences) > 0,
    )


def _garbled_line(line: str, page: Page) -> Iterator[Edit]:
    """Yield the changes to one garbled line."""
    at = failures = 0
    done = ""  # the last characters of what was read so far
    while spot := _SPOT.search(line, at):
        start = spot.start()
        done = (done + line[at:start])[-CONTEXT:]
        at = start
        before = CODES.get(done[-1:], 0)
        if (note := NOTE.match(line, start)) and reads(before, note[1]):
            if is_traditional(before):
                yield change("note", start, note[0], "", 1.0)
            else:
                done += note[0]
            at = note.end()
            continue
        reading = None
        if failures <= PATIENCE and _promising(line, spot):
            reading = reread(line, start, page, done)
            failures += 1
        if reading and reading.margin > MARGIN:
            failures = 0
            for found in reading.changes:
                done = (done + line[at : found.start] + found.text)[-CONTEXT:]
                at = found.end
                confidence = confidence_of(reading, found)
                before_change = line[found.start : found.end]
                yield change(found.step, found.start, before_change, found.text, confidence)
        if at == start:
            done = (done + line[at])[-CONTEXT:]
            at += 1


def _promising(line: str, spot: re.Match[str]) -> bool:
    """Say whether a spot is worth a search: one with a note is, a bare ``?`` if what follows reads badly."""
    if spot[0] not in LONE or HEADLESS_NOTE.match(line, spot.end()) or NOTE.match(line, spot.end()):
        return True
    after = _MARKS.match(line, spot.end())
    end = after.end() if after else spot.end()
    return end == len(line) or is_suspicious(line, end, HARDLY_READABLE)
