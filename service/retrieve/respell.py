"""A question as it was meant: homophones put right and typed pinyin turned into hanzi, by what the corpus says.

A noisy channel: a typist writes a character of the same sound, or the sound itself; which characters were meant is the
most probable path through all that sound so (Viterbi). How probable a character is after another comes mostly from the
passages of the index, else from the language model of Simplified Chinese that the repair uses, so that neither the
terms of the field nor ordinary words are "put right".
"""

import math
import re
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from ingest.repair.model import PROB_STEP, load_model
from service.query.terms import is_word
from service.retrieve.sounds import sounds_of

CHANGE, IN_WORD = 6.0, 2.0
"""Nats that a changed hanzi costs, and how many more where what was typed makes a word with its neighbour. Of single homophones put into
500 dev questions 74 % are put right; without any, 10 of the 500 change (`evals bench wording`)."""

LITERAL, LITERAL_LETTERS, LITERAL_LETTER = 12.0, 6, 3.0
"""Nats that up to six Latin letters cost which could be pinyin and are kept as they are, and each letter after these: words of
Latin letters that are nothing but syllables are seldom long, and whole sentences of pinyin are typed without blanks."""

PER_SOUND = 12
"""Characters considered for one sound, the most frequent ones in the corpus."""

BEAM, PINYIN_BEAM = 8.0, 6.0
"""Nats that a reading may be behind the best up to the same place and still be gone on with, before a hanzi and before pinyin. Of 1,610 questions
none is read otherwise with the first for both. With the second for both six slips of 500 fewer are put right; of pinyin 0.1 % more is lost."""

PAIR_SHARE, ALONE_SHARE, GENERAL_SHARE = 0.6, 0.1, 0.3
"""How much a character's probability comes from the pairs of this corpus, from how frequent it is there, and from the language at large
(interpolation; Jelinek and Mercer 1980). Without the second every 逾 asks for a 致 before it, as in 导致逾期."""

OFTEN = 4
"""Times that a pair of characters stands in questions before it counts as language and not as a slip."""
_FLOOR = 1e-9
_NOTHING: Mapping[str, float] = {}
_GENERAL = [GENERAL_SHARE * math.exp(-PROB_STEP * steps) for steps in range(4 * 256)]
_LONGEST_SYLLABLE = 6

_RUN = re.compile(r"[\u3400-\u9fffa-z](?:[\u3400-\u9fffa-z ]*[\u3400-\u9fffa-z])?")
_LETTER = re.compile("[a-z]")
_WORD = re.compile("[a-z]+")


@dataclass(slots=True)
class _State:
    """The best reading up to some place: its log probability, its last unit and the state before that.

    ``symbol`` is the number of the unit's first character in the language model. What comes next is told by ``following``, the share of the
    probability that the corpus gives to each unit, and by ``cost``, what the language at large takes for each symbol.
    """

    score: float
    unit: str
    symbol: int
    following: Mapping[str, float]
    before: "_State | None"
    cost: Callable[[int], int] | None = None

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


_Units = Sequence[tuple[str, int, float]]
"""What may be meant: each unit with the number of its first character in the language model, and its probability whatever stands before it."""

_Edge = tuple[int, _Units, float]
"""Where what may be meant ends, the units of it, and how many nats its typing costs."""


class Respeller:
    """Respells folded questions by the characters and character pairs of an index, and of what people ask."""

    def __init__(self, frequencies: Mapping[str, int], typed: Mapping[str, int] | None = None) -> None:
        """Prepare for ``frequencies``: in how many passages each hanzi and each pair of hanzi stands.

        ``typed`` is how often they stand in what people type: articles hardly hold 咋 or 吗. That tells what may have been
        meant, but does not vouch for what was typed: some of it are slips.
        """
        self._known = frequencies
        seen = Counter(frequencies)
        for term, count in (typed or {}).items():
            if len(term) == 1 or count >= OFTEN:
                seen[term] += count
        alone = {term: count for term, count in seen.items() if len(term) == 1}
        total = sum(alone.values()) or 1
        self._alone = {hanzi: ALONE_SHARE * count / total for hanzi, count in alone.items()}
        following: dict[str, dict[str, float]] = defaultdict(dict)
        following[""] = {hanzi: PAIR_SHARE * count / (total + 1) for hanzi, count in alone.items()}
        for pair, count in seen.items():
            if len(pair) == 2:
                following[pair[0]][pair[1]] = PAIR_SHARE * count / (alone.get(pair[0], 0) + 1)
        self._following = dict(following)
        self._model = load_model()
        by_sound: dict[str, list[str]] = defaultdict(list)
        for hanzi in sorted(alone, key=lambda hanzi: (-alone[hanzi], hanzi)):
            for sound in sounds_of(hanzi):
                if len(by_sound[sound]) < PER_SOUND:
                    by_sound[sound].append(hanzi)
        self._by_sound = {sound: self._units(hanzi) for sound, hanzi in by_sound.items()}

    def _units(self, units: Iterable[str]) -> _Units:
        return [(u, self._model.symbol_id(u[:1]), self._alone.get(u, 0.0) + _FLOOR) for u in units]

    def respell(self, folded: str) -> str:
        """Return ``folded`` as it was most probably meant, which is mostly as it is.

        Letters that are no pinyin, digits and marks stay.
        """
        return _RUN.sub(lambda match: _with_blanks(match.group(), self._read(match.group())), folded)

    def _read(self, run: str) -> str:
        nothing = _State(0.0, "", 0, self._following[""], None)
        ends: list[dict[str, _State]] = [{"": nothing}] + [{} for _ in run]
        for start, edges in enumerate(self._lattice(run)):
            if run[start] == " ":
                ends[start + 1].update(ends[start])
            elif edges and ends[start]:
                states = _in_beam(ends[start].values(), BEAM if run[start] >= "\u3400" else PINYIN_BEAM)
                for end, units, cost in edges:
                    for best in self._extended(states, units, cost):
                        known = ends[end].get(best.unit)
                        if known is None or best.score > known.score:
                            ends[end][best.unit] = best
        return max(ends[-1].values(), key=lambda state: state.score).text if ends[-1] else run

    def _lattice(self, run: str) -> list[list[_Edge]]:
        """Return what may stand at each place of ``run``; what cannot be followed to its end is left out (zhe in zhengxin)."""
        lattice: list[list[_Edge]] = [[] for _ in run]
        followed = [False] * len(run) + [True]
        for start in reversed(range(len(run))):
            lattice[start] = [edge for edge in self._edges(run, start) if followed[edge[0]]]
            followed[start] = bool(lattice[start]) or (run[start] == " " and followed[start + 1])
        return lattice

    def _edges(self, run: str, start: int) -> Iterator[_Edge]:
        """Yield what may stand from ``start`` on."""
        typed = run[start]
        if typed == " ":
            return
        if typed >= "\u3400":
            yield start + 1, self._units(typed), 0.0
            before, after = run[max(0, start - 1) : start], run[start + 1 : start + 2]
            if others := self._homophones(before, typed, after):
                cost = CHANGE + IN_WORD * any(map(is_word, _pairs(before, typed, after)))
                yield start + 1, self._units(others), cost
        else:
            if start == 0 or not ("a" <= run[start - 1] <= "z"):
                word = _WORD.match(run, start)
                if word:
                    yield word.end(), self._units([word.group()]), _literal_cost(word.group())
            for end in range(start + 1, min(len(run), start + _LONGEST_SYLLABLE) + 1):
                if units := self._by_sound.get(run[start:end]):
                    yield end, units, 0.0

    def _homophones(self, before: str, typed: str, after: str) -> set[str]:
        """Return what ``typed`` may have been meant for: nothing where the corpus knows it between its neighbours.

        Else the characters of the same sound that passages or questions have beside one of them, or beside letters.
        """
        known = self._known
        pairs = _pairs(before, typed, after)
        if pairs and all(known.get(pair, 0) > 1 for pair in pairs):
            return set()
        # Input methods offer a character for its commonest reading first; rare ones (给 as ji) mislead.
        same_sound = {m for sound in sounds_of(typed)[:1] for m, _, _ in self._by_sound.get(sound, ())}
        same_sound.discard(typed)
        if not before or not after or (before + after).isascii():
            return same_sound
        beside = self._following.get(before, _NOTHING)
        return {m for m in same_sound if m in beside or after in self._following.get(m, _NOTHING)}

    def _extended(self, states: Iterable[_State], units: _Units, cost: float) -> Iterator[_State]:
        """Yield for each of ``units``, which costs so many nats, the best of ``states`` with it behind; these fall in score."""
        scores: list[float] = [-math.inf] * len(units)
        befores: list[_State | None] = [None] * len(units)
        for state in states:
            begun = state.score - cost
            following, of = state.following, state.cost
            better = False
            for at, (unit, symbol, alone) in enumerate(units):
                # No probability adds to a score, so neither this state nor those after it can come out ahead.
                if begun <= scores[at]:
                    continue
                better = True
                if of is None:
                    last = state.before.symbol if state.before else 0
                    of = state.cost = self._model.continuation(last, state.symbol)
                score = begun + math.log(following.get(unit, 0.0) + alone + _GENERAL[of(symbol)])
                if score > scores[at]:
                    scores[at], befores[at] = score, state
            if not better:
                break
        for (unit, symbol, _), score, before in zip(units, scores, befores, strict=True):
            if before is not None:
                yield _State(score, unit, symbol, self._following.get(unit, _NOTHING), before)


def _in_beam(states: Iterable[_State], beam: float) -> list[_State]:
    """Return those of ``states`` that are not farther than ``beam`` behind the best, falling in score."""
    ranked = sorted(states, key=lambda state: -state.score)
    return [state for state in ranked if state.score > ranked[0].score - beam]


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
