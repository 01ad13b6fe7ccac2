"""What a sentence says holds under what: each outcome with its conditions, requirements and exceptions."""

import re
from dataclasses import dataclass
from functools import lru_cache

from service.verify.pieces import Piece, adds, goes_on, is_result, pieces_of
from service.verify.stretches import SENTENCE, Span

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
    pieces = [pieces_of(text, span, last=n + 1 == len(clauses)) for n, span in enumerate(clauses)]
    for number, span in enumerate(clauses):
        # 逾期满三个月,而且金额较大的,…; 合约到期了,又没欠费,就能…: what nothing marks is a condition by what follows it.
        clause = text[slice(*span)]
        if number and adds(clause):
            pieces[number - 1] = [piece for piece in pieces[number - 1] if piece.role != "exception"]
        joined = goes_on(clause) and bool(pieces[number]) and pieces[number][0].role == "condition"
        if not (joined or is_result(clause)):
            continue
        for before in reversed(range(number)):
            if [piece.role for piece in pieces[before]] != ["outcome"]:
                break
            pieces[before] = [Piece("condition", piece.span) for piece in pieces[before]]
    return _assembled([piece for row in pieces for piece in row])


def _assembled(pieces: list[Piece]) -> list[Outcome]:
    """Return the outcomes among the ``pieces`` of a sentence with the conditions of each."""
    outcomes: list[tuple[Span, list[Condition], list[Condition]]] = []
    opened: list[Condition] = []
    weak: list[Condition] = []
    wanted: list[Span] = []
    closed = False
    for piece in pieces:
        condition = Condition(piece.span, piece.role == "exception", piece.strict)
        if piece.role == "wanted":
            wanted.append(piece.span)
        elif piece.role == "condition" or (piece.role == "exception" and not outcomes):
            if closed:
                opened, closed = [], False
            opened.append(condition)
        elif piece.role in ("required", "exception"):
            for _, conditions, _ in outcomes:
                conditions.append(condition)
            outcomes += [(span, [*opened, condition], []) for span in wanted]
            if piece.role == "required" and not wanted:
                outcomes.append((piece.span, list(opened), list(weak)))
            wanted = []
        else:
            outcomes.append((piece.span, list(opened), list(weak)))
            closed = True
            weak = [condition]
    outcomes += [(span, list(opened), []) for span in wanted]
    return [Outcome(span, tuple(own[:MOST]), tuple(w[:MOST])) for span, own, w in outcomes]
