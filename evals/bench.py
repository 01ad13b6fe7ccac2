"""Benchmarks of one part each: ``evals bench NAME``."""

import argparse
import importlib

BENCHMARKS = {
    "retrieval": ("evals.bench_retrieval", "each leg, the fusion, each leg left out, and stock LlamaIndex"),
    "speed": ("evals.bench_speed", "/search over HTTP beside stock LlamaIndex; start-up and memory"),
    "repair": (
        "evals.bench_repair",
        "the repair: round trip through the fault, good text, confidence, speed beside ftfy",
    ),
    "verify": (
        "evals.bench_verify",
        "the verification: labelled draft sentences, by what is wrong with them",
    ),
    "llm": (
        "evals.bench_llm",
        "answers without an LLM, with one, and by stock LlamaIndex's CitationQueryEngine with the same one",
    ),
    "wording": ("evals.bench_wording", "slips and pinyin, read as they were meant"),
    "scale": ("evals.bench_scale", "build and query an index of up to a million passages"),
}


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare one subcommand per benchmark."""
    commands = parser.add_subparsers(dest="benchmark", required=True)
    for name, (module, meaning) in BENCHMARKS.items():
        importlib.import_module(module).add_arguments(
            commands.add_parser(name, help=meaning, description=meaning)
        )


def run(args: argparse.Namespace) -> int:
    """Run the benchmark that was named and return its exit code."""
    return int(importlib.import_module(BENCHMARKS[args.benchmark][0]).run(args))
