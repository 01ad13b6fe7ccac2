"""What the asker wants, by meaning: a classifier for wording that no pattern foresees."""

from collections.abc import Sequence
from dataclasses import dataclass
from importlib.resources import files

import numpy as np

from ingest.embed import Embedder
from service.query.intent_vectors import Array, Space, count_grams, read_layers

LABELS = ("unsafe", "injection", "crisis", "account", "leans", "chat")
# Of a Gaussian kernel over unit vectors, beside the n-grams: its width and its weight.
WIDTH = 2.0
WEIGHT = 6.0


@dataclass(frozen=True, slots=True)
class Thresholds:
    """From which score on a label is believed.

    ``believed`` (labels,) where nothing else speaks for it. Of unsafe also ``doubted``, from which on a question is
    answered only where the articles surely do, and ``patterned``, where a pattern of wording says the same.
    """

    believed: Array
    doubted: float
    patterned: float


@dataclass(frozen=True, slots=True)
class Belief:
    """What the classifier hears in one question: by how much each label's score passes what it has to reach."""

    margins: dict[str, float]
    doubt: float
    pattern: float


@dataclass(frozen=True, slots=True)
class IntentModel:
    """A kernel classifier per label over what the layers of an encoder make of a question and its character n-grams.

    ``examples`` (n, r) are the labelled questions in ``space`` and ``weights`` (labels, n) what each says; ``grams``
    (labels, buckets) are the weights of n-grams. ``revision`` names the embedding model.
    """

    revision: str
    space: Space
    examples: Array
    weights: Array
    grams: Array
    thresholds: Thresholds

    def scores(self, texts: Sequence[str], embedder: Embedder) -> Array:
        """Return the score (n, labels) of each of ``texts``."""
        return self.scores_of(read_layers(texts, embedder), count_grams(texts))

    def scores_of(self, layers: Array, grams: Array) -> Array:
        """Return the score (n, labels) of texts with these ``layers`` (n, k, d) and ``grams`` (n, buckets)."""
        scores: Array = (
            kernel(self.space.place(layers), self.examples) @ self.weights.T + grams @ self.grams.T
        )
        return scores

    def hear(self, text: str, layers: Array) -> Belief:
        """Return what is heard in ``text``, of which the encoder makes ``layers`` (1, k, d)."""
        scores = self.scores_of(layers, count_grams([text]))[0]
        margins = scores - self.thresholds.believed
        unsafe = float(scores[LABELS.index("unsafe")])
        return Belief(
            margins={label: float(margin) for label, margin in zip(LABELS, margins, strict=True)},
            doubt=unsafe - self.thresholds.doubted,
            pattern=unsafe - self.thresholds.patterned,
        )


def kernel(one: Array, other: Array) -> Array:
    """Return the Gaussian kernel (n, m) between unit vectors (n, r) and (m, r)."""
    near: Array = np.float32(WEIGHT) * np.exp(np.float32(WIDTH) * (one @ other.T - 1))
    return near


def load_intents(embedder: Embedder) -> IntentModel:
    """Return the model for ``embedder``: the shipped one, or, for another embedding model, one fitted now.

    Fitting embeds a part of the examples, which takes up to a minute, once per process; the thresholds stay.
    """
    with files("service.query").joinpath("intents.npz").open("rb") as file:
        data = dict(np.load(file))
    thresholds = Thresholds(
        data["thresholds"].astype(np.float32), float(data["doubted"]), float(data["patterned"])
    )
    if str(data["revision"]) != embedder.spec.revision:
        from service.query.intent_fit import fit_for_another_model

        return fit_for_another_model(embedder, thresholds)
    return IntentModel(
        revision=str(data["revision"]),
        space=Space(data["means"], data["axes"].astype(np.float32)),
        examples=data["examples"] * data["steps"],
        weights=data["weights"],
        grams=data["grams"].astype(np.float32),
        thresholds=thresholds,
    )
