"""Which of the sentences found decide a yes/no question, and how the answer then begins."""

from collections.abc import Callable, Sequence
from functools import cache
from importlib.resources import files

import numpy as np
from numpy.typing import NDArray

from service.compose.bearing import bears_yes
from service.compose.opening import Opening, put_in_words, worded_opening
from service.compose.stance import FITTED, find_stance
from service.compose.wording import FORBIDS, quantities

OPENS_AT, OPENS_KNOWN_AT = 0.78, 0.65
"""From this probability on that a sentence decides the question so, the answer begins with it; a wrong yes is worse than none.

Of passages with known questions the regression, which sees mostly others, is somewhat too careful.
"""

CONSIDERED = 4
"""Sentences looked at, best first; others have too little to say on the question."""

FEATURES = (
    "says",
    "opposite",
    "worded",
    "worded_against",
    "depends",
    "score",
    "elsewhere",
    "plain",
    "known",
    "known_plain",
)
_EDGE = 0.01
_SAYS = {"yes": "yes", "maybe": "yes", "no": "no"}

Verdicts = NDArray[np.float64]
"""Shape (n, 2, len(FEATURES)): of each sentence what speaks for yes and what for no."""


def find_openings(
    question: str,
    sentences: Sequence[str],
    scores: Sequence[float],
    known: Sequence[bool],
    *,
    own: str = "",
    beside: Callable[[int], str] = lambda _: "",
) -> list[Opening | None]:
    """Return for each of the folded ``sentences`` how the answer to the yes/no ``question`` begins if it leads, None where that is unsure.

    ``scores`` are the probabilities that they answer, ``known`` whether their passages have known questions. ``own`` is the
    question as typed, where the articles' words were put for some of it, and ``beside`` gives what stands beside a sentence, by its place, as
    :func:`~service.compose.bearing.bears_yes` has them.
    """
    best = sorted(range(len(sentences)), key=lambda at: -scores[at])[:CONSIDERED]
    found: list[Opening | None] = [None] * len(sentences)
    if not best:
        return found
    weights, bias = fitted_weights()
    verdicts = find_verdicts(
        question, [sentences[at] for at in best], [scores[at] for at in best], [known[at] for at in best]
    )
    for at, (yes, no) in zip(best, 1 / (1 + np.exp(-verdicts @ weights - bias)), strict=True):
        if max(yes, no) < opens_at(known=known[at]):
            continue
        if no >= yes or bears_yes(own or question, question, sentences[at], beside(at)):
            found[at] = put_in_words(question, sentences[at], yes=bool(yes > no))
    return found


def opens_at(*, known: bool) -> float:
    """Return the least probability that opens an answer from a passage with ``known`` questions or without."""
    return OPENS_KNOWN_AT if known else OPENS_AT


def find_verdicts(
    question: str, sentences: Sequence[str], scores: Sequence[float], known: Sequence[bool]
) -> Verdicts:
    """Return the features of each verdict of each of ``sentences``, as :func:`find_openings` has them.

    All probabilities as log-odds: that the sentence ``says`` so and that it says the ``opposite``; that it answers
    (``score``); that another one says the opposite and how much likelier that one answers (``elsewhere``). Whether its
    wording by itself says so, the contrary (``worded_against``) or both (``depends``); whether a yes denies nothing, has
    every quantity of the question and words to be put in (``plain``); whether the passage has ``known`` questions,
    and both.
    """
    stances = [find_stance(question, sentence) for sentence in sentences]
    odds = np.array([[_odds(stance.yes), _odds(stance.no)] for stance in stances])
    answers = np.array([_odds(score) for score in scores])
    rows = np.zeros((len(sentences), 2, len(FEATURES)))
    for at, sentence in enumerate(sentences):
        worded = worded_opening(question, sentence)
        says = worded.says if worded else None
        others = [n for n in range(len(sentences)) if n != at]
        for column, verdict in enumerate(("yes", "no")):
            opposite = odds[:, 1 - column] + np.minimum(0, answers - answers[at])
            plain = verdict == "yes" and _is_plain(question, sentence)
            rows[at, column] = (
                odds[at, column],
                odds[at, 1 - column],
                _SAYS.get(says or "") == verdict,
                _SAYS.get(says or "", verdict) != verdict,
                says == "depends",
                answers[at],
                max(opposite[others], default=_odds(0)),
                plain,
                known[at],
                plain and known[at],
            )
    return rows


def _is_plain(question: str, sentence: str) -> bool:
    if FORBIDS.search(sentence) or quantities(question) - quantities(sentence):
        return False
    return put_in_words(question, sentence, yes=True) is not None


def _odds(probability: float) -> float:
    inside = min(max(probability, _EDGE), 1 - _EDGE)
    return float(np.log(inside / (1 - inside)))


@cache
def fitted_weights() -> tuple[NDArray[np.float64], float]:
    """Return weights (len(FEATURES),) and bias of the regression, from the file beside this module."""
    with files("service.compose").joinpath(FITTED).open("rb") as file, np.load(file) as data:
        return data["weights"], float(data["bias"])
