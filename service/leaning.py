"""How likely a question of a conversation leans on what was asked before it, rather than standing alone.

Context dependence is judged by what the question says and by what is found for it read either way, not by its wording
alone: 多久能到账 is whole to who asks of nothing else before.
"""

from dataclasses import asdict, dataclass

from service.decide import Features, probability
from service.query import Query
from service.retrieve import Retrieved


@dataclass(frozen=True, slots=True)
class Reading:
    """One way to take a question: as ``query``, with what was ``found`` for it and the ``features`` of both."""

    query: Query
    found: Retrieved
    features: Features


@dataclass(frozen=True, slots=True)
class LeaningFeatures:
    """What the estimate rests on.

    ``heard``: by how much the classifier of intents hears a question that is not whole. The rest as in
    :class:`service.decide.Features`, of the reading ``alone`` and of the one that leans (``leaning``). Whether it opens with a
    pointer (那, 他们, 具体), how many words it has and whether it names a product add nothing to these.
    """

    heard: float
    alone_dense: float
    alone_background: float
    leaning_dense: float
    leaning_asked: float
    leaning_read: float


def find_leaning_features(alone: Reading, leaning: Reading, heard: float) -> LeaningFeatures:
    """Return the features of a question read ``alone`` and as ``leaning`` on the earlier ones."""
    return LeaningFeatures(
        heard=heard,
        alone_dense=alone.features.dense,
        alone_background=alone.features.background,
        leaning_dense=leaning.features.dense,
        leaning_asked=leaning.features.asked,
        leaning_read=leaning.features.read,
    )


def leaning_probability(features: LeaningFeatures) -> float:
    """Return the probability that the question leans on the earlier ones."""
    return probability("leans", asdict(features))
