"""What retrieval gives back."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ingest.records import Passage


@dataclass(frozen=True, slots=True)
class Hit:
    """A passage that was found.

    ``row`` is its place in the index. ``score`` in [0, 1] is what hits are ranked by. ``legs`` holds what each leg said
    of it, raw: ``dense`` (cosine), ``sparse`` (BM25 of the question as asked), ``phonetic`` (as it was meant),
    ``synonyms`` (of other words for the same), and ``reranker`` where one is set; a leg that did not find it is absent.
    ``duplicates`` counts further passages that say the same and are not listed.
    """

    row: int
    passage: Passage
    score: float
    legs: Mapping[str, float]
    duplicates: int = 0


@dataclass(frozen=True, slots=True)
class Retrieved:
    """The ``hits``, best first, and how long it took.

    ``first`` are the first of them however few were asked for, as far as the reader reads: what is judged does not depend on how many are shown.
    ``vectors`` (k, d) are unit vectors of the question: as it was meant and, where other words were typed, as typed; the first
    one searched the passages. ``asked`` (places,) is the cosine of the nearest of them to each known question, in the order of
    :class:`~service.asked.Asked`. ``respelled`` is the folded question as it was meant: homophones put right, pinyin in hanzi, slang in plain words.
    """

    hits: tuple[Hit, ...]
    first: tuple[Hit, ...]
    vectors: NDArray[np.float32]
    asked: NDArray[np.float32]
    respelled: str
    embed_ms: float
    retrieve_ms: float
