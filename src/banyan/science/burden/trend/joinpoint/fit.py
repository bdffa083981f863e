"""One model: given joinpoints, the line through them, its covariance, its segments and its averages."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any, Literal, get_args

import numpy as np
import polars as pl
from scipy.special import stdtr

from banyan.science.burden.faults import BurdenError, check_option
from banyan.science.burden.intervals import Floats, normal_quantile, t_quantile
from banyan.science.burden.trend.joinpoint.series import Series

AverageInterval = Literal["delta", "conditional", "resampled"]
SlopeErrors = Literal["estimated", "known", "lerman"]
Window = tuple[float, float]


@dataclass(frozen=True, eq=False)
class JoinpointFit:
    """The least-squares model with some joinpoints.

    Attributes
    ----------
    series : Series
    joinpoints : tuple of float
        Years, rising.
    coefficients : array (k + 2,)
        Level at the first year, first slope, and the change of slope at each joinpoint; per year, on the scale of the
        model.
    wsse : float
        Weighted sum of squares of the residuals (of the whitened ones where errors are correlated).
    inverse : array (2k + 2, 2k + 2)
        Covariance of the coefficients and of a jump at each joinpoint, for errors of variance 1. The jumps are what
        an estimated joinpoint adds: moving it by d years jumps the line behind it by -d × the change of slope.
    inverse_known : array (k + 2, k + 2)
        The same if the joinpoints were known beforehand.
    """

    series: Series
    joinpoints: tuple[float, ...]
    coefficients: Floats
    wsse: float
    inverse: Floats
    inverse_known: Floats

    @property
    def k(self) -> int:
        return len(self.joinpoints)

    @property
    def df(self) -> int:
        """Degrees of freedom: observations less 2 (k + 1)."""
        return self.series.count - 2 * (self.k + 1)

    @property
    def mse(self) -> float:
        return self.wsse / self.df

    @property
    def slopes(self) -> Floats:
        """Slope of each segment, (k + 1,)."""
        return np.cumsum(self.coefficients[1:])

    @property
    def perfect(self) -> bool:
        """Whether nothing is left over but rounding."""
        whitened = self.series.whiten(self.series.y)
        return bool(self.wsse <= 1e-24 * (whitened**2).sum())

    @property
    def limits(self) -> Floats:
        """First year, joinpoints, last year."""
        return np.array([self.series.x[0], *self.joinpoints, self.series.x[-1]])

    def evaluate(self, years: Floats) -> Floats:
        """Return the fitted values at some years, on the scale of the model."""
        return build_columns(years, self.series.x[0], self.joinpoints) @ self.coefficients

    def segments(self, level: float = 0.95, errors: SlopeErrors = "estimated") -> pl.DataFrame:
        """List the segments with their slopes; see :meth:`JoinpointTrend.segments`."""
        check_option(errors, get_args(SlopeErrors), "standard error ‘{}’", "sai số chuẩn ‘{}’")
        sums = np.zeros((self.k + 1, 2 * self.k + 2))
        sums[:, 1 : self.k + 2] = np.tril(np.ones((self.k + 1, self.k + 1)))
        std_err, df = self._spread(sums, known=errors == "known"), self.df
        if errors == "lerman":
            std_err, df = _free_segments(self)
        half = t_quantile(level, df) * std_err
        places = {"segment": np.arange(1, self.k + 2), "start": self.limits[:-1], "end": self.limits[1:]}
        return pl.DataFrame(places).hstack(self._tabulate(self.slopes, std_err, half, df))

    def averages(
        self, windows: Sequence[Window] = (), level: float = 0.95, interval: AverageInterval = "delta"
    ) -> pl.DataFrame:
        """Average the slopes over windows of years; see :meth:`JoinpointTrend.averages`."""
        spans = list(windows) or [(float(self.series.x[0]), float(self.series.x[-1]))]
        gradient = np.array([self._average(*span) for span in spans])
        known = interval == "conditional"
        std_err = self._spread(gradient, known=known)
        half = (normal_quantile(level) if known else t_quantile(level, self.df)) * std_err
        slope = gradient[:, : self.k + 2] @ self.coefficients
        frame = self._tabulate(slope, std_err, half, self.df)
        names = {"apc": "aapc", "apc_lower": "aapc_lower", "apc_upper": "aapc_upper"}
        starts, ends = zip(*spans, strict=True)
        return pl.DataFrame({"start": starts, "end": ends}, schema=WINDOW).hstack(frame.rename(names))

    def find_places(self, level: float = 0.95) -> pl.DataFrame:
        """List the joinpoints with the standard error and the limits that the delta method gives."""
        changes = self.coefficients[2:]
        jumps = np.diag(self.inverse)[self.k + 2 :]
        std_err = np.sqrt(jumps * self.mse) / np.abs(changes)
        half = t_quantile(level, self.df) * std_err
        year = np.array(self.joinpoints)
        return pl.DataFrame({"year": year, "std_err": std_err, "lower": year - half, "upper": year + half})

    def _average(self, start: float, end: float) -> Floats:
        """Return the derivatives of the average slope over a window, in the order of the covariance."""
        first, last = self.series.x[0], self.series.x[-1]
        if not first <= start < end <= last:
            raise BurdenError(
                f"the years {start:g} to {end:g} are no part of {first:g} to {last:g}.",
                f"khoảng {start:g} đến {end:g} không nằm trong {first:g} đến {last:g}.",
            )
        columns = build_columns(np.array([start, end]), first, self.joinpoints)
        inside = [start < place < end for place in self.joinpoints]
        return np.concatenate([columns[1] - columns[0], inside]) / (end - start)

    def _spread(self, gradient: Floats, *, known: bool) -> Floats:
        """Return the standard errors of sums of the coefficients and the jumps, (m, 2k + 2)."""
        left, middle = (gradient[:, : self.k + 2], self.inverse_known) if known else (gradient, self.inverse)
        return np.sqrt(np.maximum(np.einsum("ij,jk,ik->i", left, middle, left) * self.mse, 0.0))

    def _tabulate(self, slope: Floats, std_err: Floats, half: Floats, df: int) -> pl.DataFrame:
        """Put slopes beside their limits and tests, and, in a log-linear model, beside per cent a year."""
        ratio = np.divide(slope, std_err, out=np.full(len(slope), np.nan), where=std_err > 0)
        columns: dict[str, Any] = {"slope": slope, "std_err": std_err}
        columns |= {"slope_lower": slope - half, "slope_upper": slope + half, "t": ratio}
        columns |= {"df": np.full(len(slope), df), "p_value": 2 * stdtr(df, -np.abs(ratio))}
        for name, value in (("apc", slope), ("apc_lower", slope - half), ("apc_upper", slope + half)):
            columns[name] = 100 * np.expm1(value) if self.series.logarithmic else np.full(len(slope), np.nan)
        return pl.DataFrame(columns).with_columns(pl.selectors.float().fill_nan(None))


WINDOW = {"start": pl.Float64, "end": pl.Float64}


def build_columns(years: Floats, first: float, joinpoints: Sequence[float] | Floats) -> Floats:
    """Build the design: 1, years since the first, and a hinge for each joinpoint; (n, k + 2)."""
    hinges = [np.maximum(years - place, 0.0) for place in joinpoints]
    return np.column_stack([np.ones(len(years)), years - first, *hinges])


def fit_at(series: Series, joinpoints: Sequence[float] | Floats) -> JoinpointFit:
    """Fit the model with given joinpoints by weighted least squares."""
    columns = build_columns(series.x, float(series.x[0]), joinpoints)
    jumps = [(series.x > place).astype(float) for place in joinpoints]
    whole = series.whiten(np.column_stack([columns, *jumps]))
    part, response = whole[:, : columns.shape[1]], series.whiten(series.y)
    orthonormal, triangle = np.linalg.qr(part)
    coefficients = np.linalg.solve(triangle, orthonormal.T @ response)
    residual = response - part @ coefficients
    return JoinpointFit(
        series=series,
        joinpoints=tuple(float(place) for place in joinpoints),
        coefficients=coefficients,
        wsse=float(residual @ residual),
        inverse=_invert(whole),
        inverse_known=_invert(part),
    )


def _invert(columns: Floats) -> Floats:
    """Return the inverse of X'X by the triangle of X."""
    _, triangle = np.linalg.qr(columns)
    inverse = np.linalg.solve(triangle, np.eye(triangle.shape[0]))
    return inverse @ inverse.T


def _free_segments(fit: JoinpointFit) -> tuple[Floats, int]:
    """Return the standard errors of slopes of lines that need not meet, without the observations at joinpoints.

    One with fewer than two observations has none (NaN).
    """
    series, limits = fit.series, fit.limits
    inside = ~np.isin(series.x, fit.joinpoints)
    part = replace(series, **{name: getattr(series, name)[inside] for name in ("x", "rate", "y", "weight")})
    number = np.searchsorted(limits[1:-1], part.x)
    sizes = np.bincount(number, minlength=fit.k + 1)
    full = np.flatnonzero(sizes >= 2)
    marks = (number[:, None] == np.flatnonzero(sizes)).astype(float)
    slopes = (number[:, None] == full) * (part.x[:, None] - limits[full])
    columns, response = part.whiten(np.column_stack([slopes, marks])), part.whiten(part.y)
    orthonormal, _ = np.linalg.qr(columns)
    rest = response - orthonormal @ (orthonormal.T @ response)
    df = int(len(part.x) - columns.shape[1])
    std_err = np.full(fit.k + 1, np.nan)
    std_err[full] = np.sqrt(np.diag(_invert(columns))[: len(full)] * (rest @ rest) / max(df, 1))
    return std_err, df
