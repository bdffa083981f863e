"""Projection by natural splines of age, period and cohort, with a damped drift."""

from collections.abc import Sequence

import numpy as np

from banyan.science.burden.cohort.bases import find_levels
from banyan.science.burden.cohort.recipes import DRIFT, lay_columns, make_terms
from banyan.science.burden.cohort.scales import Observed, Scales, build_scales
from banyan.science.burden.faults import BurdenError
from banyan.science.burden.intervals import Floats
from banyan.science.burden.poisson import Flags, fit_poisson
from banyan.science.burden.projection.forecast import Forecast, add_up_trend
from banyan.science.burden.projection.grid import Grid

KNOTS = 5


def forecast_apc(grid: Grid, *, first_age: int, model_age: int, cut: Sequence[float]) -> Forecast:
    """Fit the splines to all observed periods and carry them forward.

    The period goes on as a straight line, drift included, along the years that the cut leaves. A cohort younger
    than any observed has the effect of the youngest one.
    """
    fitted = grid.mark_cells(first_age, grid.observed)
    rows = _take_rows(grid, fitted)
    if not rows.cases.sum() > 0:
        raise BurdenError("there is no case.", "không có ca bệnh nào.", column="cases")
    scales = build_scales(
        rows,
        shape="spline",
        knots={name: _count_knots(getattr(rows, name)) for name in ("age", "period", "cohort")},
        drift="cases",
        reference_period=None,
        reference_cohort=None,
    )
    terms = make_terms(scales)
    fit = fit_poisson(lay_columns(terms, DRIFT, rows), rows.cases, rows.person_years)
    modelled = np.asarray(grid.ages) >= model_age
    ahead = _take_rows_ahead(grid, modelled, rows, add_up_trend(grid.ahead, grid.width, cut))
    columns = np.hstack([terms[name].columns(ahead[terms[name].scale]) for name in DRIFT])
    facts = {"periods_used": grid.observed, "knots": _list_knots(scales)}
    carried = columns.reshape(int(modelled.sum()), grid.ahead, -1)
    return Forecast(fit, carried, modelled, fitted, _name_terms(scales), facts)


def _take_rows(grid: Grid, cells: Flags) -> Observed:
    """Take cells as rows, each at the middle of its age group and period."""
    age, period = np.nonzero(cells)
    return Observed(
        np.asarray(grid.ages)[age] + grid.span / 2,
        np.asarray(grid.periods)[period] + grid.width / 2,
        grid.cases[age, period],
        grid.people[age, period],
    )


def _count_knots(values: Floats) -> int:
    """Return at most as many knots as leave two values to a knot."""
    return max(2, min(KNOTS, len(find_levels(values)) // 2))


def _take_rows_ahead(grid: Grid, modelled: Flags, rows: Observed, years: Floats) -> dict[str, Floats]:
    age = np.repeat(np.asarray(grid.ages)[modelled] + grid.span / 2, grid.ahead)
    middles = np.asarray(grid.periods[grid.observed :]) + grid.width / 2
    cohort = np.tile(middles, int(modelled.sum())) - age
    last = grid.periods[grid.observed - 1] + grid.width / 2
    period = np.tile(last + years, int(modelled.sum()))
    return {"age": age, "period": period, "cohort": np.minimum(cohort, rows.cohort.max())}


def _list_knots(scales: Scales) -> dict[str, list[float]]:
    return {name: getattr(scales, name).places.tolist() for name in ("age", "period", "cohort")}


def _name_terms(scales: Scales) -> tuple[str, ...]:
    names = [f"age {place:g}" for place in scales.age.places]
    names.append("drift")
    names += [f"period {number + 1}" for number in range(int(scales.period_rest.kept.sum()))]
    return (*names, *(f"cohort {number + 1}" for number in range(int(scales.cohort_rest.kept.sum()))))
