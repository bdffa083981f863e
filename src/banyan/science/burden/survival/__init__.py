"""Observed and net survival."""

from banyan.science.burden.survival.actuarial import survival_table
from banyan.science.burden.survival.combining import (
    AGE_STANDARDS,
    combine_survival,
)
from banyan.science.burden.survival.competing import (
    cumulative_incidence,
)
from banyan.science.burden.survival.conditional import (
    conditional_survival,
)
from banyan.science.burden.survival.cox import CoxModel, model_survival
from banyan.science.burden.survival.crude import (
    crude_probability,
)
from banyan.science.burden.survival.designs import (
    Designed,
    design_patients,
)
from banyan.science.burden.survival.excess import (
    ExcessModel,
    model_excess,
)
from banyan.science.burden.survival.expected import expected_survival
from banyan.science.burden.survival.finegray import (
    FineGrayModel,
    model_incidence,
)
from banyan.science.burden.survival.forms import survival_from_counts
from banyan.science.burden.survival.graytest import (
    compare_incidence,
)
from banyan.science.burden.survival.logrank import (
    SurvivalTest,
    compare_survival,
)
from banyan.science.burden.survival.net import net_survival
from banyan.science.burden.survival.nettest import (
    compare_net_survival,
)
from banyan.science.burden.survival.observed import observed_survival
from banyan.science.burden.survival.standardised import (
    standardise_survival,
)
from banyan.science.burden.survival.summaries import (
    cumulative_hazard,
    restricted_mean,
    survival_quantile,
)

__all__ = [
    "AGE_STANDARDS",
    "CoxModel",
    "Designed",
    "ExcessModel",
    "FineGrayModel",
    "SurvivalTest",
    "combine_survival",
    "compare_incidence",
    "compare_net_survival",
    "compare_survival",
    "conditional_survival",
    "crude_probability",
    "cumulative_hazard",
    "cumulative_incidence",
    "design_patients",
    "expected_survival",
    "model_excess",
    "model_incidence",
    "model_survival",
    "net_survival",
    "observed_survival",
    "restricted_mean",
    "standardise_survival",
    "survival_from_counts",
    "survival_quantile",
    "survival_table",
]
