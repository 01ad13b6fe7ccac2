"""What the asker wants, by meaning: a classifier for wording that no pattern foresees."""

import re
import zlib
from collections.abc import Sequence
from dataclasses import dataclass
from importlib.resources import files

import numpy as np
from numpy.typing import NDArray

from ingest.embed import Embedder
from ingest.fold import fold

LABELS = ("unsafe", "injection", "crisis", "account")
BUCKETS = 4096
LONGEST_GRAM = 3
RIDGE = 1.0
# Of a Gaussian kernel over unit vectors, beside the n-grams: its width and its weight.
WIDTH = 2.0
WEIGHT = 3.0
# For a model that nothing was fitted for: every third example, so that a service starts within a minute or so.
OTHER_MODEL_STEP = 3

Array = NDArray[np.float64]

_MARKS = re.compile(r"[^\w]+")


@dataclass(frozen=True, slots=True)
class IntentModel:
    """A kernel classifier per label over a question's embedding and its hashed character n-grams.

    ``mean`` (d,) centres embeddings; ``examples`` (n, d) are the centred unit vectors of the labelled questions and
    ``weights`` (labels, n) what each says; ``grams`` (labels, BUCKETS) are the weights of n-grams. A label is believed
    where its score reaches its place in ``thresholds`` (labels,). ``revision`` names the embedding model.
    """

    revision: str
    mean: Array
    examples: Array
    weights: Array
    grams: Array
    thresholds: Array

    def scores(self, texts: Sequence[str], embedder: Embedder) -> Array:
        """Return the score (n, labels) of each of ``texts``."""
        near = _kernel(_centred(_vectors(texts, embedder), self.mean), self.examples)
        return np.asarray(near @ self.weights.T + _grams(texts) @ self.grams.T, np.float64)

    def margins(self, text: str, embedder: Embedder) -> dict[str, float]:
        """Return by how much each label's score passes its threshold; a label is believed from 0 on."""
        scores = self.scores([text], embedder)[0] - self.thresholds
        return {label: float(score) for label, score in zip(LABELS, scores, strict=True)}


def examples() -> list[tuple[str, str]]:
    """Return ``(label, text)`` of the labelled questions that are shipped; ``safe`` is none of the labels."""
    lines = files("service.query").joinpath("intents.tsv").read_text(encoding="utf-8").splitlines()
    rows = (line.split("\t") for line in lines if line and not line.startswith("#"))
    return [(label, text) for label, text in rows]


def fit_intents(
    rows: Sequence[tuple[str, str]], embedder: Embedder, thresholds: Array | None = None
) -> IntentModel:
    """Return the model fitted on ``rows`` of label and text: kernel ridge regression on ±1, both classes weighing the same."""
    texts = [text for _, text in rows]
    vectors = _vectors(texts, embedder)
    mean = vectors.mean(axis=0)
    centred = _centred(vectors, mean)
    grams = _grams(texts)
    kernel = _kernel(centred, centred) + grams @ grams.T
    weights = []
    for label in LABELS:
        y = np.array([own == label for own, _ in rows], np.float64)
        costs = np.where(y == 1, 2 * y.mean(), 2 * (1 - y.mean()))
        weights.append(np.linalg.solve(kernel + RIDGE * np.diag(costs), 2 * y - 1))
    dual = np.stack(weights)
    believed_at = np.zeros(len(LABELS)) if thresholds is None else thresholds
    return IntentModel(embedder.spec.revision, mean, centred, dual, dual @ grams, believed_at)


def load_intents(embedder: Embedder) -> IntentModel:
    """Return the model for ``embedder``: the shipped one, or, for another embedding model, one fitted now.

    Fitting embeds a part of the examples, which takes up to a minute, once per process; the thresholds stay.
    """
    with files("service.query").joinpath("intents.npz").open("rb") as file:
        data = dict(np.load(file))
    if str(data["revision"]) != embedder.spec.revision:
        return fit_intents(examples()[::OTHER_MODEL_STEP], embedder, data["thresholds"])
    return IntentModel(
        revision=str(data["revision"]),
        mean=data["mean"],
        examples=data["examples"].astype(np.float64),
        weights=data["weights"].astype(np.float64),
        grams=data["grams"].astype(np.float64),
        thresholds=data["thresholds"],
    )


def _centred(vectors: Array, mean: Array) -> Array:
    moved = vectors - mean
    return np.asarray(moved / np.maximum(np.linalg.norm(moved, axis=1, keepdims=True), 1e-9), np.float64)


def _kernel(one: Array, other: Array) -> Array:
    """Return the Gaussian kernel (n, m) between unit vectors (n, d) and (m, d)."""
    return np.asarray(WEIGHT * np.exp(WIDTH * (one @ other.T - 1)), np.float64)


def _vectors(texts: Sequence[str], embedder: Embedder) -> Array:
    return embedder.embed_queries([_bare(text) for text in texts]).astype(np.float64)


def _bare(text: str) -> str:
    """Return ``text`` without marks, which say how somebody types, not what they want."""
    return _MARKS.sub("", fold(text))


def _grams(texts: Sequence[str]) -> Array:
    """Return the unit vectors (n, BUCKETS) of square-rooted counts of hashed character n-grams."""
    counts = np.zeros((len(texts), BUCKETS))
    for row, text in enumerate(map(_bare, texts)):
        for size in range(1, LONGEST_GRAM + 1):
            for start in range(len(text) - size + 1):
                counts[row, zlib.crc32(text[start : start + size].encode()) % BUCKETS] += 1
    rooted = np.sqrt(counts)
    return np.asarray(rooted / np.maximum(np.linalg.norm(rooted, axis=1, keepdims=True), 1e-9), np.float64)
