"""What a search over readings passes around, and what each event of the fault costs it."""

from dataclasses import dataclass
from typing import NamedTuple

# Costs in nats, the negative logs of how often each event happens; set on generated damage.
COST_SLIP = 3.0
"""A note between the bytes of two characters."""
COST_CUT = 6.0
"""A mark cut out of two characters."""
COST_SWALLOWED = 2.0
"""The mark does not show: the lone byte ate it."""
COST_DROPPED = 6.0
"""A lone byte does not show, on a page that shows them."""
COST_ODD = 5.0
"""A fullwidth letter or digit, which the language model takes for any letter or digit."""
COST_EURO_LOST = 3.0
"""The byte 80, which is no first byte and shows as nothing on some sites."""
COST_VANISHED = 1.5
"""A pair that the decoder drops without a trace."""
COST_SCRIPT = 3.0
"""A character in the script that the page is not written in."""
COST_NOTE_ON_SHARED = 2.5
"""A note on a character that both scripts share."""
COST_UNKNOWN = 9.0
"""A character that the language model does not know: one of many thousand."""
COST_DIGIT_EATEN = 2.0
"""A digit was eaten, and not something else."""
COST_DIGIT_COUNTS = 0.5
"""The same before a word of measure, which wants a number."""
COST_UNEXPLAINED = 7.0
"""A Latin letter with a reading note, or a ``?`` before half a note, taken as it stands."""

LOST_DIGIT = "lost_digit"
"""The step that shows with `GAP` that a number may have lost a digit there."""
GAP = "□"
"""What Chinese print shows for a character that cannot be read; a ``?`` would end the sentence."""


@dataclass(frozen=True, slots=True)
class Page:
    """What is known of the page that a spot stands on.

    ``traditional``: its characters are Traditional; ``drops``: its lone bytes show nothing instead of ``?``.
    """

    traditional: bool = True
    drops: bool = False


@dataclass(frozen=True, slots=True)
class Change:
    """``line[start:end]`` should read ``text``, for the reason named by ``step``."""

    step: str
    start: int
    end: int
    text: str


@dataclass(frozen=True, slots=True)
class Reading:
    """The best reading of a line from a spot up to ``end``.

    ``posterior``: its probability among all readings found. ``margin``: how much likelier it is than the crawl as it
    stands, in nats. ``fluency``: mean log probability of a character. ``guesses``: bytes that language chose.
    """

    end: int
    changes: tuple[Change, ...]
    posterior: float
    margin: float
    fluency: float
    guesses: int


Path = tuple["Path", str, int, int, str] | None
"""Linked list of what was read: (earlier, text, start, end, step); the step is empty where nothing is changed."""


@dataclass(slots=True)
class Hypothesis:
    """One way to have read the line up to a position.

    ``score`` is its log probability and ``mass`` that of all the ways merged into it. ``carry``: the byte that begins
    the next character, 0 when in step. ``last``: code of the last character. ``before``, ``symbol``: what the language
    model has seen last. ``cuts``: slips entered so far; ``step``: the name of the one it is in.
    """

    score: float
    mass: float
    carry: int
    last: int
    before: int
    symbol: int
    cuts: int
    guesses: int
    length: int
    step: str
    path: Path


class Eaten(NamedTuple):
    """An ASCII byte that a lone byte may have eaten: what to write for it, how language reads it, what it costs.

    ``step`` names the edit that writes it where it is not part of the slip.
    """

    text: str
    reads_as: str
    cost: float
    step: str = ""
