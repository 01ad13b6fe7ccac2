"""Read one garbled spot again in step with the bytes: a beam search over what the lost bytes may have been.

The crawled characters are turned back into GBK bytes one after another. A hypothesis is *in step* when the next
byte begins a character, and *carries* a byte when the crawl was read one byte out of step, so that the second
byte of each crawled pair begins the next true character.
"""

import re
from collections.abc import Iterator

from ingest.repair.beam import NOTHING, Beam, Span, reading_of
from ingest.repair.candidates import (
    Group,
    after_vanished,
    annotated,
    before_vanished,
    by_lead,
    by_lead_at_line_end,
    by_note,
    by_trail,
    ending_in_note,
)
from ingest.repair.channel import (
    COST_CUT,
    COST_DIGIT_COUNTS,
    COST_DIGIT_EATEN,
    COST_DROPPED,
    COST_EURO_LOST,
    COST_NOTE_ON_SHARED,
    COST_SLIP,
    COST_SWALLOWED,
    COST_UNEXPLAINED,
    COST_VANISHED,
    GAP,
    LOST_DIGIT,
    Eaten,
    Hypothesis,
    Page,
    Reading,
)
from ingest.repair.characters import HEADLESS_NOTE, NOTE, is_syllable, is_traditional, reads
from ingest.repair.gbk import CODES, CUT_MARKS, FIRST_PAIR, LEADS, LONE, NARROW

LONGEST = 160
"""Characters of the crawl that one search may cross."""
SETTLED = 3
"""In-step characters after which a spot is over."""
COMMA_LEAD = 0xA3
"""The first byte of a fullwidth comma: the second makes a vanishing pair with most of what can follow."""
VANISHING_RANKS = 5
"""How many of the best hypotheses at a position look for a vanished pair."""

_TAG_REST = re.compile(r"/?[a-zA-Z][^<>\n]{0,80}>")
"""A tag without its ``<``."""
_CLOSED = re.compile(r"[^()（）\n]{1,60}[)）]")
"""The rest of a bracket without its opening."""
_YEAR_REST = re.compile(r"(?:0[0-4]|[89][0-9])[0-9](?![0-9])")
"""A year of the last two centuries without its first digit."""
_MEASURES = frozenset("个個月日天号號期元年时時分秒周次笔筆倍折成岁歲万萬千百亿億%％")
"""What stands before one of these is a number, if nothing else is known of it."""


def reread(line: str, start: int, page: Page, context: str) -> Reading | None:
    """Return the best reading of the spot that begins at ``start``, or None where the crawl reads best as it is.

    ``context`` is the repaired line before the spot.
    """
    return _Search(line, start, page, context).run()


class _Search:
    """The moves that a hypothesis can make; `Beam` keeps the hypotheses and their scores."""

    def __init__(self, line: str, start: int, page: Page, context: str) -> None:
        self.line = line
        self.start = start
        self.dropped = 0.5 if page.drops else COST_DROPPED
        self.beam = Beam(start, page, context)

    def run(self) -> Reading | None:
        """Move all hypotheses through the line until the spot is over."""
        settled = 0
        while self.beam:
            position, ranked = self.beam.pop()
            settled = settled + 1 if not self.beam and not any(h.carry for h in ranked) else 0
            if position >= len(self.line):
                return self._at_line_end(ranked)
            if settled > SETTLED or position - self.start > LONGEST:
                finished = [h for h in ranked if not h.carry]
                return reading_of(finished, position) if finished else None
            for rank, h in enumerate(ranked):
                if h.carry:
                    self._step_carrying(h, position)
                    if rank < VANISHING_RANKS or h.carry == COMMA_LEAD:
                        self._vanished(h, position)
                else:
                    self._step_in_step(h, position)
        return None

    def _at_line_end(self, ranked: list[Hypothesis]) -> Reading | None:
        """The line ends: the last byte that is carried has lost the other one, which nothing shows on some sites."""
        end = len(self.line)
        finished = [h for h in ranked if not h.carry]
        for h in ranked:
            if h.carry:
                group = by_lead_at_line_end(h.carry)
                self.beam.guess(h, group, (end, end), carry=0, cost=self.dropped)
        if self.beam:
            finished += self.beam.pop()[1]
        return reading_of(finished, end) if finished else None

    def _step_in_step(self, h: Hypothesis, at: int) -> None:
        """The crawl is right here, unless a note or a mark cut the next character in two."""
        char = self.line[at]
        if note := NOTE.match(self.line, at):
            end = self._repeated(note)
            if h.last >= FIRST_PAIR and reads(h.last, note[1]):
                self.beam.skip(h, (at, end), "note", 0.0 if is_traditional(h.last) else COST_NOTE_ON_SHARED)
            elif self._read_with_letter(h, at, note[1]):
                self.beam.skip(h, (at, end), "note", COST_SLIP, cuts=1)
            self._slip(h, (at, end), note[1], self.dropped)
        elif headless := HEADLESS_NOTE.match(self.line, at):
            self._slip(h, (at, self._repeated(headless)), headless[1], self.dropped)
        if char in LONE:
            if headless := HEADLESS_NOTE.match(self.line, at + 1) or NOTE.match(self.line, at + 1):
                self._slip(h, (at, self._repeated(headless)), headless[1], 0.0)
            self._cut_after_lone(h, at)
        elif char in CUT_MARKS or char in NARROW:
            self._cut(h, (at, at + 1), (char,), COST_CUT + self.dropped)
        self._literal(h, at)

    def _repeated(self, note: re.Match[str]) -> int:
        """Return the end of a note that some sites put more than once."""
        end = note.end()
        again = f"({note[1]})"
        while self.line.startswith(again, end):
            end += len(again)
        return end

    def _read_with_letter(self, h: Hypothesis, at: int, note: str) -> bool:
        """Say whether the note reads the second byte of a character and a Latin letter, which a slip took for one."""
        letter = self.line[at - 1 : at]
        before = CODES.get(self.line[at - 2 : at - 1], 0) if at > 1 else 0
        return "@" <= letter <= "~" and reads((before & 0xFF) << 8 | ord(letter), note)

    def _literal(self, h: Hypothesis, at: int) -> None:
        char = self.line[at]
        code = CODES.get(NARROW.get(char, char), 0)
        unexplained = (
            HEADLESS_NOTE.match(self.line, at + 1)
            if char in LONE
            else "@" <= char <= "~" and NOTE.match(self.line, at + 1)
        )
        cost = COST_UNEXPLAINED if unexplained and h.last >= FIRST_PAIR else 0.0
        self.beam.literal(h, at, char, cost, code if code >= FIRST_PAIR else 0)

    def _slip(self, h: Hypothesis, span: Span, note: str, cost: float) -> None:
        """The note cut the next character in two: its first byte is lost, but it ends what the note reads."""
        trail = h.last & 0xFF
        if h.last < FIRST_PAIR or trail < 0x81 or not is_syllable(note):
            return
        for candidate in by_note(trail, note):
            if candidate.byte not in LEADS:
                continue
            shared = 0.0 if candidate.traditional else COST_NOTE_ON_SHARED
            self.beam.skip(h, span, "slip", COST_SLIP + cost + shared, carry=candidate.byte, cuts=1)

    def _cut_after_lone(self, h: Hypothesis, at: int) -> None:
        following = self.line[at + 1 : at + 2]
        if following in CUT_MARKS or following in NARROW:
            self._cut(h, (at, at + 2), (following,), COST_CUT)
        self._cut(h, (at, at + 1), tuple(CUT_MARKS), COST_CUT + COST_SWALLOWED)
        if following and following in LONE:
            # A full stop was cut out, then another mark out of what was left of it and the next: 小；→ ??;
            self.beam.guess(
                h,
                by_trail(CUT_MARKS["。"] >> 8),
                (at, at + 2),
                carry=0,
                cost=COST_CUT,
                step="punctuation_slip",
            )

    def _cut(self, h: Hypothesis, span: Span, marks: tuple[str, ...], cost: float) -> None:
        """A mark was cut out of two characters: the first byte of the one is lost."""
        for mark in marks:
            code = CUT_MARKS[NARROW.get(mark, mark)]
            self.beam.guess(
                h, by_trail(code >> 8), span, carry=code & 0xFF, cost=cost, step="punctuation_slip"
            )

    def _step_carrying(self, h: Hypothesis, at: int) -> None:
        """The crawl is one byte out of step: what it shows as one character is parts of two."""
        char = self.line[at]
        code = CODES.get(char, 0)
        end_at_80 = h.carry << 8 | 0x80
        self.beam.pair(h, end_at_80, (at, at), carry=0, cost=COST_EURO_LOST)
        if char == "€":
            self.beam.pair(h, end_at_80, (at, at + 1), carry=0)
        elif char in LONE:
            self._lone(h, at)
        elif note := NOTE.match(self.line, at):
            crawled = CODES.get(self.line[at - 1], 0) if at else 0
            if reads(crawled, note[1]):
                self.beam.skip(h, (at, self._repeated(note)), h.step, 0.0)
            self._annotated(h, (at, self._repeated(note)), note[1], self.dropped)
        elif code >= FIRST_PAIR:
            self._shifted(h, at, code, 0.0)
            if char in CUT_MARKS or char in _MEASURES:
                self._lone_unseen(h, at)
        elif "@" <= char <= "~":
            if headless := HEADLESS_NOTE.match(self.line, at):
                self._annotated(h, (at, self._repeated(headless)), headless[1], self.dropped)
            self.beam.pair(h, h.carry << 8 | ord(char), (at, at + 1), carry=0)
        else:
            if char in NARROW:
                self._shifted(h, at, CUT_MARKS[NARROW[char]], COST_CUT)
            self._lone_unseen(h, at)

    def _shifted(self, h: Hypothesis, at: int, code: int, cost: float) -> None:
        """A crawled pair holds the second byte of this character and the first of the next."""
        second = code & 0xFF
        pair = h.carry << 8 | code >> 8
        if second >= 0x81:
            self.beam.pair(h, pair, (at, at + 1), carry=second, cost=cost)
        elif second < 0x80:
            self.beam.pair(h, pair, (at, at + 1), carry=0, cost=cost, ascii_text=chr(second))

    def _annotated(self, h: Hypothesis, span: Span, note: str, cost: float) -> None:
        """The character that ends here lost its second byte, but its own note follows."""
        candidates = annotated(h.carry, note)
        self.beam.guess(h, candidates, span, carry=0, cost=cost, guesses=int(len(candidates) > 1))

    def _lone(self, h: Hypothesis, at: int) -> None:
        """A ``?`` stands for this character's second byte and for one ASCII byte, which was eaten."""
        if headless := HEADLESS_NOTE.match(self.line, at + 1) or NOTE.match(self.line, at + 1):
            self._annotated(h, (at, self._repeated(headless)), headless[1], 0.0)
            return
        group = by_lead(h.carry) if self.line[at + 1 :].strip() else by_lead_at_line_end(h.carry)
        self.beam.guess(h, group, (at, at + 1), carry=0, cost=0.0, eaten=tuple(self._eaten(at + 1)))

    def _lone_unseen(self, h: Hypothesis, at: int) -> None:
        """The same where a lone byte shows nothing, before what is no part of a pair."""
        following = self.line[at]
        eaten: tuple[Eaten, ...] = (NOTHING,)
        if following.isdigit() or following in _MEASURES:
            eaten = tuple(self._digit_eaten(at))
        self.beam.guess(h, by_lead(h.carry), (at, at), carry=0, cost=self.dropped, eaten=eaten)

    def _eaten(self, after: int) -> Iterator[Eaten]:
        """Yield what the lone byte may have eaten."""
        following = self.line[after : after + 1]
        yield from self._digit_eaten(after)
        if following.isdigit():
            return
        if not following or following in CUT_MARKS or following in NARROW:
            yield Eaten("", "", 0.5)
        else:
            yield Eaten("", "", 6.0 if following in _MEASURES else 3.5)
        for mark in ",;:!?":
            yield Eaten(mark, mark, 1.0)
        if following.isascii() and following.isalpha():
            yield Eaten(" ", "", 2.0)
        if _TAG_REST.match(self.line, after):
            yield Eaten("<", "", 0.0, "eaten_tag")
        if _CLOSED.match(self.line, after):
            yield Eaten("(", "(", 1.5)

    def _digit_eaten(self, after: int) -> Iterator[Eaten]:
        """Yield the digit that may be gone: it is for good, unless it began a year.

        `GAP` stands in its place, so that no wrong number is read; before a digit whatever was eaten, since
        language cannot tell a mark before a number from a part of it.
        """
        following = self.line[after : after + 1]
        if year := _YEAR_REST.match(self.line, after):
            yield Eaten("2" if year[0][0] == "0" else "1", "0", 0.5)
            return
        yield Eaten(GAP, "0", COST_DIGIT_COUNTS if following in _MEASURES else COST_DIGIT_EATEN, LOST_DIGIT)
        if following.isdigit():
            for mark in ",;:!?":
                yield Eaten(GAP, mark, 1.0, LOST_DIGIT)
            yield Eaten(GAP, "", 3.5, LOST_DIGIT)

    def _vanished(self, h: Hypothesis, at: int) -> None:
        """A pair vanished before this position: it held the end of this character and the first byte of the next."""
        char = self.line[at]
        code = CODES.get(char, 0)
        carry, span = 0, (at, at + 1)
        after = Group()
        if code >= FIRST_PAIR and code & 0xFF in LEADS:
            after, carry = by_trail(code >> 8), code & 0xFF
        elif "@" <= char <= "~":
            after = by_trail(ord(char))
        elif char in LONE and (note := HEADLESS_NOTE.match(self.line, at + 1)):
            after, span = ending_in_note(note[1]), (at, self._repeated(note))
        if not after:
            return
        for vanished in self.beam.likeliest(h, before_vanished(h.carry), (at, at), COST_VANISHED):
            self.beam.guess(vanished, after_vanished(after, vanished.carry), span, carry=carry, cost=0.0)
