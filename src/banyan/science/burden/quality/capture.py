"""Capture-recapture: how many cases no source has seen, from how the sources that saw some overlap."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Literal, get_args

import numpy as np
import polars as pl
from narwhals.typing import IntoFrame

from banyan.science.burden.faults import BurdenError, check_option
from banyan.science.burden.frames import refuse, take_counts
from banyan.science.burden.intervals import Floats, normal_quantile, poisson_interval
from banyan.science.burden.quality.judging import (
    RESULT,
    WEIGHT,
    check_limit,
    lay_rows,
    limit_missed,
    split_strata,
    summarise_missed,
    take_weights,
)
from banyan.science.burden.quality.loglinear import MODEL, Missed, choose_model, fit_models, profile_missed

Method = Literal["auto", "chapman", "log-linear"]
Interval = Literal["log", "normal", "profile"]
Criterion = Literal["aic", "bic"]
TABLE = ("cases", "bảng ca bệnh")
FLAGS = {"1": 1, "true": 1, "1.0": 1, "0": 0, "false": 0, "0.0": 0}
MOST_SOURCES = 4


@dataclass(frozen=True, eq=False)
class Recapture:
    """What capture-recapture says.

    Attributes
    ----------
    estimates : polars.DataFrame
        One row a stratum of ``by``: those columns; ``model``; ``observed`` (cases known to any source), ``missed``,
        ``estimate`` (of all), ``std_err``, ``lower``, ``upper`` (of all); ``completeness`` with
        ``completeness_lower`` and ``completeness_upper``, per cent; ``low`` (the limit), ``flag`` ("ok" or "low" where
        the whole interval lies on that side, else "unsure"), ``source`` of the limit. Null where nothing can be said.
    models : polars.DataFrame
        One row a stratum (of ``by`` and ``within``) and log-linear model: ``model``, ``parameters``, ``df``,
        ``deviance``, ``p_value``, ``aic``, ``bic``, ``estimate``, ``std_err``, ``estimable``, ``chosen``. Without rows
        for Chapman's estimator.
    """

    estimates: pl.DataFrame
    models: pl.DataFrame


def capture_recapture(
    cases: IntoFrame,
    sources: Sequence[str],
    *,
    by: Sequence[str] = (),
    within: Sequence[str] = (),
    counts: str | None = None,
    method: Method = "auto",
    criterion: Criterion = "aic",
    interval: Interval = "log",
    level: float = 0.95,
    least: float | None = None,
) -> Recapture:
    """Estimate how many cases there are, seen or not, from two to four sources.

    Parameters
    ----------
    cases : data frame
        One row a case that at least one source knows, with one column a source: true or 1 where it knows the case.
    sources : two to four names of columns
    by : names of columns
        Strata of the result.
    within : names of columns
        Strata (age, sex, area) within which the sources are taken; their estimates are summed (Sekar and Deming).
        It takes away the dependence of the sources that these columns make.
    counts : name of a column, optional
        How many cases a row stands for.
    method : {"auto", "chapman", "log-linear"}
        auto is Chapman's estimator of two sources, log-linear models of more. The log-linear model of two sources
        is the estimator of Lincoln and Petersen.
    criterion : {"aic", "bic"}
        By which the log-linear model is chosen.
    interval : {"log", "normal", "profile"}
        Chao's on the logarithm of the missed; estimate ± z × standard error, not below what was observed; or by the
        profile of the likelihood (log-linear models, without ``within``).
    level : float
    least : float, optional
        The completeness, in per cent, below which the flag is "low"; by default the 90 of the United States Cancer
        Statistics.

    Returns
    -------
    Recapture

    Raises
    ------
    BurdenError
        A source that is neither 0 nor 1, a case that no source knows, other than two to four sources, an option
        that does not go with another.

    Notes
    -----
    Of two sources with n1 and n2 cases, m of them in both, Chapman's estimate is
    (n1 + 1)(n2 + 1)/(m + 1) - 1, so that (n1 - m)(n2 - m)/(m + 1) are missed, with the variance
    (n1 + 1)(n2 + 1)(n1 - m)(n2 - m)/((m + 1)²(m + 2)). Where one source knows nobody that the other does not know,
    none seems missed, and the upper limit takes the exact one of a count of 0 in its place. It supposes independent sources: where one feeds the other, it
    is too low.

    Of three sources, 8 log-linear models of the 7 counts say which pairs depend on each other; the 8th count is
    exp(intercept). Of four sources, the 64 models with dependence in pairs. A model whose estimate is not finite
    (empty cells) is never chosen. BIC counts the logarithm of the observed cases. The variance of the estimate is
    m0² × var(intercept) + m0, m0 being the missed. That all sources depend on each other cannot be seen in the data.

    References
    ----------
    .. [1] Chapman DG. Some properties of the hypergeometric distribution with applications to zoological censuses.
       University of California Publications in Statistics 1951;1:131-160.
    .. [2] Sekar CC, Deming WE. On a method of estimating birth and death rates and the extent of registration.
       JASA 1949;44:101-115.
    .. [3] Fienberg SE. The multiple recapture census for closed populations and incomplete 2^k contingency tables.
       Biometrika 1972;59:591-603.
    .. [4] Cormack RM. Interval estimation for mark-recapture studies of closed populations. Biometrics
       1992;48:567-576.
    .. [5] Parkin DM, Bray F. Evaluation of data quality in the cancer registry. Part II. Completeness. European
       Journal of Cancer 2009;45:756-764.

    Examples
    --------
    >>> import polars as pl
    >>> known = pl.DataFrame({"hospital": [1, 1, 0], "death": [1, 0, 1], "n": [60, 40, 20]})
    >>> found = capture_recapture(known, ["hospital", "death"], counts="n").estimates
    >>> found.select("observed", pl.col("estimate", "lower", "upper", "completeness").round(1), "flag").row(0)
    (120, 133.1, 126.1, 148.2, 90.1, 'unsure')
    """
    _check_options(sources, within, method, interval, level)
    check_option(criterion, get_args(Criterion), "criterion ‘{}’", "tiêu chuẩn ‘{}’")
    check_limit(least)
    chosen = ("chapman" if len(sources) == 2 else "log-linear") if method == "auto" else method
    rows = _read_sources(cases, sources, [*by, *within], counts)
    keys, results, models = [], [], []
    for key, group in split_strata(rows, by):
        parts = [(part, _count_histories(cells, sources)) for part, cells in split_strata(group, within)]
        found = [_estimate(cells, sources, chosen, criterion) for _, cells in parts]
        for (part, _), (_, tried) in zip(parts, found, strict=True):
            models += [((*key, *part), each) for each in tried]
        observed = float(sum(cells.sum() for _, cells in parts))
        missed = [each for each, _ in found]
        counts_apart = [cells for _, cells in parts]
        limits = _limit(missed, counts_apart, interval, level) if None not in missed else (0.0, 0.0)
        keys.append(key)
        results.append(_summarise(observed, missed, limits, least))
    strata = {name: rows.schema[name] for name in by}
    parted = {name: rows.schema[name] for name in [*by, *within]}
    return Recapture(
        estimates=lay_rows(keys, results, strata, {"model": pl.String, **RESULT}),
        models=lay_rows([key for key, _ in models], [row for _, row in models], parted, MODEL),
    )


def _check_options(
    sources: Sequence[str], within: Sequence[str], method: str, interval: str, level: float
) -> None:
    normal_quantile(level)
    check_option(method, get_args(Method), "method ‘{}’", "phương pháp ‘{}’")
    check_option(interval, get_args(Interval), "interval ‘{}’", "khoảng tin cậy ‘{}’")
    number = len(set(sources))
    if not 2 <= number <= MOST_SOURCES or number != len(sources):
        raise BurdenError(
            f"capture-recapture takes two to four different sources, and {len(sources)} were named ({number} different).",
            f"bắt – bắt lại cần từ hai đến bốn nguồn khác nhau, đã nêu {len(sources)} ({number} nguồn khác nhau).",
        )
    if method == "chapman" and number != 2:
        raise BurdenError(
            "Chapman's estimator takes two sources; take log-linear models for more.",
            "ước lượng Chapman dùng hai nguồn; nhiều nguồn hơn thì dùng mô hình log-tuyến tính.",
        )
    log_linear = method == "log-linear" or (method == "auto" and number > 2)
    if interval == "profile" and (within or not log_linear):
        raise BurdenError(
            "the profile interval goes with log-linear models, and not with strata that are summed.",
            "khoảng theo hợp lý riêng đi với mô hình log-tuyến tính, không đi với các tầng được cộng lại.",
        )


def _read_sources(
    cases: IntoFrame, sources: Sequence[str], strata: Sequence[str], counts: str | None
) -> pl.DataFrame:
    rows = take_counts(cases, [*strata, *sources, *([counts] if counts else [])], table=TABLE)
    rows = take_weights(rows, counts)
    for name in sources:
        text = pl.col(name).cast(pl.String).str.strip_chars().str.to_lowercase()
        read = text.replace_strict(FLAGS, default=None, return_dtype=pl.Int8)
        said = "‘{}’ is neither 1 (the source knows the case) nor 0."
        refuse(rows, name, read.is_null(), said, "‘{}’ không phải là 1 (nguồn biết ca này) hay 0.")
        rows = rows.with_columns(read.alias(name))
    unseen = pl.sum_horizontal(sources) == 0
    reason = ("no source knows the case.", "không nguồn nào biết ca này.")
    refuse(rows, sources[0], unseen & (pl.col(WEIGHT) > 0), *reason)
    return rows


def _count_histories(rows: pl.DataFrame, sources: Sequence[str]) -> Floats:
    """Count cases by which sources know them: the sources are the digits of a binary number, the first the highest."""
    size = len(sources)
    code = pl.sum_horizontal(
        pl.col(name).cast(pl.Int64) * 2 ** (size - 1 - place) for place, name in enumerate(sources)
    )
    place = rows.select(code.alias("code"))["code"].to_numpy()
    return np.bincount(place, rows[WEIGHT].to_numpy(), minlength=2**size)[1:].astype(float)


def _estimate(
    cells: Floats, sources: Sequence[str], method: str, criterion: str
) -> tuple[Missed | None, list[dict[str, Any]]]:
    """Estimate one stratum; also return the log-linear models that were tried."""
    if method == "chapman":
        second, first, both = cells
        if not (first + both and second + both):  # a source that knows nobody says nothing
            return None, []
        product = first * second
        missed = product / (both + 1)
        variance = (first + both + 1) * (second + both + 1) * product / ((both + 1) ** 2 * (both + 2))
        return Missed("Chapman", float(missed), float(variance), ()), []
    tried = fit_models(cells, sources)
    return choose_model(tried, criterion)


def _limit(
    missed: Sequence[Missed | None], parts: Sequence[Floats], interval: str, level: float
) -> tuple[float, float]:
    known = [each for each in missed if each is not None]
    total, variance = sum(each.missed for each in known), sum(each.variance for each in known)
    if not total:
        return 0.0, sum(_bound_contained(cells, level) for cells in parts if len(cells) == 3)
    if interval == "profile":
        return profile_missed(parts[0], known[0], level)
    if interval == "log":
        return limit_missed(total, variance, level)
    half = normal_quantile(level) * float(np.sqrt(variance))
    return max(total - half, 0.0), total + half


def _bound_contained(cells: Floats, level: float) -> float:
    """Return how many may be missed where one of two sources knows nobody that the other does not know."""
    least = float(poisson_interval(0, level)[1])
    second, first, both = np.maximum(cells, [least, least, 0.0])
    return float(first * second / (both + 1))


def _summarise(
    observed: float, missed: Sequence[Missed | None], limits: tuple[float, float], least: float | None
) -> dict[str, Any]:
    known = [each for each in missed if each is not None]
    whole = len(known) == len(missed) > 0
    total = sum(each.missed for each in known) if whole else None
    row = summarise_missed(observed, total, sum(each.variance for each in known), limits, least)
    names = list(dict.fromkeys(each.model for each in known))
    return {**row, "model": " | ".join(names) if whole else None}
