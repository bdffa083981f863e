"""Regression of the subdistribution hazard after Fine and Gray."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import polars as pl
from narwhals.typing import IntoFrame
from numpy.typing import NDArray

from banyan.science.burden.faults import BurdenError
from banyan.science.burden.intervals import Floats
from banyan.science.burden.survival.competing import read_events
from banyan.science.burden.survival.design_matrix import climb, code_covariates, describe_coefficients


@dataclass(frozen=True)
class FineGrayModel:
    """A fitted model of the subdistribution hazard.

    Attributes
    ----------
    coefficients : polars.DataFrame
        ``term``, ``coefficient``, ``std_err``, ``lower``, ``upper``, ``ratio`` (of subdistribution hazards), ``ratio_lower``,
        ``ratio_upper``, ``p_value``.
    covariance : float array
    log_likelihood : float
        Of the weighted partial likelihood.
    patients, events : int
    event : int
    """

    coefficients: pl.DataFrame
    covariance: Floats
    log_likelihood: float
    patients: int
    events: int
    event: int


def model_incidence(
    patients: IntoFrame, *, covariates: Sequence[str], event: int = 1, level: float = 0.95
) -> FineGrayModel:
    """Fit a proportional-hazards model of the subdistribution of one kind of event.

    Parameters
    ----------
    patients : data frame
        As for :func:`cumulative_incidence`, everybody followed from time 0.
    covariates : names of columns
        Numbers count as they are; anything else by level, the first one in order being the reference.
    event : int
    level : float

    Returns
    -------
    FineGrayModel

    Notes
    -----
    Who had another event stays at risk with the weight G(t-) / G(x-), G the product-limit estimate of not being censored. Ties as
    Breslow has them. The variance is Fine and Gray's: it counts that G is estimated.

    References
    ----------
    .. [1] Fine JP, Gray RJ. A proportional hazards model for the subdistribution of a competing risk. JASA 1999;94:496-509.

    Examples
    --------
    >>> import polars as pl
    >>> patients = pl.DataFrame(
    ...     {"time_days": [1, 2, 3, 4, 5, 6], "event": [1, 2, 1, 1, 2, 0], "arm": ["a", "b", "a", "b", "a", "b"]}
    ... )
    >>> model_incidence(patients, covariates=["arm"]).coefficients["term"].to_list()
    ['arm b']
    """
    rows, events = read_events(patients, covariates)
    if (rows["entry_days"] > 0).any():
        raise BurdenError(
            "this model needs everybody followed from time 0.",
            "mô hình này cần theo dõi mọi người từ thời điểm 0.",
            column="entry_days",
        )
    if not (events == event).any():
        raise BurdenError(f"nobody had the event {event}.", f"không ai có sự kiện {event}.", column="event")
    matrix, terms = code_covariates(rows, covariates)
    times = rows["time_days"].to_numpy()
    order = np.argsort(times, kind="stable")
    risk = _Risk.lay(times[order], events[order], event)
    centred = matrix[order] - matrix.mean(axis=0)
    beta, fit = _maximise(centred, risk)
    covariance = _vary(centred, risk, beta)
    return FineGrayModel(
        describe_coefficients(terms, beta, covariance, level),
        covariance,
        fit,
        rows.height,
        int((events == event).sum()),
        event,
    )


@dataclass(frozen=True)
class _Risk:
    """Patients in order of time; J distinct times; the weights of those who had another event."""

    place: NDArray[np.int64]
    own: NDArray[np.bool_]
    other: NDArray[np.bool_]
    censored: NDArray[np.bool_]
    free: Floats
    deaths: Floats

    @classmethod
    def lay(cls, time: Floats, events: NDArray[np.int64], event: int) -> "_Risk":
        grid, place = np.unique(time, return_inverse=True)
        censored = events == 0
        at_risk = np.cumsum(np.bincount(place, minlength=len(grid))[::-1])[::-1]
        leaving = np.bincount(place[censored], minlength=len(grid))
        free = np.concatenate([[1.0], np.cumprod(1 - leaving / at_risk)[:-1]])
        own = events == event
        return cls(
            place,
            own,
            ~own & ~censored,
            censored,
            free,
            np.bincount(place[own], minlength=len(grid)).astype(float),
        )

    def add_up(self, values: Floats) -> Floats:
        """Sum values (n, q) over those at risk at each time, others' weights included: (J, q)."""
        size = len(self.free)
        sums = np.zeros((size, values.shape[1]))
        kept = np.zeros((size + 1, values.shape[1]))
        for q in range(values.shape[1]):
            sums[:, q] = np.cumsum(np.bincount(self.place, values[:, q], size)[::-1])[::-1]
            weighted = values[self.other, q] / self.free[self.place[self.other]]
            kept[1:, q] = np.cumsum(np.bincount(self.place[self.other], weighted, size))
        return sums + self.free[:, None] * kept[:-1]


def _maximise(matrix: Floats, risk: _Risk) -> tuple[Floats, float]:
    found = climb(lambda beta: _measure(matrix, risk, beta), np.zeros(matrix.shape[1]), _find_step)
    if found:
        return found[:2]
    raise BurdenError(
        "no estimate was found: a covariate separates those with the event from all others.",
        "không tìm được ước lượng: một biến tách hẳn những người có sự kiện.",
    )


def _find_step(curve: Floats, slope: Floats) -> Floats:
    if np.linalg.matrix_rank(curve) < len(slope):
        raise BurdenError("two covariates say the same.", "hai biến nói cùng một điều.")
    return np.asarray(np.linalg.solve(curve, slope), dtype=float)


def _measure(matrix: Floats, risk: _Risk, beta: Floats) -> tuple[float, Floats, Floats]:
    """The log partial likelihood, its slope and its curve with the sign turned."""
    score = np.exp(np.clip(matrix @ beta, -50, 50))
    size = len(beta)
    pairs = [matrix[:, i] * matrix[:, j] for i in range(size) for j in range(size)]
    values = np.column_stack([np.ones(len(score)), matrix, *pairs]) * score[:, None]
    sums = risk.add_up(values)
    mean = sums[:, 1 : size + 1] / sums[:, :1]
    square = (sums[:, size + 1 :] / sums[:, :1]).reshape(-1, size, size)
    fit = float((matrix[risk.own] @ beta).sum() - risk.deaths @ np.log(sums[:, 0]))
    slope = matrix[risk.own].sum(axis=0) - risk.deaths @ mean
    curve = np.tensordot(risk.deaths, square - mean[:, :, None] * mean[:, None, :], axes=1)
    return fit, slope, curve


def _vary(matrix: Floats, risk: _Risk, beta: Floats) -> Floats:
    """Fine and Gray's variance: the patients' parts in the score, and what the estimated censoring adds to them."""
    score = np.exp(np.clip(matrix @ beta, -50, 50))
    sums = risk.add_up(np.column_stack([np.ones(len(score)), matrix]) * score[:, None])
    mean = sums[:, 1:] / sums[:, :1]
    hazard = risk.deaths / sums[:, 0]
    place, other = risk.place, risk.other
    past = np.cumsum(hazard), np.cumsum(hazard[:, None] * mean, axis=0)
    part = -score[:, None] * (matrix * past[0][place][:, None] - past[1][place])
    part[risk.own] += (matrix - mean[place])[risk.own]
    kept = risk.free * hazard
    tail = np.cumsum(kept[::-1])[::-1], np.cumsum((kept[:, None] * mean)[::-1], axis=0)[::-1]
    later = tail[0] - kept, tail[1] - kept[:, None] * mean
    weight = (score[other] / risk.free[place[other]])[:, None]
    part[other] -= weight * (matrix[other] * later[0][place[other]][:, None] - later[1][place[other]])
    part += _add_censoring(matrix, score, risk, tail)
    curve = _measure(matrix, risk, beta)[2]
    inverse = np.linalg.inv(curve)
    covariance: Floats = inverse @ (part.T @ part) @ inverse
    return covariance


def _add_censoring(matrix: Floats, score: Floats, risk: _Risk, tail: tuple[Floats, Floats]) -> Floats:
    """What each patient adds through the estimated censoring: the integral of q / n over its martingale of censoring."""
    size, place, other = len(risk.free), risk.place, risk.other
    weight = score[other] / risk.free[place[other]]
    early = np.cumsum(np.bincount(place[other], weight, size)) - np.bincount(place[other], weight, size)
    pull = np.zeros((size, matrix.shape[1]))
    for k in range(matrix.shape[1]):
        own = np.bincount(place[other], weight * matrix[other, k], size)
        pull[:, k] = (np.cumsum(own) - own) * tail[0] - early * tail[1][:, k]
    at_risk = np.cumsum(np.bincount(place, minlength=size)[::-1])[::-1]
    leaving = np.bincount(place[risk.censored], minlength=size)
    each = pull / at_risk[:, None]
    past = np.cumsum(each * (leaving / at_risk)[:, None], axis=0)
    return np.where(risk.censored[:, None], each[place], 0.0) - past[place]
