"""What the reader learns from: questions beside the passages that are found for them.

``evals/gold/articles_train`` has articles of many subjects, invented for this, and for each questions with the sentences that
answer them; more than a third of the questions no sentence answers. To them come the known questions of the corpus. None of it
is in any other set here.
"""

import tempfile
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from evals.calibrate import Example, holds_evidence, read_examples
from evals.other_articles import open_articles
from ingest.records import Passage
from ingest.textlines import read_lines
from service.answer import Answerer
from service.query import Query
from service.settings import ServiceSettings

GOLD = Path(__file__).parent / "gold"
TRAIN = GOLD / "articles_train"
CHECK = GOLD / "articles_dev"
ALIKE = 0.72
"""Centred cosine from which two known questions may have the same answer."""

DEPTH = 4
"""Passages found that each question is read with; one that answers and was not found comes beside them."""


@dataclass(frozen=True, slots=True)
class Pair:
    """A question with one passage, as the encoder leaves their tokens, and for each sentence whether it answers.

    ``question`` (m, d) and ``passage`` (n, d) are states, ``spans`` (s, 2) the sentences among the passage's tokens, ``labels``
    (s,) 1, 0 or -1 where nobody said; ``asked`` numbers the questions of one source.
    """

    asked: int
    question: NDArray[np.float32]
    passage: NDArray[np.float32]
    spans: NDArray[np.int64]
    labels: NDArray[np.int64]


def read_questions(path: Path) -> Iterator[Example]:
    """Yield the questions of a file of ``article, question, evidence`` with tabs between, ``||`` between pieces of evidence."""
    for line in read_lines(path):
        _, question, evidence = line.split("\t")
        yield Example(
            question, (), tuple(piece.strip() for piece in evidence.split("||") if piece.strip()) or None
        )


def known_pairs(answerer: Answerer) -> list[Pair]:
    """Return the known questions of the corpus with the passages that answer them and those found besides.

    A sentence that answers a question much like this one is left untold.
    """
    known, index = answerer.index.known, answerer.index
    bare = answerer.without_known_questions()
    page_states = cache(answerer.reader.page_states)
    places: dict[int, list[tuple[int, int]]] = {}
    for row, start, asked in zip(known.rows, known.starts, known.questions, strict=True):
        places.setdefault(int(asked), []).append((int(row), int(start)))
    pairs = []
    for asked, text in enumerate(known.texts):
        query = bare.listener.understand(text)
        found = bare.search(query, DEPTH)
        question = answerer.reader.question_states(query.search_text)
        cosines = answerer.asked.cosines(found.vectors)
        for row in dict.fromkeys([row for row, _ in places[asked]] + [hit.row for hit in found.hits]):
            passage = index.passages[row]
            spans = [(row, s.start, s.end) for s in passage.sentences]
            alike = answerer.asked.of_sentences(cosines, spans) >= ALIKE
            told = [any(r == row and a <= start < b for r, start in places[asked]) for _, a, b in spans]
            labels = np.where(told, 1, np.where(alike, -1, 0))
            pairs.append(Pair(asked, question, *page_states(passage), labels))
    return pairs


def written_pairs(settings: ServiceSettings) -> list[Pair]:
    """Return the pairs of the articles written to learn from."""
    return _pairs(settings, [(f, list(read_questions(f / "questions.tsv"))) for f in sorted(TRAIN.iterdir())])


def checking_pairs(settings: ServiceSettings) -> list[Pair]:
    """Return pairs of other articles, to see what was learnt."""
    return _pairs(settings, [(f, list(read_examples(f / "cases.jsonl"))) for f in sorted(CHECK.iterdir())])


def _pairs(settings: ServiceSettings, folders: Sequence[tuple[Path, Sequence[Example]]]) -> list[Pair]:
    pairs: list[Pair] = []
    asked = 0
    for source, examples in folders:
        with tempfile.TemporaryDirectory() as folder:
            answerer = open_articles(source, Path(folder) / source.name, settings)
            page_states = cache(answerer.reader.page_states)
            for example in examples:
                query = answerer.listener.understand(example.question, earlier=example.earlier)
                question = answerer.reader.question_states(query.search_text)
                for passage in _passages(query, example, answerer):
                    states, spans = page_states(passage)
                    labels = _labels(passage, example.evidence or ())
                    pairs.append(Pair(asked, question, states, spans, labels))
                asked += 1
    return pairs


def _passages(query: Query, example: Example, answerer: Answerer) -> Iterable[Passage]:
    """Return the passages found for a question and those that answer it."""
    found = [hit.passage for hit in answerer.search(query, DEPTH).hits]
    evidence = example.evidence or ()
    answering = [p for p in answerer.index.passages if any(piece in p.text for piece in evidence)]
    return {passage.passage_id: passage for passage in (*found, *answering)}.values()


def _labels(passage: Passage, evidence: Sequence[str]) -> NDArray[np.int64]:
    sentences = [passage.text[s.start - passage.start : s.end - passage.start] for s in passage.sentences]
    return np.array([holds_evidence(sentence, evidence) for sentence in sentences], np.int64)
