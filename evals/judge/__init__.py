"""An LLM that judges answers: faithfulness, relevance, nugget coverage; and how far it agrees with people."""

from evals.judge.command import add_arguments, run

__all__ = ["add_arguments", "run"]
