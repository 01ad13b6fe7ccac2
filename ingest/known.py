"""Known questions: what people ask, each with the words of an article that answer it.

They are part of the corpus, beside the articles, as in FAQ retrieval (Sakata et al. 2019, "FAQ Retrieval Using
Query-Question Similarity and BERT-Based Query-Answer Relevance"): a question typed in everyday words is nearer to
another such question than to the sentence that answers both.
"""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from ingest.embed import Embedder
from ingest.manifest import file_digest
from ingest.read import CorpusError
from ingest.records import Passage

QUESTIONS = "questions.tsv"


@dataclass(frozen=True, slots=True)
class KnownQuestion:
    """A question and the verbatim ``evidence`` in the cleaned article that answers it; ``line`` counts from 1."""

    line: int
    article_id: str
    evidence: str
    question: str


@dataclass(frozen=True, slots=True)
class KnownQuestions:
    """The known questions of an index: ``texts`` (m), their unit vectors (m, d), and where each is answered.

    ``rows`` (n,) are rows of passages, ``starts`` (n,) the offset of the evidence in its article, ``questions`` (n,) which
    of the questions is answered there; evidence that two passages share has two places.
    """

    texts: tuple[str, ...]
    vectors: NDArray[np.float32]
    rows: NDArray[np.int64]
    starts: NDArray[np.int64]
    questions: NDArray[np.int64]

    @classmethod
    def none(cls, dimension: int) -> "KnownQuestions":
        """Return the known questions of an index that has none."""
        nowhere = np.empty(0, np.int64)
        return cls((), np.empty((0, dimension), np.float32), nowhere, nowhere, nowhere)

    def save(self, path: Path) -> None:
        """Write all of it into one file."""
        np.savez(
            path,
            texts=np.array(self.texts, dtype=np.str_),
            vectors=self.vectors.astype(np.float16),
            rows=self.rows,
            starts=self.starts,
            questions=self.questions,
        )

    @classmethod
    def load(cls, path: Path) -> "KnownQuestions":
        """Read what ``save`` wrote."""
        with np.load(path) as data:
            return cls(
                tuple(map(str, data["texts"])),
                data["vectors"].astype(np.float32),
                data["rows"],
                data["starts"],
                data["questions"],
            )


@dataclass(slots=True)
class Places:
    """Collects where the known questions are answered while the passages of a build go by."""

    wanted: Mapping[str, Sequence[KnownQuestion]]
    answered: dict[tuple[str, str], list[tuple[int, int]]] = field(default_factory=dict)

    def look_at(self, row: int, passage: Passage) -> None:
        """Note which known questions ``passage`` answers."""
        for known in self.wanted.get(passage.article_id, ()):
            found = passage.text.find(known.evidence)
            if found >= 0:
                place = (row, passage.start + found)
                places = self.answered.setdefault((known.article_id, known.evidence), [])
                if place not in places:
                    places.append(place)


def read_questions(corpus_dir: Path) -> dict[str, list[KnownQuestion]]:
    """Return the known questions of the corpus by article id; empty where it has no file of them.

    Raises:
        CorpusError: the file is no UTF-8, or a line has not the three columns article id, evidence, question.
    """
    path = corpus_dir / QUESTIONS
    try:
        lines = path.read_text(encoding="utf-8").splitlines()
    except FileNotFoundError:
        return {}
    except (OSError, UnicodeDecodeError) as error:
        raise CorpusError(f"{path}: {error}") from error
    found: dict[str, list[KnownQuestion]] = {}
    for known in _parsed(path, lines):
        found.setdefault(known.article_id, []).append(known)
    return found


def _parsed(path: Path, lines: Sequence[str]) -> Iterator[KnownQuestion]:
    for number, line in enumerate(lines, start=1):
        if not line.strip() or line.startswith("#"):
            continue
        columns = [column.strip() for column in line.split("\t")]
        if len(columns) != 3 or not all(columns):
            raise CorpusError(f"{path}:{number}: not article id, evidence and question with tabs between")
        yield KnownQuestion(number, *columns)


def drop_questions(corpus_dir: Path, article_ids: Collection[str]) -> None:
    """Take the known questions of articles that leave the corpus out of their file."""
    wanted = read_questions(corpus_dir)
    if not set(article_ids) & set(wanted):
        return
    path = corpus_dir / QUESTIONS
    gone = {known.line for article_id in article_ids for known in wanted.get(article_id, ())}
    lines = path.read_text(encoding="utf-8").splitlines(keepends=True)
    partial = path.with_suffix(".partial")
    partial.write_text(
        "".join(line for number, line in enumerate(lines, start=1) if number not in gone), encoding="utf-8"
    )
    partial.replace(path)


def questions_digest(corpus_dir: Path) -> str:
    """Return the SHA-256 of the file of known questions, empty where there is none."""
    path = corpus_dir / QUESTIONS
    return file_digest(path) if path.is_file() else ""


def place(
    wanted: Mapping[str, Sequence[KnownQuestion]], passages: Sequence[Passage]
) -> tuple[Places, list[KnownQuestion]]:
    """Return where the known questions are answered in ``passages``, and those whose evidence stands nowhere."""
    places = Places(wanted)
    if wanted:
        for row, passage in enumerate(passages):
            places.look_at(row, passage)
    lost = [
        known
        for group in wanted.values()
        for known in group
        if (known.article_id, known.evidence) not in places.answered
    ]
    return places, sorted(lost, key=lambda known: known.line)


def embed_known(places: Places, embedder: Embedder, previous: KnownQuestions | None) -> KnownQuestions:
    """Return the known questions that are answered, embedded; vectors of ``previous`` are taken over by text."""
    answered = [
        (known, place)
        for group in places.wanted.values()
        for known in group
        for place in places.answered.get((known.article_id, known.evidence), ())
    ]
    texts = tuple(dict.fromkeys(known.question for known, _ in answered))
    number = {text: at for at, text in enumerate(texts)}
    have = {} if previous is None else {text: at for at, text in enumerate(previous.texts)}
    vectors = np.empty((len(texts), embedder.spec.dimension), np.float32)
    new = [text for text in texts if text not in have]
    if new:
        vectors[[number[text] for text in new]] = embedder.embed_queries(new)
    for text in texts:
        if previous is not None and text in have:
            vectors[number[text]] = previous.vectors[have[text]]
    return KnownQuestions(
        texts,
        vectors,
        np.array([row for _, (row, _) in answered], np.int64),
        np.array([start for _, (_, start) in answered], np.int64),
        np.array([number[known.question] for known, _ in answered], np.int64),
    )
