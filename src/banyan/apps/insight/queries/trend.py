"""How a rate changed from year to year."""

from dataclasses import dataclass
from datetime import date

import numpy as np
import polars as pl
from django.utils import timezone
from scipy.stats import t

from banyan.apps.insight.rules import is_provisional

FEWEST_YEARS = 5


@dataclass(frozen=True, eq=False)
class Trend:
    """The estimated annual change in per cent with its 95 % limits, over the years that are complete."""

    first: int
    last: int
    percent: float
    lower: float
    upper: float
    fitted: pl.DataFrame  # year, value


def mark_provisional(years: pl.Series, today: date | None = None) -> pl.Series:
    """Tell which years may still grow."""
    day = today or timezone.localdate()
    return pl.Series("provisional", [is_provisional(year, day) for year in years], dtype=pl.Boolean)


def fit_trend(by_year: pl.DataFrame) -> Trend | None:
    """Fit one rate of change to the complete years; None with fewer than five of them, or one without a case."""
    whole = by_year.filter(~mark_provisional(by_year["year"])).drop_nulls("asr")
    if whole.height < FEWEST_YEARS or not (whole["asr"] > 0).all():
        return None
    years = whole["year"].to_numpy().astype(float)
    rate, std_err = whole["asr"].to_numpy(), whole["asr_se"].to_numpy()
    level, slope, slope_se = fit_line(years, np.log(rate), (rate / std_err) ** 2)
    reach = t.ppf(0.975, len(years) - 2) * slope_se
    percent = [100 * float(np.expm1(value)) for value in (slope, slope - reach, slope + reach)]
    fitted = pl.DataFrame({"year": whole["year"], "value": np.exp(level + slope * (years - years.mean()))})
    return Trend(int(years[0]), int(years[-1]), *percent, fitted=fitted)


def fit_line(x: np.ndarray, y: np.ndarray, weight: np.ndarray) -> tuple[float, float, float]:
    """Return height at the mean of x, slope and its standard error of a weighted straight line."""
    centre, share = x.mean(), weight / weight.sum()
    away = x - centre
    design = np.stack([np.ones_like(x), away])
    normal = (design * share) @ design.T
    level, slope = np.linalg.solve(normal, (design * share) @ y)
    left = y - level - slope * away
    variance = (share * left**2).sum() / (len(x) - 2)
    return float(level), float(slope), float(np.sqrt(variance * np.linalg.inv(normal)[1, 1]))
