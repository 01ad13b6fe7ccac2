"""Fits the classifier of intents on labelled questions."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ingest.embed import Embedder, LayerMeans
from service.lists import read_list
from service.query.intent_model import LABELS, IntentModel, Thresholds, kernel
from service.query.intent_vectors import Array, Space, count_grams, read_layers

RIDGE = 1.0
# For a model that nothing was fitted for: every third example, so that a service starts within a minute or so.
OTHER_MODEL_STEP = 3
UNTOLD = Thresholds(np.zeros(len(LABELS), np.float32), 0.0, 0.0)


@dataclass(frozen=True, slots=True)
class Examples:
    """Labelled questions: ``labels`` (n,), and of each question its ``layers`` (n, k, d) and ``grams`` (n, buckets)."""

    labels: NDArray[np.str_]
    layers: LayerMeans
    grams: Array

    @classmethod
    def read(cls, rows: Sequence[tuple[str, str]], embedder: Embedder) -> "Examples":
        """Return ``rows`` of label and text as ``embedder`` sees them."""
        texts = [text for _, text in rows]
        return cls(np.array([label for label, _ in rows]), read_layers(texts, embedder), count_grams(texts))

    def where(self, wanted: NDArray[np.bool_]) -> "Examples":
        """Return those that are ``wanted`` (n,)."""
        return Examples(self.labels[wanted], self.layers[wanted], self.grams[wanted])


def labelled_questions() -> list[tuple[str, str]]:
    """Return ``(label, text)`` of the labelled questions that are shipped.

    Two labels are none of :data:`LABELS`: ``safe`` for what may sound like one, ``ordinary`` for questions on any subject.
    """
    rows = (line.split("\t") for line in read_list("service.query", "intents.tsv"))
    return [(label, text) for label, text in rows]


def fit_intents(examples: Examples, revision: str, thresholds: Thresholds = UNTOLD) -> IntentModel:
    """Return the model fitted on ``examples``: kernel ridge regression on ±1, each label and none of them weighing the same.

    What an example costs depends on how frequent its own label is, so that one factorisation serves every label.
    """
    # Imported here: a service whose model is shipped fits nothing.
    from scipy.linalg import solve

    space = Space.fit(examples.layers)
    placed = space.place(examples.layers)
    alike = kernel(placed, placed) + examples.grams @ examples.grams.T
    targets = np.where(examples.labels[:, None] == np.array(LABELS), 1, -1).astype(np.float32)
    _, group, sizes = np.unique(targets, axis=0, return_inverse=True, return_counts=True)
    costs = 2 * sizes[group] / len(targets)
    alike[np.diag_indices_from(alike)] += np.float32(RIDGE) * costs.astype(np.float32)
    # By Cholesky; numpy's solver, which knows nothing of symmetry, crashes the process on matrices of nearly 2 GiB.
    dual: Array = solve(alike, targets, assume_a="pos", overwrite_a=True).T
    return IntentModel(revision, space, placed, dual, dual @ examples.grams, thresholds)


def fit_for_another_model(embedder: Embedder, thresholds: Thresholds) -> IntentModel:
    """Return a model for an ``embedder`` that none is shipped for, fitted on a part of the labelled questions."""
    examples = Examples.read(labelled_questions()[::OTHER_MODEL_STEP], embedder)
    return fit_intents(examples, embedder.spec.revision, thresholds)
