"""Fit how surely a source says a sentence: ``python -m evals.calibrate_verify`` writes ``service/verify/fitted.npz``.

Gradient-boosted trees over the features of :mod:`service.verify.model`, on the labelled sentences of the two dev splits that
neither the exact gate nor the source's own wording settles, and on fair ones made to cite what others on the same
article cite. What it prints is measured on articles left out of the fit. The test splits take no part.
"""

import re
import sys
from collections.abc import Iterator, Sequence
from itertools import islice, pairwise
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from sklearn.ensemble import GradientBoostingClassifier  # type: ignore[import-untyped]

from evals.verification import Cited, Claim, load_claims, packaged_reader, passages_of
from ingest.embed import TokenReader
from ingest.fold import fold
from service.verify.conditions import find_conditions
from service.verify.judge import SUPPORTED_AT, settle
from service.verify.model import FITTED, find_features
from service.verify.reading import read

OUT = Path(__file__).parent.parent / "service" / "verify" / FITTED
SPLITS = ("dev", "second_dev")
FOLDS = 9
MISCITED = 1
MADE_WEIGHT = 0.4
"""What is made counts less than what was written."""

LEAST_KEPT = 8
_CLAUSES = re.compile("[^,，;；。]+[,，;；。]?")
# What ends so goes on, and what begins so takes something back.
_OPEN = re.compile(
    "(?:的[^的,，]{0,4}|的话|后|时|前|下|如果.*|若.*|因.*|只有.*|一旦.*|只要.*|对于.*|除.*|先.*)$"
)
_RESTRICTS = re.compile("但|不过|否则|除外|除非|前提|以.{2,12}为准|仅|只|须|必须|需要|才|另有")

Array = NDArray[np.float64]


def find_centre(claims: Sequence[Claim], tokens: TokenReader) -> NDArray[np.float32]:
    """Return the mean state (d,) of the tokens of all sentences of the articles that ``claims`` cite."""
    articles = sorted({cited.article for claim in claims for cited in claim.cites})
    lines = {
        line for a in articles for passage in passages_of(a) for line in passage.text.split("\n") if line
    }
    states = [tokens.read_tokens(fold(line)).states for line in sorted(lines)]
    return np.asarray(np.concatenate(states).mean(axis=0), np.float32)


def miscited(claims: Sequence[Claim]) -> Iterator[Claim]:
    """Yield each of ``claims`` as it would cite what the next ones on the same article cite, which is elsewhere in it."""
    for place, claim in enumerate(claims):
        own = {cited.quote for cited in claim.cites}
        others = (c for c in claims[place + 1 :] if c.cites[0].article == claim.cites[0].article)
        for other in islice((c for c in others if own.isdisjoint(q.quote for q in c.cites)), MISCITED):
            yield claim.model_copy(
                update={"claim_id": "made", "kind": "elsewhere", "label": "unsupported", "cites": other.cites}
            )


def shortened(claims: Sequence[Claim]) -> Iterator[Claim]:
    """Yield of each source sentence of ``claims`` the runs of clauses that say by themselves what it says.

    Those are its beginning, where nothing that follows restricts it, and any run where nothing is a condition.
    """
    for cited in _quotes(claims):
        clauses = _CLAUSES.findall(cited.quote)
        open_ended = any(_OPEN.search(clause.rstrip(",，;；。")) for clause in clauses)
        restricted = open_ended or _RESTRICTS.search(cited.quote) is not None
        free = not restricted and not any(find_conditions(read(fold(cited.quote))))
        for start in range(len(clauses) if free else 1):
            for end in range(start + 1, len(clauses) + (start > 0)):
                kept, rest = "".join(clauses[start:end]).rstrip(",，;；。"), "".join(clauses[end:])
                if len(kept) >= LEAST_KEPT and not _OPEN.search(kept) and not _RESTRICTS.search(rest):
                    yield _made(kept, [cited], fair=True)


def spliced(claims: Sequence[Claim]) -> Iterator[Claim]:
    """Yield the beginning of each source sentence with the end of the next, which neither says, as two clauses or as one."""
    for number, (one, other) in enumerate(pairwise(_quotes(claims))):
        first, last = _CLAUSES.findall(one.quote), _CLAUSES.findall(other.quote)
        if one.article == other.article and len(first) > 1 and len(last) > 1:
            yield _made(
                first[0].rstrip(",，") + ("," if number % 2 else "") + last[-1], [one, other], fair=False
            )


def _quotes(claims: Sequence[Claim]) -> list[Cited]:
    return list(dict.fromkeys(cited for claim in claims for cited in claim.cites))


def _made(sentence: str, cites: Sequence[Cited], *, fair: bool) -> Claim:
    kind, label = ("paraphrase", "supported") if fair else ("merged", "unsupported")
    return Claim.model_validate(
        {
            "claim_id": "made",
            "kind": kind,
            "label": label,
            "sentence": sentence,
            "cites": [c.model_dump() for c in cites],
        }
    )


def boosted() -> GradientBoostingClassifier:
    """Return the trees to be fitted."""
    return GradientBoostingClassifier(
        n_estimators=300,
        learning_rate=0.05,
        max_depth=4,
        min_samples_leaf=10,
        subsample=0.7,
        max_features=0.3,
        random_state=0,
    )


def collect(claims: Sequence[Claim], tokens: TokenReader, centre: NDArray[np.float32]) -> Array:
    """Return the features (n, f) of ``claims``."""
    rows = []
    for claim in claims:
        evidence = claim.evidence
        context = "\n".join(item.context for item in evidence)
        quotes = [item.quote for item in evidence]
        rows.append(find_features(fold(claim.sentence), quotes, context, tokens, centre).values())
    return np.array(rows, np.float64)


def held_out(x: Array, y: Array, weight: Array, articles: Sequence[str]) -> Array:
    """Return the probability (n,) of each row by trees fitted on the other articles."""
    held = np.zeros(len(y))
    names = sorted(set(articles))
    np.random.default_rng(1).shuffle(names)
    for number in range(FOLDS):
        inside = np.isin(articles, names[number::FOLDS])
        held[inside] = boosted().fit(x[~inside], y[~inside], weight[~inside]).predict_proba(x[inside])[:, 1]
    return held


def write(model: GradientBoostingClassifier, centre: NDArray[np.float32], path: Path) -> None:
    """Write ``model`` as one row of nodes, a leaf having itself for both branches."""
    columns: dict[str, list[NDArray[np.generic]]] = {
        n: [] for n in ("feature", "threshold", "left", "right", "value")
    }
    roots, at = [], 0
    for (regressor,) in model.estimators_:
        tree = regressor.tree_
        own = np.arange(tree.node_count)
        leaf = tree.children_left < 0
        columns["feature"].append(np.where(leaf, 0, tree.feature))
        columns["threshold"].append(np.where(leaf, 0.0, tree.threshold))
        columns["left"].append(at + np.where(leaf, own, tree.children_left))
        columns["right"].append(at + np.where(leaf, own, tree.children_right))
        columns["value"].append(model.learning_rate * tree.value[:, 0, 0])
        roots.append(at)
        at += tree.node_count
    kind = {"threshold": np.float32, "value": np.float32}
    data: dict[str, Any] = {
        name: np.concatenate(parts).astype(kind.get(name, np.int32)) for name, parts in columns.items()
    }
    prior = model.init_.class_prior_[1]
    bias = np.float32(np.log(prior / (1 - prior)))
    np.savez_compressed(path, roots=np.array(roots, np.int32), bias=bias, centre=centre, **data)


def main() -> int:
    """Fit, print how well articles left out are judged, and write the model."""
    tokens = packaged_reader()
    claims = [claim for split in SPLITS for claim in load_claims(split)]
    centre = find_centre(claims, tokens)
    made = [
        *miscited([claim for claim in claims if claim.kind == "paraphrase"]),
        *shortened(claims),
        *spliced(claims),
    ]
    asked = [c for c in (*claims, *made) if settle(fold(c.sentence), c.evidence) is None]
    x = collect(asked, tokens, centre)
    y = np.array([float(claim.label == "supported") for claim in asked])
    is_made = np.array([claim.claim_id == "made" for claim in asked])
    weight = np.where(y == 1, 0.5 / y.mean(), 0.5 / (1 - y.mean())) * np.where(is_made, MADE_WEIGHT, 1)
    held = held_out(x, y, weight, [claim.cites[0].article for claim in asked])
    lost = (held[(y == 1) & ~is_made] < SUPPORTED_AT).mean()
    caught = (held[(y == 0) & ~is_made] < SUPPORTED_AT).mean()
    sys.stdout.write(
        f"articles left out: {lost:.3f} of {int(((y == 1) & ~is_made).sum())} fair sentences lost, "
    )
    sys.stdout.write(f"{caught:.3f} of {int(((y == 0) & ~is_made).sum())} others caught\n")
    write(boosted().fit(x, y, weight), centre, OUT)
    return 0


if __name__ == "__main__":
    sys.exit(main())
