"""A corpus of any size for measuring speed: synthetic passages, vectors that lie as real ones do, and questions.

A passage is two neighbouring sentences of local ordinances (the sample of ``evals bench repair``), every sixth word
replaced by one drawn by its frequency in a dictionary of Chinese; half of the passages name a lender. The vectors are
real embeddings of a sample, extended by differences between real ones: an inverted file finds as much among vectors made
so as among real embeddings of as many paragraphs (docs/retrieval.md).
"""

from collections.abc import Sequence
from pathlib import Path

import jieba
import numpy as np
from numpy.typing import NDArray

from evals.cases import GOLD_DIR, load_cases
from ingest.embed import Embedder
from ingest.records import Product

SENTENCES = Path(__file__).with_name("repair_sample.txt")
REPLACED = 1 / 6
LENDERS: tuple[tuple[Product, str], ...] = (("借呗", "借呗"), ("花呗", "花呗"), ("通用", ""), ("通用", ""))
SAMPLE = 2_000
SPREAD = 0.4
"""How far a made vector lies from a real one, in differences between two real ones."""
QUESTIONS = 200
QUESTION_CHARS = 20
_AT_ONCE = 50_000


def synthetic_texts(count: int, random: np.random.Generator) -> list[str]:
    """Return ``count`` passages of about 90 characters; the lender of passage ``i`` is ``LENDERS[i % 4]``."""
    jieba.initialize()
    sentences = [jieba.lcut(line) for line in SENTENCES.read_text(encoding="utf-8").splitlines()]
    known = [(w, f) for w, f in jieba.dt.FREQ.items() if f > 0 and "\u4e00" <= w[0] <= "\u9fff"]
    others = [word for word, _ in known]
    cumulative = np.cumsum([float(frequency) for _, frequency in known])
    texts = []
    for number, first in enumerate(random.integers(0, len(sentences) - 1, size=count)):
        words = sentences[first] + sentences[first + 1]
        at = np.flatnonzero(random.random(len(words)) < REPLACED)
        drawn = np.searchsorted(cumulative, random.random(len(at)) * cumulative[-1])
        for place, other in zip(at.tolist(), drawn.tolist(), strict=True):
            words[place] = others[other]
        texts.append(LENDERS[number % len(LENDERS)][1] + "".join(words))
    return texts


def asked_questions(texts: Sequence[str], random: np.random.Generator) -> list[str]:
    """Return ``QUESTIONS`` questions: of every two one is a piece of a passage, one of the gold dev split."""
    gold = [case.question for case in load_cases([GOLD_DIR / "dev.jsonl"])]
    pieces = [str(texts[row])[:QUESTION_CHARS] for row in random.integers(0, len(texts), size=QUESTIONS // 2)]
    borrowers = [gold[i] for i in random.choice(len(gold), QUESTIONS - len(pieces), replace=False)]
    return [question for pair in zip(pieces, borrowers, strict=True) for question in pair]


def extended_vectors(
    texts: Sequence[str], embedder: Embedder, random: np.random.Generator
) -> NDArray[np.float32]:
    """Return a unit vector for each of ``texts``: real for the first ``SAMPLE``, made from those for the rest."""
    real = embedder.embed_passages(texts[:SAMPLE])
    vectors = np.empty((len(texts), real.shape[1]), np.float32)
    vectors[: len(real)] = real
    for begin in range(len(real), len(texts), _AT_ONCE):
        n = min(_AT_ONCE, len(texts) - begin)
        seed, *ends = (real[random.integers(0, len(real), size=n)] for _ in range(5))
        made = seed + SPREAD * (ends[0] - ends[1]) + SPREAD * (ends[2] - ends[3])
        vectors[begin : begin + n] = made / np.linalg.norm(made, axis=1, keepdims=True)
    return vectors
