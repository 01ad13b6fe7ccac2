"""Whether a sentence is supported by what it cites: exact facts, names, polarity, roles, order, strength, conditions, wording."""

from service.verify.evidence import Evidence
from service.verify.facts import Fact, find_facts
from service.verify.judge import Verdict, judge

__all__ = ["Evidence", "Fact", "Verdict", "find_facts", "judge"]
