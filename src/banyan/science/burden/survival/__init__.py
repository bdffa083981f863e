"""Observed and net survival."""

from banyan.science.burden.survival.actuarial import survival_table
from banyan.science.burden.survival.expected import expected_survival
from banyan.science.burden.survival.forms import survival_from_counts
from banyan.science.burden.survival.net import net_survival
from banyan.science.burden.survival.observed import observed_survival

__all__ = [
    "expected_survival",
    "net_survival",
    "observed_survival",
    "survival_from_counts",
    "survival_table",
]
