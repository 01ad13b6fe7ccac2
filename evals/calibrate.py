"""Fit whether to answer and with which sentences: ``python -m evals.calibrate`` writes ``service/calibration.json``.

Logistic regressions with an L2 penalty over the features of :mod:`service.decide` and :mod:`service.rank`, on dev
questions alone: those whose evidence is among the hits should be answered, those that the articles do not cover should
not. Passages without known questions have regressions of their own, fitted on articles of other subjects
(``evals/gold/articles_dev``); the articles of this project will not do, since the reader learnt from their known questions.
"""

import argparse
import json
import sys
import tempfile
from collections.abc import Collection, Iterator, Sequence
from dataclasses import asdict, dataclass, replace
from functools import reduce
from operator import add
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from evals.other_articles import open_articles
from ingest.textlines import read_lines
from service.answer import Answerer
from service.clock import Clock
from service.decide import ANSWER_AT, Part
from service.listener import TwoReadings
from service.logistic import fit, probability
from service.rank import FEATURES
from service.schema import AskRequest
from service.settings import ServiceSettings
from service.sources import number_sources
from service.state import build_state

GOLD = Path(__file__).parent / "gold"
OUT = Path(__file__).parent.parent / "service" / "calibration.json"
FOLDS = 5
OTHER_ARTICLES = GOLD / "articles_dev"
FILES = (
    "dev.jsonl",
    "retrieval_dev.jsonl",
    "colloquial_dev.jsonl",
    "helpbox_dev.jsonl",
    "forum_dev.jsonl",
    "asked_dev.jsonl",
    "common_dev.jsonl",
    "dialogues_dev.jsonl",
    "desk_dev.jsonl",
)
SWITCHED, BEFORE = 3, 2
"""Every third question that was asked alone is asked once more after two others, which it has nothing to do with; so is small talk."""
OF_THE_KNOWN = frozenset({"asked", "known", "length", "common"})
"""Features of the decision that tell nothing where no question is known: two are empty there, two only sharpen these."""
UNCOVERED = frozenset({"not_covered", "near_scope", "far_scope", "account", "follow_up", "false_premise"})


@dataclass(frozen=True, slots=True)
class Example:
    """A question, what was asked before it, and the pieces of evidence that answer it, None where nothing does.

    ``leans`` says that it leans on what was asked before.
    """

    question: str
    earlier: tuple[str, ...]
    evidence: tuple[str, ...] | None
    leans: bool = False


def read_examples(path: Path) -> Iterator[Example]:
    """Yield the questions of a gold file that are to be answered or withheld."""
    for line in read_lines(path):
        case = json.loads(line)
        earlier = tuple(turn["content"] for turn in case.get("history") or [] if turn["role"] == "user")
        leans = case["type"] == "follow_up"
        if case["expected"] in ("answer", "answer_with_caveat"):
            evidence = tuple(item["evidence"] for item in case["relevant"])
            yield Example(case["question"], earlier, evidence, leans)
        elif case["expected"] == "abstain" and case["type"] in UNCOVERED:
            yield Example(case["question"], earlier, None, leans)


def examples() -> Iterator[Example]:
    """Yield the questions on the articles of this project."""
    for name in FILES:
        yield from read_examples(GOLD / name)
    for label, question, passage in calibration_rows():
        yield Example(question, (), (passage,) if label == "covered" else None)
    for line in _lines("uncovered_dev.txt"):
        yield Example(line, (), None)


def _lines(name: str) -> list[str]:
    return [line for line in read_lines(GOLD / name) if line and not line.startswith("#")]


def holds_evidence(sentence: str, evidence: Sequence[str]) -> bool:
    """Return whether ``sentence`` holds a piece of ``evidence`` or is a part of one."""
    return any(piece in sentence or sentence.strip("。") in piece for piece in evidence)


def calibration_rows() -> list[tuple[str, str, str]]:
    """Return ``(covered or uncovered, question, evidence)`` of the questions written for calibration alone."""
    rows = (line.split("\t") for line in _lines("calibration_dev.tsv"))
    return [(label, question, evidence) for label, question, evidence in rows]


@dataclass(slots=True)
class Table:
    """Features (n, f) and labels (n,) of what a regression is fitted on, with the questions they belong to."""

    names: tuple[str, ...]
    x: NDArray[np.float64]
    y: NDArray[np.float64]
    questions: list[str]

    def without(self, names: Collection[str]) -> "Table":
        """Return the table without some of the features."""
        kept = [at for at, name in enumerate(self.names) if name not in names]
        return Table(tuple(self.names[at] for at in kept), self.x[:, kept], self.y, self.questions)

    def __add__(self, other: "Table") -> "Table":
        return Table(
            self.names,
            np.vstack([self.x, other.x]),
            np.concatenate([self.y, other.y]),
            self.questions + other.questions,
        )


def collect(answerer: Answerer, asked: Sequence[Example]) -> tuple[Table, Table]:
    """Return the tables of the decisions and of the sentences.

    Left out are, of the decisions, questions whose evidence is not found or that exact evidence decides; of the
    sentences, questions none of whose evidence is found. A sentence is labelled 1 where it holds evidence.
    """
    rows, labels, questions = [], [], []
    sentences, wanted, whose = [], [], []
    names: tuple[str, ...] = ()
    for example in asked:
        request = AskRequest(question=example.question)
        query = answerer.listener.understand(request.question, earlier=example.earlier, leans=example.leans)
        found = answerer.search(query, request.top_k, to_answer=True)
        evidence = example.evidence
        missed = evidence is not None and not any(
            e in hit.passage.text for e in evidence for hit in found.hits[:3]
        )
        if not missed and answerer.judge.settled(query, found) is None:
            features = asdict(answerer.judge.find_features(query, found))
            names = tuple(features)
            rows.append(list(features.values()))
            labels.append(float(evidence is not None))
            questions.append(example.question)
        if evidence is not None:
            sources = number_sources(found.hits, answerer.index.articles)
            hits = [float(holds_evidence(s.text, evidence)) for s in sources]
            if any(hits):
                sentences.append(answerer.ranker.features(query, found.asked, sources))
                wanted += hits
                whose += [example.question] * len(hits)
    return (
        Table(names, np.array(rows), np.array(labels), questions),
        Table(FEATURES, np.vstack(sentences), np.array(wanted), whose),
    )


def collect_turns(answerer: Answerer, asked: Sequence[Example]) -> Table:
    """Return the table of the turns of conversations, labelled 1 where they lean on what was asked before.

    Beside the conversations of the gold sets, questions and small talk after others taken from anywhere: a change of subject.
    """
    alone = [example for example in asked if not example.earlier]
    topics = [example.question for example in alone if example.evidence is not None]
    turns = [example for example in asked if example.earlier]
    talk = [Example(line, (), None) for line in _lines("small_talk_dev.txt")]
    for at, example in enumerate(alone[::SWITCHED] + talk):
        before = tuple(topics[(at * BEFORE + step) * SWITCHED % len(topics)] for step in range(BEFORE))
        turns.append(replace(example, earlier=before))
    rows, labels, questions = [], [], []
    names: tuple[str, ...] = ()
    for example in turns:
        turn = answerer.listener.read_turn(AskRequest(question=example.question), example.earlier, Clock())
        if isinstance(turn, TwoReadings):
            features = asdict(turn.features)
            names = tuple(features)
            rows.append(list(features.values()))
            labels.append(float(example.leans))
            questions.append(example.question)
    return Table(names, np.array(rows), np.array(labels), questions)


def main(argv: list[str] | None = None) -> int:
    """Fit, print how well five folds held out are told apart, and write the weights."""
    parser = argparse.ArgumentParser(prog="python -m evals.calibrate", description=__doc__)
    parser.add_argument("--corpus-dir", type=Path, default=Path("corpus"))
    parser.add_argument("--show", action="store_true", help="print the questions on the wrong side")
    options = parser.parse_args(argv)
    settings = ServiceSettings(corpus_dir=options.corpus_dir)
    answerer = build_state(settings).answerer
    if answerer is None:
        sys.stderr.write("calibrate: no index; run `ingest build` first\n")
        return 2
    ours = list(examples())
    decide, rank = collect(answerer, ours)
    turns = collect_turns(answerer, ours)
    bare: list[tuple[Table, Table]] = []
    with tempfile.TemporaryDirectory() as folder:
        for cases in sorted(OTHER_ARTICLES.glob("*/cases.jsonl")):
            other = open_articles(cases.parent, Path(folder) / cases.parent.name, settings)
            bare.append(collect(other, list(read_examples(cases))))
    decide_bare, rank_bare = (reduce(add, tables) for tables in zip(*bare, strict=True))
    data = {
        "leans": _fit_turns(turns),
        "decide": _fit_decision("decide", decide, show=options.show),
        "decide_bare": _fit_decision("decide_bare", decide_bare.without(OF_THE_KNOWN), show=options.show),
        "rank": _fit_ranking("rank", rank),
        "rank_bare": _fit_ranking("rank_bare", rank_bare),
    }
    OUT.write_text(json.dumps(data, indent=1) + "\n", encoding="utf-8")
    return 0


def _fit_decision(name: Part, table: Table, *, show: bool) -> dict[str, object]:
    """Return the weights of a decision, after printing how it does on folds held out."""
    held = _held_out(table)
    least = ANSWER_AT[name]
    answered, abstained = held[table.y == 1] >= least, held[table.y == 0] < least
    apart = np.mean(held[table.y == 1][:, None] > held[table.y == 0][None, :])
    sys.stdout.write(
        f"{name}, held out: told apart {apart:.3f} (AUC), answered {answered.mean():.3f} of {len(answered)} covered, "
    )
    sys.stdout.write(f"abstained from {abstained.mean():.3f} of {len(abstained)} uncovered\n")
    if show:
        for question, label, p in zip(table.questions, table.y, held, strict=True):
            if (p >= least) != (label == 1):
                sys.stdout.write(f"  {'covered  ' if label else 'uncovered'} {p:.2f} {question}\n")
    return _weights(table)


def _fit_turns(table: Table) -> dict[str, object]:
    """Return the weights of whether a turn leans on what was asked before, after printing how it does on folds held out."""
    held = _held_out(table)
    leaning, alone = held[table.y == 1], held[table.y == 0]
    sys.stdout.write(
        f"leans, held out: told apart {np.mean(leaning[:, None] > alone[None, :]):.3f} (AUC), likelier to lean "
        f"{np.mean(leaning > 0.5):.3f} of {len(leaning)} that do and {np.mean(alone > 0.5):.3f} of {len(alone)} that stand alone\n"
    )
    return _weights(table)


def _fit_ranking(name: str, table: Table) -> dict[str, object]:
    """Return the weights of a ranking, after printing how it does on folds held out."""
    held = _held_out(table)
    right = np.mean(held[table.y == 1][:, None] > held[table.y == 0][None, :])
    rows: dict[str, list[tuple[float, float]]] = {}
    for question, score, label in zip(table.questions, held, table.y, strict=True):
        rows.setdefault(question, []).append((score, label))
    best = np.mean([max(scored)[1] for scored in rows.values()])
    sys.stdout.write(
        f"{name}, held out: {right:.3f} of the pairs in order, of {int(table.y.sum())} sentences with "
    )
    sys.stdout.write(f"evidence; the best sentence has some for {best:.3f} of {len(rows)} questions\n")
    return _weights(table)


def _held_out(table: Table) -> NDArray[np.float64]:
    """Return the probability (n,) of each row by a model that has not seen it.

    Neighbouring questions are variants of one; a fold holds whole stretches, so that variants stay together.
    """
    held = np.zeros(len(table.y))
    numbers = {question: at for at, question in enumerate(dict.fromkeys(table.questions))}
    folds = (np.array([numbers[question] for question in table.questions]) // 12) % FOLDS
    for fold in range(FOLDS):
        weights, bias = fit(table.x[folds != fold], table.y[folds != fold])
        held[folds == fold] = probability(table.x[folds == fold], weights, bias)
    return held


def _weights(table: Table) -> dict[str, object]:
    weights, bias = fit(table.x, table.y)
    return {
        "weights": {name: round(float(weight), 4) for name, weight in zip(table.names, weights, strict=True)},
        "bias": round(bias, 4),
    }


if __name__ == "__main__":
    sys.exit(main())
