"""How many joinpoints: information criteria."""

from collections.abc import Sequence

import numpy as np

from banyan.science.burden.intervals import Floats
from banyan.science.burden.trend.joinpoint.fit import JoinpointFit

CRITERIA = ("bic", "bic3", "wbic")


def weigh_fit(fit: JoinpointFit, penalty: float) -> float:
    """Return log(wsse / n) + (penalty × k + 2) log(n) / n; minus infinity where nothing is left over."""
    count = fit.series.count
    spread = -np.inf if fit.perfect else np.log(fit.wsse / count)
    return float(spread + (penalty * fit.k + 2) * np.log(count) / count)


def measure_change(fit: JoinpointFit) -> float:
    """Return the largest partial R² of a joinpoint, the weight of BIC3 in the weighted BIC.

    That of one joinpoint is taken from the observations of its two segments: the share of what a straight line leaves
    over there that the hinge explains.
    """
    shares = [_explain_hinge(fit, j) for j in range(fit.k)]
    return max(shares, default=0.0)


def _explain_hinge(fit: JoinpointFit, number: int) -> float:
    series, limits = fit.series, fit.limits
    after_start = series.x >= limits[0] if number == 0 else series.x > limits[number]
    rows = after_start & (series.x <= limits[number + 2])
    line = series.whiten(np.column_stack([np.ones(series.count), series.x - limits[number + 1]]))[rows]
    orthonormal, _ = np.linalg.qr(line)
    hinge = _take_rest(orthonormal, series.whiten(np.maximum(series.x - limits[number + 1], 0.0))[rows])
    response = _take_rest(orthonormal, series.whiten(series.y)[rows])
    size = float((response @ response) * (hinge @ hinge))
    return float(response @ hinge) ** 2 / size if size > 0 else 0.0


def _take_rest(orthonormal: Floats, column: Floats) -> Floats:
    return column - orthonormal @ (orthonormal.T @ column)


def judge_fits(fits: Sequence[JoinpointFit]) -> dict[str, Floats]:
    """Return for each fit its BIC, BIC3, weighted BIC, and the weight of BIC3 in the last."""
    weight = np.array([measure_change(fit) for fit in fits])
    both = {
        name: np.array([weigh_fit(fit, penalty) for fit in fits])
        for name, penalty in (("bic", 2.0), ("bic3", 3.0))
    }
    mixed = [weigh_fit(fit, 2 + share) for fit, share in zip(fits, weight, strict=True)]
    return {**both, "wbic": np.array(mixed), "weight": weight}


def choose_least(fits: Sequence[JoinpointFit], criterion: str) -> int:
    """Return the position of the fit with the least criterion, the smaller model where two tie."""
    return int(np.argmin(judge_fits(fits)[criterion]))
