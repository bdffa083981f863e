"""Rates, survival, trends and data quality of a cancer registry, from data frames to data frames."""

from banyan.science.burden.counts import count_cases
from banyan.science.burden.faults import BurdenError
from banyan.science.burden.intervals import (
    dobson,
    fay_feuer,
    log_interval,
    log_log_interval,
    normal_interval,
    poisson_interval,
)
from banyan.science.burden.rates import age_rates, standardise_rates
from banyan.science.burden.standards import STANDARDS, Standard, find_standard

__all__ = [
    "STANDARDS",
    "BurdenError",
    "Standard",
    "age_rates",
    "count_cases",
    "dobson",
    "fay_feuer",
    "find_standard",
    "log_interval",
    "log_log_interval",
    "normal_interval",
    "poisson_interval",
    "standardise_rates",
]
