"""Known questions: what people ask, each with the words of an article that answer it.

They are part of the corpus, beside the articles, as in FAQ retrieval (Sakata et al. 2019, "FAQ Retrieval Using
Query-Question Similarity and BERT-Based Query-Answer Relevance"): a question typed in everyday words is nearer to
another such question than to the sentence that answers both.
"""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from ingest.embed import Embedder
from ingest.manifest import file_digest
from ingest.read import CorpusError
from ingest.records import Passage
from ingest.sources import replace_bytes
from ingest.textlines import read_lines

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


def read_questions(corpus_dir: Path) -> dict[str, list[KnownQuestion]]:
    """Return the known questions of the corpus by article id; empty where it has no file of them.

    Raises:
        CorpusError: the file is no UTF-8, or a line has not the three columns article id, evidence, question.
    """
    path = corpus_dir / QUESTIONS
    try:
        lines = read_lines(path)
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
    lines = read_lines(path)
    kept = (line + "\n" for number, line in enumerate(lines, start=1) if number not in gone)
    replace_bytes(path, "".join(kept).encode())


def questions_digest(corpus_dir: Path) -> str:
    """Return the SHA-256 of the file of known questions, empty where there is none."""
    path = corpus_dir / QUESTIONS
    return file_digest(path) if path.is_file() else ""


def place(
    wanted: Mapping[str, Sequence[KnownQuestion]], passages: Iterable[tuple[int, Passage]]
) -> dict[KnownQuestion, list[tuple[int, int]]]:
    """Return for each known question the row and the offset in the article of every place that answers it.

    ``passages`` are rows and passages, at least those of the articles that have questions.
    """
    places: dict[KnownQuestion, list[tuple[int, int]]] = {
        known: [] for group in wanted.values() for known in group
    }
    for row, passage in passages:
        for known in wanted.get(passage.article_id, ()):
            found = passage.text.find(known.evidence)
            if found >= 0:
                places[known].append((row, passage.start + found))
    return places


def embed_known(
    places: Mapping[KnownQuestion, Sequence[tuple[int, int]]],
    embedder: Embedder,
    previous: KnownQuestions | None,
) -> KnownQuestions:
    """Return the known questions that are answered, embedded; vectors of ``previous`` are taken over by text."""
    answered = [(known.question, *at) for known, found in places.items() for at in found]
    texts = tuple(dict.fromkeys(question for question, _, _ in answered))
    number = {text: at for at, text in enumerate(texts)}
    have = {} if previous is None else dict(zip(previous.texts, previous.vectors, strict=True))
    new = [text for text in texts if text not in have]
    if new:
        have.update(zip(new, embedder.embed_queries(new), strict=True))
    return KnownQuestions(
        texts,
        np.array([have[text] for text in texts], np.float32).reshape(-1, embedder.spec.dimension),
        np.array([row for _, row, _ in answered], np.int64),
        np.array([start for _, _, start in answered], np.int64),
        np.array([number[question] for question, _, _ in answered], np.int64),
    )
