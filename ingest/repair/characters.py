"""What is known of single characters: their readings, their script, and the symbol the language model knows them by."""

import re
import unicodedata
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import opencc

from ingest.repair.gbk import CODES, PAIRS
from ingest.repair.model import load_model

READINGS_FILE = Path(__file__).with_name("readings.txt")
"""One reading a line, then every GBK character that has it; built from pypinyin by ``build_readings``."""

_LETTERS = "a-zêɑɡāáǎàēéěèīíǐìōóǒòūúǔùǖǘǚǜüńňǹḿ"
NOTE = re.compile(rf"[(（]([{_LETTERS}]{{1,6}})[)）]")
HEADLESS_NOTE = re.compile(rf"([{_LETTERS}]{{1,6}})[)）]")


def plain(reading: str) -> str:
    """Return a reading without its tone, ``v`` for ü, so that notes of all sites compare.

    >>> plain("lǜ"), plain("shì"), plain("lv")
    ('lv', 'shi', 'lv')
    """
    bare: list[str] = []
    for char in unicodedata.normalize("NFD", reading.replace("ɑ", "a").replace("ɡ", "g")):
        if char == "\u0308":
            bare[-1] = "v"
        elif not unicodedata.combining(char):
            bare.append(char)
    return "".join(bare)


@dataclass(frozen=True, slots=True)
class _Readings:
    """All readings of a character's code, its first one (also by its full name), and the syllables there are; each also without its tone."""

    every: dict[int, frozenset[str]]
    first: dict[int, frozenset[str]]
    named: dict[int, str]
    syllables: frozenset[str]


@lru_cache(maxsize=1)
def _readings() -> _Readings:
    every: dict[int, set[str]] = {}
    first: dict[int, frozenset[str]] = {}
    named: dict[int, str] = {}
    syllables: set[str] = set()
    for line in READINGS_FILE.read_text(encoding="utf-8").splitlines():
        reading, chars = line.split(" ", 1)
        forms = frozenset((reading, plain(reading), plain(reading).replace("v", "ü")))
        syllables |= forms
        foremost, other = chars.split("|")
        for char in foremost:
            first[CODES[char]] = forms
            named[CODES[char]] = reading
        for char in foremost + other:
            every.setdefault(CODES[char], set()).update(forms)
    return _Readings(
        {code: frozenset(forms) for code, forms in every.items()}, first, named, frozenset(syllables)
    )


def first_reading(code: int) -> str | None:
    """Return the reading that a table of one reading a character would give, with its tone."""
    return _readings().named.get(code)


def is_syllable(note: str) -> bool:
    """Say whether some character is read so.

    >>> is_syllable("qū"), is_syllable("ai"), is_syllable("abc")
    (True, True, False)
    """
    return _note_form(note) in _readings().syllables


def reads(code: int, note: str) -> bool:
    """Say whether the character of this GBK code can be read as the note says, its tone left out or right.

    >>> reads(CODES["導"], "dǎo"), reads(CODES["導"], "dao"), reads(CODES["導"], "yǔ")
    (True, True, False)
    """
    return _note_form(note) in _readings().every.get(code, ())


def reads_first(code: int, note: str) -> bool:
    """Say whether the note is the reading that a table of one reading a character would give."""
    return _note_form(note) in _readings().first.get(code, ())


def is_polyphonic(code: int) -> bool:
    """Say whether the character has more than one reading."""
    readings = _readings()
    return readings.every.get(code, frozenset()) != readings.first.get(code, frozenset())


@lru_cache(maxsize=4096)
def _note_form(note: str) -> str:
    return note.replace("ɑ", "a").replace("ɡ", "g")


_LEFT_BY_OPENCC = {"著": "着", "祇": "只", "甦": "苏", "暱": "昵"}
"""Traditional in most texts, but also words of their own, so that OpenCC's table of characters leaves them."""


@lru_cache(maxsize=1)
def _scripts() -> tuple[dict[int, str], frozenset[int], frozenset[int]]:
    codes = [code for code, char in PAIRS.items() if "\u4e00" <= char <= "\u9fff"]
    lines = "\n".join(PAIRS[code] for code in codes)
    simplified = opencc.OpenCC("t2s").convert(lines).split("\n")
    traditional = opencc.OpenCC("s2t").convert(lines).split("\n")
    folded = {code: s for code, s in zip(codes, simplified, strict=True) if s != PAIRS[code]}
    folded |= {CODES[char]: s for char, s in _LEFT_BY_OPENCC.items()}
    only_simplified = frozenset(
        code for code, t in zip(codes, traditional, strict=True) if t != PAIRS[code] and code not in folded
    )
    return folded, frozenset(folded), only_simplified


def simplified_char(code: int) -> str:
    """Return the character of a code in Simplified script."""
    return _scripts()[0].get(code) or PAIRS[code]


def is_traditional(code: int) -> bool:
    """Say whether the character is written otherwise in Simplified script."""
    return code in _scripts()[1]


def is_only_simplified(code: int) -> bool:
    """Say whether the character is written otherwise in Traditional script."""
    return code in _scripts()[2]


@lru_cache(maxsize=1)
def symbols() -> dict[int, int]:
    """Return the language model's symbol of every GBK code, folded to Simplified."""
    model = load_model()
    return {code: model.symbol_id(simplified_char(code)) for code in PAIRS}
