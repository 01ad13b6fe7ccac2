"""Fit the decision whether to answer: ``python -m evals.calibrate`` writes ``service/calibration.json``.

Logistic regression with an L2 penalty over the features of :mod:`service.decide`, on the dev questions alone: those
whose evidence is among the hits should be answered, those that the articles do not cover should not.
"""

import argparse
import json
import sys
from collections.abc import Iterator, Sequence
from dataclasses import asdict
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from service.answer import Answerer
from service.decide import ANSWER_AT
from service.logistic import fit, probability
from service.rank import FEATURES
from service.schema import AskRequest, Turn
from service.settings import ServiceSettings
from service.sources import number_sources
from service.state import build_state

GOLD = Path(__file__).parent / "gold"
OUT = Path(__file__).parent.parent / "service" / "calibration.json"
FOLDS = 5
UNCOVERED = frozenset({"not_covered", "near_scope", "far_scope", "account", "follow_up", "false_premise"})


def questions() -> Iterator[tuple[str, list[str], list[str] | None]]:
    """Yield question, earlier questions, and the evidence that answers it, None where nothing does."""
    for name in ("dev.jsonl", "retrieval_dev.jsonl", "colloquial_dev.jsonl", "helpbox_dev.jsonl"):
        for line in (GOLD / name).read_text(encoding="utf-8").splitlines():
            case = json.loads(line)
            earlier = [turn["content"] for turn in case.get("history") or [] if turn["role"] == "user"]
            if case["expected"] in ("answer", "answer_with_caveat"):
                yield case["question"], earlier, [item["evidence"] for item in case["relevant"]]
            elif case["expected"] == "abstain" and case["type"] in UNCOVERED:
                yield case["question"], earlier, None
    for label, question, passage in calibration_rows():
        yield question, [], [passage] if label == "covered" else None
    for line in (GOLD / "uncovered_dev.txt").read_text(encoding="utf-8").splitlines():
        if not line.startswith("#"):
            yield line, [], None


def calibration_rows() -> list[tuple[str, str, str]]:
    """Return ``(covered or uncovered, question, evidence)`` of the questions written for calibration alone."""
    lines = (GOLD / "calibration_dev.tsv").read_text(encoding="utf-8").splitlines()
    rows = (line.split("\t") for line in lines if line and not line.startswith("#"))
    return [(label, question, evidence) for label, question, evidence in rows]


def collect(answerer: Answerer) -> tuple[NDArray[np.float64], NDArray[np.float64], list[str], list[str]]:
    """Return features (n, f), labels (n,), feature names and questions; questions whose evidence was missed are left out."""
    rows, labels, asked = [], [], []
    names: list[str] = []
    for question, earlier, evidence in questions():
        request = AskRequest(question=question, history=[Turn(role="user", content=text) for text in earlier])
        query = answerer.understand(request.question, earlier=earlier)
        found = answerer.search(query, request.top_k)
        if evidence is not None and not any(
            e in hit.passage.text for e in evidence for hit in found.hits[:3]
        ):
            continue
        if answerer.judge.settled(query, found) is not None:
            continue
        features = asdict(answerer.judge.find_features(query, found))
        names = list(features)
        rows.append(list(features.values()))
        labels.append(float(evidence is not None))
        asked.append(question)
    return np.array(rows), np.array(labels), names, asked


def collect_sentences(answerer: Answerer) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return features (n, f) and labels (n,) of the candidate sentences of every covered question; 1 holds evidence."""
    rows, labels = [], []
    for question, earlier, evidence in questions():
        if evidence is None:
            continue
        query = answerer.understand(question, earlier=earlier)
        found = answerer.search(query, 6)
        sources = number_sources(found.hits, answerer.index.articles)
        hits = [
            float(any(e in source.text or source.text.strip("。") in e for e in evidence))
            for source in sources
        ]
        if any(hits):
            rows.append(answerer.ranker.features(query, found.query_vector, sources))
            labels += hits
    return np.vstack(rows), np.array(labels)


def main(argv: list[str] | None = None) -> int:
    """Fit, print how well five folds held out are told apart, and write the weights."""
    parser = argparse.ArgumentParser(prog="python -m evals.calibrate", description=__doc__)
    parser.add_argument("--corpus-dir", type=Path, default=Path("corpus"))
    parser.add_argument("--show", action="store_true", help="print the questions on the wrong side")
    options = parser.parse_args(argv)
    answerer = build_state(ServiceSettings(corpus_dir=options.corpus_dir)).answerer
    if answerer is None:
        sys.stderr.write("calibrate: no index; run `ingest build` first\n")
        return 2
    data: dict[str, object] = {
        "decide": _fit_decision("decide", answerer, show=options.show),
        "decide_bare": _fit_decision("decide_bare", answerer.without_known_questions(), show=options.show),
    }
    sx, sy = collect_sentences(answerer)
    ranked = _held_out(sx, sy)
    right = np.mean([ranked[sy == 1][:, None] > ranked[sy == 0][None, :]])
    sys.stdout.write(
        f"rank, held out: {right:.3f} of the pairs in order, of {int(sy.sum())} sentences with evidence\n"
    )
    data["rank"] = _rounded(FEATURES, *fit(sx, sy))
    OUT.write_text(json.dumps(data, indent=1) + "\n", encoding="utf-8")
    sys.stdout.write(json.dumps(data) + "\n")
    return 0


def _fit_decision(name: str, answerer: Answerer, *, show: bool) -> dict[str, object]:
    """Return the weights of the decision over what ``answerer`` finds, after printing how it does on folds held out."""
    x, y, names, asked = collect(answerer)
    held = _held_out(x, y)
    answered, abstained = held[y == 1] >= ANSWER_AT, held[y == 0] < ANSWER_AT
    sys.stdout.write(f"{name}, held out: answered {answered.mean():.3f} of {len(answered)} covered, ")
    sys.stdout.write(f"abstained from {abstained.mean():.3f} of {len(abstained)} uncovered\n")
    if show:
        for question, label, p in zip(asked, y, held, strict=True):
            if (p >= ANSWER_AT) != (label == 1):
                sys.stdout.write(f"  {'covered  ' if label else 'uncovered'} {p:.2f} {question}\n")
    return _rounded(names, *fit(x, y))


def _held_out(x: NDArray[np.float64], y: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return the probability (n,) of each row by a model that has not seen it.

    Neighbouring questions are variants of one; a fold holds whole stretches, so that variants stay together.
    """
    held = np.zeros(len(y))
    folds = (np.arange(len(y)) // 12) % FOLDS
    for fold in range(FOLDS):
        weights, bias = fit(x[folds != fold], y[folds != fold])
        held[folds == fold] = probability(x[folds == fold], weights, bias)
    return held


def _rounded(names: Sequence[str], weights: NDArray[np.float64], bias: float) -> dict[str, object]:
    return {
        "weights": {name: round(float(weight), 4) for name, weight in zip(names, weights, strict=True)},
        "bias": round(bias, 4),
    }


if __name__ == "__main__":
    sys.exit(main())
