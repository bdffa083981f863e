"""Crude, age-specific and age-standardised rates, cumulative rates and risks, each with its interval."""

from collections.abc import Mapping, Sequence
from typing import Literal

import numpy as np
import polars as pl
from narwhals.typing import IntoFrame

from banyan.science.burden.bands import cut_bands, find_bands, fold_oldest, measure_widths, refuse_holes
from banyan.science.burden.cells import Cells, lay_out, read_cells
from banyan.science.burden.faults import BurdenError
from banyan.science.burden.intervals import (
    Floats,
    poisson_interval,
)
from banyan.science.burden.standards import Standard, find_standard
from banyan.science.burden.sums import Sum, add_up

PER = 100_000.0
PER_CENT = 100.0
GAMMA = {"fay-feuer", "tiwari"}

RateInterval = Literal["fay-feuer", "tiwari", "dobson", "log", "normal"]
RateVariance = Literal["poisson", "binomial"]
UnknownAge = Literal["report", "redistribute"]
MissingBand = Literal["error", "drop", "fold"]


def standardise_rates(
    cells: IntoFrame,
    *,
    by: Sequence[str] = (),
    standard: str | Standard | Mapping[int, float] | Sequence[float] = "segi",
    interval: RateInterval = "fay-feuer",
    variance: RateVariance = "poisson",
    level: float = 0.95,
    ages: tuple[int, int | None] = (0, None),
    unknown_age: UnknownAge = "report",
    upper_age: int = 75,
    on_missing_band: MissingBand = "error",
) -> pl.DataFrame:
    """Standardise rates directly, and give the crude and the cumulative rate and the cumulative risk beside them.

    Parameters
    ----------
    cells : data frame
        The columns of ``by``, ``age_group`` (lower bound in years; empty: age unknown), ``cases`` and
        ``person_years`` (may be empty beside an unknown age). Rows of the same cell are added up, person-years
        too. :func:`count_cases` makes such a table.
    by : names of columns
        One row of the result for each combination.
    standard : str, Standard, mapping or 18 weights
        See :func:`find_standard`. Weights are joined by age group and divided by their sum.
    interval : {"fay-feuer", "tiwari", "dobson", "log", "normal"}
        Of the standardised rate and of the cumulative risk. Where there is no case, the gamma limits of Fay and
        Feuer stand in for the last three.
    variance : {"poisson", "binomial"}
        Of the number of cases. "binomial" (Keyfitz) is that of older reports; the gamma limits are Poisson's alone.
    level : float
    ages : (first, last)
        Completed years, both included: (35, 64) gives the truncated rate, (0, 14) that of children. Every
        column is then of these ages, and the weights are divided by their sum over them.
    unknown_age : {"report", "redistribute"}
        Cases of unknown age are counted in ``cases``, in the crude rate and in ``unknown_age_cases``, and, under
        "report", nowhere else. "redistribute" multiplies the standardised and cumulative rates and their
        standard errors by all cases / cases of known age, as CI5 does: the unknown are spread as the known are.
    upper_age : int
        Cumulative rate and risk reach from the first age to this birthday.
    on_missing_band : {"error", "drop", "fold"}
        What to do with an age group for which a stratum has no row, or cases but no person-years. "error" names
        it. "drop" leaves it out of the standardised and cumulative rates, with its cases. "fold" adds the oldest
        groups that have no person-years to the oldest one that has: cases, weights and width together.

    Returns
    -------
    polars.DataFrame
        One row a stratum, sorted: the columns of ``by``; ``cases``, ``unknown_age_cases``, ``person_years``;
        ``empty_bands``, age groups left out because they have no person-years (they add nothing to the sums, and
        the weights of the others are not raised for it), with ``dropped_cases``, the cases left out with them;
        ``folded_bands``; ``crude_rate`` with ``_lower`` and ``_upper`` (exact Poisson), ``asr``, ``asr_se``, ``asr_lower``, ``asr_upper``, all per
        100 000 person-years; ``cumulative_rate``, ``cumulative_rate_se``, ``cumulative_risk``,
        ``cumulative_risk_se``, ``cumulative_risk_lower``, ``cumulative_risk_upper``, in per cent. A value that is
        not defined (no person-years at all) is null.

    Raises
    ------
    BurdenError
        Cases without person-years, a missing age group, an age group that the standard does not have, a number
        that is negative or empty: one sentence with row and column.

    Notes
    -----
    With c cases and n person-years in age group a and weights w that add up to 1, the rate is sum(w c / n) and its
    variance sum(w² c / n²), or binomial sum(w² r (1 - r) / n) with r = c / n. The cumulative rate is sum(width × c / n), the risk 1 - exp(-rate), and the standard
    error of the risk exp(-rate) times that of the rate. Age groups younger than ``upper_age`` and the open group
    hold their rate over their whole width.

    References
    ----------
    .. [1] Boyle P, Parkin DM. Statistical methods for registries. In: Cancer Registration: Principles and Methods.
       IARC Scientific Publications 95, Lyon 1991, pp. 126-158.
    .. [2] Day NE. Cumulative rate and cumulative risk. In: Cancer Incidence in Five Continents, vol. VI. IARC 1992.
    .. [3] Keyfitz N. Sampling variance of standardized mortality rates. Human Biology 1966;38:309-317.
    .. [4] Fay MP, Feuer EJ. Statistics in Medicine 1997;16:791-801.

    Examples
    --------
    >>> import polars as pl
    >>> cells = pl.DataFrame({"age_group": [0, 65], "cases": [4, 30], "person_years": [90_000.0, 10_000.0]})
    >>> rate = standardise_rates(cells, standard={0: 93, 65: 7})
    >>> rate.select("cases", pl.col("crude_rate", "asr", "asr_lower", "asr_upper").round(2)).row(0)
    (34, 34.0, 25.13, 17.33, 35.64)
    """
    _check_options(interval, variance, unknown_age, on_missing_band)
    chosen = find_standard(standard)
    table = lay_out(read_cells(cells, by), by, chosen.ages)
    known = table.cases.sum(axis=1)
    first, last = find_bands(chosen, ages)
    part = cut_bands(table, first, last)
    weights = np.array([chosen.weights[age] for age in part.ages.tolist()])
    widths = measure_widths(chosen, part.ages, upper_age)
    matrix = np.broadcast_to(
        np.stack([weights / weights.sum(), widths])[:, None, :], (2, *part.cases.shape)
    ).copy()
    folded = (
        fold_oldest(part, matrix) if on_missing_band == "fold" else np.zeros(len(part.cases), dtype=np.int64)
    )
    refuse_holes(part, on_missing_band)
    factor = _spread_unknown(part, known) if unknown_age == "redistribute" else np.ones(len(known))
    whole = ages[0] <= chosen.ages[0] and ages[1] is None
    sums = [add_up(part, weight, variance).scaled(factor) for weight in matrix]
    total = part.cases.sum(axis=1) + (part.unknown_age if whole else 0.0)
    columns = _count_columns(part, total, matrix[0] > 0, folded) | _rate_columns(
        part, total, sums, interval, level
    )
    return _make_frame(part.strata, columns)


def weigh_rates(
    cells: IntoFrame,
    *,
    by: Sequence[str],
    standard: str | Standard | Mapping[int, float] | Sequence[float],
    ages: tuple[int, int | None],
    unknown_age: UnknownAge,
) -> tuple[pl.DataFrame, Sum, Floats]:
    """Return the strata, the standardised rate of each as a weighted sum of counts, and its cases; no hole allowed."""
    chosen = find_standard(standard)
    table = lay_out(read_cells(cells, by), by, chosen.ages)
    part = cut_bands(table, *find_bands(chosen, ages))
    refuse_holes(part, "error")
    weights = np.array([chosen.weights[age] for age in part.ages.tolist()])
    known = table.cases.sum(axis=1)
    factor = _spread_unknown(part, known) if unknown_age == "redistribute" else np.ones(len(known))
    matrix = np.broadcast_to(weights / weights.sum(), part.cases.shape)
    return part.strata, add_up(part, matrix).scaled(factor), part.cases.sum(axis=1)


def _check_options(interval: str, variance: str, unknown_age: str, on_missing_band: str) -> None:
    for name, value, known in (
        ("interval", interval, RateInterval),
        ("variance", variance, RateVariance),
        ("unknown_age", unknown_age, UnknownAge),
        ("on_missing_band", on_missing_band, MissingBand),
    ):
        if value not in known.__args__:  # type: ignore[attr-defined]
            options = ", ".join(known.__args__)  # type: ignore[attr-defined]
            raise BurdenError(
                f"{name} is one of {options}, not ‘{value}’.",
                f"{name} là một trong {options}, không phải ‘{value}’.",
            )
    if variance == "binomial" and interval in GAMMA:
        raise BurdenError(
            f"the interval {interval} is that of Poisson counts; with a binomial variance choose dobson, log or normal.",
            f"khoảng {interval} dành cho số ca Poisson; với phương sai nhị thức hãy chọn dobson, log hoặc normal.",
        )


def _spread_unknown(part: Cells, known: Floats) -> Floats:
    """All cases / cases of known age, over all ages; not a number where every age is unknown."""
    nobody = np.where(part.unknown_age > 0, np.nan, 1.0)
    return np.where(known > 0, (known + part.unknown_age) / np.where(known > 0, known, 1.0), nobody)


def _count_columns(
    part: Cells, total: Floats, wanted: np.ndarray, folded: np.ndarray
) -> dict[str, pl.Series]:
    empty = part.person_years == 0
    return {
        "cases": _whole(total),
        "unknown_age_cases": _whole(part.unknown_age),
        "person_years": pl.Series(part.person_years.sum(axis=1)),
        "empty_bands": pl.Series((empty & wanted).sum(axis=1).astype(np.int64)),
        "dropped_cases": _whole(np.where(empty, part.cases, 0.0).sum(axis=1)),
        "folded_bands": pl.Series(folded.astype(np.int64)),
    }


def _whole(numbers: Floats) -> pl.Series:
    series = pl.Series(numbers)
    return series.cast(pl.Int64) if np.equal(numbers, np.floor(numbers)).all() else series


def _rate_columns(
    part: Cells, total: Floats, sums: list[Sum], interval: str, level: float
) -> dict[str, pl.Series]:
    people = part.person_years.sum(axis=1)
    people = np.where(people > 0, people, np.nan)
    crude = [total, *poisson_interval(total, level)]
    rate, cumulative = sums
    asr = [rate.value, np.sqrt(rate.variance), *rate.limits(interval, level)]
    alive = np.exp(-cumulative.value)
    rate_se = np.sqrt(cumulative.variance)
    risks = [-np.expm1(-limit) for limit in (cumulative.value, *cumulative.limits(interval, level))]
    per_cent = [cumulative.value, rate_se, risks[0], alive * rate_se, *risks[1:]]
    named = dict(zip(("crude_rate", "crude_rate_lower", "crude_rate_upper"), crude, strict=True))
    columns = {name: PER * values / people for name, values in named.items()}
    columns |= dict(zip(("asr", "asr_se", "asr_lower", "asr_upper"), [PER * v for v in asr], strict=True))
    names = ("rate", "rate_se", "risk", "risk_se", "risk_lower", "risk_upper")
    columns |= {f"cumulative_{name}": PER_CENT * v for name, v in zip(names, per_cent, strict=True)}
    undefined = np.isnan(people) | np.isnan(rate.value)
    return {
        name: pl.Series(np.where(undefined & (not name.startswith("crude")), np.nan, values)).fill_nan(None)
        for name, values in columns.items()
    }


def _make_frame(strata: pl.DataFrame, columns: dict[str, pl.Series]) -> pl.DataFrame:
    if strata.width and strata.is_empty():
        columns = {name: series.clear() for name, series in columns.items()}
    return pl.DataFrame([*strata.get_columns(), *(series.alias(name) for name, series in columns.items())])


def age_rates(cells: IntoFrame, *, by: Sequence[str] = (), level: float = 0.95) -> pl.DataFrame:
    """Age-specific rates with exact Poisson limits.

    Parameters
    ----------
    cells, by, level : as in :func:`standardise_rates`

    Returns
    -------
    polars.DataFrame
        The columns of ``by``, ``age_group`` (null: unknown), ``cases``, ``person_years``, and ``rate``,
        ``rate_lower``, ``rate_upper`` per 100 000 person-years. Without person-years the rate is null.

    Raises
    ------
    BurdenError
        Cases of known age without person-years, and numbers that are negative or empty.

    Examples
    --------
    >>> import polars as pl
    >>> cells = pl.DataFrame({"age_group": [60, 65], "cases": [10, 0], "person_years": [5000.0, 4000.0]})
    >>> age_rates(cells).select("age_group", pl.col("rate", "rate_lower", "rate_upper").round(1)).rows()
    [(60, 200.0, 95.9, 367.8), (65, 0.0, 0.0, 92.2)]
    """
    rows = read_cells(cells, by)
    homeless = rows.filter(
        pl.col("cases") > 0, pl.col("person_years") == 0, pl.col("age_group").is_not_null()
    )
    if not homeless.is_empty():
        raise BurdenError(
            f"{homeless['cases'][0]:g} cases and no person-years; a rate needs both.",
            f"{homeless['cases'][0]:g} ca bệnh nhưng không có người-năm; tính tỷ suất cần cả hai.",
            column="person_years",
            row=homeless["row"][0],
        )
    cases = rows["cases"].to_numpy()
    people = rows["person_years"].to_numpy()
    people = np.where((people > 0) & rows["age_group"].is_not_null().to_numpy(), people, np.nan)
    lower, upper = poisson_interval(cases, level)
    rates = {"rate": cases, "rate_lower": lower, "rate_upper": upper}
    return rows.select(*by, "age_group", "cases", "person_years").with_columns(
        _whole(cases).alias("cases"),
        *(pl.Series(name, PER * values / people).fill_nan(None) for name, values in rates.items()),
    )
