"""How a question meets a passage, token by token: the arithmetic of the reader.

Each token of the question looks for the nearest token of the sentence and of the whole passage, as in late interaction
(MaxSim; Khattab and Zaharia 2020, "ColBERT"). How near that is falls into soft bins (Gaussian kernels; Xiong et al. 2017,
"End-to-End Neural Ad-hoc Ranking with Kernel Pooling"), and what a bin is worth depends on the token: that 逾期 is said means
little, that 征信 is not said means much. A small network weighs the sum with the meanings of question, sentence and passage.
"""

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from service.reader.weights import ReaderWeights

KERNELS = np.linspace(-0.2, 1, 11, dtype=np.float32)
WIDTH = np.float32(0.1)
MATCH_WEIGHT = np.float32(3)
"""The sum over the tokens also goes straight into the logit of a sentence, so often."""

UNREAD = np.float32(-20)

Array = NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Question:
    """A question, ready to be compared: ``tokens`` (m, p) of length 1, ``response`` (m, 2 k), ``importance`` (m,), ``meaning`` (h,)."""

    tokens: Array
    response: Array
    importance: Array
    meaning: Array


@dataclass(frozen=True, slots=True)
class Page:
    """A passage, ready to be compared: ``tokens`` (n, p) of length 1, ``spans`` (s, 2) of its sentences among them.

    ``sentences`` (s, h) and ``context`` (h,) are meanings. A sentence behind the cut of a very long passage has an empty span.
    """

    tokens: NDArray[np.float16]
    spans: NDArray[np.int64]
    sentences: Array
    context: Array


def read_question(states: Array, weights: ReaderWeights) -> Question:
    """Return the question whose tokens have ``states`` (m, d)."""
    own = states - weights.mean[0]
    shares = own @ weights.importance[0] + weights.importance_bias[0]
    shares = np.exp(shares - shares.max())
    shares /= shares.sum()
    return Question(
        _unit(own @ weights.nearness.T),
        own @ weights.response.T + weights.response_bias,
        shares,
        (shares @ own) @ weights.question.T + weights.question_bias,
    )


def read_page(states: Array, spans: NDArray[np.int64], weights: ReaderWeights) -> Page:
    """Return the passage whose tokens have ``states`` (n, d), its sentences standing at ``spans`` (s, 2)."""
    own = states - weights.mean[1]
    means = np.stack(
        [own[a:b].mean(axis=0) if b > a else np.zeros(own.shape[1], np.float32) for a, b in spans]
    )
    return Page(
        _unit(own @ weights.nearness.T).astype(np.float16),
        spans,
        means @ weights.sentence.T + weights.sentence_bias,
        own.mean(axis=0) @ weights.context.T + weights.context_bias,
    )


def match(question: Question, page: Page, weights: ReaderWeights) -> Array:
    """Return for each sentence (s,) the logit that it answers."""
    near = question.tokens @ page.tokens.astype(np.float32).T
    anywhere = near.max(axis=1)
    there = np.stack(
        [near[:, a:b].max(axis=1) if b > a else np.full(len(near), -1, np.float32) for a, b in page.spans]
    )
    bins = len(KERNELS)
    worth = (_kernels(there) * question.response[None, :, :bins]).sum(axis=-1)
    worth += (_kernels(anywhere) * question.response[:, bins:]).sum(axis=-1)
    matched = worth @ question.importance
    said_anywhere = np.full(len(there), question.importance @ anywhere, np.float32)
    meaning = np.broadcast_to(question.meaning, page.sentences.shape)
    together = np.concatenate(
        [
            meaning,
            page.sentences,
            meaning * page.sentences,
            meaning * page.context,
            page.sentences * page.context,
            np.stack([matched, there @ question.importance, said_anywhere, there.min(axis=1)], axis=1),
        ],
        axis=1,
    )
    hidden = _gelu(together @ weights.hidden.T + weights.hidden_bias)
    logits: Array = (hidden @ weights.out[0] + weights.out_bias[0] + MATCH_WEIGHT * matched).astype(
        np.float32
    )
    logits[page.spans[:, 1] <= page.spans[:, 0]] = UNREAD
    return logits


def _unit(rows: Array) -> Array:
    unit: Array = rows / np.maximum(np.linalg.norm(rows, axis=1, keepdims=True), 1e-12)
    return unit


def _kernels(near: Array) -> Array:
    kernels: Array = np.exp(-((near[..., None] - KERNELS) ** 2) / (2 * WIDTH**2))
    return kernels


def _gelu(x: Array) -> Array:
    """Return the Gaussian error linear unit of ``x`` in its approximation by a hyperbolic tangent."""
    active: Array = (
        0.5 * x * (1 + np.tanh(np.float32(math.sqrt(2 / math.pi)) * (x + np.float32(0.044715) * x**3)))
    )
    return active
