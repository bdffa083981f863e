"""Observed and net survival."""

from banyan.science.burden.survival.expected import expected_survival
from banyan.science.burden.survival.net import net_survival
from banyan.science.burden.survival.observed import observed_survival

__all__ = ["expected_survival", "net_survival", "observed_survival"]
