"""Whether a sentence is supported by the text it cites.

Read: a folded draft sentence, the evidence it cites, a reader of tokens in context. Out comes a verdict with its reason.
"""

from service.verify.evidence import Evidence
from service.verify.facts import Fact, find_facts
from service.verify.judge import Verdict, judge
from service.verify.token_text import RecentTokens

__all__ = ["Evidence", "Fact", "RecentTokens", "Verdict", "find_facts", "judge"]
