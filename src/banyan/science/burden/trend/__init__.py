"""Trends of rates over calendar years: one rate of change, or several with the years where it changed."""

from banyan.science.burden.trend.eapc import Eapc, TrendConvention, eapc, poisson_eapc
from banyan.science.burden.trend.joinpoint import (
    JoinpointFit,
    JoinpointTables,
    JoinpointTrend,
    TrendComparison,
    compare_trends,
    fit_joinpoints,
    joinpoint_trends,
)
from banyan.science.burden.trend.series import eapc_trends

__all__ = [
    "Eapc",
    "JoinpointFit",
    "JoinpointTables",
    "JoinpointTrend",
    "TrendComparison",
    "TrendConvention",
    "compare_trends",
    "eapc",
    "eapc_trends",
    "fit_joinpoints",
    "joinpoint_trends",
    "poisson_eapc",
]
