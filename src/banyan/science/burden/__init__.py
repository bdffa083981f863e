"""Rates, survival, trends and data quality of a cancer registry, from data frames to data frames."""

from banyan.science.burden.cohort import ApcFit, fit_apc
from banyan.science.burden.comparison import compare_rates
from banyan.science.burden.counts import count_cases
from banyan.science.burden.faults import BurdenError
from banyan.science.burden.indirect import funnel_limits, standardised_ratio
from banyan.science.burden.intervals import (
    dobson,
    fay_feuer,
    log_interval,
    log_log_interval,
    normal_interval,
    poisson_interval,
    tiwari,
)
from banyan.science.burden.lifetable import LifeTable, viet_nam_life_table
from banyan.science.burden.lifetime import lifetime_risk
from banyan.science.burden.projection import (
    Backcast,
    Projection,
    check_projection,
    group_years,
    project_cases,
)
from banyan.science.burden.quality import INDICES, quality_indices
from banyan.science.burden.rates import age_rates, standardise_rates
from banyan.science.burden.standards import STANDARDS, Standard, find_standard
from banyan.science.burden.survival import (
    AGE_STANDARDS,
    Designed,
    SurvivalTest,
    combine_survival,
    compare_survival,
    cumulative_hazard,
    cumulative_incidence,
    design_patients,
    expected_survival,
    net_survival,
    observed_survival,
    restricted_mean,
    standardise_survival,
    survival_from_counts,
    survival_quantile,
    survival_table,
)
from banyan.science.burden.trend import (
    Eapc,
    JoinpointTables,
    JoinpointTrend,
    TrendComparison,
    compare_trends,
    eapc,
    eapc_trends,
    fit_joinpoints,
    joinpoint_trends,
    poisson_eapc,
)

__all__ = [
    "AGE_STANDARDS",
    "INDICES",
    "STANDARDS",
    "ApcFit",
    "Backcast",
    "BurdenError",
    "Designed",
    "Eapc",
    "JoinpointTables",
    "JoinpointTrend",
    "LifeTable",
    "Projection",
    "Standard",
    "SurvivalTest",
    "TrendComparison",
    "age_rates",
    "check_projection",
    "combine_survival",
    "compare_rates",
    "compare_survival",
    "compare_trends",
    "count_cases",
    "cumulative_hazard",
    "cumulative_incidence",
    "design_patients",
    "dobson",
    "eapc",
    "eapc_trends",
    "expected_survival",
    "fay_feuer",
    "find_standard",
    "fit_apc",
    "fit_joinpoints",
    "funnel_limits",
    "group_years",
    "joinpoint_trends",
    "lifetime_risk",
    "log_interval",
    "log_log_interval",
    "net_survival",
    "normal_interval",
    "observed_survival",
    "poisson_eapc",
    "poisson_interval",
    "project_cases",
    "quality_indices",
    "restricted_mean",
    "standardise_rates",
    "standardise_survival",
    "standardised_ratio",
    "survival_from_counts",
    "survival_quantile",
    "survival_table",
    "tiwari",
    "viet_nam_life_table",
]
