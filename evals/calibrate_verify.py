"""Fit how surely a source says a sentence: ``python -m evals.calibrate_verify`` writes ``service/verify/fitted.npz``.

Gradient-boosted trees over the features of :mod:`service.verify.model`, on the labelled sentences of the dev splits that
neither the exact gate nor the source's own wording settles, and on fair ones made to cite what others on the same
article cite. What it prints is measured on articles left out of the fit. The test splits take no part.
"""

import sys
from collections.abc import Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from sklearn.ensemble import GradientBoostingClassifier  # type: ignore[import-untyped]

from evals.folds import folds_of
from evals.pack_trees import pack_trees
from evals.verification import FAIR, MEANING, Claim, load_claims, packaged_reader, passages_of
from evals.verification_made import MADE, make
from ingest.embed import TokenReader
from ingest.fold import fold
from service.verify.judge import SUPPORTED_AT, bare, settle
from service.verify.model import FITTED, find_features

OUT = Path(__file__).parent.parent / "service" / "verify" / FITTED
SPLITS = ("dev", "second_dev", "order_dev", "condition_dev")
SENTENCES = "sentences"
ORIGINS = {
    "second-draft": "drafts as an LLM writes them",
    "order-dev": "orders kept and turned round",
    "condition-dev": "conditions kept and changed",
    MADE: "made of the others",
}
"""What the ids of claims that are no plain sentences begin with."""
FOLDS = 9
MADE_WEIGHT = 0.2
"""What is made counts less than what was written."""

Array = NDArray[np.float64]


def find_centre(claims: Sequence[Claim], tokens: TokenReader) -> NDArray[np.float32]:
    """Return the mean state (d,) of the tokens of all sentences of the articles that ``claims`` cite."""
    articles = sorted({cited.article for claim in claims for cited in claim.cites})
    lines = {
        line for a in articles for passage in passages_of(a) for line in passage.text.split("\n") if line
    }
    states = [tokens.read_tokens(fold(line)).states for line in sorted(lines)]
    return np.asarray(np.concatenate(states).mean(axis=0), np.float32)


def boosted() -> GradientBoostingClassifier:
    """Return the trees to be fitted."""
    return GradientBoostingClassifier(
        n_estimators=1000,
        learning_rate=0.03,
        max_depth=6,
        min_samples_leaf=6,
        subsample=0.7,
        max_features=0.12,
        random_state=0,
    )


def collect(claims: Sequence[Claim], tokens: TokenReader, centre: NDArray[np.float32]) -> Array:
    """Return the features (n, f) of ``claims``."""
    rows = []
    for claim in claims:
        evidence = claim.evidence
        context = "\n".join(item.context for item in evidence)
        quotes = [item.quote for item in evidence]
        rows.append(find_features(bare(fold(claim.sentence)), quotes, context, tokens, centre).values())
    return np.array(rows, np.float64)


def held_out(x: Array, y: Array, weight: Array, articles: Sequence[str]) -> Array:
    """Return the probability (n,) of each row by trees fitted on the other articles."""
    held = np.zeros(len(y))
    folds = folds_of(articles, FOLDS)
    for number in range(FOLDS):
        inside = folds == number
        held[inside] = boosted().fit(x[~inside], y[~inside], weight[~inside]).predict_proba(x[inside])[:, 1]
    return held


def report(claims: Sequence[Claim], held: Array) -> str:
    """Return how ``claims`` are judged by the probabilities ``held`` (n,), by origin, and the plain sentences by kind."""
    fair = np.array([claim.kind in FAIR for claim in claims])
    origin = np.array([_origin(claim) for claim in claims])
    kinds = np.array([claim.kind for claim in claims])
    stopped = held < SUPPORTED_AT
    lines = ["articles left out of the fit: fair ones lost, others caught"]
    for name in (SENTENCES, *ORIGINS.values()):
        lost, caught = stopped[(origin == name) & fair], stopped[(origin == name) & ~fair]
        lines.append(f"{name}: {lost.mean():.1%} of {len(lost)}, {caught.mean():.1%} of {len(caught)}")
    lines.append(f"{SENTENCES}, caught by kind")
    for kind in MEANING:
        caught = stopped[(origin == SENTENCES) & (kinds == kind)]
        if kind not in FAIR and len(caught):
            lines.append(f"{kind}: {caught.mean():.1%} of {len(caught)}")
    return "\n".join(lines) + "\n"


def _origin(claim: Claim) -> str:
    return next((name for start, name in ORIGINS.items() if claim.claim_id.startswith(start)), SENTENCES)


def main() -> int:
    """Fit, print how well articles left out are judged, and write the model."""
    tokens = packaged_reader()
    claims = [claim for split in SPLITS for claim in load_claims(split)]
    centre = find_centre(claims, tokens)
    made = list(make(claims))
    asked = [c for c in (*claims, *made) if settle(bare(fold(c.sentence)), c.evidence) is None]
    x = collect(asked, tokens, centre)
    y = np.array([float(claim.label == "supported") for claim in asked])
    is_made = np.array([claim.claim_id == MADE for claim in asked])
    weight = np.where(y == 1, 0.5 / y.mean(), 0.5 / (1 - y.mean())) * np.where(is_made, MADE_WEIGHT, 1)
    held = held_out(x, y, weight, [claim.cites[0].article for claim in asked])
    sys.stdout.write(report(asked, held))
    np.savez_compressed(OUT, centre=centre, **pack_trees(boosted().fit(x, y, weight)))  # type: ignore[arg-type]
    return 0


if __name__ == "__main__":
    sys.exit(main())
