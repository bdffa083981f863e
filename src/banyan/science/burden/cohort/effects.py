"""The effects of an age-period-cohort model, its drift, and the deviance ladder."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import polars as pl
from scipy.special import chdtrc

from banyan.science.burden.cohort.bases import find_levels
from banyan.science.burden.cohort.recipes import DRIFT, LADDER, Stage, Term, lay_columns
from banyan.science.burden.cohort.scales import SCALES, Observed
from banyan.science.burden.intervals import Floats, normal_quantile
from banyan.science.burden.poisson import PoissonFit, fit_poisson


@dataclass(frozen=True)
class Fitted:
    """The stages of a recipe, fitted."""

    stages: tuple[Stage, ...]
    fits: tuple[PoissonFit, ...]


def fit_stages(stages: tuple[Stage, ...], terms: Mapping[str, Term], rows: Observed) -> Fitted:
    """Fit the models of a recipe one after the other."""
    fits: list[PoissonFit] = []
    for stage in stages:
        design = lay_columns(terms, stage.terms, rows)
        offset = None if stage.after is None else np.log(fits[stage.after].fitted / rows.person_years)
        fits.append(fit_poisson(design, rows.cases, rows.person_years, offset=offset))
    return Fitted(stages, tuple(fits))


def read_effects(
    fitted: Fitted, terms: Mapping[str, Term], rows: Observed, *, per: float, level: float
) -> dict[str, pl.DataFrame]:
    """Read off rates by age, and rate ratios by period and cohort, at every value in the data."""
    tables = {}
    for scale in SCALES:
        values = find_levels(getattr(rows, scale))
        stage, fit = _find_stage(fitted, terms, scale)
        estimate, std_err = fit.combine(_lay_effect(stage, terms, scale, values))
        factor, name = (per, "rate") if scale == "age" else (1.0, "ratio")
        tables[scale] = tabulate(estimate, std_err, factor, name, level).insert_column(
            0, pl.Series(scale, values)
        )
    return tables


def _find_stage(fitted: Fitted, terms: Mapping[str, Term], scale: str) -> tuple[Stage, PoissonFit]:
    """Find the last model in which a time scale has columns: a drift fitted before is no effect of its own."""
    pairs = [*zip(fitted.stages, fitted.fits, strict=True)][::-1]
    return next(
        (stage, fit) for stage, fit in pairs if any(terms[name].scale == scale for name in stage.terms)
    )


def _lay_effect(stage: Stage, terms: Mapping[str, Term], scale: str, values: Floats) -> Floats:
    """Lay the columns of one time scale at some values, with zeros for the others."""
    blocks = [terms[name].columns(values) for name in stage.terms]
    without = ("dP", "dC") if stage.apart else ()
    own = [terms[name].scale == scale and name not in without for name in stage.terms]
    return np.hstack(
        [block if mine else np.zeros_like(block) for block, mine in zip(blocks, own, strict=True)]
    )


def tabulate(estimate: Floats, std_err: Floats, factor: float, name: str, level: float) -> pl.DataFrame:
    """Turn estimates on the log scale into a value with limits."""
    quantile = normal_quantile(level)
    with np.errstate(over="ignore"):
        columns = {
            name: factor * np.exp(estimate),
            "lower": factor * np.exp(estimate - quantile * std_err),
            "upper": factor * np.exp(estimate + quantile * std_err),
            "std_err_log": std_err,
        }
    return pl.DataFrame(columns)


def read_drift(terms: Mapping[str, Term], rows: Observed, *, level: float) -> pl.DataFrame:
    """Read the drift off the whole model and off the age-drift model: rate ratio a year and per cent a year."""
    found = []
    for names in (DRIFT, ("A", "dP")):
        design = lay_columns(terms, names, rows)
        fit = fit_poisson(design, rows.cases, rows.person_years)
        # the drift stands right behind the columns of age
        ages = terms["A"].columns(rows.age[:1]).shape[1]
        found.append(fit.combine(np.eye(design.shape[1])[[ages]]))
    estimate, std_err = (np.concatenate(values) for values in zip(*found, strict=True))
    table = tabulate(estimate, std_err, 1.0, "ratio", level)
    return table.insert_column(0, pl.Series("model", ["age-period-cohort", "age-drift"])).with_columns(
        percent=100 * (pl.col("ratio") - 1),
        percent_lower=100 * (pl.col("lower") - 1),
        percent_upper=100 * (pl.col("upper") - 1),
    )


def read_ladder(terms: Mapping[str, Term], rows: Observed) -> pl.DataFrame:
    """Fit the five classical models and compare each with the one before it."""
    fits = {
        name: fit_poisson(lay_columns(terms, names, rows), rows.cases, rows.person_years)
        for name, names in dict(LADDER).items()
    }
    order = [name for name, _ in LADDER]
    lines = [_compare(fits, name, before) for name, before in zip(order, [None, *order], strict=False)]
    return pl.DataFrame(lines, schema=LADDER_SCHEMA)


LADDER_SCHEMA = {
    "model": pl.String,
    "deviance": pl.Float64,
    "freedom": pl.Int64,
    "aic": pl.Float64,
    "compared_with": pl.String,
    "test_deviance": pl.Float64,
    "test_freedom": pl.Int64,
    "p_value": pl.Float64,
}


def _compare(fits: Mapping[str, PoissonFit], name: str, before: str | None) -> dict[str, object]:
    fit = fits[name]
    line: dict[str, object] = {
        "model": name,
        "deviance": fit.deviance,
        "freedom": fit.freedom,
        "aic": fit.aic,
        "compared_with": before,
    }
    if before is not None:
        change, freedom = abs(fits[before].deviance - fit.deviance), abs(fits[before].freedom - fit.freedom)
        p_value = float(chdtrc(freedom, change)) if freedom else None
        line |= {"test_deviance": change, "test_freedom": freedom, "p_value": p_value}
    return line
