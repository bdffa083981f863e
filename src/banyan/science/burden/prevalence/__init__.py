"""How many people are alive with a cancer on a day: of the last years, and of all years."""

from banyan.science.burden.prevalence.complete import (
    COMPLETENESS_ASSUMPTION,
    WeibullCure,
    complete_prevalence,
    completeness_index,
)
from banyan.science.burden.prevalence.limited import Prevalence, limited_prevalence
from banyan.science.burden.prevalence.yearly import prevalence_from_cases

__all__ = [
    "COMPLETENESS_ASSUMPTION",
    "Prevalence",
    "WeibullCure",
    "complete_prevalence",
    "completeness_index",
    "limited_prevalence",
    "prevalence_from_cases",
]
