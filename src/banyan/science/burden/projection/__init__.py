"""Projection of cases and rates, with prediction intervals."""

from banyan.science.burden.projection.backcast import Backcast, check_projection, measure_trend_error
from banyan.science.burden.projection.grid import group_years
from banyan.science.burden.projection.outcome import Projection
from banyan.science.burden.projection.population import age_population
from banyan.science.burden.projection.project import project_cases

__all__ = [
    "Backcast",
    "Projection",
    "age_population",
    "check_projection",
    "group_years",
    "measure_trend_error",
    "project_cases",
]
