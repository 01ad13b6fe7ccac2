"""The fault itself: garble clean Simplified text the way those sites did, to test the repair against.

See docs/garbling.md for the five steps. A `Site` holds one site's habits; `garble` runs its pages through them and
remembers which true characters were misread, so that a repair can be scored spot by spot.
"""

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from random import Random
from typing import Literal

import opencc

from ingest.repair.characters import first_reading, is_traditional, plain, reads, symbols
from ingest.repair.gbk import CODES, LEADS, NARROW, PAIRS

KEPT_SIMPLIFIED = frozenset("后里于并范布只面制系云台余征松胡姜郁冬")
"""Characters that are Simplified and Traditional both, which some tables leave alone."""

UNSEEN = 1
"""Stands for what a site puts before a mark and nobody sees, unless a lone byte eats it instead of the mark."""
ASCII_OF_MARK = {mark: narrow for narrow, mark in NARROW.items() if narrow != "."} | {"。": "。", "、": "、"}

SlipKind = Literal["note", "mark"]


@dataclass(frozen=True, slots=True)
class Site:
    """One site's habits.

    ``table`` maps Simplified characters to Traditional; ``notes`` maps the listed Traditional ones to what is put in
    brackets after them; ``marks`` are the fullwidth marks that are replaced. ``mark_kept``: a lone byte before a mark
    eats something unseen and the mark shows, else it eats the mark. ``narrow``: marks show as ASCII.
    ``lone``: what a lone byte shows as, ``?`` or nothing; ``euro``: the same of the byte 80. ``note_times``: how often each note is put.
    """

    table: Mapping[str, str]
    notes: Mapping[str, str]
    marks: str = "，。！？；"
    mark_kept: bool = True
    narrow: bool = True
    lone: str = "?"
    euro: str = "€"
    note_times: int = 1


@dataclass(frozen=True, slots=True)
class Spot:
    """True characters ``start`` to ``end`` that were misread together.

    ``kinds`` says what cut them; ``lost`` counts the bytes that are neither shown nor fixed by a note beside them.
    """

    start: int
    end: int
    kinds: tuple[SlipKind, ...]
    lost: int


@dataclass(frozen=True, slots=True)
class Garbled:
    """What such a site shows for ``truth``, and the spots in it that were misread."""

    truth: str
    shown: str
    spots: tuple[Spot, ...]


@dataclass(slots=True)
class _Stream:
    """Bytes on their way through the site: their values, and the true character that each belongs to (-1 = inserted)."""

    values: bytearray
    owners: list[int] = field(default_factory=list)


def random_site(rng: Random, listed: int | None = None) -> Site:
    """Return a site with random habits; ``listed`` Traditional characters bear notes (None: a usual number)."""
    kept = {char for char in sorted(KEPT_SIMPLIFIED) if rng.random() < 0.7}
    table = {s: t for s, t in _full_table().items() if s not in kept}
    if listed is None:
        listed = rng.choice((0, 40, 200, 200, 1000, len(table)))
    # Sites list common characters; the table is in order of frequency.
    candidates = list(dict.fromkeys(table.values()))[: max(60, listed * 2)]
    chosen = rng.sample(candidates, min(listed, len(candidates)))
    toneless = rng.random() < 0.1
    notes = {}
    for char in chosen:
        if reading := first_reading(CODES[char]):
            notes[char] = plain(reading).replace("v", "ü") if toneless else reading
    usual = "，。！？；"
    marks = rng.choice(("", usual, usual, usual + "：、（）")) if notes else rng.choice((usual, usual + "："))
    return Site(
        table,
        notes,
        marks,
        mark_kept=rng.random() < 0.7,
        narrow=rng.random() < 0.7,
        euro=rng.choice(("€", "€", "")),
        lone="" if rng.random() < 0.1 else "?",
        note_times=2 if rng.random() < 0.05 else 1,
    )


def garble(truth: str, site: Site) -> Garbled:
    """Return what the site shows for one line of Simplified text.

    Raises:
        UnicodeEncodeError: the line holds a character that GBK has not.
    """
    stream = _encode(truth, site.table)
    cut: dict[int, SlipKind] = {}
    for char, note in sorted(site.notes.items(), key=lambda item: item[1], reverse=True):
        inserted = f"({note})".encode("gbk") * site.note_times
        _replace(stream, char.encode("gbk"), inserted, "note", cut)
    for mark in site.marks:
        shown = (ASCII_OF_MARK[mark] if site.narrow else mark).encode("gbk")
        inserted = bytes((UNSEEN, *shown)) if site.mark_kept else shown
        _replace(stream, mark.encode("gbk"), inserted, "mark", cut)
    text, whole, lost = _decode(stream, site)
    return Garbled(truth, text, tuple(_spots(len(truth), whole, lost, cut)))


def _full_table() -> dict[str, str]:
    """Return Simplified → Traditional, one for one, as far as GBK goes, common characters first."""
    chars = [char for char, code in CODES.items() if "一" <= char <= "龥"]
    chars.sort(key=lambda char: symbols()[CODES[char]])
    traditional = opencc.OpenCC("s2t").convert("\n".join(chars)).split("\n")
    table = {s: t for s, t in zip(chars, traditional, strict=True) if s != t and t in CODES}
    return table | {"着": "著"}


def _encode(truth: str, table: Mapping[str, str]) -> _Stream:
    stream = _Stream(bytearray())
    for i, char in enumerate(truth):
        encoded = table.get(char, char).encode("gbk")
        stream.values += encoded
        stream.owners += [i] * len(encoded)
    return stream


def _replace(
    stream: _Stream, target: bytes, inserted: bytes, kind: SlipKind, cut: dict[int, SlipKind]
) -> None:
    """Put ``inserted`` after (note) or for (mark) every ``target``, at any offset; note in ``cut`` where it hit a border."""
    values, owners = stream.values, stream.owners
    found: list[int] = []
    at = values.find(target)
    while at >= 0:
        found.append(at)
        at = values.find(target, at + len(target))
    for at in reversed(found):
        left, right = owners[at : at + 2]
        if left != right:
            cut[left] = cut[right] = kind
        border = at + 2 if kind == "note" else at
        owner = left if kind == "mark" and left == right else -1
        values[border : at + 2] = inserted
        owners[border : at + 2] = [-1 if value == UNSEEN else owner for value in inserted]


def _decode(stream: _Stream, site: Site) -> tuple[str, set[int], Counter[int]]:
    """Return what is shown, the true characters that are shown whole, and how many bytes of the others are lost."""
    values, owners = stream.values, stream.owners
    bytes_of = Counter(owners)
    shown: list[str] = []
    whole: set[int] = set()
    lost: Counter[int] = Counter()
    at = 0
    while at < len(values):
        first = values[at]
        second = values[at + 1] if at + 1 < len(values) else 0
        if first < 0x80:
            end, text = at + 1, chr(first) if first != UNSEEN else ""
        elif first == 0x80:
            end, text = at + 1, site.euro
            lost[owners[at]] += not site.euro
        elif second < 0x40:
            end, text = at + 2, site.lone
            if not (owners[at + 1 : end] == [-1] and _fixed_by_note(values, at)):
                lost.update(owners[at:end])
        else:
            end, text = at + 2, PAIRS.get(first << 8 | second, "")
            if not text:
                lost.update(owners[at:end])
        if len(set(owners[at:end])) == 1 and bytes_of[owners[at]] == end - at:
            whole.add(owners[at])
        shown.append(text)
        at = end
    return "".join(shown), whole, lost


def _fixed_by_note(values: bytearray, at: int) -> bool:
    """Say whether the byte at ``at`` is the only one that gives a Traditional character the note's reading."""
    if values[at + 1] != ord("(") or at == 0:
        return False
    note = values[at + 2 : values.index(0x29, at + 2)].decode("gbk")
    pairs = (values[at - 1] << 8 | byte for byte in LEADS)
    return sum(reads(pair, note) and is_traditional(pair) for pair in pairs) == 1


def _spots(length: int, whole: set[int], lost: Counter[int], cut: Mapping[int, SlipKind]) -> Iterator[Spot]:
    """Yield the runs of characters that are not shown whole."""
    end = 0
    while end < length:
        start = end
        while end < length and end not in whole:
            end += 1
        if end > start:
            kinds = tuple(cut[i] for i in range(start, end) if i in cut)
            yield Spot(start, end, kinds, sum(lost[i] for i in range(start, end)))
        end += 1
