"""The hypotheses of one search, by position in the line, extended by what the language model thinks of them."""

import math
from collections.abc import Iterable, Iterator
from heapq import nlargest
from itertools import groupby

from ingest.repair.candidates import Candidate, Group, known
from ingest.repair.channel import (
    Change,
    Eaten,
    Hypothesis,
    Page,
    Path,
    Reading,
)
from ingest.repair.characters import symbols
from ingest.repair.gbk import CODES, FIRST_PAIR, NARROW, PAIRS
from ingest.repair.model import load_model
from ingest.repair.ranking import REACH, gain_of, language_gain, ranking

WIDTH = 24
"""Hypotheses kept at one position."""
FEW_BRANCHES = 6
"""Candidates kept where a hypothesis has to guess two bytes in a row; `BRANCHES` where it guesses one."""

NOTHING = Eaten("", "", 0.0)
Span = tuple[int, int]


class Beam:
    """Hypotheses by position; equal states are merged, the better path standing for both."""

    def __init__(self, start: int, page: Page, context: str) -> None:
        self.page = page
        self._symbols = symbols()
        self._model = load_model()
        self._positions: dict[int, dict[tuple[int, int, int, int], Hypothesis]] = {}
        self._best: dict[int, float] = {}
        before, symbol = ([0, 0] + [self._symbol(char) for char in context if char != " "])[-2:]
        last = CODES.get(NARROW.get(context[-1], context[-1]), 0) if context else 0
        self._add(start, Hypothesis(0.0, 0.0, 0, last, before, symbol, 0, 0, 0, "", None))

    def __bool__(self) -> bool:
        return bool(self._positions)

    def pop(self) -> tuple[int, list[Hypothesis]]:
        """Take the best hypotheses at the leftmost position."""
        position = min(self._positions)
        ranked = nlargest(WIDTH, self._positions.pop(position).values(), key=lambda h: h.score)
        return position, [h for h in ranked if h.score > ranked[0].score - REACH]

    def skip(
        self, h: Hypothesis, span: Span, step: str, cost: float, *, carry: int | None = None, cuts: int = 0
    ) -> None:
        """Read nothing from ``span``: a note. ``carry`` is the byte that it cut off, if it did."""
        path: Path = (h.path, "", span[0], span[1], step)
        entered = step if carry else h.step
        self._add(
            span[1],
            Hypothesis(
                h.score - cost,
                h.mass - cost,
                h.carry if carry is None else carry,
                h.last,
                h.before,
                h.symbol,
                h.cuts + cuts,
                h.guesses,
                h.length,
                entered,
                path,
            ),
        )

    def literal(self, h: Hypothesis, at: int, char: str, cost: float, last: int) -> None:
        """Read the character as it stands; ``last`` is the code it had before a site narrowed it."""
        symbol = self._symbol(char)
        gain = language_gain(h.before, h.symbol, symbol) - cost
        path: Path = (h.path, char, at, at + 1, "")
        self._add(
            at + 1,
            Hypothesis(
                h.score + gain,
                h.mass + gain,
                0,
                last,
                h.symbol,
                symbol,
                h.cuts,
                h.guesses,
                h.length + 1,
                "",
                path,
            ),
        )

    def pair(
        self, h: Hypothesis, code: int, span: Span, *, carry: int, cost: float = 0.0, ascii_text: str = ""
    ) -> None:
        """Read the character of ``code`` from ``span``, then ``ascii_text``."""
        if code in PAIRS:
            character = known(code)
            gain = gain_of(character, h.before, h.symbol, traditional=self.page.traditional) - cost
            self._add(
                span[1], self._read(h, character, gain, span, carry, eaten=Eaten(ascii_text, ascii_text, 0.0))
            )

    def guess(
        self,
        h: Hypothesis,
        group: Group,
        span: Span,
        *,
        carry: int | None,
        cost: float,
        step: str = "",
        eaten: Iterable[Eaten] = (NOTHING,),
        guesses: int = 1,
    ) -> None:
        """Read each likely candidate from ``span``, then each of ``eaten``; ``carry`` None means the guessed byte."""
        floor = self._best.get(span[1], -math.inf) - REACH
        for gain, c in self._ranked(h, group, cost):
            if h.score + gain < floor:
                break
            for ate in eaten:
                self._add(
                    span[1],
                    self._read(h, c, gain, span, c.byte if carry is None else carry, step, ate, guesses),
                )

    def likeliest(self, h: Hypothesis, group: Group, span: Span, cost: float) -> list[Hypothesis]:
        """Return the hypothesis with each likely candidate read and its other byte carried, not kept yet."""
        ranked = self._ranked(h, group, cost)[:FEW_BRANCHES]
        return [self._read(h, c, gain, span, c.byte, guesses=1) for gain, c in ranked]

    def _ranked(self, h: Hypothesis, group: Group, cost: float) -> list[tuple[float, Candidate]]:
        """Return the candidates with their gains, the likeliest first, as far as `REACH` and `BRANCHES` go."""
        likeliest = ranking(group, h.before, h.symbol, traditional=self.page.traditional)
        return [(gain - cost, c) for gain, c in likeliest]

    def _read(
        self,
        h: Hypothesis,
        character: Candidate,
        gain: float,
        span: Span,
        carry: int,
        step: str = "",
        eaten: Eaten = NOTHING,
        guesses: int = 0,
    ) -> Hypothesis:
        """Return the hypothesis after one more character and what was eaten; a ``step`` enters a new slip."""
        code, symbol = character.code, character.symbol
        cuts, step = (1, step) if step else (0, h.step)
        path: Path = (h.path, PAIRS[code], span[0], span[1], step)
        before, last = h.symbol, code
        gain -= eaten.cost
        for char in eaten.reads_as:
            following = self._symbol(char)
            gain += language_gain(before, symbol, following)
            before, symbol, last = symbol, following, 0
        if eaten.text:
            path = (path, eaten.text, span[1], span[1], eaten.step or step)
        return Hypothesis(
            h.score + gain,
            h.mass + gain,
            carry,
            last,
            before,
            symbol,
            h.cuts + cuts,
            h.guesses + guesses,
            h.length + 1 + len(eaten.text),
            step if carry else "",
            path,
        )

    def _symbol(self, char: str) -> int:
        code = CODES.get(char, 0)
        return self._symbols[code] if code >= FIRST_PAIR else self._model.symbol_id(char)

    def _add(self, position: int, new: Hypothesis) -> None:
        states = self._positions.setdefault(position, {})
        key = (new.carry, new.last, new.before, new.symbol)
        if new.score > self._best.get(position, -math.inf):
            self._best[position] = new.score
        old = states.get(key)
        if old is not None:
            new, mass = (new if new.score > old.score else old), _log_sum([old.mass, new.mass])
            new.mass = mass
        states[key] = new


def reading_of(finished: list[Hypothesis], position: int) -> Reading | None:
    """Return what the best of the finished hypotheses read, or None where that is the crawl itself."""
    best = max(finished, key=lambda h: h.score)
    if not best.cuts:
        return None
    literal = max((h.score for h in finished if not h.cuts), default=best.score - 2 * REACH)
    return Reading(
        end=position,
        changes=tuple(_changes(best.path)),
        posterior=math.exp(best.score - _log_sum([h.mass for h in finished])),
        margin=best.score - literal,
        fluency=best.score / max(1, best.length),
        guesses=best.guesses,
    )


def _changes(path: Path) -> Iterator[Change]:
    """Yield what a path changes, in order; what one slip shifted is one change."""
    nodes = []
    while path:
        nodes.append(path[1:])
        path = path[0]
    nodes.reverse()
    for step, group in groupby(nodes, key=lambda node: node[3]):
        if step:
            parts = list(group)
            yield Change(step, parts[0][1], parts[-1][2], "".join(part[0] for part in parts))


def _log_sum(values: list[float]) -> float:
    top = max(values)
    return top + math.log(sum(math.exp(value - top) for value in values))
