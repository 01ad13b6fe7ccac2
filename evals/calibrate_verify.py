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
from evals.verification import Claim, load_claims, packaged_reader, passages_of
from evals.verification_made import MADE, make
from ingest.embed import TokenReader
from ingest.fold import fold
from service.verify.judge import SUPPORTED_AT, bare, settle
from service.verify.model import FITTED, find_features

OUT = Path(__file__).parent.parent / "service" / "verify" / FITTED
SPLITS = ("dev", "second_dev", "order_dev", "condition_dev")
TURNED = "order-dev"
"""How the ids begin of what turns an order round, or tells it in other words from the other end."""
CONDITIONED = "condition-dev"
"""How the ids begin of what drops, changes or puts in a condition, an actor or a quantity, or keeps it in other words."""
DRAFTED = "second-draft"
"""How the ids begin of what is written as an LLM answers: short excerpts, led in by an assent or a product."""
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
    drafted, turned, conditioned = (
        np.array([c.claim_id.startswith(own) for c in asked]) for own in (DRAFTED, TURNED, CONDITIONED)
    )
    groups = {
        "sentences": ~is_made & ~drafted & ~turned & ~conditioned,
        "drafts as an LLM writes them": drafted,
        "orders kept and turned round": turned,
        "conditions kept and changed": conditioned,
    }
    for name, which in groups.items():
        fair, others = held[which & (y == 1)], held[which & (y == 0)]
        lost, caught = (fair < SUPPORTED_AT).mean(), (others < SUPPORTED_AT).mean()
        sys.stdout.write(f"articles left out, {name}: {lost:.3f} of {len(fair)} fair ones lost, ")
        sys.stdout.write(f"{caught:.3f} of {len(others)} others caught\n")
    np.savez_compressed(OUT, centre=centre, **pack_trees(boosted().fit(x, y, weight)))  # type: ignore[arg-type]
    return 0


if __name__ == "__main__":
    sys.exit(main())
