"""How likely a run of Simplified Chinese is: character trigrams with back-off, read from one small file.

The model ranks what bytes alone cannot decide. It reads *folded* symbols (see `fold_symbol`), so Traditional
candidates must be folded to Simplified before they are looked up.
"""

import struct
from array import array
from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

MODEL_FILE = Path(__file__).with_name("model.bin")
MAGIC = b"zhlm1\0\0\0"
PROB_STEP = 0.08
"""Nats per step of a stored probability; 255 steps reach e^-20."""
HASH_MULTIPLIER = 0x9E3779B97F4A7C15
BOUNDARY = "\x02"
"""The symbol before the first character of a line."""
UNKNOWN_ID = 1
BITS = 14
MASK64 = 0xFFFFFFFFFFFFFFFF

_FOLDED = {
    "，": ",", "！": "!", "？": "?", "；": ";", "：": ":", "（": "(", "）": ")", "\u3000": " ", "\t": " ",
    "「": "“", "」": "”", "『": "“", "』": "”", "‘": "“", "’": "”", '"': "“", "'": "“", "．": ".", "％": "%", "〈": "《", "〉": "》",
}  # fmt: skip


def fold_symbol(char: str) -> str:
    """Return the symbol that stands for a character: one for all digits, one for Latin letters, one width.

    >>> "".join(map(fold_symbol, "第３条（a）"))
    '第0条(a)'
    """
    if char >= "\u4e00":
        if char >= "\uff10" and char <= "\uff5a":
            return "0" if char <= "\uff19" else "a" if char.isalpha() else _FOLDED.get(char, char)
        return _FOLDED.get(char, char)
    if char.isdigit():
        return "0"
    if char.isascii() and char.isalpha():
        return "a"
    return _FOLDED.get(char, char)


@dataclass(frozen=True, slots=True)
class Header:
    """Sizes of the parts of the file: symbols, bytes of their text, slots of the three tables."""

    symbols: int
    symbol_bytes: int
    bigram_slots: int
    trigram_slots: int
    context_slots: int


def pack_header(header: Header) -> bytes:
    """Return the first bytes of the file."""
    return MAGIC + struct.pack(
        "<5I",
        header.symbols,
        header.symbol_bytes,
        header.bigram_slots,
        header.trigram_slots,
        header.context_slots,
    )


class LanguageModel:
    """Log probabilities of one symbol after two others; symbols are small integers from `symbol_id`."""

    def __init__(self, path: Path = MODEL_FILE) -> None:
        data = path.read_bytes()
        if data[:8] != MAGIC:
            raise ValueError(
                f"{path}: not a language model of this version; build it with ingest.repair.build_model"
            )
        header = Header(*struct.unpack_from("<5I", data, 8))
        at = 28 + header.symbol_bytes
        self._ids = {symbol: i for i, symbol in enumerate(data[28:at].decode())}
        self._unigram = data[at : at + header.symbols]
        at += header.symbols
        self._backoff = data[at : at + header.symbols]
        at += header.symbols
        tables = []
        for slots in (header.bigram_slots, header.trigram_slots, header.context_slots):
            fingerprints = array("H")
            fingerprints.frombytes(data[at : at + 2 * slots])
            at += 2 * slots
            tables.append((fingerprints, data[at : at + slots]))
            at += slots
        self._bigrams, self._trigrams, self._contexts = tables
        self.log_probability = lru_cache(maxsize=1 << 17)(self._log_probability)
        self._penalty = lru_cache(maxsize=1 << 14)(self._penalty_of)
        self._after = lru_cache(maxsize=1 << 16)(self._cost_after)

    def symbol_id(self, char: str) -> int:
        """Return the number of a (folded, Simplified) character; unknown ones share a number."""
        return self._ids.get(fold_symbol(char), UNKNOWN_ID)

    def _log_probability(self, before: int, last: int, symbol: int) -> float:
        """Return ln P(symbol | before, last)."""
        penalty = self._penalty(before << BITS | last)
        if penalty < 0:
            # Trigrams are kept with their context, so none begins with these two.
            return -PROB_STEP * self._after(last << BITS | symbol)
        cost = _find(self._trigrams, (before << BITS | last) << BITS | symbol)
        return -PROB_STEP * (cost if cost >= 0 else penalty + self._after(last << BITS | symbol))

    def continuation(self, before: int, last: int) -> Callable[[int], int]:
        """Return what tells of a symbol how many steps of ``PROB_STEP`` nats it costs after two others, these looked up once."""
        penalty, context = self._penalty(before << BITS | last), last << BITS
        after, trigrams = self._after, self._trigrams
        if penalty < 0:
            return lambda symbol: after(context | symbol)
        both = (before << BITS | last) << BITS

        def cost(symbol: int) -> int:
            found = _find(trigrams, both | symbol)
            return found if found >= 0 else penalty + after(context | symbol)

        return cost

    def _penalty_of(self, context: int) -> int:
        """Return what backing off from two symbols costs, in steps, or -1 where no trigram begins with them."""
        return _find(self._contexts, context)

    def _cost_after(self, bigram: int) -> int:
        """Return the steps of a symbol after one other."""
        cost = _find(self._bigrams, bigram)
        if cost >= 0:
            return cost
        last, symbol = bigram >> BITS, bigram & (1 << BITS) - 1
        return self._backoff[last] + self._unigram[symbol]

    def score(self, text: str) -> float:
        """Return the log probability of a line of Simplified text, in nats."""
        before = last = 0
        total = 0.0
        for char in text:
            symbol = self.symbol_id(char)
            total += self.log_probability(before, last, symbol)
            before, last = last, symbol
        return total


@lru_cache(maxsize=1)
def load_model() -> LanguageModel:
    """Return the committed model, read on first use."""
    return LanguageModel()


def _find(table: "tuple[array[int], bytes]", key: int) -> int:
    """Return the stored byte of a key, or -1."""
    fingerprints, values = table
    mixed = key * HASH_MULTIPLIER & MASK64
    size = len(fingerprints)
    slot = (mixed >> 32) % size
    wanted = mixed >> 8 & 0xFFFF | 1
    while found := fingerprints[slot]:
        if found == wanted:
            return values[slot]
        slot = slot + 1 if slot + 1 < size else 0
    return -1
