"""A question as it was meant: homophones put right and typed pinyin turned into hanzi, by what the corpus says.

A noisy channel: a typist writes a character of the same sound, or the sound itself; which characters were meant is the
most probable path through all that sound so (Viterbi). How probable a character is after another comes mostly from the
passages of the index, else from the language model of Simplified Chinese that the repair uses, so that neither the
terms of the field nor ordinary words are "put right".
"""

import math
import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache

from ingest.repair.model import load_model
from ingest.terms import tokens
from service.query.terms import is_word
from service.retrieve.sounds import sounds_of

CHANGE, IN_WORD = 6.0, 2.0
"""Nats that a changed hanzi costs, and how many more where what was typed makes a word with its neighbour. Of single homophones put into
500 dev questions 74 % are put right; without any, 10 of the 500 change (`evals bench wording`)."""

LITERAL, LITERAL_LETTERS, LITERAL_LETTER = 12.0, 6, 3.0
"""Nats that up to six Latin letters cost which could be pinyin and are kept as they are, and each letter after these: words of
Latin letters that are nothing but syllables are seldom long, and whole sentences of pinyin are typed without blanks."""

PER_SOUND = 16
"""Characters considered for one sound, the most frequent ones in the corpus."""


PAIR_SHARE, ALONE_SHARE, GENERAL_SHARE = 0.6, 0.1, 0.3
"""How much a character's probability comes from the pairs of this corpus, from how frequent it is there, and from the language at large
(interpolation; Jelinek and Mercer 1980). Without the second every 逾 asks for a 致 before it, as in 导致逾期."""

OFTEN = 4
"""Times that a pair of characters stands in questions before it counts as language and not as a slip."""
_FLOOR = 1e-9
_LONGEST_SYLLABLE = 6

_RUN = re.compile(r"[\u3400-\u9fffa-z](?:[\u3400-\u9fffa-z ]*[\u3400-\u9fffa-z])?")
_LETTER = re.compile("[a-z]")
_WORD = re.compile("[a-z]+")


@dataclass(frozen=True, slots=True)
class _State:
    """The best reading up to some place: its log probability, its last unit and the state before that.

    ``symbol`` is the number of the unit's first character in the language model.
    """

    score: float
    unit: str
    symbol: int
    before: "_State | None"

    @property
    def text(self) -> str:
        """The whole reading."""
        units, state = [self.unit], self.before
        while state is not None:
            # Blanks between pinyin go, those between words that stay are put back.
            if units[-1].isascii() and state.unit.isascii() and state.unit:
                units.append(" ")
            units.append(state.unit)
            state = state.before
        return "".join(reversed(units))


_START = _State(0.0, "", 0, None)


class Respeller:
    """Respells folded questions by the characters and character pairs of an index, and of what people ask."""

    def __init__(self, frequencies: Mapping[str, int], questions: Iterable[str] = ()) -> None:
        """Prepare for ``frequencies``: in how many passages each hanzi and each pair of hanzi stands.

        ``questions`` are folded texts of the kind that people type: articles hardly hold 咋 or 吗. They tell what may have been
        meant, but do not vouch for what was typed: some of them have slips of their own.
        """
        self._known = frequencies
        self._frequencies = Counter(frequencies)
        asked = Counter(term for question in questions for term in tokens(question) if not term.isascii())
        for term, count in asked.items():
            if len(term) == 1 or count >= OFTEN:
                self._frequencies[term] += count
        frequencies = self._frequencies
        self._total = sum(count for term, count in frequencies.items() if len(term) == 1) or 1
        self._model = load_model()
        self._symbol = cache(self._model.symbol_id)
        by_sound: dict[str, list[str]] = defaultdict(list)
        for term in sorted((t for t in frequencies if len(t) == 1), key=lambda t: (-frequencies[t], t)):
            for sound in sounds_of(term):
                if len(by_sound[sound]) < PER_SOUND:
                    by_sound[sound].append(term)
        self._by_sound = dict(by_sound)

    def respell(self, folded: str) -> str:
        """Return ``folded`` as it was most probably meant, which is mostly as it is.

        Letters that are no pinyin, digits and marks stay.
        """
        return _RUN.sub(lambda match: _with_blanks(match.group(), self._read(match.group())), folded)

    def _read(self, run: str) -> str:
        ends: list[dict[str, _State]] = [{"": _START}] + [{} for _ in run]
        for start, readings in enumerate(ends[:-1]):
            if run[start] == " ":
                ends[start + 1].update(readings)
                continue
            states = sorted(readings.values(), key=lambda state: -state.score)
            for end, unit, cost in self._edges(run, start):
                best = self._extended(states, unit, cost)
                known = ends[end].get(unit)
                if best is not None and (known is None or best.score > known.score):
                    ends[end][unit] = best
        return max(ends[-1].values(), key=lambda state: state.score).text if ends[-1] else run

    def _edges(self, run: str, start: int) -> Iterator[tuple[int, str, float]]:
        """Yield what may stand from ``start`` on: where it ends, the unit meant, and what the typing of it costs."""
        typed = run[start]
        if typed >= "\u3400":
            yield start + 1, typed, 0.0
            before, after = run[max(0, start - 1) : start], run[start + 1 : start + 2]
            if others := self._homophones(before, typed, after):
                cost = CHANGE + IN_WORD * any(map(is_word, _pairs(before, typed, after)))
                for meant in others:
                    yield start + 1, meant, cost
        else:
            if start == 0 or not ("a" <= run[start - 1] <= "z"):
                word = _WORD.match(run, start)
                if word:
                    yield word.end(), word.group(), _literal_cost(word.group())
            for end in range(start + 1, min(len(run), start + _LONGEST_SYLLABLE) + 1):
                for meant in self._by_sound.get(run[start:end], ()):
                    yield end, meant, 0.0

    def _homophones(self, before: str, typed: str, after: str) -> set[str]:
        """Return what ``typed`` may have been meant for: nothing where the corpus knows it between its neighbours.

        Else the characters of the same sound that passages or questions have beside one of them, or beside letters.
        """
        known = self._known
        pairs = _pairs(before, typed, after)
        if pairs and all(known.get(pair, 0) > 1 for pair in pairs):
            return set()
        # Input methods offer a character for its commonest reading first; rare ones (给 as ji) mislead.
        same_sound = {m for sound in sounds_of(typed)[:1] for m in self._by_sound.get(sound, ())} - {typed}
        loose = not pairs or (before + after).isascii()
        seen = self._frequencies
        return {m for m in same_sound if loose or seen.get(before + m) or seen.get(m + after)}

    def _extended(self, states: Iterable[_State], unit: str, cost: float) -> _State | None:
        """Return the best of ``states``, which fall in score, with ``unit``, which costs so many nats, behind it."""
        symbol = self._symbol(unit[:1])
        best, best_score = None, -math.inf
        for state in states:
            if state.score - cost <= best_score:
                # No probability adds to a score, so none of the rest can come out ahead.
                break
            score = state.score - cost + self._log_probability(state, unit, symbol)
            if score > best_score:
                best, best_score = state, score
        return None if best is None else _State(best_score, unit, symbol, best)

    def _log_probability(self, state: _State, unit: str, symbol: int) -> float:
        """Return ln P(unit | the reading so far)."""
        last, known = state.unit, self._frequencies
        before = state.before.symbol if state.before else 0
        general = math.exp(self._model.log_probability(before, state.symbol, symbol))
        seen = known.get(last + unit, 0) if last else known.get(unit, 0)
        corpus = seen / ((known.get(last, 0) if last else self._total) + 1)
        alone = known.get(unit, 0) / self._total
        return math.log(PAIR_SHARE * corpus + ALONE_SHARE * alone + GENERAL_SHARE * general + _FLOOR)


def _pairs(before: str, typed: str, after: str) -> list[str]:
    return [pair for pair in (before + typed, typed + after) if len(pair) == 2]


def _literal_cost(word: str) -> float:
    return LITERAL + LITERAL_LETTER * max(0, len(word) - LITERAL_LETTERS)


def _with_blanks(run: str, meant: str) -> str:
    """Return ``meant`` with the blanks of ``run`` where that is hanzi alone: there they stand for commas."""
    if _LETTER.search(run):
        return meant
    characters = iter(meant)
    return "".join(" " if typed == " " else next(characters) for typed in run)
