"""Stability over time: years whose cases stand out from a smooth trend."""

from collections.abc import Sequence
from typing import Any

import numpy as np
import polars as pl
from narwhals.typing import IntoFrame
from scipy.special import stdtr

from banyan.science.burden.faults import BurdenError
from banyan.science.burden.frames import as_numbers, refuse, take_columns, take_counts
from banyan.science.burden.intervals import Floats, normal_quantile, t_quantile
from banyan.science.burden.poisson import fit_poisson
from banyan.science.burden.quality.judging import WEIGHT, lay_rows, split_strata, take_weights

CASES = ("cases", "bảng ca bệnh")
PEOPLE = ("population", "bảng dân số")
STABILITY_SOURCE = "Parkin, Bray, Eur J Cancer 2009;45:756-764 (stability over time); the test and its level are this program's own"
FEWEST_PER_YEAR = 1.0
LEAST_FREEDOM = 3
SCHEMA: dict[str, Any] = {
    "year": pl.Int64,
    "cases": pl.Int64,
    **dict.fromkeys(("person_years", "expected", "lower", "upper", "z", "p_value", "dispersion"), pl.Float64),
    "flag": pl.String,
    "source": pl.String,
}


def check_stability(
    cases: IntoFrame,
    population: IntoFrame | None = None,
    *,
    by: Sequence[str] = (),
    counts: str | None = None,
    degree: int = 1,
    level: float = 0.95,
) -> pl.DataFrame:
    """Compare each year's cases with what the trend of all other years makes one expect.

    Parameters
    ----------
    cases : data frame
        One row a case: ``year`` and the columns of ``by``. A year without any row between the first and the last
        of the whole table has no case, and is judged.
    population : data frame, optional
        ``year``, ``person_years``, and those columns of ``by`` that it has: the trend is then one of rates.
    by : names of columns
    counts : name of a column, optional
        How many cases a row stands for.
    degree : int
        Of the trend: 1 a straight line through the logarithms, 2 a parabola, 0 a constant.
    level : float
        Probability that no year of a stable stratum is flagged: the limits of its years are Bonferroni's.

    Returns
    -------
    polars.DataFrame
        One row a stratum and year: the columns of ``by``; ``year``, ``cases``, ``person_years`` (null without a
        population), ``expected``, ``lower``, ``upper`` (between which a count is not flagged), ``z``, ``p_value``
        (of this year alone, two-sided), ``dispersion``, ``flag`` ("low", "high", "ok"; null in a stratum where less
        than one case a year is expected), ``source`` of the rule.

    Raises
    ------
    BurdenError
        Fewer years than the trend needs, an empty or fractional year, a year without population.

    Notes
    -----
    For each year a Poisson regression of the other years' counts on the year (with the logarithm of person-years as
    offset) gives the expected count m, and v, the variance of log m. With φ = Pearson's chi-square / degrees of
    freedom of that regression, or 1 where it is less, z = 2 (√(y + 3/8) - √(m + 3/8)) / √(φ (1 + m v)): twice the
    root of a Poisson count has a variance of nearly 1 whatever its mean (Anscombe). z is held against Student's t with
    these degrees of freedom. Where years stand out, the one that does most is set aside and all are judged anew by the
    trend of the rest, at most a quarter of the years: one bad year does not excuse another.

    References
    ----------
    .. [1] Parkin DM, Bray F. Evaluation of data quality in the cancer registry. Part II. Completeness. European
       Journal of Cancer 2009;45:756-764.
    .. [2] Anscombe FJ. The transformation of Poisson, binomial and negative-binomial data. Biometrika 1948;35:246-254.
    .. [3] McCullagh P, Nelder JA. Generalized Linear Models. 2nd edition, London 1989, 12.4 (deletion residuals).

    Examples
    --------
    >>> import polars as pl
    >>> years = pl.DataFrame({"year": range(2015, 2023), "n": [400, 408, 416, 424, 433, 442, 451, 300]})
    >>> check_stability(years, counts="n").select("year", pl.col("expected").round(0), "flag").rows()[-2:]
    [(2021, 451.0, 'ok'), (2022, 460.0, 'low')]
    """
    normal_quantile(level)
    if degree not in (0, 1, 2):
        raise BurdenError(
            f"a trend has degree 0, 1 or 2, and {degree} is none of them.",
            f"bậc của xu hướng là 0, 1 hoặc 2, không phải {degree}.",
        )
    rows = take_weights(take_counts(cases, ["year", *by, *([counts] if counts else [])], table=CASES), counts)
    rows = _read_years(rows)
    years = _list_years(rows, degree)
    people = None if population is None else _read_people(population, by)
    keys, results = [], []
    for key, group in split_strata(rows, by):
        seen = _fill_years(group, years)
        persons = None if people is None else _find_people(people, dict(zip(by, key, strict=True)), years)
        for row in _judge_years(seen, years, persons, degree, level):
            keys.append(key)
            results.append(row)
    return lay_rows(keys, results, {name: rows.schema[name] for name in by}, SCHEMA)


def _read_years(rows: pl.DataFrame) -> pl.DataFrame:
    read = as_numbers(rows, "year")
    refuse(
        read,
        "year",
        pl.col("year") != pl.col("year").round(),
        "{} is no whole year.",
        "{} không phải năm tròn.",
    )
    return read.with_columns(pl.col("year").cast(pl.Int64))


def _list_years(rows: pl.DataFrame, degree: int) -> Floats:
    first, last = (int(rows["year"].min() or 0), int(rows["year"].max() or -1))  # type: ignore[arg-type]
    years = np.arange(first, last + 1, dtype=float)
    needed = degree + 2 + LEAST_FREEDOM
    if len(years) < needed:
        raise BurdenError(
            f"a trend of degree {degree} is checked over at least {needed} years, and there are {len(years)}.",
            f"xu hướng bậc {degree} cần ít nhất {needed} năm để kiểm tra, ở đây có {len(years)}.",
        )
    return years


def _fill_years(group: pl.DataFrame, years: Floats) -> Floats:
    place = group["year"].to_numpy() - int(years[0])
    return np.bincount(place, group[WEIGHT].to_numpy(), minlength=len(years)).astype(float)


def _read_people(population: IntoFrame, by: Sequence[str]) -> pl.DataFrame:
    people = take_columns(population, ["year", "person_years"], by, table=PEOPLE)
    people = as_numbers(_read_years(people), "person_years")
    refuse(people, "person_years", pl.col("person_years") < 0, "{} is negative.", "{} là số âm.")
    shared = [name for name in by if name in people.columns]
    return people.group_by([*shared, "year"]).agg(pl.col("person_years").sum())


def _find_people(people: pl.DataFrame, stratum: dict[str, Any], years: Floats) -> Floats:
    """Return the person-years of a stratum in each year."""
    known = {name: value for name, value in stratum.items() if name in people.columns}
    own = (
        people.filter(pl.col(name).eq_missing(pl.lit(value)) for name, value in known.items())
        if known
        else people
    )
    found = dict(own.select("year", "person_years").iter_rows())
    for year in years.astype(int).tolist():
        if not found.get(year):
            where = "".join(f", {name} {value}" for name, value in known.items())
            raise BurdenError(
                f"there are no person-years for {year}{where}.", f"không có người-năm cho {year}{where}."
            )
    return np.array([found[year] for year in years.astype(int).tolist()], dtype=float)


def _judge_years(
    seen: Floats, years: Floats, persons: Floats | None, degree: int, level: float
) -> list[dict[str, Any]]:
    """Judge every year by the trend of the others that do not stand out, the worst of which is set aside first."""
    middle = (years - years.mean()) / len(years)
    design = np.vander(middle, degree + 1, increasing=True)
    exposure = np.ones(len(years)) if persons is None else persons
    most = min(len(years) // 4, len(years) - 1 - design.shape[1] - LEAST_FREEDOM)
    aside = np.zeros(len(years), dtype=bool)
    while True:
        found = [_compare(seen, design, exposure, (place, aside), level) for place in range(len(years))]
        out = [0.0 if each.get("flag", "ok") == "ok" else abs(float(each["z"])) for each in found]
        worst = int(np.argmax(np.where(aside, 0.0, out)))
        if aside.sum() >= most or aside[worst] or not out[worst]:
            break
        aside[worst] = True
    rows = []
    for place, each in enumerate(found):
        row: dict[str, Any] = dict.fromkeys(SCHEMA) | each
        row |= {"year": int(years[place]), "cases": round(seen[place]), "source": STABILITY_SOURCE}
        row["person_years"] = None if persons is None else float(persons[place])
        rows.append(row)
    return rows


def _compare(
    seen: Floats, design: Floats, exposure: Floats, places: tuple[int, Any], level: float
) -> dict[str, float | str]:
    """Fit the other years, and hold this one's count against what they make one expect; nothing where they are few."""
    place, aside = places
    here = np.arange(len(seen)) == place
    others = ~here & ~aside
    if seen[others].mean() < FEWEST_PER_YEAR:
        return {}
    fit = fit_poisson(design[others], seen[others], exposure[others])
    logarithm, error = fit.combine(design[here])
    expected = float(np.exp(logarithm[0]) * exposure[here][0])
    dispersion = max(fit.find_dispersion(seen[others]), 1.0)
    wide = np.sqrt(dispersion * (1 + expected * error[0] ** 2)) / 2
    root = np.sqrt(expected + 0.375)
    count = float(seen[here][0])
    z = float((np.sqrt(count + 0.375) - root) / wide)
    half = t_quantile(1 - (1 - level) / len(seen), fit.freedom) * wide
    lower = max(max(root - half, 0.0) ** 2 - 0.375, 0.0)
    upper = (root + half) ** 2 - 0.375
    flag = "low" if count < lower else "high" if count > upper else "ok"
    p_value = float(2 * stdtr(fit.freedom, -abs(z)))
    return {
        "expected": expected,
        "lower": float(lower),
        "upper": float(upper),
        "z": z,
        "p_value": p_value,
        "dispersion": dispersion,
        "flag": flag,
    }
