"""Log-linear models of capture histories: which pairs of sources depend on each other."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations, product
from typing import Any

import numpy as np
import polars as pl
from scipy.optimize import brentq, minimize_scalar
from scipy.special import chdtrc, chdtri, gammaln, xlogy

from banyan.science.burden.faults import BurdenError
from banyan.science.burden.intervals import Floats
from banyan.science.burden.poisson import fit_poisson

Pairs = tuple[tuple[int, int], ...]
MODEL: dict[str, Any] = {
    "model": pl.String,
    "parameters": pl.Int64,
    "df": pl.Int64,
    "deviance": pl.Float64,
    "p_value": pl.Float64,
    "aic": pl.Float64,
    "bic": pl.Float64,
    "estimate": pl.Float64,
    "std_err": pl.Float64,
    "estimable": pl.Boolean,
    "chosen": pl.Boolean,
}
# The standard error of the intercept beyond which its estimate runs to infinity: cells are empty that it divides by.
WIDEST = 20.0
INDEPENDENT = "independent"
FARTHEST = 1e4  # times the observed cases, plus 1e4: where the search for a limit ends


@dataclass(frozen=True)
class Missed:
    """How many cases were missed, with the variance of the estimate of all, and the pairs that the model lets depend."""

    model: str
    missed: float
    variance: float
    pairs: Pairs


@dataclass(frozen=True)
class Tried:
    """One model of one stratum: what the table of models says, and what it says was missed."""

    row: Mapping[str, Any]
    missed: Missed | None


def fit_models(cells: Floats, sources: Sequence[str]) -> list[Tried]:
    """Fit every model with dependence in pairs: 1 of two sources, 8 of three, 64 of four."""
    size = len(sources)
    every = list(combinations(range(size), 2)) if size > 2 else []
    chosen = (pairs for number in range(len(every) + 1) for pairs in combinations(every, number))
    return [_fit(cells, sources, pairs) for pairs in chosen]


def choose_model(tried: Sequence[Tried], criterion: str) -> tuple[Missed | None, list[dict[str, Any]]]:
    """Choose the model with the smallest criterion among those that can be estimated, and mark it."""
    able = [each for each in tried if each.missed is not None]
    # of models that fit alike the one with fewer parameters
    best = (
        min(able, key=lambda each: (round(each.row[criterion], 9), each.row["parameters"])) if able else None
    )
    rows = [{**each.row, "chosen": each is best} for each in tried]
    return (best.missed if best else None), rows


def _lay_design(size: int, pairs: Pairs) -> Floats:
    """Lay out intercept, sources and pairs for every history but the one that nobody saw (row 0 is left in)."""
    seen = np.array(list(product((0.0, 1.0), repeat=size)))
    both = [seen[:, one] * seen[:, other] for one, other in pairs]
    return np.column_stack([np.ones(len(seen)), seen, *both])


def _fit(cells: Floats, sources: Sequence[str], pairs: Pairs) -> Tried:
    size = len(sources)
    design = _lay_design(size, pairs)[1:]
    words = " + ".join(f"{sources[one]}*{sources[other]}" for one, other in pairs) or INDEPENDENT
    row: dict[str, Any] = {**dict.fromkeys(MODEL), "model": words, "estimable": False, "chosen": False}
    row |= {"parameters": design.shape[1], "df": len(cells) - design.shape[1]}
    try:
        fit = fit_poisson(design, cells, np.ones(len(cells)))
    except (BurdenError, np.linalg.LinAlgError):  # empty cells send it to infinity
        return Tried(row, None)
    spread = float(fit.covariance[0, 0])
    row |= {"deviance": max(fit.deviance, 0.0), "aic": fit.aic}
    row["bic"] = fit.aic + fit.parameters * (np.log(cells.sum()) - 2) if cells.sum() else None
    row["p_value"] = float(chdtrc(row["df"], row["deviance"])) if row["df"] else None
    if not np.isfinite(spread) or spread > WIDEST**2 or fit.aliased.any():
        return Tried(row, None)
    missed = float(np.exp(fit.coefficients[0]))
    variance = missed**2 * spread + missed
    row |= {"estimate": cells.sum() + missed, "std_err": float(np.sqrt(variance)), "estimable": True}
    return Tried(row, Missed(words, missed, variance, pairs))


def profile_missed(cells: Floats, found: Missed, level: float) -> tuple[float, float]:
    """Return the limits of the missed cases between which the profile of the likelihood is high enough.

    References
    ----------
    .. [1] Cormack RM. Interval estimation for mark-recapture studies of closed populations. Biometrics
       1992;48:567-576.
    """
    size = int(np.log2(len(cells) + 1))
    design = _lay_design(size, found.pairs)
    farthest = FARTHEST * (cells.sum() + 1)
    bound = min(farthest, 10 * found.missed + 100)
    best = minimize_scalar(
        lambda unseen: -_likelihood(design, cells, unseen), bounds=(0.0, bound), method="bounded"
    )
    top, floor = float(best.x), -float(best.fun) - float(chdtri(1, 1 - level)) / 2

    def excess(unseen: float) -> float:
        return _likelihood(design, cells, unseen) - floor

    lower = 0.0 if excess(0.0) >= 0 else float(brentq(excess, 0.0, top))
    far = max(2 * top, 1.0)
    while excess(far) > 0:
        far *= 2
        if far > farthest:
            return lower, float("inf")
    return lower, float(brentq(excess, top, far))


def _likelihood(design: Floats, cells: Floats, unseen: float) -> float:
    """Return the multinomial log-likelihood of all cases, were so many of them unseen."""
    whole = np.concatenate([[unseen], cells])
    total = whole.sum()
    fit = fit_poisson(design, whole, np.ones(len(whole)))
    return float(gammaln(total + 1) - gammaln(unseen + 1) + xlogy(whole, fit.fitted / total).sum())
