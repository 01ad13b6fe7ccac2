"""An index of up to a million passages: how long it takes to build, what it weighs, how fast and how well it is searched.

The text is synthetic: words drawn by their frequency in a Chinese dictionary, a third of each passage from one topic.
The vectors are real embeddings of a sample of it, extended along the differences between real ones.
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

import jieba
import numpy as np
from numpy.typing import NDArray

from evals.bench_speed import resident_mb
from ingest.artifact import checksums, new_partial, publish
from ingest.duplicates import sketch
from ingest.embed import Embedder, EmbedderSpec, build_embedder, load_embedder
from ingest.index import KNOWN, Entry, Index
from ingest.known import KnownQuestions
from ingest.manifest import SCHEMA, Manifest
from ingest.records import Article, Block, Passage, RawRef, Sentence
from ingest.settings import IngestSettings
from ingest.writer import IndexWriter
from service.retrieve import Retriever

SEED = 20241016
WORDS = 45
TOPICS = 5_000
TOPIC_WORDS = 40
PER_ARTICLE = 10
SAMPLE = 2_000
SPREAD = 0.4
"""How far a made vector lies from a real one, in differences between two real ones."""
QUESTIONS = 200
TOP_K = 10


@dataclass(frozen=True, slots=True)
class Scale:
    """One point of the curve; times of a hybrid query include the embedding of the question."""

    passages: int
    build_s: float
    disk_mb: float
    load_s: float
    resident_mb: float
    median_ms: float
    p95_ms: float
    embed_median_ms: float
    dense_recall_at_10: float


@dataclass(frozen=True, slots=True)
class Asked:
    """What a reader of an index saw: per question its times, its vector and the rows of the dense leg."""

    load_s: float
    resident_mb: float
    took_ms: list[float]
    embed_ms: list[float]
    vectors: list[NDArray[np.float32]]
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
    sys.stdout.write(
        "passages    build s   disk MB  load s   RSS MB  median ms  p95 ms  embed ms  dense recall@10\n"
    )
    with tempfile.TemporaryDirectory(prefix="jiewen-scale-", dir=args.work) as scratch:
        for passages in args.passages:
            index_dir = Path(scratch) / str(passages)
            texts = synthetic_texts(passages, np.random.default_rng(SEED))
            vectors = extended_vectors(texts, embedder, np.random.default_rng(SEED))
            build_s = _build(index_dir, texts, vectors, embedder.spec)
            point = _measured_apart(index_dir, texts, vectors, model_dir, build_s)
            curve.append(point)
            sys.stdout.write(_row(point))
            sys.stdout.flush()
    if args.out:
        args.out.write_text(json.dumps([asdict(point) for point in curve], indent=1), encoding="utf-8")
    return 0


def synthetic_texts(count: int, random: np.random.Generator) -> list[str]:
    """Return ``count`` passages of about 90 characters."""
    jieba.initialize()
    known = [(w, f) for w, f in jieba.dt.FREQ.items() if f > 0 and "\u4e00" <= w[0] <= "\u9fff"]
    words = np.array([word for word, _ in known], dtype=object)
    cumulative = np.cumsum([float(frequency) for _, frequency in known])
    topics = random.integers(0, len(words), size=(TOPICS, TOPIC_WORDS))
    texts: list[str] = []
    for begin in range(0, count, 10_000):
        n = min(10_000, count - begin)
        drawn = np.searchsorted(cumulative, random.random((n, WORDS)) * cumulative[-1])
        own = topics[random.integers(0, TOPICS, size=n)]
        special = np.take_along_axis(own, random.integers(0, TOPIC_WORDS, size=(n, WORDS)), axis=1)
        chosen = words[np.where(random.random((n, WORDS)) < 1 / 3, special, drawn)]
        texts += ["".join(row[:25]) + "，" + "".join(row[25:]) + "。" for row in chosen]
    return texts


def extended_vectors(
    texts: Sequence[str], embedder: Embedder, random: np.random.Generator
) -> NDArray[np.float32]:
    """Return a unit vector for each of ``texts``: real for the first ``SAMPLE``, made from those for the rest."""
    real = embedder.embed_passages(texts[:SAMPLE])
    vectors = np.empty((len(texts), real.shape[1]), np.float32)
    vectors[: len(real)] = real
    for begin in range(len(real), len(texts), 50_000):
        n = min(50_000, len(texts) - begin)
        seed, *ends = (real[random.integers(0, len(real), size=n)] for _ in range(5))
        made = seed + SPREAD * (ends[0] - ends[1]) + SPREAD * (ends[2] - ends[3])
        vectors[begin : begin + n] = made / np.linalg.norm(made, axis=1, keepdims=True)
    return vectors


def _build(index_dir: Path, texts: Sequence[str], vectors: NDArray[np.float32], spec: EmbedderSpec) -> float:
    """Write and publish the index; return the seconds that it took, embedding not counted."""
    entries = [
        _entry(number, texts[begin : begin + PER_ARTICLE])
        for number, begin in enumerate(range(0, len(texts), PER_ARTICLE))
    ]
    begun = time.perf_counter()
    index_dir.mkdir(parents=True)
    partial = new_partial(index_dir)
    writer = IndexWriter(partial)
    for entry in entries:
        writer.add(entry)
    writer.close()
    writer.finish(vectors)
    KnownQuestions.none(spec.dimension).save(partial / KNOWN)
    manifest = Manifest(
        schema_version=SCHEMA,
        build="scale",
        created="",
        embedder=spec,
        articles=len(entries),
        passages=len(texts),
        questions=0,
        repairs=0,
        files=checksums(partial),
    )
    publish(index_dir, partial, manifest, keep_previous=False)
    return time.perf_counter() - begun


def _entry(number: int, texts: Sequence[str]) -> Entry:
    article_id, text = f"s{number:06}", "\n".join(texts)
    passages, blocks, at = [], [], 0
    for own in texts:
        span = (at, at + len(own))
        blocks.append(Block("paragraph", *span))
        passages.append(
            Passage(f"{article_id}-{at}", article_id, "", (), own, *span, (Sentence(*span),), ("通用",))
        )
        at += len(own) + 1
    raw = RawRef(f"raw/{article_id}.txt", "")
    article = Article(article_id, "", text, tuple(blocks), ("通用",), raw, ())
    return Entry(article_id, article, tuple(passages), text, sketch(text))


def _measured_apart(
    index_dir: Path, texts: Sequence[str], vectors: NDArray[np.float32], model_dir: Path, build_s: float
) -> Scale:
    """Return the figures of an index, taken in a process of its own, so that only the reader's memory counts."""
    random = np.random.default_rng(SEED + 1)
    asked = []
    for row in random.integers(0, len(texts), size=QUESTIONS):
        begin = int(random.integers(0, max(1, len(texts[row]) - 16)))
        asked.append(texts[row][begin : begin + 16])
    with multiprocessing.get_context("spawn").Pool(1) as pool:
        found = pool.apply(_ask, (index_dir, asked, model_dir))
    exact = [set(np.argpartition(-(vectors @ vector), TOP_K)[:TOP_K].tolist()) for vector in found.vectors]
    shared = [len(e & set(rows)) / TOP_K for e, rows in zip(exact, found.dense, strict=True)]
    disk = sum(path.stat().st_size for path in index_dir.rglob("*") if path.is_file())
    median, p95 = np.quantile(found.took_ms, [0.5, 0.95])
    return Scale(
        passages=len(texts),
        build_s=build_s,
        disk_mb=disk / 2**20,
        load_s=found.load_s,
        resident_mb=found.resident_mb,
        median_ms=float(median),
        p95_ms=float(p95),
        embed_median_ms=float(np.median(found.embed_ms)),
        dense_recall_at_10=float(np.mean(shared)),
    )


def _ask(index_dir: Path, questions: Sequence[str], model_dir: Path) -> Asked:
    """Load the index and ask every question, after a few that are not counted."""
    begun = time.perf_counter()
    index = Index.load(index_dir)
    embedder = load_embedder(index.manifest.embedder, model_dir=model_dir, threads=1, offline=True)
    retriever = Retriever(index, embedder)
    load_s = time.perf_counter() - begun
    for question in questions[:10]:
        retriever.retrieve(question, top_k=TOP_K, product=frozenset())
    found = [retriever.retrieve(question, top_k=TOP_K, product=frozenset()) for question in questions]
    return Asked(
        load_s=load_s,
        resident_mb=resident_mb(os.getpid()),
        took_ms=[one.embed_ms + one.retrieve_ms for one in found],
        embed_ms=[one.embed_ms for one in found],
        vectors=[one.query_vector for one in found],
        dense=[index.dense(one.query_vector, TOP_K)[0].tolist() for one in found],
    )


def _row(point: Scale) -> str:
    return (
        f"{point.passages:>9}{point.build_s:>10.1f}{point.disk_mb:>10.0f}{point.load_s:>8.1f}{point.resident_mb:>9.0f}"
        f"{point.median_ms:>11.1f}{point.p95_ms:>8.1f}{point.embed_median_ms:>10.1f}{point.dense_recall_at_10:>17.3f}\n"
    )
