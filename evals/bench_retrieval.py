"""How well passages are found: by ``/search``, by each leg, their fusion, the fusion without each leg, and stock LlamaIndex beside them."""

import argparse
import json
import sys
import tempfile
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

from evals.bench_data import Benchmark, Question, beir_benchmark, gold_benchmark, squad_benchmark
from evals.metrics.intervals import Figure, mean
from evals.metrics.retrieval import group_recall, ndcg, reciprocal_rank, wrong_product
from evals.record import RunError
from evals.served import answerer_over, built_index
from ingest.artifact import IndexBroken
from ingest.embed import Embedder, EmbedError, RecentEmbedder, build_embedder
from ingest.index import Index
from ingest.settings import IngestSettings
from service.retrieve import Retriever
from service.retrieve.fuse import WEIGHTS

TOP_K = 10
DEPTH = 50
"""Passages looked at to find ``TOP_K`` documents, of which several passages may be found."""

SERVED = "/search"
"""The question understood, the fusion, and the reader: what a client of the service gets."""

Search = Callable[[str], list[int]]
MEASURES: Mapping[str, Callable[[Question, Sequence[frozenset[str]]], float | None]] = {
    "recall@1": lambda q, ranked: group_recall(ranked, q.groups, 1),
    "recall@3": lambda q, ranked: group_recall(ranked, q.groups, 3),
    "recall@5": lambda q, ranked: group_recall(ranked, q.groups, 5),
    "recall@10": lambda q, ranked: group_recall(ranked, q.groups, 10),
    "MRR@10": lambda q, ranked: reciprocal_rank(ranked, q.groups),
    "nDCG@10": lambda q, ranked: ndcg(ranked, dict.fromkeys(q.groups, 1)),
}

Figures = dict[str, dict[str, Figure]]
"""By slice of the questions (``all``, a style, a product), by measure."""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare what is measured on."""
    parser.add_argument("--data", type=Path, help="BEIR folder: corpus.jsonl, queries.jsonl, qrels/*.tsv")
    parser.add_argument("--squad", type=Path, help="reading set in SQuAD's form, such as CMRC 2018 or DRCD")
    parser.add_argument(
        "--gold", nargs="+", default=["dev"], help="gold files without .jsonl: dev, test, retrieval_dev"
    )
    parser.add_argument(
        "--work", type=Path, help="where the index of --data or --squad is kept; default: a temporary folder"
    )
    parser.add_argument("--limit", type=int, help="only so many questions of --data or --squad")
    parser.add_argument("--no-stock", action="store_true", help="without LlamaIndex")
    parser.add_argument("--out", type=Path, help="write all figures there as JSON")


def run(args: argparse.Namespace) -> int:
    """Measure, print the table, and return 0.

    Raises:
        GoldError: the questions cannot be read.
        RunError: there is no index or no model to measure.
    """
    settings = IngestSettings()
    model_dir = settings.model_dir or settings.corpus_dir / "models"
    with tempfile.TemporaryDirectory(prefix="jiewen-bench-") as scratch:
        try:
            if args.data or args.squad:
                embedder = build_embedder(settings)
                read = beir_benchmark if args.data else squad_benchmark
                work_dir = args.work or Path(scratch)
                benchmark = read(args.data or args.squad, work_dir, embedder, limit=args.limit)
            else:
                index, embedder = built_index(settings)
                benchmark = gold_benchmark(index, args.gold)
        except (IndexBroken, EmbedError) as error:
            raise RunError(str(error)) from error
        searches = {SERVED: _served(benchmark.index, embedder, model_dir)}
        # Every combination of legs asks the same questions.
        searches |= _searches(benchmark.index, RecentEmbedder(embedder, kept=len(benchmark.questions)))
        if not args.no_stock:
            from evals.bench_stock import index_search, stock_searches

            through = index_search(benchmark.index, embedder, top_k=DEPTH)
            searches |= {"LlamaIndex over this index": through}
            searches |= stock_searches(list(benchmark.index.passages), model_dir, top_k=DEPTH)
        figures = {name: _figures(benchmark, search) for name, search in searches.items()}
    sys.stdout.write(_table(benchmark, figures))
    if args.out:
        args.out.write_text(
            json.dumps(_record(benchmark, figures), ensure_ascii=False, indent=1), encoding="utf-8"
        )
    return 0


def _served(index: Index, embedder: Embedder, model_dir: Path) -> Search:
    answerer = answerer_over(index, embedder, model_dir)

    def search(question: str) -> list[int]:
        return [hit.row for hit in answerer.search(answerer.listener.understand(question), DEPTH).hits]

    return search


def _searches(index: Index, embedder: Embedder) -> dict[str, Search]:
    """Return every leg alone, the fusion, and the fusion without each leg."""
    combinations = {f"only {leg}": {leg: 1.0} for leg in WEIGHTS}
    combinations["fusion"] = dict(WEIGHTS)
    for leg in WEIGHTS:
        combinations[f"without {leg}"] = {other: w for other, w in WEIGHTS.items() if other != leg}
    return {name: _search(Retriever(index, embedder, weights=w)) for name, w in combinations.items()}


def _search(retriever: Retriever) -> Search:
    def search(question: str) -> list[int]:
        found = retriever.retrieve(question, top_k=DEPTH, product=frozenset())
        return [hit.row for hit in found.hits]

    return search


def _figures(benchmark: Benchmark, search: Search) -> Figures:
    """Return every measure over all questions and over each slice, and how many of the top five are of a wrong product."""
    values: dict[str, dict[str, list[float]]] = {}
    for question in benchmark.questions:
        rows = _first_of_each_unit(search(question.text), benchmark.units)[:TOP_K]
        ranked = [question.covers.get(row, frozenset()) for row in rows]
        products = [benchmark.index.passages[row].product for row in rows]
        taken = {name: take(question, ranked) for name, take in MEASURES.items()}
        taken["wrong product in 5"] = wrong_product(products, question.asked_product)
        for part in ("all", *question.slices):
            for name, value in taken.items():
                if value is not None:
                    values.setdefault(part, {}).setdefault(name, []).append(float(value))
    return {
        part: {name: figure for name, taken in by_name.items() if (figure := mean(taken)) is not None}
        for part, by_name in values.items()
    }


def _first_of_each_unit(rows: Sequence[int], units: Sequence[str]) -> list[int]:
    firsts: dict[str, int] = {}
    for row in rows:
        firsts.setdefault(units[row], row)
    return list(firsts.values())


def _table(benchmark: Benchmark, figures: Mapping[str, Figures]) -> str:
    names = [*MEASURES, "wrong product in 5"]
    lines = [
        f"{benchmark.name}: {len(benchmark.questions)} questions, {len(benchmark.units)} passages; mean [95 % interval]",
        f"{'':<34}" + "".join(f"{name:>20}" for name in names),
    ]
    lines += [f"{name:<34}" + _cells(by_slice["all"], names) for name, by_slice in figures.items()]
    parts = sorted(part for part in figures[SERVED] if part != "all")
    lines += [f"{SERVED + ', ' + part:<34}" + _cells(figures[SERVED][part], names) for part in parts]
    return "\n".join(lines) + "\n"


def _cells(by_name: Mapping[str, Figure], names: Sequence[str]) -> str:
    cells = []
    for name in names:
        figure = by_name.get(name)
        scale = 1 if name.startswith("wrong") else 100
        cells.append(
            f"{figure.value * scale:6.1f} [{figure.low * scale:5.1f},{figure.high * scale:5.1f}]"
            if figure
            else "-"
        )
    return "".join(f"{cell:>20}" for cell in cells)


def _record(benchmark: Benchmark, figures: Mapping[str, Figures]) -> dict[str, object]:
    spec = benchmark.index.manifest.embedder
    return {
        "benchmark": benchmark.name,
        "questions": len(benchmark.questions),
        "passages": len(benchmark.units),
        "embedder": {"model": spec.model, "revision": spec.revision, "backend": spec.backend},
        "weights": dict(WEIGHTS),
        "systems": {
            name: {
                part: {m: [f.value, f.low, f.high, f.n] for m, f in by_name.items()}
                for part, by_name in by_slice.items()
            }
            for name, by_slice in figures.items()
        },
    }
