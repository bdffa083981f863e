"""What the named parametrisations are made of: which columns are fitted together, and what is read off which.

Terms: A is age. dP and dC are the drift by period and by cohort, 0 at the reference. P and C are what period and
cohort add to the drift, with mean 0 and slope 0; P0 and C0 are the same less its value at the reference. PP and CC
are all columns of period and of cohort; CC0 and PP0 are those less their value at the reference.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Literal

import numpy as np

from banyan.science.burden.cohort.scales import Observed, Scales
from banyan.science.burden.intervals import Floats

Parametrisation = Literal["ACP", "APC", "AdCP", "AdPC", "Ad-P-C", "Ad-C-P", "AC-P", "AP-C"]
ApcConvention = Literal["exact", "epi"]


@dataclass(frozen=True)
class Stage:
    """One model.

    Attributes
    ----------
    terms : tuple of str
        From left to right.
    after : int or None
        Which earlier stage (from 0) gives it an offset.
    apart : bool
        The drift belongs neither to the effect of period nor to that of cohort.
    """

    terms: tuple[str, ...]
    after: int | None = None
    apart: bool = False


@dataclass(frozen=True)
class Term:
    """Columns that are a function of one time scale."""

    scale: str
    columns: Callable[[Floats], Floats]


RECIPES: Mapping[str, tuple[Stage, ...]] = {
    "ACP": (Stage(("A", "P", "dC", "C0")),),
    "APC": (Stage(("A", "C", "dP", "P0")),),
    "AdCP": (Stage(("A", "dC", "C", "P"), apart=True),),
    "AdPC": (Stage(("A", "dP", "P", "C"), apart=True),),
    "Ad-C-P": (Stage(("A", "dC")), Stage(("CC",), 0), Stage(("PP",), 1)),
    "Ad-P-C": (Stage(("A", "dP")), Stage(("PP",), 0), Stage(("CC",), 1)),
    "AC-P": (Stage(("A", "CC0")), Stage(("PP",), 0)),
    "AP-C": (Stage(("A", "PP0")), Stage(("CC",), 0)),
}
# What Epi 2.47 gives under these names, pinned down from its output: under APC the cohort is set to 1 at its
# reference and the period is not; under AdCP and AdPC both residuals follow the age-drift model.
EPI_RECIPES: Mapping[str, tuple[Stage, ...]] = {
    **RECIPES,
    "APC": (Stage(("A", "dP", "P", "C0")),),
    "AdCP": (Stage(("A", "dC")), Stage(("CC",), 0), Stage(("PP",), 0)),
    "AdPC": (Stage(("A", "dP")), Stage(("PP",), 0), Stage(("CC",), 0)),
}
DRIFT = ("A", "dP", "P", "C")
LADDER = (
    ("age", ("A",)),
    ("age-drift", ("A", "dP")),
    ("age-cohort", ("A", "CC")),
    ("age-period-cohort", ("A", "CC", "PP")),
    ("age-period", ("A", "PP")),
    ("age-drift", ("A", "dP")),
)


def make_terms(scales: Scales) -> dict[str, Term]:
    """Make the columns of every term."""
    p0, c0 = scales.reference_period, scales.reference_cohort
    rest_p, rest_c = scales.period_rest.evaluate, scales.cohort_rest.evaluate
    whole_p, whole_c = scales.period.evaluate, scales.cohort.evaluate
    return {
        "A": Term("age", scales.age.evaluate),
        "dP": Term("period", _count_from(p0)),
        "dC": Term("cohort", _count_from(c0)),
        "P": Term("period", rest_p),
        "C": Term("cohort", rest_c),
        "P0": Term("period", _set_zero(rest_p, p0)),
        "C0": Term("cohort", _set_zero(rest_c, c0)),
        "PP": Term("period", whole_p),
        "CC": Term("cohort", whole_c),
        "PP0": Term("period", _set_zero(whole_p, p0)),
        "CC0": Term("cohort", _set_zero(whole_c, c0)),
    }


def lay_columns(terms: Mapping[str, Term], names: tuple[str, ...], rows: Observed) -> Floats:
    """Lay the columns of the named terms side by side, for some rows."""
    return np.hstack([terms[name].columns(getattr(rows, terms[name].scale)) for name in names])


def _count_from(reference: float) -> Callable[[Floats], Floats]:
    return lambda values: (values - reference)[:, None]


def _set_zero(columns: Callable[[Floats], Floats], reference: float) -> Callable[[Floats], Floats]:
    return lambda values: columns(values) - columns(np.array([reference]))
