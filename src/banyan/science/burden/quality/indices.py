"""How good a registry's cases are: the usual indices, each beside a limit and where that limit comes from."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

import narwhals as nw
import numpy as np
import polars as pl
from narwhals.typing import IntoFrame

from banyan.science.burden.faults import BurdenError, check_option
from banyan.science.burden.frames import refuse, take_counts
from banyan.science.burden.intervals import normal_quantile, wilson_interval
from banyan.science.burden.quality.judging import WEIGHT, take_weights
from banyan.science.coding.basis import FROM_IARC

CASES = ("cases", "bảng ca bệnh")
DEATHS = ("deaths", "bảng tử vong")
BASES = ("0", "1", "2", "4", "5", "7", "7.1", "7.2", "7.3", "8", "9")
HISTOLOGY = ("7", "7.1", "7.2", "7.3")
# Retroperitoneum (C48) is not counted: its tumours have a site.
UNSPECIFIED_SITES = ("C26", "C39", "C76", "C77", "C78", "C79", "C80")
UNKNOWN_STAGES = ("", "9", "99", "X", "U", "UNK", "UNKNOWN")

USCS = "United States Cancer Statistics, publication criteria (CDC)"
BRAY_PARKIN = "Bray, Parkin, Eur J Cancer 2009;45:747-755"
OWN = "working limit of this program, no published rule"


@dataclass(frozen=True)
class Index:
    """A quality index: the column that it needs, and the limits within which nobody need look.

    Limits are in per cent, None where there is none; ``source`` says whose they are.
    """

    key: str
    name_en: str
    name_vi: str
    column: str
    low: float | None
    high: float | None
    source: str


INDICES = (
    Index("mv", "microscopically verified", "xác minh bằng vi thể", "basis", 75, 99, f"{BRAY_PARKIN}; {OWN}"),
    Index("hv", "histologically verified", "xác minh bằng mô bệnh học", "basis", None, None, BRAY_PARKIN),
    Index("dco", "death certificate only", "chỉ có giấy báo tử", "basis", None, 5, USCS),
    Index("unknown_basis", "basis unknown", "không rõ cơ sở chẩn đoán", "basis", None, 5, OWN),
    Index("unknown_age", "age unknown", "không rõ tuổi", "age", None, 3, USCS),
    Index("psu", "primary site unspecified", "không rõ vị trí nguyên phát", "topography", None, 10, OWN),
    Index("unknown_stage", "stage unknown", "không rõ giai đoạn", "stage", None, 20, OWN),
    Index(
        "mi",
        "deaths to cases",
        "tỷ số tử vong trên mới mắc",
        "deaths",
        None,
        100,
        "Parkin, Bray, Eur J Cancer 2009;45:756-764",
    ),
)


def _know_age(age: nw.Expr, kind: Any) -> nw.Expr:
    """Keep of an age whether it is known."""
    if not kind.is_numeric():
        return age
    return nw.when(~age.is_nan() if kind.is_float() else ~age.is_null()).then(nw.lit(0.0))


def _know_category(topography: nw.Expr, kind: Any) -> nw.Expr:
    """Keep of a topography its category of three characters."""
    return topography.str.slice(0, 3) if kind == nw.String else topography


COARSE = {"age": _know_age, "age_group": _know_age, "topography": _know_category}


def quality_indices(
    cases: IntoFrame,
    deaths: IntoFrame | None = None,
    *,
    by: Sequence[str] = (),
    counts: str | None = None,
    basis_scheme: Literal["encr2022", "iarc"] = "encr2022",
    limits: Mapping[str, tuple[float | None, float | None]] | None = None,
    level: float = 0.95,
) -> pl.DataFrame:
    """Compute the quality indices that the columns at hand allow.

    Parameters
    ----------
    cases : data frame
        One row a case, with the columns of ``by`` and any of ``basis`` (of diagnosis), ``age`` (or ``age_group``),
        ``topography`` (ICD-O or ICD-10, with or without the dot) and ``stage``. An empty value is unknown.
    deaths : data frame, optional
        One row a death from the same cancers, area and period, with the columns of ``by``, for M:I.
    by : names of columns
    counts : name of a column, optional
        How many cases, or deaths, a row stands for.
    basis_scheme : {"encr2022", "iarc"}
        The two disagree on 6, 7 and 8, so it has to be said. See ENCR's recommendation of 2022.
    limits : mapping of index to (low, high), optional
        Limits of your own, in per cent.
    level : float
        Of the intervals.

    Returns
    -------
    polars.DataFrame
        One row a stratum and index: the columns of ``by``; ``index``; ``name_en``, ``name_vi``; ``cases`` (the
        denominator); ``count``; ``percent`` with ``lower`` and ``upper`` (null without cases); ``low``, ``high``;
        ``flag``: "ok", "low", "high", or null where there is no limit or no case; ``source`` of the limits.

    Raises
    ------
    BurdenError
        A basis that the scheme does not know, none of the columns, a missing column of ``by``, or limits of an
        index that there is not.

    Notes
    -----
    All are per cent of the cases: MV of basis 5, 7 and 8, HV of basis 7, DCO of basis 0, unknown basis of basis 9 or
    none; PSU of C26, C39, C76 to C80; M:I of deaths. An MV of nearly 100 is a warning too: cases diagnosed on
    clinical grounds are then missing. An M:I should be near 1 - five-year survival. The interval of a share is
    Wilson's; that of M:I is his of deaths / (deaths + cases), both taken as Poisson counts, turned back into a ratio.

    References
    ----------
    .. [1] Bray F, Parkin DM. Evaluation of data quality in the cancer registry: principles and methods. Part I.
       European Journal of Cancer 2009;45:747-755.
    .. [2] Parkin DM, Bray F. Part II, completeness. European Journal of Cancer 2009;45:756-764.
    .. [3] Wilson EB. Probable inference, the law of succession, and statistical inference. JASA 1927;22:209-212.

    Examples
    --------
    >>> import polars as pl
    >>> cases = pl.DataFrame({"basis": ["7.1", "7.1", "5", "0"], "age": [50, None, 61, 70]})
    >>> quality_indices(cases).select("index", "count", "percent", "flag").rows()[:3]
    [('mv', 3, 75.0, 'ok'), ('hv', 2, 50.0, None), ('dco', 1, 25.0, 'high')]
    """
    normal_quantile(level)
    for name in limits or {}:
        check_option(name, [index.key for index in INDICES], "index ‘{}’", "chỉ số ‘{}’")
    weighed = [*by, *([counts] if counts else [])]
    columns = ["basis", "age", "age_group", "topography", "stage"]
    coarse = {name: make for name, make in COARSE.items() if name not in weighed}
    rows = take_counts(cases, weighed, columns, table=CASES, coarsen=coarse)
    rows = _read_basis(take_weights(rows, counts), basis_scheme)
    marks = _find_marks(rows)
    if not marks and deaths is None:
        raise BurdenError(
            "there is no column of basis, age, topography and stage in the cases.",
            "bảng ca bệnh không có cột nào trong basis, age, topography, stage.",
        )
    counted = _count_rows(rows, marks, by)
    if deaths is not None:
        dead = take_weights(take_counts(deaths, weighed, table=DEATHS), counts)
        counted = pl.concat([counted, _count_deaths(counted, dead, by)])
    return _judge(counted, by, limits or {}, level)


def _read_basis(rows: pl.DataFrame, scheme: str) -> pl.DataFrame:
    if "basis" not in rows.columns:
        return rows
    known = FROM_IARC if scheme == "iarc" else {code: code for code in BASES}
    text = pl.col("basis").cast(pl.String).str.strip_chars().str.strip_suffix(".0")
    written = pl.when(text != "").then(text)
    read = written.replace_strict(known, default=None, return_dtype=pl.String)
    refuse(
        rows,
        "basis",
        written.is_not_null() & read.is_null(),
        f"‘{{}}’ is no basis of diagnosis ({scheme}).",
        f"‘{{}}’ không phải là cơ sở chẩn đoán ({scheme}).",
    )
    return rows.with_columns(read.fill_null("9").alias("basis"))


def _find_marks(rows: pl.DataFrame) -> dict[str, pl.Expr]:
    """Say for each index that the columns allow which rows it counts."""
    marks: dict[str, pl.Expr] = {}
    if "basis" in rows.columns:
        basis = pl.col("basis")
        marks["mv"] = basis.is_in([*HISTOLOGY, "5", "8"])
        marks |= {"hv": basis.is_in(HISTOLOGY), "dco": basis == "0", "unknown_basis": basis == "9"}
    age = next((name for name in ("age", "age_group") if name in rows.columns), None)
    if age is not None:
        marks["unknown_age"] = pl.col(age).cast(pl.String).is_null() | pl.col(age).cast(pl.String).is_in(
            ["", "NaN"]
        )
    if "topography" in rows.columns:
        marks["psu"] = pl.col("topography").str.slice(0, 3).is_in(UNSPECIFIED_SITES).fill_null(value=True)
    if "stage" in rows.columns:
        stage = pl.col("stage").cast(pl.String).str.strip_chars().str.to_uppercase()
        marks["unknown_stage"] = stage.is_null() | stage.is_in(UNKNOWN_STAGES)
    return marks


def _count_rows(rows: pl.DataFrame, marks: Mapping[str, pl.Expr], by: Sequence[str]) -> pl.DataFrame:
    sums = [(mark * pl.col(WEIGHT)).sum().round().cast(pl.Int64).alias(key) for key, mark in marks.items()]
    whole = [pl.col(WEIGHT).sum().round().cast(pl.Int64).alias("cases"), *sums]
    wide = rows.group_by(by).agg(whole) if by else rows.select(whole)
    columns = [*by, "cases", "index", "count"]
    long = [
        wide.select(*by, "cases", pl.lit(key).alias("index"), pl.col(key).alias("count")) for key in marks
    ]
    return (
        pl.concat(long)
        if long
        else wide.with_columns(index=pl.lit(""), count=pl.lit(0, pl.Int64)).select(columns)
    )


def _count_deaths(counted: pl.DataFrame, deaths: pl.DataFrame, by: Sequence[str]) -> pl.DataFrame:
    strata = counted.select(*by, "cases").unique()
    if by:
        dead = deaths.group_by(by).agg(pl.col(WEIGHT).sum().round().cast(pl.Int64).alias("count"))
        joined = strata.join(dead, on=list(by), how="left", nulls_equal=True).with_columns(
            pl.col("count").fill_null(0)
        )
    else:
        joined = strata.with_columns(count=pl.lit(round(deaths[WEIGHT].sum()), dtype=pl.Int64))
    return joined.with_columns(index=pl.lit("mi")).select(counted.columns)


def _add_limits(counted: pl.DataFrame, level: float) -> pl.DataFrame:
    """Add the share of each row in per cent, and its limits."""
    count, cases = counted["count"].to_numpy(), counted["cases"].to_numpy()
    is_ratio = (counted["index"] == "mi").to_numpy()
    ends = np.array(wilson_interval(count, np.where(is_ratio, count + cases, cases), level))
    ratio = ends / np.where(is_ratio & (ends < 1), 1 - ends, 1.0)
    some = pl.col("cases") > 0
    percent = pl.when(some).then(100 * pl.col("count") / pl.col("cases")).alias("percent")
    limits = [
        pl.when(some).then(pl.Series(100 * end)).alias(name)
        for name, end in zip(("lower", "upper"), ratio, strict=True)
    ]
    return counted.with_columns(percent, *limits)


def _judge(
    counted: pl.DataFrame,
    by: Sequence[str],
    limits: Mapping[str, tuple[float | None, float | None]],
    level: float,
) -> pl.DataFrame:
    bounds = [
        {
            "index": index.key,
            "order": order,
            "name_en": index.name_en,
            "name_vi": index.name_vi,
            "low": limits.get(index.key, (index.low, index.high))[0],
            "high": limits.get(index.key, (index.low, index.high))[1],
            "source": "given by the user" if index.key in limits else index.source,
        }
        for order, index in enumerate(INDICES)
    ]
    schema = {"low": pl.Float64, "high": pl.Float64}
    judged = _add_limits(counted, level).join(pl.DataFrame(bounds, schema_overrides=schema), on="index")
    limited = pl.col("low").is_not_null() | pl.col("high").is_not_null()
    flag = (
        pl.when(pl.col("percent") < pl.col("low"))
        .then(pl.lit("low"))
        .when(pl.col("percent") > pl.col("high"))
        .then(pl.lit("high"))
        .when(limited & pl.col("percent").is_not_null())
        .then(pl.lit("ok"))
        .alias("flag")
    )
    measures = ["cases", "count", "percent", "lower", "upper", "low", "high"]
    columns = ["index", "name_en", "name_vi", *measures, "flag", "source"]
    return judged.with_columns(flag).sort([*by, "order"]).select(*by, *columns)
