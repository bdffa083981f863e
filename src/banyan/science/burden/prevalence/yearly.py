"""Prevalence from yearly numbers of cases and the survival of such patients: no single patient is needed."""

from collections.abc import Sequence
from typing import Any

import numpy as np
import polars as pl
from narwhals.typing import IntoFrame

from banyan.science.burden.counts import CASES
from banyan.science.burden.faults import BurdenError
from banyan.science.burden.frames import as_numbers, refuse, take_columns
from banyan.science.burden.intervals import Floats, fay_feuer, normal_quantile

CURVE = ("survival", "bảng sống thêm")
HALF = 0.5


def prevalence_from_cases(
    cases: IntoFrame,
    survival: IntoFrame,
    *,
    years: Sequence[int] = (1, 3, 5),
    by: Sequence[str] = (),
    level: float = 0.95,
) -> pl.DataFrame:
    """Estimate prevalence at the end of the last year from yearly cases and observed survival, as GLOBOCAN does.

    Parameters
    ----------
    cases : data frame
        ``year``, ``cases``, the columns of ``by``. A year without a row is an error: write 0 where there was no case.
    survival : data frame
        ``years`` since diagnosis, ``survival`` (0 to 1, from all causes of death), optionally ``std_err`` (of the survival), and any
        of the columns of ``by``; a curve without them serves every stratum. Between its times, and from 1 at time 0, the
        hazard is constant. What ends before the last half year that is needed is an error.
    years : whole numbers of years
    by : names of columns
    level : float

    Returns
    -------
    polars.DataFrame
        The columns of ``by``; ``years``; ``cases``, those of that many last years; ``prevalent``, ``std_err``, ``lower``, ``upper`` (gamma).

    Raises
    ------
    BurdenError
        A missing year, a number that is negative, a survival above 1 or that rises, a curve that is too short.

    Notes
    -----
    N(n) = sum over k = 1 … n of cases(k years ago, the last being k = 1) × S(k - 1/2): cases of a year are taken as diagnosed at its
    middle. Cases are Poisson and survivors their thinning, with variance N; the estimation of S adds, by the delta
    method, its independent increments. Migration, and cases diagnosed before the first of the years, are not
    counted; survival of all years is taken as that of the curve.

    References
    ----------
    .. [1] Pisani P, Bray F, Parkin DM. Estimates of the world-wide prevalence of cancer for 25 sites in the adult population.
       Int J Cancer 2002;97:72-81.
    .. [2] Bray F, Ren JS, Masuyer E, Ferlay J. Global estimates of cancer prevalence for 27 sites in the adult population in
       2008. Int J Cancer 2013;132:1133-1145.

    Examples
    --------
    >>> import polars as pl
    >>> cases = pl.DataFrame({"year": [2021, 2022, 2023], "cases": [100, 100, 200]})
    >>> curve = pl.DataFrame({"years": [0.5, 1.5, 2.5], "survival": [0.9, 0.7, 0.6]})
    >>> prevalence_from_cases(cases, curve, years=[1, 3]).select("years", "cases", "prevalent").rows()
    [(1, 200.0, 180.0), (3, 400.0, 310.0)]
    """
    normal_quantile(level)
    wanted = _read_years(years)
    strata = list(by)
    counts, curves = _read_cases(cases, strata), _read_curves(survival, strata)
    last = int(counts["year"].max()) if counts.height else 0  # type: ignore[arg-type]
    shared = [name for name in strata if name in curves.columns]
    tables = []
    groups = counts.group_by(strata, maintain_order=True) if strata else [((), counts)]
    for values, rows in groups:
        stratum = dict(zip(strata, values, strict=True))
        curve = _find_curve(curves, {name: stratum[name] for name in shared})
        recent = _line_up(rows, last, max(wanted), stratum)
        tables += [{**stratum, **_estimate(recent[:n], curve, level), "years": n} for n in wanted]
    columns = ["years", "cases", "prevalent", "std_err", "lower", "upper"]
    schema: dict[str, Any] = {
        **counts.select(strata).schema,
        "years": pl.Int64,
        **dict.fromkeys(columns[1:], pl.Float64),
    }
    return pl.DataFrame(tables, schema=schema).fill_nan(None)


def _read_years(years: Sequence[int]) -> list[int]:
    if not years or any(n != int(n) or n < 1 for n in years):
        raise BurdenError(
            "prevalence is asked for of one or more whole numbers of years, from 1 on.",
            "cần một hoặc nhiều số năm nguyên, từ 1 trở lên, để tính số hiện mắc.",
        )
    return [int(n) for n in dict.fromkeys(years)]


def _read_cases(cases: IntoFrame, by: list[str]) -> pl.DataFrame:
    rows = take_columns(cases, ["year", "cases", *by], table=CASES)
    rows = as_numbers(as_numbers(rows, "year"), "cases")
    refuse(rows, "cases", pl.col("cases") < 0, "{} cases cannot be.", "số ca {} không thể có.")
    odd = pl.col("year") != pl.col("year").floor()
    refuse(rows, "year", odd, "{} is no whole year.", "{} không phải là năm nguyên.")
    return rows.group_by([*by, "year"]).agg(pl.col("cases").sum()).sort([*by, "year"])


def _read_curves(survival: IntoFrame, by: list[str]) -> pl.DataFrame:
    rows = take_columns(survival, ["years", "survival"], ["std_err", *by], table=CURVE)
    rows = as_numbers(as_numbers(rows, "years"), "survival", nullable=True)
    if "std_err" not in rows.columns:
        rows = rows.with_columns(std_err=0.0)
    rows = as_numbers(rows, "std_err", nullable=True)
    refuse(rows, "years", pl.col("years") < 0, "{} is negative.", "{} là số âm.")
    share = ~pl.col("survival").is_between(0, 1)
    refuse(
        rows, "survival", share, "a survival is from 0 to 1, not {}.", "sống thêm từ 0 đến 1, không phải {}."
    )
    return rows.filter(pl.col("years") > 0).drop_nulls("survival")


def _find_curve(curves: pl.DataFrame, stratum: dict[str, object]) -> pl.DataFrame:
    same = [pl.col(name).eq_missing(pl.lit(value)) for name, value in stratum.items()]
    curve = curves.filter(pl.lit(value=True), *same).sort("years")
    where = _name(stratum)
    if curve.is_empty():
        raise BurdenError(f"there is no survival{where}.", f"không có sống thêm{where}.", column="survival")
    twice = curve["years"].is_duplicated().any()
    if twice or (curve["survival"].diff() > 0).any():
        raise BurdenError(
            f"survival{where} has one value a time, none above the one before it.",
            f"sống thêm{where} mỗi thời điểm có một giá trị, không lớn hơn giá trị trước.",
            column="survival",
        )
    return curve


def _name(stratum: dict[str, object]) -> str:
    listed = ", ".join(f"{name} {value}" for name, value in stratum.items())
    return f" ({listed})" if listed else ""


def _line_up(rows: pl.DataFrame, last: int, many: int, stratum: dict[str, object]) -> Floats:
    """Return the cases of the last years, the latest first."""
    found = dict(rows.select("year", "cases").iter_rows())
    wanted = [float(year) for year in range(last, last - many, -1)]
    lacking = [year for year in wanted if year not in found]
    if lacking:
        where = _name(stratum)
        raise BurdenError(
            f"there are no cases of {lacking[0]:g}{where}; write 0 where there was none.",
            f"không có số ca năm {lacking[0]:g}{where}; ghi 0 nếu không có ca.",
            column="year",
        )
    return np.array([found[year] for year in wanted])


def _estimate(cases: Floats, curve: pl.DataFrame, level: float) -> dict[str, float]:
    times, survival = curve["years"].to_numpy(), curve["survival"].to_numpy()
    middles: Floats = np.arange(len(cases), dtype=float) + HALF
    if middles[-1] > times[-1] and survival[-1] > 0:
        raise BurdenError(
            f"the survival ends at {times[-1]:g} years; {len(cases)}-year prevalence needs it at {middles[-1]:g}.",
            f"sống thêm dừng ở {times[-1]:g} năm; số hiện mắc {len(cases)} năm cần tới {middles[-1]:g} năm.",
            column="years",
        )
    passed = _share_passed(times, middles)
    with np.errstate(divide="ignore", invalid="ignore"):
        steps = -np.diff(np.log(np.concatenate([[1.0], survival])))
    steps = np.where(np.isnan(steps), 0.0, steps)
    chance = np.exp(-np.where(passed > 0, passed * np.where(passed > 0, steps, 0.0), 0.0).sum(axis=1))
    alive = cases * chance
    value = float(alive.sum())
    errors = curve["std_err"].fill_null(0.0).to_numpy() / np.where(survival > 0, survival, np.inf)
    added = np.maximum(np.diff(errors**2, prepend=0.0), 0.0)
    spread = value + float(((alive @ passed) ** 2 * added).sum())
    lower, upper = fay_feuer(value, spread, 1.0, level)
    return {
        "cases": float(cases.sum()),
        "prevalent": value,
        "std_err": float(np.sqrt(spread)),
        "lower": float(lower),
        "upper": float(upper),
    }


def _share_passed(times: Floats, middles: Floats) -> Floats:
    """Return the share of each interval of the curve (across) that lies before each time (down)."""
    starts = np.concatenate([[0.0], times[:-1]])
    return np.clip((middles[:, None] - starts) / (times - starts), 0.0, 1.0)
