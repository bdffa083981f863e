"""Age-period-cohort models: effects with intervals, drift, deviance ladder."""

from banyan.science.burden.cohort.model import ApcFit, fit_apc

__all__ = ["ApcFit", "fit_apc"]
