"""Age-period-cohort models of rates."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import get_args

import numpy as np
import polars as pl
from narwhals.typing import IntoFrame

from banyan.science.burden.cells import refuse_impossible
from banyan.science.burden.cohort.bases import Shape, find_levels
from banyan.science.burden.cohort.effects import fit_stages, read_drift, read_effects, read_ladder
from banyan.science.burden.cohort.recipes import (
    EPI_RECIPES,
    RECIPES,
    ApcConvention,
    Parametrisation,
    make_terms,
)
from banyan.science.burden.cohort.scales import SCALES, DriftWeights, Knots, Observed, build_scales
from banyan.science.burden.faults import BurdenError, check_option
from banyan.science.burden.frames import as_numbers, take_columns
from banyan.science.burden.intervals import Floats, normal_quantile

RATES = ("table of rates", "bảng số ca và người-năm")


@dataclass(frozen=True)
class ApcFit:
    """An age-period-cohort model.

    Attributes
    ----------
    ages : polars.DataFrame
        ``age``, ``rate``, ``lower``, ``upper``, ``std_err_log``: rates per ``per`` person-years.
    periods, cohorts : polars.DataFrame
        ``period`` or ``cohort``, ``ratio``, ``lower``, ``upper``, ``std_err_log``: rate ratios.
    drift : polars.DataFrame
        ``model`` ("age-period-cohort", "age-drift"), ``ratio`` a year with its limits, and the same as ``percent``.
        The first depends on ``drift_weights``; never give it without them.
    ladder : polars.DataFrame
        ``model``, ``deviance``, ``freedom``, ``aic``, and the test against the line before it.
    fitted : polars.DataFrame
        ``age``, ``period``, ``cohort``, ``cases``, ``person_years``, ``expected`` cases and ``rate``.
    shape, parametrisation, drift_weights, convention : str
    reference_period, reference_cohort : float
    knots : mapping of str to tuple of float
        Knots or levels of age, period and cohort.
    per, level : float
    left_out : int
        Rows with no person-years and no cases.
    """

    ages: pl.DataFrame
    periods: pl.DataFrame
    cohorts: pl.DataFrame
    drift: pl.DataFrame
    ladder: pl.DataFrame
    fitted: pl.DataFrame
    shape: Shape
    parametrisation: Parametrisation
    drift_weights: DriftWeights
    convention: ApcConvention
    reference_period: float
    reference_cohort: float
    knots: Mapping[str, tuple[float, ...]]
    per: float
    level: float
    left_out: int


def fit_apc(
    rates: IntoFrame,
    *,
    shape: Shape = "spline",
    parametrisation: Parametrisation = "ACP",
    drift_weights: DriftWeights = "cases",
    knots: Knots = 5,
    reference_period: float | None = None,
    reference_cohort: float | None = None,
    convention: ApcConvention = "exact",
    per: float = 100_000,
    level: float = 0.95,
) -> ApcFit:
    """Fit an age-period-cohort model to cases and person-years.

    Parameters
    ----------
    rates : data frame
        ``age`` and ``period`` (mean age in years and mean date as a decimal year of each cell: class midpoints, or
        the means of Lexis triangles), ``cases``, ``person_years``. The cohort is period - age.
    shape : {"spline", "factor"}
        Natural cubic splines, or a level for each value. A factor model on the means of Lexis triangles ties upper
        and lower triangles together by the drift alone, so that only its fitted rates mean anything: fit factors
        to classes, splines to triangles.
    parametrisation : {"ACP", "APC", "AdCP", "AdPC", "Ad-C-P", "Ad-P-C", "AC-P", "AP-C"}
        Named as in [1]_. ACP: rates by age for the reference cohort, cohort ratios with the drift, period ratios of
        mean 0 and slope 0 (log scale). APC: the same with period and cohort exchanged. AdCP, AdPC: rates for the
        reference cohort or period, both ratios of mean 0 and slope 0, so that the drift stands apart. Ad-C-P,
        Ad-P-C, AC-P, AP-C: fitted in turn, each part with the part before it as offset.
    drift_weights : {"cases", "person-years", "rates", "plain"}
        The inner product in which period and cohort are freed of their slope; every row weighs as its cases, its
        person-years, person-years² / cases (0 without a case), or 1. These are ``dr.extr`` "D" (or "T"), "Y", "R"
        (or "L") and "n" of Epi, where "weighted" has come to mean "n". Fitted rates do not depend on it.
    knots : int, or mapping of "age", "period", "cohort" to int or numbers
        Number of knots, at the quantiles (i - 1/2) / number of the cases, or the knots.
    reference_period, reference_cohort : float, optional
        By default where half of the cases are exceeded.
    convention : {"exact", "epi"}
        "epi" gives under APC, AdCP and AdPC what Epi 2.47 does, which is not what those names say.
    per : float
        Unit of the rates, person-years.
    level : float

    Returns
    -------
    ApcFit

    Raises
    ------
    BurdenError
        A number that is empty or negative, cases without person-years, no case at all, fewer than two ages or
        periods, a spline without two knots.

    References
    ----------
    .. [1] Carstensen B. Age-period-cohort models for the Lexis diagram. Stat Med 2007;26:3018-3045.
    .. [2] Holford TR. The estimation of age, period and cohort effects for vital rates. Biometrics 1983;39:311-324.

    Examples
    --------
    >>> import polars as pl
    >>> cells = [(age, year) for age in (42.5, 47.5, 52.5) for year in (1992.5, 1997.5, 2002.5)]
    >>> rates = pl.DataFrame(cells, schema=["age", "period"], orient="row").with_columns(
    ...     cases=pl.Series([10, 12, 15, 20, 25, 29, 41, 50, 58]), person_years=pl.lit(100_000.0)
    ... )
    >>> fit = fit_apc(rates, shape="factor", reference_period=1992.5, parametrisation="AP-C")
    >>> fit.ladder.select("model", "freedom").rows()[:3]
    [('age', 6), ('age-drift', 5), ('age-cohort', 2)]
    >>> fit.ages["rate"].round(1).to_list()
    [10.1, 20.2, 40.7]
    """
    normal_quantile(level)
    check_option(shape, get_args(Shape), "shape ‘{}’", "dạng ‘{}’")
    check_option(parametrisation, RECIPES, "parametrisation ‘{}’", "cách tham số hoá ‘{}’")
    check_option(drift_weights, get_args(DriftWeights), "weighting ‘{}’", "cách gán trọng số ‘{}’")
    check_option(convention, get_args(ApcConvention), "convention ‘{}’", "quy ước ‘{}’")
    rows, left_out = read_rates(rates)
    scales = build_scales(
        rows,
        shape=shape,
        knots=knots,
        drift=drift_weights,
        reference_period=reference_period,
        reference_cohort=reference_cohort,
    )
    terms = make_terms(scales)
    stages = (EPI_RECIPES if convention == "epi" else RECIPES)[parametrisation]
    model = fit_stages(stages, terms, rows)
    effects = read_effects(model, terms, rows, per=per, level=level)
    places = {name: tuple(getattr(scales, name).places.tolist()) for name in SCALES}
    return ApcFit(
        ages=effects["age"],
        periods=effects["period"],
        cohorts=effects["cohort"],
        drift=read_drift(terms, rows, level=level),
        ladder=read_ladder(terms, rows),
        fitted=_tabulate_fitted(rows, model.fits[-1].fitted, per),
        shape=shape,
        parametrisation=parametrisation,
        drift_weights=drift_weights,
        convention=convention,
        reference_period=scales.reference_period,
        reference_cohort=scales.reference_cohort,
        knots=places,
        per=per,
        level=level,
        left_out=left_out,
    )


def read_rates(rates: IntoFrame) -> tuple[Observed, int]:
    """Check a table of rates; return its rows, and how many had neither person-years nor cases."""
    frame = take_columns(rates, ["age", "period", "cases", "person_years"], table=RATES)
    for name in frame.columns:
        frame = as_numbers(frame, name)
    refuse_impossible(frame)
    used = frame.filter(pl.col("person_years") > 0)
    columns = (used[name].to_numpy().astype(float) for name in ("age", "period", "cases", "person_years"))
    rows = Observed(*columns)
    _refuse_thin(rows)
    return rows, frame.height - used.height


def _refuse_thin(rows: Observed) -> None:
    if not rows.cases.sum() > 0:
        raise BurdenError("there is no case.", "không có ca bệnh nào.", column="cases")
    for name, words, words_vi in (("age", "ages", "tuổi"), ("period", "periods", "thời kỳ")):
        number = len(find_levels(getattr(rows, name)))
        if number < 2:
            raise BurdenError(
                f"an age-period-cohort model needs two {words}, and there is one.",
                f"mô hình tuổi–thời kỳ–đoàn hệ cần ít nhất hai {words_vi}, ở đây chỉ có một.",
                column=name,
            )


def _tabulate_fitted(rows: Observed, expected: Floats, per: float) -> pl.DataFrame:
    columns = {name: getattr(rows, name) for name in ("age", "period", "cohort", "cases", "person_years")}
    with np.errstate(under="ignore"):
        return pl.DataFrame({**columns, "expected": expected, "rate": per * expected / rows.person_years})
