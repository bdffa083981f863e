"""Joinpoint regression: straight lines joined at the years where the trend changes."""

from banyan.science.burden.trend.joinpoint.comparison import TrendComparison, compare_trends
from banyan.science.burden.trend.joinpoint.fit import JoinpointFit
from banyan.science.burden.trend.joinpoint.fitting import fit_joinpoints
from banyan.science.burden.trend.joinpoint.series import Series
from banyan.science.burden.trend.joinpoint.tables import JoinpointTables, joinpoint_trends
from banyan.science.burden.trend.joinpoint.trend import JoinpointTrend

__all__ = [
    "JoinpointFit",
    "JoinpointTables",
    "JoinpointTrend",
    "Series",
    "TrendComparison",
    "compare_trends",
    "fit_joinpoints",
    "joinpoint_trends",
]
