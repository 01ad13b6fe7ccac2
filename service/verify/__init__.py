"""Whether a sentence is supported by what it cites: existence, exact facts, product, polarity, wording."""

from service.verify.facts import Fact, find_facts
from service.verify.judge import Evidence, Verdict, judge

__all__ = ["Evidence", "Fact", "Verdict", "find_facts", "judge"]
