"""Boosted trees as scikit-learn fits them, packed as :class:`service.verify.trees.Trees` reads them."""

import numpy as np
from numpy.typing import NDArray
from sklearn.ensemble import GradientBoostingClassifier  # type: ignore[import-untyped]


def pack_trees(model: GradientBoostingClassifier) -> dict[str, NDArray[np.generic]]:
    """Return ``model``, of two classes, as one row of nodes, a leaf having itself for both branches."""
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
    data: dict[str, NDArray[np.generic]] = {
        name: np.concatenate(parts).astype(kind.get(name, np.int32)) for name, parts in columns.items()
    }
    prior = model.init_.class_prior_[1]
    bias = np.asarray(np.log(prior / (1 - prior)), np.float32)
    return {"roots": np.array(roots, np.int32), "bias": bias, **data}
