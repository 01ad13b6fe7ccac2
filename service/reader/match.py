"""How a question meets a passage, token by token: the arithmetic of the reader.

Each token of the question looks for the nearest token of the sentence and of the whole passage, as in late interaction
(MaxSim; Khattab and Zaharia 2020, "ColBERT"). How near that is falls into soft bins (Gaussian kernels; Xiong et al. 2017,
"End-to-End Neural Ad-hoc Ranking with Kernel Pooling"), and what a bin is worth depends on the token: that 逾期 is said means
little, that 征信 is not said means much. A small network weighs the sum with the meanings of question, sentence and passage.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import accumulate, pairwise

import numpy as np
from numpy.typing import NDArray

from service.reader.weights import ReaderWeights

KERNELS = np.linspace(-0.2, 1, 11, dtype=np.float32)
WIDTH = np.float32(0.1)
MATCH_WEIGHT = np.float32(3)
"""The sum over the tokens also goes straight into the logit of a sentence, so often."""

UNREAD = np.float32(-20)
LIMIT = 8.0
DECIMALS = 3

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


def match(question: Question, pages: Sequence[Page], weights: ReaderWeights) -> list[Array]:
    """Return for each of ``pages`` the logit of each of its sentences (s,) that it answers, within -8 and 8.

    Rounded, since the last digits depend on what else is read at once. All at once, the sentences of all pages below one another: the arithmetic is little, the calls are what takes time.
    """
    lengths = [len(page.tokens) for page in pages]
    starts = np.cumsum([0, *lengths[:-1]])
    counts = [len(page.spans) for page in pages]
    whose = np.repeat(np.arange(len(pages)), counts)
    spans = np.concatenate([page.spans for page in pages]) + starts[whose, None]
    # A column behind the last token, which a span may end at.
    tokens = np.concatenate([*(page.tokens for page in pages), np.zeros_like(pages[0].tokens[:1])])
    near = question.tokens @ tokens.astype(np.float32).T
    anywhere = np.maximum.reduceat(near[:, :-1], starts, axis=1).T
    there = np.maximum.reduceat(near, spans.reshape(-1), axis=1)[:, ::2].T
    empty = spans[:, 1] <= spans[:, 0]
    there[empty] = -1
    bins = len(KERNELS)
    worth = (_kernels(there) * question.response[:, :bins]).sum(axis=-1)
    worth += (_kernels(anywhere) * question.response[:, bins:]).sum(axis=-1)[whose]
    matched = worth @ question.importance
    sentences = np.concatenate([page.sentences for page in pages])
    contexts = np.stack([page.context for page in pages])[whose]
    meaning = np.broadcast_to(question.meaning, sentences.shape)
    said = [there @ question.importance, (anywhere @ question.importance)[whose], there.min(axis=1)]
    together = np.concatenate(
        [
            meaning,
            sentences,
            meaning * sentences,
            meaning * contexts,
            sentences * contexts,
            np.stack([matched, *said], axis=1),
        ],
        axis=1,
    )
    hidden = _gelu(together @ weights.hidden.T + weights.hidden_bias)
    logits: Array = (hidden @ weights.out[0] + weights.out_bias[0] + MATCH_WEIGHT * matched).astype(
        np.float32
    )
    logits[empty] = UNREAD
    logits = np.clip(logits, -LIMIT, LIMIT).round(DECIMALS)
    return [logits[start:end] for start, end in pairwise([0, *accumulate(counts)])]


def _unit(rows: Array) -> Array:
    unit: Array = rows / np.maximum(np.linalg.norm(rows, axis=1, keepdims=True), 1e-12)
    return unit


def _kernels(near: Array) -> Array:
    kernels: Array = np.exp(-((near[..., None] - KERNELS) ** 2) / (2 * WIDTH**2))
    return kernels


def _gelu(x: Array) -> Array:
    """Return the Gaussian error linear unit of ``x`` in its approximation by a hyperbolic tangent."""
    # Products: a power takes ten times as long.
    cubic = x + np.float32(0.044715) * x * x * x
    active: Array = 0.5 * x * (1 + np.tanh(np.float32(math.sqrt(2 / math.pi)) * cubic))
    return active
