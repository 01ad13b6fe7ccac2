"""The ``evals`` command: ask the gold questions, and look at what came back."""

import argparse
import asyncio
import importlib
import sys
from collections.abc import Sequence

from evals.cases import GoldError
from evals.record import RunError

DONE, CHECK_FAILED, WRONG_USE = 0, 1, 2

COMMANDS = {
    "run": ("evals.command_run", "ask every gold question and check the gates (the default)"),
    "compare": ("evals.compare", "what changed between two runs, case by case"),
    "show": ("evals.show", "one case of a run with everything that came back"),
    "report": ("evals.report", "one HTML file of a run"),
    "baseline": ("evals.baseline", "make a run the baseline, after showing what changes"),
    "pack": ("evals.packs.command", "generate a robustness pack: cases, and a corpus where one is needed"),
    "import-beir": ("evals.beir", "turn a BEIR folder into gold cases and a corpus"),
    "judge": ("evals.judge", "let an LLM judge the answers of a run, and report its agreement with people"),
    "agreement": ("evals.agreement", "blind second reading: write the sheet, or report the agreement"),
    "bench": ("evals.bench", "benchmarks of retrieval and speed"),
    "bench repair": ("evals.bench_repair", "benchmark of the repair"),
}


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command and return its exit code: 0 done, 1 a check failed, 2 wrong use or a broken or partial run."""
    words = list(sys.argv[1:] if argv is None else argv)
    name, rest = _command(words)
    if words[:1] in (["-h"], ["--help"]):
        sys.stdout.write(_overview())
    module = importlib.import_module(COMMANDS[name][0])
    parser = argparse.ArgumentParser(prog=f"evals {name}", description=COMMANDS[name][1])
    module.add_arguments(parser)
    args = parser.parse_args(rest)
    try:
        return int(module.run(args))
    except (GoldError, RunError) as error:
        sys.stderr.write(f"evals: {error}\n")
        return WRONG_USE
    except (KeyboardInterrupt, asyncio.CancelledError):
        sys.stderr.write("evals: stopped before the end; run again with --resume and the same --out\n")
        return WRONG_USE


def _command(words: list[str]) -> tuple[str, list[str]]:
    """Return the command that ``words`` begin with and what is left for it; without one it is ``run``."""
    for length in (2, 1):
        name = " ".join(words[:length])
        if len(words) >= length and name in COMMANDS:
            return name, words[length:]
    return "run", words


def _overview() -> str:
    lines = [f"  evals {name:<14}{text}" for name, (_, text) in COMMANDS.items()]
    return "commands:\n" + "\n".join(lines) + "\n\n"


if __name__ == "__main__":
    sys.exit(main())
