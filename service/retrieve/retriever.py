"""From a question to ranked passages: wording, guard, legs, fusion, one hit per thing said."""

import time
from collections.abc import Collection, Mapping
from dataclasses import replace
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from ingest.embed import Embedder, TokenStates
from ingest.fold import fold
from ingest.index import Index
from ingest.records import Passage, Product
from service.asked import Asked
from service.background import load_background
from service.query.product import find_lenders_asked_about, find_products
from service.reader import LIMIT, Reader
from service.retrieve.duplicates import groups, same, trigrams
from service.retrieve.fuse import WEIGHTS, fuse
from service.retrieve.hit import Hit, Retrieved
from service.retrieve.legs import Mask, Pool, search
from service.retrieve.product import admitted, speaks_of_another
from service.retrieve.rerank import RERANKED, Reranker
from service.retrieve.respell import Respeller
from service.retrieve.wording import Wording, word
from service.typed import typed_terms

SPARE = 3
"""How many times ``top_k`` passages are looked at for duplicates, so that enough are left when copies collapse."""

KNOWN_TERMS = 500_000
"""Hanzi and pairs of hanzi, the commonest, that respelling goes by: all that ten thousand passages hold, about 60 MB."""

READ = 12
"""Hits that the reader reads."""

READER_WEIGHT = 0.3
"""Share of the reader in the score of a hit; set on dev: more finds the one best passage oftener, and all that an answer needs more seldom."""

PAIRS = 100_000
"""Pairs of passages of which it is kept whether they say the same, about 15 MB."""

CACHED = 10_000
"""Passages kept decoded, about 20 MB: reading one from disk costs as much as scoring it."""

_Reading = tuple[NDArray[np.float32], TokenStates | None, NDArray[np.float32]]
"""Vectors of a question (k, d), its token states where they come along, and the cosines (places,) of known questions."""


class Retriever:
    """Finds the passages of an index that answer a question; safe to share between threads."""

    def __init__(
        self,
        index: Index,
        embedder: Embedder,
        *,
        weights: Mapping[str, float] = WEIGHTS,
        reader: Reader | None = None,
        reranker: Reranker | None = None,
    ) -> None:
        """Search ``index`` with the ``embedder`` it was built with; ``weights`` by leg, a leg without one rests.

        Where the phonetic leg rests, questions are not respelled for the dense one either. The ``reader`` and the ``reranker``, where
        there is one, read the first hits again.
        """
        self._index = index
        self._embedder = embedder
        self._weights = weights
        self.asked = Asked(index, load_background(embedder))
        self._reader = reader
        self._reranker = reranker
        self.typed = typed_terms(index)
        self._respeller = Respeller(index.frequencies(KNOWN_TERMS), self.typed)
        self._allowed = lru_cache(maxsize=32)(self._mask_of)
        self._passage = lru_cache(maxsize=CACHED)(self._passage_of)
        self._same = lru_cache(maxsize=PAIRS)(
            lambda one, other: same(self._passage(one)[1], self._passage(other)[1])
        )

    def retrieve(
        self,
        query: str,
        *,
        top_k: int,
        product: frozenset[Product],
        typed: str | None = None,
        read: bool = True,
        quick: bool = False,
    ) -> Retrieved:
        """Return the at most ``top_k`` best hits for ``query``; ``product`` restricts them, empty for anything.

        ``typed`` is the folded question in the asker's own words where ``query`` has others: known questions may be nearer to these.
        Without ``read`` the reader is not asked: passages that nobody read yet take some milliseconds each. ``quick`` lets the
        student embed the question, where the embedder has one.
        The same question gives the same hits every time; a passage that no leg finds is never among them.
        """
        begun = time.perf_counter()
        wording = word(query, self._respeller if "phonetic" in self._weights else None)
        worded = time.perf_counter()
        meant = wording.respelled
        vectors, states, cosines = self._read_quickly(meant) if quick else self._read_whole(meant, typed)
        embedded = time.perf_counter()
        allowed = self._allowed(admitted(product, wording.respelled))
        asked = (self.asked, cosines) if "asked" in self._weights and self.asked else None
        dense = "dense" in self._weights
        pool = search(self._index, vectors[0], self._texts(wording), allowed, dense=dense, asked=asked)
        lenders = () if find_products(wording.respelled) else find_lenders_asked_about(wording.respelled)
        reader = self._reader if read else None
        depth = max(top_k, READ if reader else 0, RERANKED if self._reranker else 0)
        hits = self._hits(pool, fuse(pool.scores, self._weights), lenders, depth)
        if reader:
            hits = _read(reader, wording.respelled, hits, states)
        if self._reranker:
            hits = _reranked(self._reranker, wording.respelled, hits)
        done = time.perf_counter()
        return Retrieved(
            hits=hits[:top_k],
            first=hits[:READ],
            vectors=vectors,
            asked=cosines,
            respelled=wording.respelled,
            embed_ms=1000 * (embedded - worded),
            retrieve_ms=1000 * (done - embedded + worded - begun),
        )

    def _read_quickly(self, meant: str) -> _Reading:
        """Return what the student makes of what was ``meant``."""
        vectors, states = self._embedder.read_quickly(meant)
        return vectors, states, self.asked.nearest_cosines(vectors[0])

    def _read_whole(self, meant: str, typed: str | None) -> _Reading:
        """Return what the model makes of what was ``meant`` and, if that was put otherwise, ``typed``."""
        texts = dict.fromkeys((meant, typed or meant))
        vectors = np.concatenate([self._embedder.embed_queries([text]) for text in texts])
        # Known questions are compared with all vectors: people type what others typed, whatever articles call it.
        return vectors, None, self.asked.cosines(vectors)

    def respell(self, folded: str) -> str:
        """Return ``folded`` with homophones and pinyin put right, boldly: for what holds no hanzi to be understood."""
        return self._respeller.respell(folded)

    def _mask_of(self, products: frozenset[Product] | None) -> Mask | None:
        return None if products is None else self._index.speaking_of(products)

    def _passage_of(self, row: int) -> tuple[Passage, frozenset[str]]:
        passage = self._index.passages[row]
        return passage, trigrams(fold(passage.text))

    def _texts(self, wording: Wording) -> dict[str, str]:
        """Return what each leg of words looks for."""
        texts = {"sparse": wording.folded, "phonetic": wording.respelled, "synonyms": wording.synonyms}
        return {leg: text for leg, text in texts.items() if leg in self._weights}

    def _hits(
        self, pool: Pool, fused: NDArray[np.float32], lenders: Collection[str], top_k: int
    ) -> tuple[Hit, ...]:
        """Return the best hits, duplicates counted; equal scores keep the order of the corpus.

        What speaks of others than the ``lenders`` asked about is left out.
        """
        order = np.lexsort((pool.rows, -fused))[: SPARE * top_k]
        if lenders:
            fits = [not speaks_of_another(lenders, self._passage(int(row))[0]) for row in pool.rows[order]]
            order = order[np.array(fits, bool)]
        ordered: list[int] = pool.rows[order].tolist()
        return tuple(
            Hit(
                row=ordered[place],
                passage=self._passage(ordered[place])[0],
                score=float(fused[order[place]]),
                legs=_legs(pool.scores, order[place]),
                duplicates=duplicates,
            )
            for place, duplicates in groups(ordered, top_k, self._same).items()
        )


def _legs(scores: Mapping[str, NDArray[np.float32]], at: int) -> dict[str, float]:
    return {leg: float(values[at]) for leg, values in scores.items() if values[at] != 0}


def _read(reader: Reader, query: str, hits: tuple[Hit, ...], states: TokenStates | None) -> tuple[Hit, ...]:
    """Return ``hits`` with the first of them ranked by what the reader says of their best sentence, too.

    The score is the weighted mean of that of the legs and the logit brought to [0, 1]; what was not read counts as worst.
    """
    first = hits[:READ]
    readings = reader.read(query, [hit.passage for hit in first], states.states if states else None)
    best = [float(logits.max()) for logits in readings]
    read = [
        replace(
            hit,
            score=(1 - READER_WEIGHT) * hit.score + READER_WEIGHT * (logit + LIMIT) / (2 * LIMIT),
            legs={**hit.legs, "reader": logit},
        )
        for hit, logit in zip(first, best, strict=True)
    ]
    read.sort(key=lambda hit: (-hit.score, hit.row))
    return (*read, *(replace(hit, score=(1 - READER_WEIGHT) * hit.score) for hit in hits[READ:]))


def _reranked(reranker: Reranker, query: str, hits: tuple[Hit, ...]) -> tuple[Hit, ...]:
    """Return ``hits`` with the first of them read again; those behind keep their score, and stay behind."""
    first, rest = hits[:RERANKED], hits[RERANKED:]
    read = reranker.scores(query, [hit.passage.embedded_text for hit in first])
    judged = [
        replace(hit, score=(hit.score + float(score)) / 2, legs={**hit.legs, "reranker": float(score)})
        for hit, score in zip(first, read, strict=True)
    ]
    judged.sort(key=lambda hit: (-hit.score, hit.row))
    least = judged[-1].score if judged else 0.0
    return (*judged, *(replace(hit, score=min(hit.score, least)) for hit in rest))
