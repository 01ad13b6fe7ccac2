"""Write the report of a run."""

import argparse
import sys
from pathlib import Path

from evals.baseline import read_baseline
from evals.judge.record import read_judge
from evals.record import RunError, read_run
from evals.report.page import page


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments."""
    parser.add_argument("run", type=Path, help="folder of the run")
    parser.add_argument("--out", type=Path, help="file to write (default RUN/report.html)")


def run(args: argparse.Namespace) -> int:
    """Write the report and print where it is.

    Raises:
        RunError: the run cannot be read, or is not complete.
    """
    found = read_run(args.run)
    if not found.head.complete:
        raise RunError(f"{args.run}: the run is partial; finish it with --resume")
    out = args.out or args.run / "report.html"
    out.write_text(page(found, read_baseline(), read_judge(args.run)), encoding="utf-8")
    sys.stdout.write(f"{out}\n")
    return 0
