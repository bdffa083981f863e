"""Poisson regression by iteratively reweighted least squares: the small kernel under cohort and projection."""

from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray
from scipy.linalg import solve_triangular
from scipy.special import gammaln, xlogy

from banyan.science.burden.faults import BurdenError
from banyan.science.burden.intervals import Floats

Link = Literal["log", "power5"]
Flags = NDArray[np.bool_]

MOST_STEPS = 100
MOST_HALVINGS = 60
SETTLED = 1e-10
ROUNDING = 1e-13
SAME_COLUMN = 1e-7
LARGEST_LOG = 700.0
TINY = 1e-12


@dataclass(frozen=True)
class PoissonFit:
    """A fitted Poisson model.

    Attributes
    ----------
    coefficients : array of k
        0 for a column that is a combination of the columns before it.
    covariance : array of k by k
        0 in the rows and columns of those.
    aliased : array of k bools
        Which columns those are.
    fitted : array of n
        Expected cases.
    deviance, log_likelihood : float
    freedom : int
        Residual degrees of freedom: rows less the columns that count.
    link : {"log", "power5"}
    """

    coefficients: Floats
    covariance: Floats
    aliased: Flags
    fitted: Floats
    deviance: float
    log_likelihood: float
    freedom: int
    link: Link

    @property
    def parameters(self) -> int:
        return int((~self.aliased).sum())

    @property
    def aic(self) -> float:
        return 2 * self.parameters - 2 * self.log_likelihood

    def find_dispersion(self, cases: Floats) -> float:
        """Return Pearson's chi-square over the degrees of freedom; 1 where there are none."""
        if self.freedom == 0:
            return 1.0
        return float(((cases - self.fitted) ** 2 / np.maximum(self.fitted, TINY)).sum() / self.freedom)

    def combine(self, rows: Floats) -> tuple[Floats, Floats]:
        """Return linear combinations of the coefficients and their standard errors, one for each row."""
        spread = np.einsum("ij,jk,ik->i", rows, self.covariance, rows)
        return rows @ self.coefficients, np.sqrt(np.maximum(spread, 0.0))


def fit_poisson(
    design: Floats, cases: Floats, person_years: Floats, *, link: Link = "log", offset: Floats | None = None
) -> PoissonFit:
    """Fit a Poisson model of cases by maximum likelihood.

    Parameters
    ----------
    design : array of n by k
        A column that is a combination of columns to its left is left out, with the coefficient 0.
    cases, person_years : arrays of n
        Person-years above 0.
    link : {"log", "power5"}
        The linear predictor is the logarithm or the fifth root of the rate.
    offset : array of n, optional
        Added to the linear predictor.

    Raises
    ------
    BurdenError
        The iterations do not settle.

    Notes
    -----
    Steps are halved where the deviance rises or, with the fifth root, where a rate would be negative.

    References
    ----------
    .. [1] McCullagh P, Nelder JA. Generalized Linear Models. 2nd edition, London 1989.

    Examples
    --------
    >>> import numpy as np
    >>> fit = fit_poisson(np.ones((2, 1)), np.array([10.0, 20.0]), np.array([1000.0, 1000.0]))
    >>> float(np.exp(fit.coefficients[0]).round(6)), fit.freedom
    (0.015, 1)
    """
    aliased = find_aliased(design)
    shift = np.zeros(len(cases)) if offset is None else offset
    problem = _Problem(design[:, ~aliased], cases, person_years, shift, link)
    here = problem.begin()
    for _ in range(MOST_STEPS):
        there = problem.advance(here)
        change = np.abs(there.mean - here.mean)
        here = there
        if (change <= SETTLED * (here.mean + 1)).all():
            return _report(problem, here, aliased)
    raise BurdenError("the Poisson model does not settle.", "mô hình Poisson không hội tụ.")


@dataclass(frozen=True)
class _Place:
    """Where the iterations stand."""

    coefficients: Floats
    predictor: Floats
    mean: Floats
    deviance: float


@dataclass(frozen=True)
class _Problem:
    design: Floats
    cases: Floats
    person_years: Floats
    shift: Floats
    link: Link

    def begin(self) -> _Place:
        """Start near the observed rates or, where a fifth root would be negative there, at one rate for all."""
        rate = (self.cases + 0.1) / self.person_years
        start = np.log(rate) if self.link == "log" else rate**0.2
        one = np.ones(len(rate))
        place = self.stand(_least_squares(self.design, start - self.shift, one))
        if place.mean.min() > 0:
            return place
        return self.stand(_least_squares(self.design, start.mean() - self.shift, one))

    def stand(self, coefficients: Floats) -> _Place:
        predictor = self.design @ coefficients + self.shift
        mean = self.person_years * invert_link(predictor, self.link)
        good = mean.min() > 0
        return _Place(
            coefficients, predictor, mean, find_deviance(self.cases, mean) if good else float("inf")
        )

    def advance(self, here: _Place) -> _Place:
        """Take the Newton step, or as much of it as lowers the deviance and leaves every rate above 0."""
        growth = here.mean if self.link == "log" else 5 * here.mean / here.predictor
        target = here.predictor - self.shift + (self.cases - here.mean) / growth
        proposed = _least_squares(self.design, target, growth**2 / here.mean)
        rounding = ROUNDING * (here.deviance + self.cases.sum())
        for _ in range(MOST_HALVINGS):
            there = self.stand(proposed)
            if there.deviance <= here.deviance + rounding:
                return there
            proposed = (proposed + here.coefficients) / 2
        return here


def find_aliased(design: Floats, lengths: Floats | None = None) -> Flags:
    """Say which columns are combinations of the columns to their left.

    Parameters
    ----------
    design : array of n by k
    lengths : array of k, optional
        How long the columns were before something was taken off them; what is left may be rounding.
    """
    aliased = np.zeros(design.shape[1], dtype=bool)
    wholes = np.linalg.norm(design, axis=0) if lengths is None else lengths
    basis: list[Floats] = []
    for number, column in enumerate(design.T):
        rest = column.astype(float)
        # twice: one pass leaves rounding that would pass for a direction of its own
        for _ in range(2):
            for direction in basis:
                rest = rest - direction * (direction @ rest)
        length = np.linalg.norm(rest)
        aliased[number] = length <= SAME_COLUMN * wholes[number]
        if not aliased[number]:
            basis.append(rest / length)
    return aliased


def find_deviance(cases: Floats, mean: Floats) -> float:
    """Return the Poisson deviance of expected cases."""
    with np.errstate(divide="ignore", invalid="ignore"):
        ratio = np.where(cases > 0, cases / mean, 1.0)
    return float(2 * (xlogy(cases, ratio) - (cases - mean)).sum())


def invert_link(predictor: Floats, link: Link) -> Floats:
    """Return the rate of a linear predictor; none below 0."""
    if link == "power5":
        return np.maximum(predictor, 0.0) ** 5
    return np.exp(np.clip(predictor, -LARGEST_LOG, LARGEST_LOG))


def _least_squares(design: Floats, target: Floats, weights: Floats) -> Floats:
    root = np.sqrt(weights)
    q, r = np.linalg.qr(design * root[:, None])
    solution: Floats = solve_triangular(r, q.T @ (root * target))
    return solution


def _report(problem: _Problem, place: _Place, aliased: Flags) -> PoissonFit:
    growth = place.mean if problem.link == "log" else 5 * place.mean / place.predictor
    root = np.sqrt(growth**2 / place.mean)
    r = np.linalg.qr(problem.design * root[:, None], mode="r")
    inverse = solve_triangular(r, np.eye(len(r)))
    size = len(aliased)
    coefficients, covariance = np.zeros(size), np.zeros((size, size))
    coefficients[~aliased] = place.coefficients
    covariance[np.ix_(~aliased, ~aliased)] = inverse @ inverse.T
    cases, mean = problem.cases, place.mean
    likelihood = float((xlogy(cases, mean) - mean - gammaln(cases + 1)).sum())
    freedom = len(cases) - len(place.coefficients)
    return PoissonFit(
        coefficients, covariance, aliased, mean, place.deviance, likelihood, freedom, problem.link
    )
