"""Fit how surely a source says a sentence: ``python -m evals.calibrate_verify`` writes ``service/verify/weights.json``.

Logistic regression with an L2 penalty over the features of :mod:`service.verify.model`, on the labelled sentences of the
dev split that no rule settles: fair paraphrases against what adds something, comes from elsewhere, or makes two
sentences one. The test split takes no part.
"""

import json
import sys
from collections.abc import Iterator, Sequence
from dataclasses import astuple, fields
from itertools import islice
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from evals.verification import Claim, Kind, load_claims
from ingest.fold import fold
from service.logistic import fit, probability
from service.verify.judge import SUPPORTED_AT, settle
from service.verify.model import Features, find_features
from service.verify.reading import read

OUT = Path(__file__).parent.parent / "service" / "verify" / "weights.json"
FOLDS = 8
STRETCH = 8
"""Neighbouring sentences cite one source; a fold holds whole stretches of them."""
MISCITED = 1
UNSAID: frozenset[Kind] = frozenset({"added", "elsewhere", "merged"})


def collect() -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return features (n, f) and labels (n,): 1 is a fair paraphrase, 0 says what its source does not."""
    claims = load_claims("dev")
    asked = [c for c in claims if c.kind in UNSAID or c.kind == "paraphrase"]
    asked += miscited([c for c in claims if c.kind == "paraphrase"])
    left = [c for c in asked if settle(fold(c.sentence), c.evidence) is None]
    labels = [float(c.kind == "paraphrase") for c in left]
    return np.array([_features(c) for c in left]), np.array(labels)


def miscited(claims: Sequence[Claim]) -> Iterator[Claim]:
    """Yield each of ``claims`` as it would cite what the next ones on the same article cite, which is elsewhere in it."""
    for place, claim in enumerate(claims):
        own = {cited.quote for cited in claim.cites}
        others = (c for c in claims[place + 1 :] if c.cites[0].article == claim.cites[0].article)
        for other in islice((c for c in others if own.isdisjoint(q.quote for q in c.cites)), MISCITED):
            yield claim.model_copy(update={"kind": "elsewhere", "label": "unsupported", "cites": other.cites})


def _features(claim: Claim) -> tuple[float, ...]:
    evidence = claim.evidence
    context = "\n".join(item.context for item in evidence)
    return astuple(find_features(read(fold(claim.sentence)), [item.quote for item in evidence], context))


def held_out(x: NDArray[np.float64], y: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return the probability (n,) of each row by a model that has not seen it."""
    held = np.zeros(len(y))
    folds = (np.arange(len(y)) // STRETCH) % FOLDS
    for fold_number in range(FOLDS):
        inside = folds == fold_number
        weights, bias = fit(x[~inside], y[~inside])
        held[inside] = probability(x[inside], weights, bias)
    return held


def main() -> int:
    """Fit, print how well folds held out are told apart, and write the weights."""
    x, y = collect()
    held = held_out(x, y)
    fair, unsaid = held[y == 1] >= SUPPORTED_AT, held[y == 0] < SUPPORTED_AT
    sys.stdout.write(f"held out: {fair.mean():.3f} of {len(fair)} fair sentences pass, ")
    sys.stdout.write(f"{unsaid.mean():.3f} of {len(unsaid)} others are caught\n")
    weights, bias = fit(x, y)
    names = [field.name for field in fields(Features)]
    data = {
        "weights": {n: round(float(w), 4) for n, w in zip(names, weights, strict=True)},
        "bias": round(bias, 4),
    }
    OUT.write_text(json.dumps(data, indent=1) + "\n", encoding="utf-8")
    sys.stdout.write(json.dumps(data) + "\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
