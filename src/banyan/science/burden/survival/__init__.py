"""Observed and net survival."""

from banyan.science.burden.survival.actuarial import survival_table
from banyan.science.burden.survival.combining import (
    AGE_STANDARDS,
    combine_survival,
)
from banyan.science.burden.survival.designs import (
    Designed,
    design_patients,
)
from banyan.science.burden.survival.expected import expected_survival
from banyan.science.burden.survival.forms import survival_from_counts
from banyan.science.burden.survival.net import net_survival
from banyan.science.burden.survival.observed import observed_survival
from banyan.science.burden.survival.standardised import (
    standardise_survival,
)

__all__ = [
    "AGE_STANDARDS",
    "Designed",
    "combine_survival",
    "design_patients",
    "expected_survival",
    "net_survival",
    "observed_survival",
    "standardise_survival",
    "survival_from_counts",
    "survival_table",
]
