"""Logistic regression, small enough to read: the one kind of model that this service fits itself."""

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]

STEPS = 100
TOLERANCE = 1e-8


def fit(x: Array, y: Array, *, penalty: float = 1.0, balanced: bool = True) -> tuple[Array, float]:
    """Return weights (f,) and bias for features ``x`` (n, f) and labels ``y`` (n,) of 0 and 1.

    Newton's method on standardised features with an L2 penalty; where ``balanced``, both classes weigh the same, however
    many of each there are.
    """
    mean, scale = x.mean(axis=0), np.maximum(x.std(axis=0), 1e-6)
    z = np.hstack([(x - mean) / scale, np.ones((len(x), 1))])
    weight = np.where(y == 1, 0.5 / y.mean(), 0.5 / (1 - y.mean())) if balanced else np.ones(len(y))
    ridge = np.diag([penalty] * x.shape[1] + [1e-6])
    beta = np.zeros(z.shape[1])
    for _ in range(STEPS):
        p = probability(z, beta, 0.0)
        gradient = z.T @ (weight * (p - y)) + ridge @ beta
        hessian = (z * (weight * p * (1 - p))[:, None]).T @ z + ridge
        step = np.linalg.solve(hessian, gradient)
        beta -= step
        if np.abs(step).max() < TOLERANCE:
            break
    weights = beta[:-1] / scale
    return weights, float(beta[-1] - weights @ mean)


def probability(x: Array, weights: Array, bias: float) -> Array:
    """Return the probability (n,) of label 1 for features ``x`` (n, f)."""
    return np.asarray(1 / (1 + np.exp(-np.clip(x @ weights + bias, -50, 50))), np.float64)
