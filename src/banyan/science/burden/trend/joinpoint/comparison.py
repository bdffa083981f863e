"""Whether two series follow one course: coincidence and parallelism, by permutation."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Literal, get_args

import numpy as np
import polars as pl
from narwhals.typing import IntoFrame

from banyan.science.burden.faults import BurdenError, check_option
from banyan.science.burden.frames import as_numbers, take_columns
from banyan.science.burden.intervals import Floats
from banyan.science.burden.trend.joinpoint.criteria import choose_least
from banyan.science.burden.trend.joinpoint.fitting import check_counts, fit_all
from banyan.science.burden.trend.joinpoint.grid import Grid, lay_grid
from banyan.science.burden.trend.joinpoint.permutation import Shuffling, count_extreme, divide_sums
from banyan.science.burden.trend.joinpoint.search import Search, prepare_search, search_series
from banyan.science.burden.trend.joinpoint.series import Model, Series, Weights, read_series
from banyan.science.burden.trend.joinpoint.tables import TABLE

Hypothesis = Literal["coincidence", "parallelism"]


@dataclass(frozen=True)
class TrendComparison:
    """A test of two series.

    Attributes
    ----------
    hypothesis : {"coincidence", "parallelism"}
    groups : pair
        The values of the column that tells the series apart.
    k : int
        Joinpoints of every model.
    joinpoints : tuple of float
        Those of the common model.
    wsse_common, wsse_separate : float
        Weighted sums of squares under the hypothesis, and with a model for each series.
    statistic : float
        ((wsse_common - wsse_separate) / parameters saved) / (wsse_separate / df).
    df : tuple of int
        Parameters that the hypothesis saves, and degrees of freedom of the separate models.
    p_value : float
        By permutation.
    permutations, seed : int
    """

    hypothesis: Hypothesis
    groups: tuple[Any, Any]
    k: int
    joinpoints: tuple[float, ...]
    wsse_common: float
    wsse_separate: float
    statistic: float
    df: tuple[int, int]
    p_value: float
    permutations: int
    seed: int


def compare_trends(
    frame: IntoFrame,
    group: str,
    *,
    hypothesis: Hypothesis = "parallelism",
    k: int | None = None,
    rate: str = "rate",
    std_err: str = "std_err",
    model: Model = "log-linear",
    weights: Weights | None = None,
    zero: float | None = None,
    ends: int = 2,
    between: int = 2,
    finer: int = 0,
    rho: float = 0.0,
    permutations: int = 4499,
    seed: int = 0,
    workers: int = 2,
) -> TrendComparison:
    """Test whether two series of rates are one (coincidence), or one but for their level (parallelism).

    Parameters
    ----------
    frame : data frame
        One row a series and year: ``group``, ``year``, the rate, and its standard error or ``cases``.
    group : name of a column
        With two values; both series have the same years.
    hypothesis : {"coincidence", "parallelism"}
        One line with joinpoints for both series, or two with the same joinpoints and slopes.
    k : int, optional
        Joinpoints of the common model and of each separate one. If nobody says, the larger of the numbers that the
        weighted BIC chooses for the series.
    rate, std_err, model, weights, zero, ends, between, finer, rho, permutations, seed, workers
        As in :func:`joinpoint_trends` and :func:`fit_joinpoints`.

    Returns
    -------
    TrendComparison

    Raises
    ------
    BurdenError
        Not two series, or years that are not the same.

    Notes
    -----
    Whitened residuals of the common model are permuted over both series, and both models fitted again. Errors have the
    same variance in both series, up to the weights.

    References
    ----------
    .. [1] Kim HJ, Fay MP, Yu B, Barrett MJ, Feuer EJ. Comparability of segmented line regression models. Biometrics
       2004;60:1005-1014.

    Examples
    --------
    >>> import polars as pl
    >>> noise = [0.01, -0.02, 0.015, 0.0, -0.01, 0.02, -0.015, 0.005, -0.005, 0.01]
    >>> rows = [(sex, 2010 + i, level * 1.02**i * (1 + sign * e)) for sex, level, sign in ((1, 20, 1), (2, 12, -1))
    ...         for i, e in enumerate(noise)]
    >>> rates = pl.DataFrame(rows, schema=["sex", "year", "rate"], orient="row")
    >>> compare_trends(rates, "sex", k=0, permutations=999).p_value > 0.05
    True
    >>> compare_trends(rates, "sex", hypothesis="coincidence", k=0).p_value < 0.01
    True
    """
    check_option(hypothesis, get_args(Hypothesis), "hypothesis ‘{}’", "giả thuyết ‘{}’")
    options: dict[str, Any] = {"model": model, "weights": weights, "zero": zero}
    groups, both = _read_pair(frame, group, {"rates": rate, "std_errs": std_err, "cases": "cases"}, options)
    pair = (both[0].correlate(rho), both[1].correlate(rho))
    grid = lay_grid(pair[0].x, ends=ends, between=between, finer=finer)
    number = _choose_number(pair, grid, k)
    shuffling = Shuffling(permutations, seed, workers)
    common = _search_both(pair, grid, hypothesis)
    least, places, p_value = _permute(
        pair, common, [search_series(one, grid) for one in pair], number, shuffling
    )
    parallel = int(hypothesis == "parallelism")
    df = (2 * (number + 1) - parallel, 2 * pair[0].count - 4 * (number + 1))
    statistic = (least[0] - least[1]) / df[0] / (least[1] / df[1]) if least[1] > 0 else np.inf
    return TrendComparison(
        hypothesis=hypothesis,
        groups=groups,
        k=number,
        joinpoints=tuple(places.tolist()),
        wsse_common=least[0],
        wsse_separate=least[1],
        statistic=float(statistic),
        df=df,
        p_value=p_value,
        permutations=permutations,
        seed=seed,
    )


def _read_pair(
    frame: IntoFrame, group: str, given: dict[str, str], options: dict[str, Any]
) -> tuple[tuple[Any, Any], tuple[Series, Series]]:
    """Read both series; ``given`` says which column is what."""
    optional = [given["cases"], given["std_errs"]]
    rows = take_columns(frame, [group, "year", given["rates"]], optional, table=TABLE)
    for name in rows.columns:
        rows = rows if name == group else as_numbers(rows, name, nullable=name in optional)
    names = rows[group].unique(maintain_order=True).to_list()
    if len(names) != 2:
        raise BurdenError(
            f"two series are compared, and there are {len(names)}.",
            f"cần so sánh hai chuỗi, ở đây có {len(names)}.",
            column=group,
        )
    parts = [rows.filter(pl.col(group).eq_missing(name)) for name in names]
    pair = [_read_part(part, given, options) for part in parts]
    if pair[0].count != pair[1].count or (pair[0].x != pair[1].x).any():
        raise BurdenError(
            "the two series need the same years.", "hai chuỗi cần có cùng các năm.", column="year"
        )
    return (names[0], names[1]), (pair[0], pair[1])


def _read_part(part: pl.DataFrame, given: dict[str, str], options: dict[str, Any]) -> Series:
    columns: dict[str, Any] = {
        key: part[column].to_numpy() for key, column in given.items() if column in part.columns
    }
    return read_series(part["year"].to_numpy(), **columns, **options)


def _choose_number(pair: Sequence[Series], grid: Grid, k: int | None) -> int:
    """Return the number asked for, or the larger of those that the weighted BIC chooses for the series."""
    most = check_counts(pair[0], grid, 0, k)
    if k is not None:
        return k
    return max(choose_least(fit_all(one, grid, 0, most), "wbic") for one in pair)


def _search_both(pair: Sequence[Series], grid: Grid, hypothesis: Hypothesis) -> Search:
    """Prepare the search of the common model, over both series one after the other."""
    hinges = np.maximum(pair[0].x[:, None] - grid.places, 0.0)
    line = pair[0].x - pair[0].x[0]
    one, nothing = np.ones(len(line)), np.zeros(len(line))
    levels = [[one], [one]] if hypothesis == "coincidence" else [[one, nothing], [nothing, one]]
    bases = [
        series.whiten(np.column_stack([*level, line])) for series, level in zip(pair, levels, strict=True)
    ]
    return prepare_search(np.concatenate(bases), np.concatenate([one.whiten(hinges) for one in pair]), grid)


def _permute(
    pair: Sequence[Series], common: Search, separate: Sequence[Search], k: int, shuffling: Shuffling
) -> tuple[tuple[float, float], Floats, float]:
    """Return both sums of squares, the common joinpoints, and the p-value."""
    response = np.concatenate([one.whiten(one.y) for one in pair])
    count = pair[0].count
    least, places = common.find(response, k)
    apart = sum(
        search.find(part, k)[0][k] for search, part in zip(separate, np.split(response, 2), strict=True)
    )
    fitted = _fit_common(common, places[k], response)
    shuffled = fitted[:, None] + shuffling.permute(response - fitted, k)
    sums = common.minimise(shuffled, k, shuffling.workers)[k]
    parts = (shuffled[:count], shuffled[count:])
    apart_sums = np.sum(
        [
            one.minimise(np.ascontiguousarray(part), k, shuffling.workers)[k]
            for one, part in zip(separate, parts, strict=True)
        ],
        axis=0,
    )
    observed = float(divide_sums(np.array(least[k]), np.array(apart)))
    p_value = count_extreme(observed, divide_sums(sums, apart_sums))
    return (float(least[k]), float(apart)), places[k], p_value


def _fit_common(search: Search, places: Floats, response: Floats) -> Floats:
    """Return the fitted values of the common model at given places, whitened."""
    columns = search.hinges[:, np.searchsorted(search.grid.places, places)]
    orthonormal, _ = np.linalg.qr(np.column_stack([search.base, columns]))
    fitted: Floats = orthonormal @ (orthonormal.T @ response)
    return fitted
