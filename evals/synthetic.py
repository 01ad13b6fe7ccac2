"""A corpus of any size for measuring speed: synthetic passages, vectors that lie as real ones do, and questions.

A passage is two neighbouring sentences of local ordinances (the sample of ``evals bench repair``), every sixth word
replaced by one drawn by its frequency in a dictionary of Chinese; half of the passages name a lender. Its vector is the
real embedding of the two sentences, moved as far as the words that were replaced moved those of a sample: by two of these
real differences, mixed.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import jieba
import numpy as np
from numpy.typing import NDArray

from evals.cases import GOLD_DIR, load_cases
from ingest.embed import Embedder
from ingest.records import Product
from ingest.textlines import read_lines

SENTENCES = Path(__file__).with_name("repair_sample.txt")
REPLACED = 1 / 6
LENDERS: tuple[tuple[Product, str], ...] = (("借呗", "借呗"), ("花呗", "花呗"), ("通用", ""), ("通用", ""))
PAIRS = 1_500
"""Pairs of neighbouring sentences that passages are made from; all are embedded."""
SAMPLE = 300
QUESTIONS = 200
QUESTION_CHARS = 20
_AT_ONCE = 50_000


@dataclass(frozen=True, slots=True)
class Corpus:
    """The ``texts`` of passages, the lender of passage ``i`` being ``LENDERS[i % 4]``, and the ``pairs`` each is made from."""

    texts: list[str]
    pairs: NDArray[np.int64]
    originals: list[str]


def synthetic_corpus(count: int, random: np.random.Generator) -> Corpus:
    """Return ``count`` passages of about 90 characters."""
    jieba.initialize()
    sentences = [jieba.lcut(line) for line in read_lines(SENTENCES)[: PAIRS + 1]]
    known = [(w, f) for w, f in jieba.dt.FREQ.items() if f > 0 and "\u4e00" <= w[0] <= "\u9fff"]
    others = [word for word, _ in known]
    cumulative = np.cumsum([float(frequency) for _, frequency in known])
    pairs = random.integers(0, PAIRS, size=count)
    texts = []
    for number, pair in enumerate(pairs.tolist()):
        words = sentences[pair] + sentences[pair + 1]
        at = np.flatnonzero(random.random(len(words)) < REPLACED)
        drawn = np.searchsorted(cumulative, random.random(len(at)) * cumulative[-1])
        for place, other in zip(at.tolist(), drawn.tolist(), strict=True):
            words[place] = others[other]
        texts.append(LENDERS[number % len(LENDERS)][1] + "".join(words))
    return Corpus(texts, pairs, ["".join(sentences[i] + sentences[i + 1]) for i in range(PAIRS)])


def asked_questions(texts: Sequence[str], random: np.random.Generator) -> list[str]:
    """Return ``QUESTIONS`` questions: of every two one is a piece of a passage, one of the gold dev split."""
    gold = [case.question for case in load_cases([GOLD_DIR / "dev.jsonl"])]
    pieces = [str(texts[row])[:QUESTION_CHARS] for row in random.integers(0, len(texts), size=QUESTIONS // 2)]
    borrowers = [gold[i] for i in random.choice(len(gold), QUESTIONS - len(pieces), replace=False)]
    return [question for pair in zip(pieces, borrowers, strict=True) for question in pair]


def extended_vectors(corpus: Corpus, embedder: Embedder, random: np.random.Generator) -> NDArray[np.float32]:
    """Return a unit vector (n, d) for each passage: the real one for the first ``SAMPLE``, a made one for the rest."""
    originals = embedder.embed_passages(corpus.originals)
    real = embedder.embed_passages(corpus.texts[:SAMPLE])
    moved = real - originals[corpus.pairs[: len(real)]]
    vectors = np.empty((len(corpus.texts), real.shape[1]), np.float32)
    for begin in range(0, len(vectors), _AT_ONCE):
        pairs = corpus.pairs[begin : begin + _AT_ONCE]
        one, other = (moved[random.integers(0, len(moved), size=len(pairs))] for _ in range(2))
        # Two differences mixed are as long as one.
        made = originals[pairs] + (one + other) / np.float32(2**0.5)
        vectors[begin : begin + _AT_ONCE] = made / np.linalg.norm(made, axis=1, keepdims=True)
    vectors[: len(real)] = real
    return vectors
