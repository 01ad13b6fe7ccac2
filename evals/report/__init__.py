"""One HTML file of a run: the figures, the plots, and a page for each case that did not pass."""

from evals.report.command import add_arguments, run

__all__ = ["add_arguments", "run"]
