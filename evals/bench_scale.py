"""An index of up to a million passages: how long it takes to build, what it weighs, how fast and well it is searched.

Text and vectors are synthetic (``evals.synthetic``). Asked are pieces of the passages, and borrowers' questions of the
gold set in every style.
"""

import argparse
import json
import multiprocessing
import os
import sys
import tempfile
import time
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from evals.bench_speed import resident_mb
from evals.synthetic import LENDERS, asked_questions, extended_vectors, synthetic_corpus
from ingest.artifact import checksums, new_partial, publish
from ingest.duplicates import sketch
from ingest.embed import EmbedderSpec, build_embedder, load_embedder
from ingest.index import KNOWN, Entry, Index
from ingest.known import KnownQuestions
from ingest.manifest import SCHEMA, Manifest
from ingest.records import Article, Block, Passage, RawRef, Sentence
from ingest.settings import IngestSettings
from ingest.writer import IndexWriter
from service.retrieve import Retriever
from service.threads import one_thread_a_question

SEED = 20241016
PER_ARTICLE = 10
WARM_UP = 20
TOP_K = 10
EXACT_AT_ONCE = 100_000


@dataclass(frozen=True, slots=True)
class Scale:
    """One point of the curve; times are of a hybrid query, its embedding included.

    ``dense_recall_at_10`` is over the questions that are pieces of passages, ``dense_recall_off_topic`` over the borrowers'
    questions, which these passages do not answer and lie far from all alike.

    ``private_mb`` is what the reader's process holds for itself, ``resident_mb`` that and what it has read of mapped
    files, which the system takes back when memory is short.
    """

    passages: int
    build_s: float
    disk_mb: float
    load_s: float
    private_mb: float
    resident_mb: float
    median_ms: float
    p95_ms: float
    embed_median_ms: float
    dense_recall_at_10: float
    dense_recall_off_topic: float
    load_average: float


@dataclass(frozen=True, slots=True)
class Asked:
    """What a reader of an index saw: per question its times, its vector and the rows of the dense leg."""

    load_s: float
    private_mb: float
    resident_mb: float
    took_ms: list[float]
    embed_ms: list[float]
    vectors: NDArray[np.float32]
    dense: list[list[int]]


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the sizes."""
    parser.add_argument("--passages", type=int, nargs="+", default=[1_000, 10_000, 100_000])
    parser.add_argument("--work", type=Path, help="where the indexes are made; default: a temporary folder")
    parser.add_argument("--out", type=Path, help="write the curve there as JSON")


def run(args: argparse.Namespace) -> int:
    """Build and query an index of each size, print the curve and return 0."""
    settings = IngestSettings()
    model_dir = settings.model_dir or settings.corpus_dir / "models"
    embedder = build_embedder(settings)
    curve = []
    sys.stdout.write(HEAD)
    with tempfile.TemporaryDirectory(prefix="jiewen-scale-", dir=args.work) as scratch:
        for passages in args.passages:
            index_dir = Path(scratch) / str(passages)
            corpus = synthetic_corpus(passages, np.random.default_rng(SEED))
            vectors = extended_vectors(corpus, embedder, np.random.default_rng(SEED))
            build_s = _build(index_dir, corpus.texts, vectors, embedder.spec)
            point = _measured_apart(index_dir, corpus.texts, vectors, model_dir, build_s)
            curve.append(point)
            sys.stdout.write(_row(point))
            sys.stdout.flush()
    if args.out:
        args.out.write_text(json.dumps([asdict(point) for point in curve], indent=1), encoding="utf-8")
    return 0


def _build(index_dir: Path, texts: Sequence[str], vectors: NDArray[np.float32], spec: EmbedderSpec) -> float:
    """Write and publish the index; return the seconds that it took, embedding not counted."""
    begun = time.perf_counter()
    index_dir.mkdir(parents=True)
    partial = new_partial(index_dir)
    writer = IndexWriter(partial)
    for number, first in enumerate(range(0, len(texts), PER_ARTICLE)):
        writer.add(_entry(number, texts[first : first + PER_ARTICLE]))
    writer.close()
    writer.finish(vectors)
    KnownQuestions.none(spec.dimension).save(partial / KNOWN)
    manifest = Manifest(
        schema_version=SCHEMA,
        build="scale",
        created="",
        embedder=spec,
        articles=len(writer.article_ids),
        passages=len(texts),
        questions=0,
        repairs=0,
        files=checksums(partial),
    )
    publish(index_dir, partial, manifest, keep_previous=False)
    return time.perf_counter() - begun


def _entry(number: int, texts: Sequence[str]) -> Entry:
    article_id, text = f"s{number:06}", "\n".join(texts)
    passages: list[Passage] = []
    blocks: list[Block] = []
    at = 0
    for own in texts:
        span = (at, at + len(own))
        blocks.append(Block("paragraph", *span))
        product, _ = LENDERS[(number * PER_ARTICLE + len(passages)) % len(LENDERS)]
        passages.append(
            Passage(f"{article_id}-{at}", article_id, "", (), own, *span, (Sentence(*span),), (product,))
        )
        at += len(own) + 1
    raw = RawRef(f"raw/{article_id}.txt", "")
    article = Article(article_id, "", text, tuple(blocks), ("通用",), raw, ())
    return Entry(article_id, article, tuple(passages), text, sketch(text))


def _measured_apart(
    index_dir: Path, texts: Sequence[str], vectors: NDArray[np.float32], model_dir: Path, build_s: float
) -> Scale:
    """Return the figures of an index, taken in a process of its own, so that only the reader's memory counts."""
    questions = asked_questions(texts, np.random.default_rng(SEED + 1))
    with multiprocessing.get_context("spawn").Pool(1) as pool:
        found = pool.apply(_ask, (index_dir, questions, model_dir))
    disk = sum(path.stat().st_size for path in index_dir.rglob("*") if path.is_file())
    median, p95 = np.quantile(found.took_ms, [0.5, 0.95])
    recall = _recall(found, vectors)
    return Scale(
        passages=len(texts),
        build_s=build_s,
        disk_mb=disk / 2**20,
        load_s=found.load_s,
        private_mb=found.private_mb,
        resident_mb=found.resident_mb,
        median_ms=float(median),
        p95_ms=float(p95),
        embed_median_ms=float(np.median(found.embed_ms)),
        dense_recall_at_10=float(recall[0::2].mean()),
        dense_recall_off_topic=float(recall[1::2].mean()),
        load_average=os.getloadavg()[0],
    )


def _recall(found: Asked, vectors: NDArray[np.float32]) -> NDArray[np.float64]:
    """Return which share of the ten nearest of all ``vectors`` the dense leg found, for each question (m,).

    A row as near as the tenth counts as well as it.
    """
    tenth = np.full((len(found.vectors), TOP_K), -np.inf, np.float32)
    for begin in range(0, len(vectors), EXACT_AT_ONCE):
        cosines = found.vectors @ vectors[begin : begin + EXACT_AT_ONCE].T
        tenth = -np.partition(-np.hstack([tenth, cosines]), TOP_K - 1, axis=1)[:, :TOP_K]
    least = tenth.min(axis=1) - 1e-6
    return np.asarray(
        [
            np.mean(vectors[rows] @ query >= low)
            for rows, query, low in zip(found.dense, found.vectors, least, strict=True)
        ]
    )


def _ask(index_dir: Path, questions: Sequence[str], model_dir: Path) -> Asked:
    """Load the index and ask every question, after a few that are not counted."""
    one_thread_a_question()
    begun = time.perf_counter()
    index = Index.load(index_dir)
    embedder = load_embedder(index.manifest.embedder, model_dir=model_dir, threads=1, offline=True)
    retriever = Retriever(index, embedder)
    load_s = time.perf_counter() - begun
    for question in questions[:WARM_UP]:
        retriever.retrieve(question, top_k=TOP_K, product=frozenset())
    found = [retriever.retrieve(question, top_k=TOP_K, product=frozenset()) for question in questions]
    return Asked(
        load_s=load_s,
        private_mb=resident_mb(os.getpid(), "RssAnon"),
        resident_mb=resident_mb(os.getpid()),
        took_ms=[one.embed_ms + one.retrieve_ms for one in found],
        embed_ms=[one.embed_ms for one in found],
        vectors=np.stack([one.vectors[0] for one in found]),
        dense=[index.dense(one.vectors[0], TOP_K)[0].tolist() for one in found],
    )


HEAD = (
    " passages   build s   disk MB  load s  own MB  RSS MB  median ms  p95 ms  embed ms  dense recall@10"
    "  off topic  load average\n"
)


def _row(point: Scale) -> str:
    return (
        f"{point.passages:>9}{point.build_s:>10.1f}{point.disk_mb:>10.0f}{point.load_s:>8.1f}{point.private_mb:>8.0f}"
        f"{point.resident_mb:>8.0f}{point.median_ms:>11.1f}{point.p95_ms:>8.1f}{point.embed_median_ms:>10.1f}"
        f"{point.dense_recall_at_10:>17.3f}{point.dense_recall_off_topic:>11.3f}{point.load_average:>14.1f}\n"
    )
