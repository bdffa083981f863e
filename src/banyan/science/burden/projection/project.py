"""Projection of cases and rates."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any, Literal, get_args

import numpy as np
import polars as pl
from narwhals.typing import IntoFrame

from banyan.science.burden.faults import BurdenError, check_option
from banyan.science.burden.intervals import normal_quantile
from banyan.science.burden.poisson import Link
from banyan.science.burden.projection.forecast import Forecast
from banyan.science.burden.projection.grid import Grid, read_grid
from banyan.science.burden.projection.nordpred import forecast_nordpred
from banyan.science.burden.projection.outcome import (
    Projection,
    split_change,
    tabulate_cells,
    tabulate_totals,
)
from banyan.science.burden.projection.simulation import Dispersion, simulate
from banyan.science.burden.projection.slopes import Slopes, forecast_eapc
from banyan.science.burden.projection.smooth import forecast_apc
from banyan.science.burden.standards import Standard, find_standard

ProjectionMethod = Literal["nordpred", "apc", "eapc"]
CUT = (0.0, 0.25, 0.5, 0.75, 0.75)


def project_cases(
    cells: IntoFrame,
    *,
    method: ProjectionMethod = "nordpred",
    link: Link = "power5",
    periods: int | Sequence[int] | None = None,
    first_age: int = 20,
    model_age: int = 25,
    cut: Sequence[float] = CUT,
    recent: bool | None = None,
    slopes: Slopes | None = "own",
    standard: str | Standard | Mapping[int, float] | Sequence[float] = "segi",
    dispersion: Dispersion = "estimated",
    trend_error: float = 0.0,
    draws: int = 2000,
    seed: int = 1,
    level: float = 0.95,
) -> Projection:
    """Project cases and rates to the periods whose person-years are known.

    Parameters
    ----------
    cells : data frame
        ``age_group`` (lower bound, years), ``period`` (first year), ``cases`` (empty in the periods to come),
        ``person_years``. See :func:`group_years` for single years.
    method : {"nordpred", "apc", "eapc"}
        "nordpred" is the age-period-cohort model of [1]_; it needs age groups as wide as periods. "apc" carries
        natural splines of age, period and cohort forward along a damped straight line [2]_. "eapc" gives each age
        group its own log-linear trend.
    link : {"power5", "log"}
        Of nordpred: the fifth root of the rate, which grows more slowly than an exponential, or its logarithm.
    periods : int or ints, optional
        How many of the last periods are fitted. Of several numbers nordpred takes the largest whose chi-square
        test of fit is not refused at 0.01; by default of 4 to 6 (or as many as there are). "eapc" takes the
        largest number, by default all; "apc" always takes all.
    first_age, model_age : int
        The youngest age groups that are fitted, and that are projected by the model (nordpred's ``startestage``
        and ``startuseage``, counted there in groups). Younger ones take the mean of their last two rates.
    cut : numbers from 0 to 1
        How much is cut off the trend in the first five years to come, the next five, …; the last one holds on.
    recent : bool, optional
        Of nordpred: whether the slope between the last two periods goes on, or the average drift. By default the
        recent one where a square of the period is significant at 0.05.
    slopes : {"own", "common"}, optional
        Of eapc: a trend for each age group, or one for all of them. None takes the age groups' own where the
        likelihood ratio refuses a common one at 0.05, so that a rare cancer is not carried off by its smallest cells.
    standard : as in :func:`find_standard`
    dispersion : {"estimated", "poisson"}
        Whether covariance and counts are spread by Pearson's chi-square over its degrees of freedom, if above 1.
    trend_error : float
        Standard deviation, for each year ahead, of a common slope of the log rates that the model does not know of:
        0.01 lets the rates drift off by one per cent a year. See :func:`measure_trend_error`.
    draws, seed : int
        Of the simulation behind the limits.
    level : float

    Returns
    -------
    Projection
        Limits are of prediction: between them lies the number that will be counted, if the model holds.

    Raises
    ------
    BurdenError
        What the table lacks; an option that cannot be.

    References
    ----------
    .. [1] Møller B, Fekjær H, Hakulinen T, et al. Prediction of cancer incidence in the Nordic countries: empirical
       comparison of different approaches. Stat Med 2003;22:2751-2766.
    .. [2] Rutherford MJ, Thompson JR, Lambert PC. Projecting cancer incidence using age-period-cohort models
       incorporating restricted cubic splines. Int J Biostat 2012;8:33.

    Examples
    --------
    >>> import polars as pl
    >>> grid = [(age, year) for age in range(40, 90, 5) for year in range(1990, 2030, 5)]
    >>> cells = pl.DataFrame(grid, schema=["age_group", "period"], orient="row").with_columns(
    ...     cases=pl.when(pl.col("period") < 2015).then(pl.col("age_group") * 2), person_years=100_000
    ... )
    >>> found = project_cases(cells, first_age=40, model_age=40)
    >>> found.totals.filter("projected")["cases"].round(1).to_list()
    [1250.0, 1250.0, 1250.0]
    """
    normal_quantile(level)
    _check_names(method, link, slopes, dispersion)
    grid, chosen = read_grid(cells), find_standard(standard)
    _refuse_options(grid, cut, draws, trend_error)
    options: dict[str, Any] = {"link": link, "periods": periods, "recent": recent}
    options["slopes"] = slopes
    options |= {"first_age": first_age, "model_age": model_age, "cut": cut}
    forecast_by, names = METHODS[method]
    forecast = forecast_by(grid, **{name: options[name] for name in names})
    futures = simulate(grid, forecast, dispersion=dispersion, draws=draws, seed=seed, trend_error=trend_error)
    facts = {
        "method": method,
        "link": forecast.fit.link,
        **forecast.facts,
        "cut": tuple(cut),
        "dispersion": futures.dispersion,
        "trend_error": trend_error,
        "draws": draws,
        "seed": seed,
        "level": level,
        "standard": chosen.key,
    }
    return Projection(
        tabulate_cells(grid, futures, level),
        tabulate_totals(grid, futures, chosen, level),
        split_change(grid, futures),
        _tabulate_coefficients(forecast),
        facts,
    )


# each with the options that it knows
METHODS: Mapping[str, tuple[Callable[..., Forecast], tuple[str, ...]]] = {
    "nordpred": (forecast_nordpred, ("link", "periods", "first_age", "model_age", "cut", "recent")),
    "apc": (forecast_apc, ("first_age", "model_age", "cut")),
    "eapc": (forecast_eapc, ("periods", "model_age", "cut", "slopes")),
}


def _check_names(method: str, link: str, slopes: str | None, dispersion: str) -> None:
    check_option(method, METHODS, "method of projection ‘{}’", "phương pháp dự báo ‘{}’")
    check_option(link, get_args(Link), "link ‘{}’", "hàm liên kết ‘{}’")
    check_option(dispersion, get_args(Dispersion), "dispersion ‘{}’", "độ phân tán ‘{}’")
    if slopes is not None:
        check_option(slopes, get_args(Slopes), "slopes ‘{}’", "độ dốc ‘{}’")


def _refuse_options(grid: Grid, cut: Sequence[float], draws: int, trend_error: float) -> None:
    if grid.ahead == 0:
        raise BurdenError(
            "there is no period to come: give its person-years, and leave its cases empty.",
            "không có giai đoạn nào để dự báo: hãy thêm số người-năm và để trống số ca.",
            column="period",
        )
    if not len(cut) or not all(0 <= share <= 1 for share in cut):
        raise BurdenError(
            "the cuts of the trend are numbers from 0 to 1.",
            "mức giảm xu hướng là các số từ 0 đến 1.",
        )
    if not 0 <= trend_error < 1:
        raise BurdenError(
            f"the error of a trend is a share a year from 0 to 1, and not {trend_error}.",
            f"sai số của xu hướng là tỷ lệ mỗi năm từ 0 đến 1, không phải {trend_error}.",
        )
    if draws < 100:
        raise BurdenError(
            f"limits need 100 draws or more, and not {draws}.",
            f"khoảng dự báo cần ít nhất 100 lần mô phỏng, không phải {draws}.",
        )


def _tabulate_coefficients(forecast: Forecast) -> pl.DataFrame:
    aliased = forecast.fit.aliased
    values = {
        "coefficient": forecast.fit.coefficients,
        "std_err": np.sqrt(np.maximum(np.diag(forecast.fit.covariance), 0.0)),
    }
    seen = pl.Series(~aliased)
    frame = pl.DataFrame({"term": forecast.terms, **values})
    return frame.with_columns(pl.when(seen).then(pl.col(name)).alias(name) for name in values)
