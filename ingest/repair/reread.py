"""Read one garbled spot again in step with the bytes: a beam search over what the lost bytes may have been.

The crawled characters are turned back into GBK bytes one after another. A hypothesis is *in step* when the next
byte begins a character, and *carries* a byte when the crawl was read one byte out of step, so that the second
byte of each crawled pair begins the next true character.
"""

import math
import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import groupby

from ingest.repair.characters import (
    HEADLESS_NOTE,
    NOTE,
    is_only_simplified,
    is_syllable,
    is_traditional,
    reads,
    symbols,
)
from ingest.repair.gbk import CODES, CUT_MARKS, FIRST_PAIR, LEADS, NARROW, PAIRS
from ingest.repair.model import UNKNOWN_ID, load_model

WIDTH = 40
"""Hypotheses kept at one position."""
REACH = 14.0
"""Hypotheses this much worse than the best (nats) are dropped, carried or not."""
LONGEST = 120
"""Characters of the crawl that one search may cross."""
SETTLED = 3
"""In-step characters after which a spot is over."""

_TAG_REST = re.compile(r"/?[a-zA-Z][^<>\n]{0,80}>")
"""A tag without its ``<``."""

# Costs in nats: how rare each event is, as the weights of the channel. Fitted on generated damage.
COST_SLIP_NOTE = 3.0
COST_SLIP_MARK = 8.0
COST_SWALLOWED = 3.0
COST_DROPPED = 4.0
COST_UNKNOWN = 5.0
COST_SCRIPT = 3.0
COST_PLAIN_NOTE = 2.5
COST_GLUE = 6.0

Path = tuple["Path", str, int, int, str] | None
"""Linked list of what was read: (earlier, text, raw start, raw end, step); the step is empty where nothing is changed."""


@dataclass(frozen=True, slots=True)
class Page:
    """What is known of the page that a spot stands on.

    ``traditional``: its characters are Traditional; ``comma``: the comma that it shows.
    """

    traditional: bool = True
    comma: str = ","


@dataclass(frozen=True, slots=True)
class Change:
    """``raw[start:end]`` should read ``text``, for the reason named by ``step``."""

    step: str
    start: int
    end: int
    text: str


@dataclass(frozen=True, slots=True)
class Reading:
    """The best reading of the crawl up to ``end``.

    ``posterior`` is its probability among all readings found, ``margin`` how much likelier it is than the crawl as
    it stands, in nats.
    """

    end: int
    changes: tuple[Change, ...]
    posterior: float
    margin: float


@dataclass(slots=True)
class Hypothesis:
    """One way to have read the crawl up to a position; ``last`` is the code of the last character read in step."""

    score: float
    mass: float
    carry: int
    last: int
    before: int
    symbol: int
    slips: int
    step: str
    path: Path


def reread(raw: str, start: int, page: Page, context: str) -> Reading | None:
    """Return the best reading of the spot that begins at ``start``, or None where the crawl reads best as it is.

    ``context`` is the repaired line before the spot.
    """
    return _Search(raw, start, page, context).run()


class _Search:
    """The beam search over one spot."""

    def __init__(self, raw: str, start: int, page: Page, context: str) -> None:
        self.raw = raw
        self.start = start
        self.page = page
        self.symbols = symbols()
        self.model = load_model()
        self.log_probability = self.model.log_probability
        self.beams: dict[int, dict[tuple[int, int, int, int], Hypothesis]] = {}
        before, symbol = ([0, 0] + [self._id(c) for c in context if c != " "])[-2:]
        last = CODES.get(context[-1], 0) if context else 0
        self._add(start, Hypothesis(0.0, 0.0, 0, last, before, symbol, 0, "", None))

    def _id(self, char: str) -> int:
        code = CODES.get(char)
        return self.symbols[code] if code is not None and code >= FIRST_PAIR else self.model.symbol_id(char)

    def run(self) -> Reading | None:
        settled = 0
        position = self.start
        best: Hypothesis | None = None
        while self.beams:
            position = min(self.beams)
            beam = self._pruned(self.beams.pop(position))
            if not beam:
                continue
            if not self.beams and all(h.carry == 0 for h in beam):
                settled += 1
            else:
                settled = 0
            if (
                position >= len(self.raw)
                or self.raw[position] == "\n"
                or settled > SETTLED
                or position - self.start > LONGEST
            ):
                if finished := [h for h in beam if h.carry == 0]:
                    best = self._best(finished)
                    return self._reading(best, finished, position)
                continue
            for hypothesis in beam:
                self._step(hypothesis, position)
        return None

    @staticmethod
    def _best(beam: list[Hypothesis]) -> Hypothesis:
        return max(beam, key=lambda h: h.score)

    def _reading(self, best: Hypothesis, finished: list[Hypothesis], position: int) -> Reading | None:
        if not best.slips:
            return None
        total = _log_sum([h.mass for h in finished])
        literal = max((h.score for h in finished if not h.slips), default=best.score - 30)
        return Reading(
            position, tuple(_changes(best.path)), math.exp(best.score - total), best.score - literal
        )

    def _pruned(self, beam: dict[tuple[int, int, int, int], Hypothesis]) -> list[Hypothesis]:
        ranked = sorted(beam.values(), key=lambda h: -h.score)[:WIDTH]
        return [h for h in ranked if h.score > ranked[0].score - REACH]

    def _add(self, position: int, new: Hypothesis) -> None:
        beam = self.beams.setdefault(position, {})
        key = (new.carry, new.last, new.before, new.symbol)
        old = beam.get(key)
        if old is None:
            beam[key] = new
            return
        mass = _log_sum([old.mass, new.mass])
        keep = new if new.score > old.score else old
        keep.mass = mass
        beam[key] = keep

    def _emit(
        self,
        h: Hypothesis,
        code: int,
        text: str,
        span: tuple[int, int],
        *,
        carry: int,
        step: str = "",
        cost: float = 0.0,
        slips: int = 0,
        extra: str = "",
    ) -> None:
        """Add the hypothesis that ``text`` (of ``code``, or 0) was read, then ``extra``; ``span`` is what it used up."""
        symbol = self.symbols[code] if code >= FIRST_PAIR else self._id(text)
        gain = self.log_probability(h.before, h.symbol, symbol) - cost
        if symbol == UNKNOWN_ID:
            gain -= COST_UNKNOWN
        before, last_symbol, last = h.symbol, symbol, code
        for char in extra:
            symbol = self._id(char)
            gain += self.log_probability(before, last_symbol, symbol)
            before, last_symbol, last = last_symbol, symbol, CODES.get(char, 0)
        path: Path = (h.path, text, span[0], span[1], step)
        if extra:
            path = (path, extra, span[1], span[1], "eaten_tag" if extra == "<" else step)
        self._add(
            span[1],
            Hypothesis(
                h.score + gain,
                h.mass + gain,
                carry,
                last,
                before,
                last_symbol,
                h.slips + slips,
                step if carry else "",
                path,
            ),
        )

    def _script_cost(self, code: int) -> float:
        """The cost of a candidate that the page would not have written so."""
        wrong = is_only_simplified(code) if self.page.traditional else is_traditional(code)
        return COST_SCRIPT if wrong else 0.0

    def _step(self, h: Hypothesis, at: int) -> None:
        if h.carry:
            self._step_carrying(h, at)
        else:
            self._step_in_step(h, at)

    # In step: the crawl is right here, unless a note or a mark cut the next character in two.

    def _step_in_step(self, h: Hypothesis, at: int) -> None:
        raw = self.raw
        char = raw[at]
        if note := NOTE.match(raw, at):
            if h.last and reads(h.last, note[1]):
                self._skip(h, at, note.end(), cost=0.0 if is_traditional(h.last) else COST_PLAIN_NOTE)
            self._slip_at_note(h, at, note.end(), note[1], COST_SLIP_NOTE + COST_DROPPED)
        elif headless := HEADLESS_NOTE.match(raw, at):
            self._slip_at_note(h, at, headless.end(), headless[1], COST_SLIP_NOTE + COST_DROPPED)
        if char == "?":
            if headless := HEADLESS_NOTE.match(raw, at + 1):
                self._slip_at_note(h, at, headless.end(), headless[1], COST_SLIP_NOTE)
            self._slip_at_mark(h, at)
        elif char in CUT_MARKS or char in NARROW:
            self._cut(h, at, at + 1, (char,), COST_SLIP_MARK + COST_DROPPED)
        self._literal(h, at)

    def _literal(self, h: Hypothesis, at: int) -> None:
        char = self.raw[at]
        code = CODES.get(char, 0)
        glue = (
            COST_GLUE
            if char.isascii() and char.isalpha() and h.last >= FIRST_PAIR and NOTE.match(self.raw, at + 1)
            else 0.0
        )
        self._emit(h, code if code >= FIRST_PAIR else 0, char, (at, at + 1), carry=0, cost=glue)

    def _skip(self, h: Hypothesis, at: int, to: int, *, cost: float) -> None:
        path = (h.path, "", at, to, "note")
        self._add(
            to,
            Hypothesis(
                h.score - cost, h.mass - cost, h.carry, h.last, h.before, h.symbol, h.slips, h.step, path
            ),
        )

    def _slip_at_note(self, h: Hypothesis, at: int, to: int, note: str, cost: float) -> None:
        """The note was put between the bytes of the next character: its first byte is lost, but ends what the note reads."""
        first = h.last & 0xFF
        if first < 0x81 or not is_syllable(note):
            return
        for lost in LEADS:
            target = first << 8 | lost
            if reads(target, note):
                loss = cost + (0.0 if is_traditional(target) else COST_PLAIN_NOTE)
                path = (h.path, "", at, to, "slip")
                self._add(
                    to,
                    Hypothesis(
                        h.score - loss, h.mass - loss, lost, 0, h.before, h.symbol, h.slips + 1, "slip", path
                    ),
                )

    def _slip_at_mark(self, h: Hypothesis, at: int) -> None:
        """A mark was cut out of two characters: the first byte of the one is lost, the mark shows or was swallowed."""
        following = self.raw[at + 1 : at + 2]
        if following in CUT_MARKS or following in NARROW:
            self._cut(h, at, at + 2, (following,), COST_SLIP_MARK)
        self._cut(h, at, at + 1, tuple(CUT_MARKS), COST_SLIP_MARK + COST_SWALLOWED)

    def _cut(self, h: Hypothesis, at: int, to: int, marks: tuple[str, ...], cost: float) -> None:
        for mark in marks:
            code = CUT_MARKS[NARROW.get(mark, mark)]
            for lead in LEADS:
                pair = lead << 8 | code >> 8
                if pair in PAIRS:
                    self._emit(
                        h,
                        pair,
                        PAIRS[pair],
                        (at, to),
                        carry=code & 0xFF,
                        step="punctuation_slip",
                        cost=cost + self._script_cost(pair),
                        slips=1,
                    )

    # Carrying: the crawl is one byte out of step.

    def _step_carrying(self, h: Hypothesis, at: int) -> None:
        raw = self.raw
        char = raw[at]
        code = CODES.get(char, 0)
        if char == "?":
            self._lone(h, at)
            return
        if note := NOTE.match(raw, at):
            crawled = CODES.get(raw[at - 1], 0) if at else 0
            if crawled and reads(crawled, note[1]):
                self._skip(h, at, note.end(), cost=0.0)
            self._annotated(h, (at, note.end()), note[1], COST_DROPPED)
            return
        if headless := HEADLESS_NOTE.match(raw, at):
            self._annotated(h, (at, headless.end()), headless[1], COST_DROPPED)
        if code >= FIRST_PAIR:
            self._pair(h, at, code)
        elif "@" <= char <= "~":
            pair = h.carry << 8 | ord(char)
            if pair in PAIRS:
                self._emit(
                    h, pair, PAIRS[pair], (at, at + 1), step=h.step, carry=0, cost=self._script_cost(pair)
                )
        if char in NARROW:
            self._pair(h, at, CUT_MARKS[NARROW[char]], COST_SLIP_MARK)
            self._lost_trail(h, at, at, "", COST_DROPPED)

    def _pair(self, h: Hypothesis, at: int, code: int, cost: float = 0.0) -> None:
        """A crawled pair holds the second byte of this character and the first of the next."""
        first, second = code >> 8, code & 0xFF
        pair = h.carry << 8 | first
        if pair not in PAIRS:
            return
        cost += self._script_cost(pair)
        if second >= 0x81:
            self._emit(h, pair, PAIRS[pair], (at, at + 1), step=h.step, carry=second, cost=cost)
        elif second < 0x80:
            self._emit(h, pair, PAIRS[pair], (at, at + 1), step=h.step, carry=0, cost=cost, extra=chr(second))

    def _annotated(self, h: Hypothesis, span: tuple[int, int], note: str, cost: float) -> None:
        """The character that ends here lost its second byte, but its own note follows."""
        for trail in LEADS:
            pair = h.carry << 8 | trail
            if reads(pair, note):
                extra = self._script_cost(pair) + (0.0 if is_traditional(pair) else COST_PLAIN_NOTE)
                self._emit(h, pair, PAIRS[pair], span, step=h.step, carry=0, cost=cost + extra)

    def _lone(self, h: Hypothesis, at: int) -> None:
        """A ``?`` in place of this character's second byte and of one ASCII byte, which was eaten."""
        if headless := HEADLESS_NOTE.match(self.raw, at + 1):
            self._annotated(h, (at, headless.end()), headless[1], 0.0)
            return
        for eaten, cost in self._eaten(at + 1):
            self._lost_trail(h, at, at + 1, eaten, cost)

    def _lost_trail(self, h: Hypothesis, at: int, to: int, eaten: str, cost: float) -> None:
        for trail in LEADS:
            pair = h.carry << 8 | trail
            if pair in PAIRS:
                self._emit(
                    h,
                    pair,
                    PAIRS[pair],
                    (at, to),
                    step=h.step,
                    carry=0,
                    cost=cost + self._script_cost(pair),
                    extra=eaten,
                )

    def _eaten(self, after: int) -> Iterator[tuple[str, float]]:
        """Yield what the lone byte may have eaten, with its cost."""
        following = self.raw[after : after + 1]
        if following in CUT_MARKS or following in NARROW or not following or following == "\n":
            yield "", 0.5
        yield self.page.comma, 2.0
        if following.isascii() and following.isalnum():
            yield " ", 2.0
        if _TAG_REST.match(self.raw, after):
            yield "<", 0.0
        if following:
            yield "", 3.0


def _log_sum(values: list[float]) -> float:
    top = max(values)
    return top + math.log(sum(math.exp(v - top) for v in values))


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
