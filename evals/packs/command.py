"""Generate a robustness pack."""

import argparse
import asyncio
import random
import shutil
import sys
from pathlib import Path

from evals.cases import Case, GoldError, gold_paths, load_cases, write_cases
from evals.client import in_process
from evals.packs.corpora import Page, counterfactual, injections, noisy, write_corpus
from evals.packs.questions import homophones, swapped_products, traditional
from evals.rules import RULES_PATH
from service.schema import ArticleOut

QUESTION_PACKS = {"traditional": traditional, "homophones": homophones, "product-swap": swapped_products}
CORPUS_PACKS = ("noise", "counterfactual", "injections")


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments."""
    parser.add_argument("pack", choices=(*QUESTION_PACKS, *CORPUS_PACKS))
    parser.add_argument("--out", type=Path, required=True, help="folder to write, new or empty")
    parser.add_argument("--split", choices=("dev", "test", "all"), default="dev", help="cases to start from")
    parser.add_argument(
        "--noise", type=float, default=0.4, help="share of noise paragraphs, for the noise pack"
    )
    parser.add_argument("--seed", type=int, default=1, help="the same seed gives the same pack")


def run(args: argparse.Namespace) -> int:
    """Write the pack and print how to run it.

    Raises:
        GoldError: the folder is taken, or the corpus lacks what the pack changes.
        RunError: the articles are needed and no index is built.
    """
    if args.out.exists() and any(args.out.iterdir()):
        raise GoldError(f"{args.out}: the folder is not empty")
    base = [case for case in load_cases(gold_paths(args.split)) if case.style == "plain"]
    rng = random.Random(args.seed)
    if args.pack in QUESTION_PACKS:
        cases, pages = QUESTION_PACKS[args.pack](base, rng), None
    else:
        cases, pages = _corpus_pack(args, base, asyncio.run(_articles()), rng)
    args.out.mkdir(parents=True, exist_ok=True)
    write_cases(args.out / "cases.jsonl", cases)
    shutil.copy(RULES_PATH, args.out / "rules.toml")
    sys.stdout.write(f"{len(cases)} cases in {args.out / 'cases.jsonl'}\n")
    corpus = ""
    if pages is not None:
        write_corpus(args.out / "corpus", pages)
        corpus = f" --corpus {args.out / 'corpus'}"
        sys.stdout.write(f"build:  JIEWEN_CORPUS_DIR={args.out / 'corpus'} ingest build\n")
    sys.stdout.write(f"run:    evals --gold {args.out / 'cases.jsonl'}{corpus}\n")
    return 0


def _corpus_pack(
    args: argparse.Namespace, base: list[Case], articles: list[ArticleOut], rng: random.Random
) -> tuple[list[Case], list[Page]]:
    if args.pack == "noise":
        return noisy(base, articles, args.noise, rng)
    if args.pack == "injections":
        return injections(base, articles, rng)
    return counterfactual(articles)


async def _articles() -> list[ArticleOut]:
    async with in_process(None) as asker:
        return await asker.articles()
