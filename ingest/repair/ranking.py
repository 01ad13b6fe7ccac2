"""What the language model and the script of the page make of the characters that a byte can be part of."""

from functools import lru_cache

from ingest.repair.candidates import Candidate, Group
from ingest.repair.channel import COST_ODD, COST_SCRIPT, COST_UNKNOWN
from ingest.repair.gbk import CUT_MARKS
from ingest.repair.model import UNKNOWN_ID, load_model

BRANCHES = 16
"""Candidates kept where one hypothesis guesses a byte."""

REACH = 14.0
"""Hypotheses this much worse than the best (nats) are dropped."""

CACHED_RANKINGS = 1 << 13
"""Rankings kept for the spots to come; about 10 MB."""

LENGTH_GAIN = 0.5
"""Nats for each character read: the model finds true text dearer than it is, which would favour short readings."""

GAIN_FULL_STOP = 1.5
"""Nats for a full stop: the word list that the model has learnt from holds none, which makes them look rare."""
FULL_STOP = CUT_MARKS["。"]


@lru_cache(maxsize=CACHED_RANKINGS)
def ranking(
    group: Group, before: int, last: int, *, traditional: bool
) -> tuple[tuple[float, Candidate], ...]:
    """Return the likeliest of a group after two symbols, with their gains; spots of one page ask for the same again."""
    found = sorted(((gain_of(c, before, last, traditional=traditional), c) for c in group), reverse=True)
    return tuple((gain, c) for gain, c in found[:BRANCHES] if gain > found[0][0] - REACH)


def gain_of(candidate: Candidate, before: int, last: int, *, traditional: bool) -> float:
    """Return what reading a candidate is worth after two symbols, on a page of Traditional script or of Simplified."""
    gain = language_gain(before, last, candidate.symbol)
    if candidate.odd:
        return gain - COST_ODD
    if candidate.code == FULL_STOP:
        return gain + GAIN_FULL_STOP
    wrong = candidate.simplified if traditional else candidate.traditional
    return gain - COST_SCRIPT if wrong else gain


def language_gain(before: int, last: int, symbol: int) -> float:
    """Return what reading a symbol after two others is worth, in nats."""
    gain: float = load_model().log_probability(before, last, symbol)
    return (gain - COST_UNKNOWN if symbol == UNKNOWN_ID else gain) + LENGTH_GAIN
