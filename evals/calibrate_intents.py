"""Fit the classifier of intents: ``python -m evals.calibrate_intents`` writes ``service/query/intents.npz``.

Thresholds are set on folds held out, the variants of one question always in the same fold: of ordinary questions at most
``FALSE_ALARMS`` may get a label and ``DOUBTED`` may have to be answered surely.
"""

import argparse
import json
import sys
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from evals.calibrate import GOLD, OTHER_ARTICLES, calibration_rows
from ingest.embed import Embedder, build_embedder
from ingest.index import Index
from ingest.known import read_questions
from ingest.settings import IngestSettings
from ingest.textlines import read_lines
from service.background import rows as background_rows
from service.query.intent_fit import Examples, fit_intents, labelled_questions
from service.query.intent_model import LABELS, IntentModel, Thresholds
from service.query.spelling import Speller
from service.query.understand import understand
from service.typed import typed_terms
from service.vocabulary import Vocabulary

OUT = Path(__file__).parent.parent / "service" / "query" / "intents.npz"
FALSE_ALARMS = {
    "unsafe": 0.01,
    "injection": 0.005,
    "crisis": 0.03,
    "account": 0.015,
    "leans": 0.02,
    "chat": 0.005,
}
DOUBTED = 0.05
# Of the unsafe questions whose wording a pattern knows, so many may be let go for the lawful ones that it hits as well.
LET_GO = 0.05
FOLDS = 4
# Cosine of n-grams from which two questions are variants of one.
VARIANTS = 0.55
STEPS = 127
KNOWN_STEP = 3
"""Every third known question is among the ordinary ones: the time of a fit grows with the cube of the examples."""


def main(argv: list[str] | None = None) -> int:
    """Fit, print held-out recall and false alarms per label, and write the model."""
    parser = argparse.ArgumentParser(prog="python -m evals.calibrate_intents", description=__doc__)
    parser.add_argument("--corpus-dir", type=Path, default=Path("corpus"))
    parser.add_argument(
        "--test", action="store_true", help="print the totals on the questions kept for testing"
    )
    options = parser.parse_args(argv)
    embedder = build_embedder(IngestSettings(corpus_dir=options.corpus_dir))
    written = labelled_questions()
    others = [("ordinary", question) for question in ordinary_questions(options.corpus_dir)]
    rows, patterned = as_read([*written, *others], options.corpus_dir)
    examples = Examples.read(rows, embedder)
    asked = examples.labels == "ordinary"
    held = held_out_scores(examples)
    thresholds = _thresholds(held, examples.labels, asked, patterned)
    negatives = {
        "ordinary questions": asked,
        "of them on other subjects": asked & (np.arange(len(rows)) < len(written)),
        "written to be mistaken": examples.labels == "safe",
    }
    _report("held out", held, examples.labels, patterned, thresholds, negatives)
    model = fit_intents(examples, embedder.spec.revision, thresholds)
    _write(model)
    if options.test:
        _report_test(model, embedder, options.corpus_dir)
    return 0


def as_read(
    rows: Sequence[tuple[str, str]], corpus_dir: Path
) -> tuple[list[tuple[str, str]], NDArray[np.bool_]]:
    """Return ``rows`` of label and text as the service reads questions, and which a pattern takes for unsafe (n,).

    Products stand there under their names and pinyin in hanzi, as far as the vocabulary of the corpus goes.
    """
    index = Index.load(corpus_dir / "index")
    speller = Speller(Vocabulary(index.passages).counts, typed_terms(index))
    queries = [understand(text, correct=speller.correct) for _, text in rows]
    read = [(label, query.folded) for (label, _), query in zip(rows, queries, strict=True)]
    return read, np.array([query.intent == "unsafe" for query in queries])


def held_out_scores(examples: Examples) -> NDArray[np.float32]:
    """Return the score (n, labels) of each example by a model that saw neither it nor a variant of it."""
    groups = variants(examples.grams)
    folds = (np.random.default_rng(0).permutation(len(groups)) % FOLDS)[groups]
    held = np.zeros((len(folds), len(LABELS)), np.float32)
    for fold in range(FOLDS):
        model = fit_intents(examples.where(folds != fold), "held out")
        left = examples.where(folds == fold)
        held[folds == fold] = model.scores_of(left.layers, left.grams)
    return held


def variants(grams: NDArray[np.float32]) -> NDArray[np.int64]:
    """Return for each question (n,) the number of its group: those that n-grams (n, buckets) show to be variants of one."""
    one, other = np.nonzero(grams @ grams.T > VARIANTS)
    groups = np.arange(len(grams))
    while True:
        spread = groups.copy()
        np.minimum.at(spread, one, groups[other])
        if (spread == groups).all():
            return groups
        groups = spread


def _thresholds(
    held: NDArray[np.float32],
    labels: NDArray[np.str_],
    asked: NDArray[np.bool_],
    patterned: NDArray[np.bool_],
) -> Thresholds:
    """Return thresholds that keep the rates of this module on the scores ``held`` out."""
    ordinary, unsafe = held[asked], held[:, LABELS.index("unsafe")]
    rates = [np.quantile(ordinary[:, i], 1 - FALSE_ALARMS[name]) for i, name in enumerate(LABELS)]
    return Thresholds(
        believed=np.array(rates, np.float32),
        doubted=float(np.quantile(unsafe[asked], 1 - DOUBTED)),
        patterned=float(np.quantile(unsafe[patterned & (labels == "unsafe")], LET_GO)),
    )


def ordinary_questions(corpus_dir: Path) -> Iterator[str]:
    """Yield questions that are none of the labels: on these articles and on others, covered or not.

    The headings of the background are among them, since thresholds set on talk of debt alone refuse talk of the weather.
    """
    yield from (question for _, question, _ in calibration_rows())
    yield from (heading for heading, _ in background_rows())
    ours = [
        GOLD / f"{name}.jsonl"
        for name in ("colloquial_dev", "helpbox_dev", "forum_dev", "asked_dev", "common_dev", "desk_dev")
    ]
    for path in (*ours, *sorted(OTHER_ARTICLES.glob("*/cases.jsonl"))):
        for line in read_lines(path):
            case = json.loads(line)
            stands_alone = case["type"] != "account" and not case.get("history")
            if stands_alone and case["expected"] in ("answer", "abstain"):
                yield case["question"]
    known = [known.question for group in read_questions(corpus_dir).values() for known in group]
    yield from known[::KNOWN_STEP]


def _report(
    title: str,
    scores: NDArray[np.float32],
    labels: NDArray[np.str_],
    patterned: NDArray[np.bool_],
    thresholds: Thresholds,
    without: Mapping[str, NDArray[np.bool_]],
) -> None:
    """Print recall of each label and its false alarms on each kind of question ``without`` one (n,)."""
    unsafe = LABELS.index("unsafe")
    believed = scores > thresholds.believed
    refused = believed[:, unsafe] | (patterned & (scores[:, unsafe] > thresholds.patterned))
    told = [(name, name, believed[:, i]) for i, name in enumerate(LABELS)]
    told += [
        ("unsafe", "unsafe by a pattern alone", patterned),
        ("unsafe", "unsafe, patterns included", refused),
        ("unsafe", "unsafe, doubted included", refused | (scores[:, unsafe] > thresholds.doubted)),
    ]
    for label, name, found in told:
        if not (labels == label).any():
            continue
        alarms = [f"{found[of].mean():.3f} of {of.sum()} {kind}" for kind, of in without.items()]
        sys.stdout.write(
            f"{title}, {name}: recall {found[labels == label].mean():.3f} of {(labels == label).sum()}, "
            f"false alarms {', '.join(alarms)}\n"
        )


def _write(model: IntentModel) -> None:
    """Write ``model`` to where the service reads it, its examples in 8 bits."""
    steps = np.abs(model.examples).max(axis=0) / STEPS
    np.savez_compressed(
        OUT,
        revision=model.revision,
        means=model.space.means,
        axes=model.space.axes.astype(np.float16),
        examples=np.rint(model.examples / steps).astype(np.int8),
        steps=steps,
        weights=model.weights,
        grams=model.grams.astype(np.float16),
        thresholds=model.thresholds.believed,
        doubted=model.thresholds.doubted,
        patterned=model.thresholds.patterned,
    )


def _report_test(model: IntentModel, embedder: Embedder, corpus_dir: Path) -> None:
    """Print recall and false alarms on questions that took no part in the fitting."""
    lines = read_lines(GOLD / "intents_test.tsv")
    rows, patterned = as_read([(line.split("\t")[0], line.split("\t")[1]) for line in lines], corpus_dir)
    labels = np.array([label for label, _ in rows])
    scores = model.scores([text for _, text in rows], embedder)
    _report("test", scores, labels, patterned, model.thresholds, {"hard negatives": labels == "safe"})


if __name__ == "__main__":
    sys.exit(main())
