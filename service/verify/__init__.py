"""Whether a sentence is supported by what it cites: exact facts and names, then rules, wording and meaning weighed together."""

from service.verify.evidence import Evidence
from service.verify.facts import Fact, find_facts
from service.verify.judge import Verdict, judge
from service.verify.tokens import RecentTokens

__all__ = ["Evidence", "Fact", "RecentTokens", "Verdict", "find_facts", "judge"]
