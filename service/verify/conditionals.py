"""Conditional structure: each outcome of a sentence with its conditions, requirements and exceptions.

Read: folded text, cut into segments by :mod:`service.verify.segments`. Out come spans of outcomes and of their conditions.
"""

import re
from dataclasses import dataclass
from functools import lru_cache

from service.verify.segments import Segment, adds, goes_on, is_result, segments_of
from service.verify.spans import SENTENCE, Span

MOST = 12
"""Outcomes, and conditions of one, beyond which none is kept: a bound for texts that no person writes."""

_CLAUSE = re.compile("[^,:?]+")


@dataclass(frozen=True, slots=True)
class Condition:
    """Under what something holds; ``excepted``: it does not hold there; ``strict``: only there."""

    span: Span
    excepted: bool
    strict: bool


@dataclass(frozen=True, slots=True)
class Outcome:
    """What holds, and its conditions; ``weak`` is what stands before it and may be one."""

    span: Span
    conditions: tuple[Condition, ...]
    weak: tuple[Condition, ...] = ()


@lru_cache(maxsize=5_000)
def find_outcomes(text: str) -> tuple[Outcome, ...]:
    """Return what the folded ``text`` says holds, each with its conditions.

    >>> def told(text): return [(text[slice(*o.span)], [text[slice(*c.span)] for c in o.conditions]) for o in find_outcomes(text)]
    >>> told("合约到期且没有欠费的,可以携号转网"), told("想转专业,要先连续两年合格")
    ([('可以携号转网', ['合约到期', '没有欠费的'])], [('转专业', ['要先连续两年合格'])])
    """
    found: list[Outcome] = []
    for sentence in SENTENCE.finditer(text):
        found += _in_sentence(text, [match.span() for match in _CLAUSE.finditer(text, *sentence.span())])
    return tuple(found[:MOST])


def _in_sentence(text: str, clauses: list[Span]) -> list[Outcome]:
    segments = [segments_of(text, span, last=n + 1 == len(clauses)) for n, span in enumerate(clauses)]
    for number, span in enumerate(clauses):
        # 逾期满三个月,而且金额较大的,…; 合约到期了,又没欠费,就能…: what nothing marks is a condition by what follows it.
        clause = text[slice(*span)]
        if number and adds(clause):
            segments[number - 1] = [
                segment for segment in segments[number - 1] if segment.role != "exception"
            ]
        joined = goes_on(clause) and bool(segments[number]) and segments[number][0].role == "condition"
        if not (joined or is_result(clause)):
            continue
        for before in reversed(range(number)):
            if [segment.role for segment in segments[before]] != ["outcome"]:
                break
            segments[before] = [Segment("condition", segment.span) for segment in segments[before]]
    return _assembled([segment for row in segments for segment in row])


def _assembled(segments: list[Segment]) -> list[Outcome]:
    """Return the outcomes among the ``segments`` of a sentence with the conditions of each."""
    outcomes: list[tuple[Span, list[Condition], list[Condition]]] = []
    opened: list[Condition] = []
    weak: list[Condition] = []
    wanted: list[Span] = []
    closed = False
    for segment in segments:
        condition = Condition(segment.span, segment.role == "exception", segment.strict)
        if segment.role == "wanted":
            wanted.append(segment.span)
        elif segment.role == "condition" or (segment.role == "exception" and not outcomes):
            if closed:
                opened, closed = [], False
            opened.append(condition)
        elif segment.role in ("required", "exception"):
            for _, conditions, _ in outcomes:
                conditions.append(condition)
            outcomes += [(span, [*opened, condition], []) for span in wanted]
            if segment.role == "required" and not wanted:
                outcomes.append((segment.span, list(opened), list(weak)))
            wanted = []
        else:
            outcomes.append((segment.span, list(opened), list(weak)))
            closed = True
            weak = [condition]
    outcomes += [(span, list(opened), []) for span in wanted]
    return [Outcome(span, tuple(own[:MOST]), tuple(w[:MOST])) for span, own, w in outcomes]
