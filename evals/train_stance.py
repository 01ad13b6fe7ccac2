"""Fit how answers to yes/no questions begin: ``python -m evals.train_stance`` writes ``service/compose/stance.npz``.

First the trees of :mod:`service.compose.stance`, on sentences of ``evals/gold/articles_train`` that answer a yes/no question,
of which people said what they say to it (``evals/gold/stance_train.tsv``). Then the regression of :mod:`service.compose.openings`,
on the best sentences found for dev questions whose answer is known to be yes or no, and for such as no article
answers. What it prints is measured on articles left out of the fit. Run it again after ``evals.calibrate``, whose scores
the regression weighs.
"""

import json
import sys
import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from sklearn.ensemble import GradientBoostingClassifier  # type: ignore[import-untyped]

from evals.calibrate import OTHER_ARTICLES, holds_evidence
from evals.folds import folds_of
from evals.other_articles import open_articles
from evals.pack_trees import pack_trees
from ingest.fold import fold
from ingest.textlines import read_lines
from service.answer import Answerer
from service.compose import quotable
from service.compose.bearing import bears_yes
from service.compose.extractive import beside
from service.compose.openings import CONSIDERED, FEATURES, Verdicts, find_verdicts, opens_at
from service.compose.stance import FITTED, find_cues, fitted_trees
from service.compose.wording import find_asked
from service.logistic import fit, probability
from service.settings import ServiceSettings
from service.sources import number_sources
from service.state import build_state

GOLD = Path(__file__).parent / "gold"
OUT = Path(__file__).parent.parent / "service" / "compose" / FITTED
OURS = ("dev.jsonl", "forum_dev.jsonl", "colloquial_dev.jsonl", "asked_dev.jsonl", "openings_dev.jsonl")
FOLDS = 6
SURE = 0.8
"""From this probability on what the trees say is counted in the print."""
STRETCH = 12
"""Questions of a gold file that stand together and are left out together."""
FOUND = 5
"""Passages found for a question, as many as the service finds by default."""

Array = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Answered:
    """A yes/no question with a sentence that answers it, and what people read in that: yes, no, depends or none."""

    article: str
    question: str
    sentence: str
    label: str


@dataclass(frozen=True, slots=True)
class Asked:
    """A dev question with the features (n, 2, f) of the sentences found; ``says`` (n,) is what each says, empty if nothing.

    ``bears`` is whether the best of them may be called a yes.
    """

    article: str
    verdicts: Verdicts
    says: tuple[str, ...]
    bears: bool


def read_answered() -> Iterator[Answered]:
    """Yield the labelled sentences, folded."""
    for line in read_lines(GOLD / "stance_train.tsv"):
        article, question, evidence, label = line.split("\t")
        for piece in evidence.split("||"):
            if piece.strip():
                yield Answered(article, fold(question), fold(piece.strip()), label)


def boosted() -> GradientBoostingClassifier:
    """Return the trees to be fitted."""
    return GradientBoostingClassifier(
        n_estimators=150,
        learning_rate=0.05,
        max_depth=4,
        min_samples_leaf=10,
        subsample=0.7,
        max_features=0.2,
        random_state=0,
    )


def train_trees(rows: Sequence[Answered]) -> dict[str, NDArray[np.generic]]:
    """Return the packed trees for yes and for no, after printing how they do on articles left out."""
    x = np.array([find_cues(row.question, row.sentence) for row in rows])
    folds = folds_of([row.article for row in rows], FOLDS)
    arrays: dict[str, NDArray[np.generic]] = {}
    for says in ("yes", "no"):
        y = np.array([row.label == says for row in rows])
        held = np.zeros(len(y))
        for number in range(FOLDS):
            out = folds == number
            held[out] = boosted().fit(x[~out], y[~out]).predict_proba(x[out])[:, 1]
        sure = held >= SURE
        apart = np.mean(held[y][:, None] > held[~y][None, :])
        sys.stdout.write(f"{says}, articles left out: {y.sum()} of {len(y)} told apart {apart:.3f} (AUC), ")
        sys.stdout.write(f"{sure.sum()} from {SURE} on, {y[sure].mean() if sure.any() else 0:.3f} right\n")
        arrays |= {f"{says}_{name}": array for name, array in pack_trees(boosted().fit(x, y)).items()}
    return arrays


def collect(answerer: Answerer, cases: Path) -> Iterator[Asked]:
    """Yield the yes/no questions of a gold file that the service would answer: those whose answer is told, and those without one.

    Neighbouring questions are variants of one; a stretch of them counts as an article of its own.
    """
    for number, line in enumerate(read_lines(cases)):
        case = json.loads(line)
        polarity = case.get("polarity")
        evidence = [item["evidence"] for item in case.get("relevant", ()) if polarity != "open"]
        query = answerer.listener.understand(case["question"])
        if (
            case.get("history")
            or query.answer_type != "yes_no"
            or bool(evidence) != (polarity in ("yes", "no"))
        ):
            continue
        found = answerer.search(query, FOUND, to_answer=True)
        if answerer.judge.decide(query, found).status != "answered":
            continue
        sources = number_sources(found.hits, answerer.index.articles)
        scored = zip(answerer.ranker.scores(query, found.asked, sources), sources, strict=True)
        best = sorted((pair for pair in scored if quotable(query, pair[1])), key=lambda pair: -pair[0])
        best = best[:CONSIDERED]
        if not best:
            continue
        verdicts = find_verdicts(
            query.search_text,
            [source.folded for _, source in best],
            [score for score, _ in best],
            [answerer.asked.knows(source.hit.row) for _, source in best],
        )
        says = [
            _of_the_thing(polarity, query.search_text)
            if evidence and holds_evidence(s.text, evidence)
            else ""
            for _, s in best
        ]
        first = best[0][1]
        bears = bears_yes(query.whole, query.search_text, first.folded, beside(first, answerer.asked))
        yield Asked(f"{cases.parent.name}/{cases.name}/{number // STRETCH}", verdicts, tuple(says), bears)


def _of_the_thing(polarity: str, question: str) -> str:
    """Return what is said of the very thing asked: who asks 不上征信吧 is told no by an article that says it is reported."""
    return {"yes": "no", "no": "yes"}[polarity] if find_asked(question).denied else polarity


def train_regression(asked: Sequence[Asked]) -> dict[str, NDArray[np.generic]]:
    """Return weights and bias of the regression, after printing how the best sentences open on articles left out."""
    x = np.concatenate([one.verdicts[0] for one in asked])
    y = np.array([float(one.says[0] == says) for one in asked for says in ("yes", "no")])
    # A yes that the sentence does not bear is never given, so nothing is to be learnt from it.
    possible = np.array([borne for one in asked for borne in (one.bears, True)])
    folds = folds_of([one.article for one in asked], FOLDS)
    held = np.zeros(len(y))
    for number in range(FOLDS):
        out = np.repeat(folds == number, 2)
        weights, bias = fit(x[~out & possible], y[~out & possible], balanced=False)
        held[out] = possible[out] * probability(x[out], weights, bias)
    known = x[::2, FEATURES.index("known")] == 1
    says = np.array([one.says[0] for one in asked])
    pairs, right = held.reshape(-1, 2), y.reshape(-1, 2)
    verdict = pairs.argmax(axis=1)
    opens = pairs.max(axis=1) >= np.array([opens_at(known=bool(one)) for one in known])
    true = right[np.arange(len(pairs)), verdict] == 1
    for name, which in (("with known questions", known), ("without", ~known)):
        for column, word in enumerate(("yes", "no")):
            those = which & opens & (verdict == column)
            sys.stdout.write(f"articles left out, {name}: {those.sum()} opened with {word}, ")
            sys.stdout.write(f"{true[those].sum()} rightly; of {(which & (says == word)).sum()}\n")
    weights, bias = fit(x[possible], y[possible], balanced=False)
    return {"weights": weights, "bias": np.asarray(bias)}


def main() -> int:
    """Fit both, print how they do, and write them."""
    settings = ServiceSettings()
    answerer = build_state(settings).answerer
    if answerer is None:
        sys.stderr.write("train_stance: no index; run `ingest build` first\n")
        return 2
    arrays = train_trees(list(read_answered()))
    np.savez_compressed(OUT, **arrays)  # type: ignore[arg-type]
    fitted_trees.cache_clear()
    asked = [one for name in OURS for one in collect(answerer, GOLD / name)]
    with tempfile.TemporaryDirectory() as folder:
        for cases in sorted(OTHER_ARTICLES.glob("*/cases.jsonl")):
            other = open_articles(cases.parent, Path(folder) / cases.parent.name, settings)
            asked += collect(other, cases)
    np.savez_compressed(OUT, **arrays, **train_regression(asked))  # type: ignore[arg-type]
    return 0


if __name__ == "__main__":
    sys.exit(main())
