"""What people ask that a corpus may not answer: short passages on everything around debt, credit apps and daily life.

A question is covered where the corpus is near, and nearer than the background. Measuring a score against that of a
cohort comes from speaker verification (Rosenberg et al. 1992, "The use of cohort normalized scores for speaker
verification"): absolute cosines of one question cannot be compared with those of another.
"""

import hashlib
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

import numpy as np
from numpy.typing import NDArray

from ingest.embed import Embedder
from service.lists import read_list

NEAREST = 5
ELSEWHERE = "other/"
"""How the subjects begin that are neither debt nor credit."""

Vectors = NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Background:
    """Vectors of the background and what is common to all vectors, which is taken out before they are compared.

    ``query_mean`` and ``passage_mean`` (d,) are the means of questions as people type them and of its passages; the
    cosines of small embedding models crowd near 1 until they are centred (Mu and Viswanath 2018, "All-but-the-Top").
    ``passages`` (n, d) are the centred unit vectors of its passages, of which ``elsewhere`` (n,) are on neither debt nor credit.
    """

    query_mean: Vectors
    passage_mean: Vectors
    passages: Vectors
    elsewhere: NDArray[np.bool_]

    def centred(self, vector: Vectors) -> Vectors:
        """Return the centred unit vector (d,) of a question, or of each of several (n, d)."""
        return _unit(vector - self.query_mean)

    def cosines(self, query: Vectors, passages: Vectors) -> Vectors:
        """Return the cosine (n,) of the centred ``query`` (d,) to each of ``passages`` (n, d) as embedded."""
        return np.asarray(_unit(passages - self.passage_mean) @ query, np.float32)

    def own_cosines(self, query: Vectors) -> Vectors:
        """Return the cosine (n,) of the centred ``query`` (d,) to each passage of the background."""
        return np.asarray(self.passages @ query, np.float32)

    def otherness(self, query: Vectors) -> float:
        """Return by how much the centred ``query`` (d,) is nearer to other subjects than to debt and credit."""
        cosines = self.own_cosines(query)
        return nearness(cosines[self.elsewhere]) - nearness(cosines[~self.elsewhere])


def nearness(cosines: Vectors) -> float:
    """Return the mean of the highest of ``cosines`` (n,)."""
    return float(np.sort(cosines)[-NEAREST:].mean())


def rows() -> tuple[tuple[str, str], ...]:
    """Return heading and passage of each row of the background; never shown to anybody."""
    return tuple((heading, passage) for _, heading, passage in _lines())


@cache
def questions() -> tuple[str, ...]:
    """Return questions as people type them, on these subjects and others."""
    return tuple(read_list("service", "background_questions.txt"))


def load_background(embedder: Embedder) -> Background:
    """Return the background for ``embedder``: the shipped vectors, or, for another model or text, embedded now.

    Embedding it takes some seconds, once per process.
    """
    with files("service").joinpath("background.npz").open("rb") as file:
        data = dict(np.load(file))
    if str(data["key"]) == background_key(embedder):
        return Background(
            data["query_mean"].astype(np.float32),
            data["passage_mean"].astype(np.float32),
            data["passages"].astype(np.float32),
            _elsewhere(),
        )
    return embed_background(embedder)


def embed_background(embedder: Embedder) -> Background:
    """Return the background embedded by ``embedder``."""
    queries = embedder.embed_queries(questions())
    passages = embedder.embed_passages([f"{heading}\n{passage}" for heading, passage in rows()])
    mean = passages.mean(axis=0)
    return Background(queries.mean(axis=0), mean, _unit(passages - mean), _elsewhere())


def background_key(embedder: Embedder) -> str:
    """Return what the shipped vectors belong to: the revision of the model and the text."""
    text = "\n".join((_text(), *questions()))
    return f"{embedder.spec.revision} {hashlib.sha256(text.encode()).hexdigest()}"


@cache
def _lines() -> list[list[str]]:
    """Return subject, heading and passage of each row."""
    return [line.split("\t") for line in read_list("service", "background.tsv")]


def _elsewhere() -> NDArray[np.bool_]:
    return np.array([subject.startswith(ELSEWHERE) for subject, _, _ in _lines()])


def _text() -> str:
    return files("service").joinpath("background.tsv").read_text(encoding="utf-8")


def _unit(vectors: Vectors) -> Vectors:
    return np.asarray(vectors / np.maximum(np.linalg.norm(vectors, axis=-1, keepdims=True), 1e-6), np.float32)
