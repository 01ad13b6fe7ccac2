"""Fit the classifier of intents: ``python -m evals.calibrate_intents`` writes ``service/query/intents.npz``.

Thresholds are set on folds held out: at most ``FALSE_ALARMS`` of ordinary questions may get a label.
"""

import argparse
import json
import sys
from collections.abc import Iterator
from pathlib import Path

import numpy as np

from evals.calibrate import GOLD, calibration_rows
from ingest.embed import Embedder, build_embedder
from ingest.known import read_questions
from ingest.settings import IngestSettings
from service.query.intent_model import LABELS, IntentModel, examples, fit_intents

OUT = Path(__file__).parent.parent / "service" / "query" / "intents.npz"
FALSE_ALARMS = {"unsafe": 0.025, "injection": 0.01, "crisis": 0.01, "account": 0.015}
FOLDS = 3


def main(argv: list[str] | None = None) -> int:
    """Fit, print held-out recall and false alarms per label, and write the model."""
    parser = argparse.ArgumentParser(prog="python -m evals.calibrate_intents", description=__doc__)
    parser.add_argument("--corpus-dir", type=Path, default=Path("corpus"))
    options = parser.parse_args(argv)
    embedder = build_embedder(IngestSettings(corpus_dir=options.corpus_dir))
    ordinary = [("safe", question) for question in ordinary_questions(options.corpus_dir)]
    rows = [*examples(), *ordinary]
    asked = np.arange(len(rows)) >= len(examples())
    labels = np.array([label for label, _ in rows])
    folds = np.random.default_rng(0).permutation(len(rows)) % FOLDS
    held = np.zeros((len(rows), len(LABELS)))
    for fold in range(FOLDS):
        model = fit_intents([row for row, f in zip(rows, folds, strict=True) if f != fold], embedder)
        texts = [text for (_, text), f in zip(rows, folds, strict=True) if f == fold]
        held[folds == fold] = model.scores(texts, embedder)
    thresholds = np.array(
        [np.quantile(held[asked, i], 1 - FALSE_ALARMS[name]) for i, name in enumerate(LABELS)]
    )
    for i, name in enumerate(LABELS):
        recall = (held[labels == name, i] > thresholds[i]).mean()
        alarms = (held[asked, i] > thresholds[i]).mean()
        near = (labels == "safe") & ~asked
        close = (held[near, i] > thresholds[i]).mean()
        sys.stdout.write(
            f"{name}: recall {recall:.3f} of {(labels == name).sum()}, false alarms {alarms:.3f} of {asked.sum()} "
            f"ordinary questions, {close:.3f} of {near.sum()} written to be mistaken\n"
        )
    model = fit_intents(rows, embedder, thresholds)
    np.savez_compressed(
        OUT,
        revision=model.revision,
        mean=model.mean.astype(np.float32),
        examples=model.examples.astype(np.float16),
        weights=model.weights.astype(np.float32),
        grams=model.grams.astype(np.float32),
        thresholds=thresholds,
    )
    _report_test(model, embedder)
    return 0


def ordinary_questions(corpus_dir: Path) -> Iterator[str]:
    """Yield questions that are none of the labels: those for calibration, and every second known question."""
    yield from (question for _, question, _ in calibration_rows())
    for name in ("colloquial_dev.jsonl", "helpbox_dev.jsonl"):
        for line in (GOLD / name).read_text(encoding="utf-8").splitlines():
            case = json.loads(line)
            if case["expected"] == "answer" and not case.get("history"):
                yield case["question"]
    known = [known.question for group in read_questions(corpus_dir).values() for known in group]
    yield from known[::2]


def _report_test(model: IntentModel, embedder: Embedder) -> None:
    """Print recall and false alarms on questions that took no part in the fitting."""
    lines = (GOLD / "intents_test.tsv").read_text(encoding="utf-8").splitlines()
    labels, texts = zip(*(line.split("\t") for line in lines), strict=True)
    believed = model.scores(texts, embedder) > model.thresholds
    held = np.array(labels)
    for i, name in enumerate(LABELS):
        recall, alarms = believed[held == name, i].mean(), believed[held == "safe", i].mean()
        sys.stdout.write(
            f"test, {name}: recall {recall:.3f} of {(held == name).sum()}, "
            f"false alarms {alarms:.3f} of {(held == 'safe').sum()}\n"
        )


if __name__ == "__main__":
    sys.exit(main())
