"""What the joinpoints of one series say: all models, the one chosen, its segments and averages."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal, get_args

import polars as pl

from banyan.science.burden.faults import BurdenError, check_option
from banyan.science.burden.intervals import INTERVAL
from banyan.science.burden.trend.joinpoint.criteria import judge_fits
from banyan.science.burden.trend.joinpoint.fit import (
    AverageInterval,
    JoinpointFit,
    SlopeErrors,
    Window,
)
from banyan.science.burden.trend.joinpoint.grid import Grid
from banyan.science.burden.trend.joinpoint.resampling import replace_limits, resample_averages
from banyan.science.burden.trend.joinpoint.search import search_series
from banyan.science.burden.trend.joinpoint.series import Series

Method = Literal["permutation", "bic", "bic3", "wbic"]


@dataclass(frozen=True, eq=False)
class JoinpointTrend:
    """Every model of a series, and the one that was chosen.

    Attributes
    ----------
    series : Series
        What was fitted: years, rates, weights, model, correlation of the errors, zeros replaced.
    fits : tuple of JoinpointFit
        One for each number of joinpoints tried.
    chosen : JoinpointFit
    method : str
        By which the number was chosen.
    tests : polars.DataFrame
        Of the permutation test, in their order: ``null`` and ``alternative`` (numbers of joinpoints), ``statistic``
        (ratio of the sums of squares), ``p_value``, ``alpha`` of that test, ``rejected``. No rows otherwise.
    permutations, seed : int
    level : float
    grid : Grid
        The places tried.
    """

    series: Series
    fits: tuple[JoinpointFit, ...]
    chosen: JoinpointFit
    method: Method
    tests: pl.DataFrame
    permutations: int
    seed: int
    level: float
    grid: Grid

    @property
    def joinpoints(self) -> tuple[float, ...]:
        return self.chosen.joinpoints

    def take(self, k: int | None = None) -> JoinpointFit:
        """Return the fit with k joinpoints, or the chosen one."""
        for fit in self.fits:
            if fit.k == k:
                return fit
        if k is None:
            return self.chosen
        raise BurdenError(f"no model has {k} joinpoints.", f"không có mô hình nào với {k} điểm gãy.")

    def models(self) -> pl.DataFrame:
        """Compare the models.

        Returns
        -------
        polars.DataFrame
            One row a model: ``joinpoints`` (their number), ``years`` (list), ``observations``, ``wsse``, ``df``,
            ``mse``, ``bic``, ``bic3``, ``wbic``, ``weight`` (of BIC3 in the weighted BIC), ``chosen``.
        """
        return pl.DataFrame(
            {
                "joinpoints": [fit.k for fit in self.fits],
                "years": pl.Series([list(fit.joinpoints) for fit in self.fits], dtype=pl.List(pl.Float64)),
                "observations": [self.series.count] * len(self.fits),
                "wsse": [fit.wsse for fit in self.fits],
                "df": [fit.df for fit in self.fits],
                "mse": [fit.mse for fit in self.fits],
                **judge_fits(self.fits),
                "chosen": [fit is self.chosen for fit in self.fits],
            }
        )

    def segments(self, k: int | None = None, *, errors: SlopeErrors = "estimated") -> pl.DataFrame:
        """List the segments of the chosen model, or of that with k joinpoints.

        Parameters
        ----------
        k : int, optional
        errors : {"estimated", "known", "lerman"}
            "estimated" counts the joinpoints as estimated, an observation at one belonging to the left; "known" takes
            them as known beforehand, and its intervals are too narrow; "lerman" takes the errors of separate lines
            through the observations between joinpoints [1]_, as the NCI's manual describes them.

        Returns
        -------
        polars.DataFrame
            ``segment`` (from 1), ``start``, ``end`` (years), ``slope`` a year on the model's scale, ``std_err``,
            ``slope_lower``, ``slope_upper``, ``t``, ``df``, ``p_value`` (slope 0, t distribution), ``apc``,
            ``apc_lower``, ``apc_upper`` (per cent a year; null in a linear model).

        References
        ----------
        .. [1] Lerman PM. Fitting segmented regression models by grid search. Applied Statistics 1980;29:77-84.
        """
        return self.take(k).segments(self.level, errors)

    def averages(
        self, windows: Sequence[Window] = (), k: int | None = None, *, interval: AverageInterval = "delta"
    ) -> pl.DataFrame:
        """Average the annual change over windows of years.

        Parameters
        ----------
        windows : sequence of (first year, last year)
            Within the series; the whole of it if none is given.
        k : int, optional
        interval : {"delta", "conditional", "resampled"}
            "delta" counts joinpoints as estimated, also in the lengths of the segments, and takes a t quantile [1]_;
            "conditional" takes them as known, and a normal quantile [2]_; "resampled" takes the quantiles of as many
            refitted samples of residuals as there were permutations, from the same seed [1]_.

        Returns
        -------
        polars.DataFrame
            ``start``, ``end``, then as in :meth:`segments`, with ``aapc``, ``aapc_lower``, ``aapc_upper``.

        References
        ----------
        .. [1] Kim HJ, Luo J, Chen HS, Green D, Buckman D, Byrne J, Feuer EJ. Improved confidence interval for average
           annual percent change in trend analysis. Statistics in Medicine 2017;36:3059-3074.
        .. [2] Clegg LX, Hankey BF, Tiwari R, Feuer EJ, Edwards BK. Estimating average annual per cent change in trend
           analysis. Statistics in Medicine 2009;28:3670-3682.
        """
        check_option(interval, get_args(AverageInterval), *INTERVAL)
        fit = self.take(k)
        if interval != "resampled":
            return fit.averages(windows, self.level, interval)
        frame = fit.averages(windows, self.level)
        spans = frame.select("start", "end").rows()
        search = search_series(self.series, self.grid)
        samples = resample_averages(fit, search, spans, samples=self.permutations, seed=self.seed)
        return replace_limits(frame, samples, self.level, logarithmic=self.series.logarithmic)

    def places(self, k: int | None = None) -> pl.DataFrame:
        """List the joinpoints: ``year``, ``std_err``, ``lower``, ``upper`` by the delta method."""
        return self.take(k).find_places(self.level)

    def fitted(self, k: int | None = None) -> pl.DataFrame:
        """Return ``year``, ``rate`` as fitted to, and ``fitted``, the rate of the model."""
        fit = self.take(k)
        values = self.series.draw_back(fit.evaluate(self.series.x))
        return pl.DataFrame({"year": self.series.x, "rate": self.series.rate, "fitted": values})
