"""How a rate changed from year to year."""

from dataclasses import dataclass
from datetime import date

import numpy as np
import polars as pl
from django.utils import timezone

from banyan.apps.insight.rules import is_provisional
from banyan.science.burden.trend import eapc

FEWEST_YEARS = 5


@dataclass(frozen=True, eq=False)
class Trend:
    """The estimated annual change in per cent with its 95 % limits, over the years that are complete."""

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
    change = eapc(whole["year"].to_numpy(), whole["asr"].to_numpy(), variance=whole["asr_se"].to_numpy() ** 2)
    return Trend(
        first=min(change.years),
        last=max(change.years),
        percent=change.percent,
        lower=change.lower,
        upper=change.upper,
        fitted=draw_line(whole, change.slope),
    )


def draw_line(whole: pl.DataFrame, slope: float) -> pl.DataFrame:
    """Return the fitted rate of each year: the line of that slope through the weighted centre of the points."""
    years, rates = whole["year"].to_numpy().astype(float), whole["asr"].to_numpy()
    weights = (rates / whole["asr_se"].to_numpy()) ** 2
    level = np.average(np.log(rates), weights=weights)
    fitted = np.exp(level + slope * (years - np.average(years, weights=weights)))
    return pl.DataFrame({"year": whole["year"], "value": fitted})
