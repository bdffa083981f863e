"""The risk of ever being diagnosed, in a world where people also die of other causes."""

from collections.abc import Sequence

import numpy as np
import polars as pl
from narwhals.typing import IntoFrame
from numpy.typing import NDArray

from banyan.science.burden.cells import CELLS
from banyan.science.burden.faults import BurdenError
from banyan.science.burden.frames import as_numbers, refuse, take_columns
from banyan.science.burden.intervals import normal_interval
from banyan.science.burden.rates import PER_CENT

COUNTS = ("cases", "cancer_deaths", "deaths")
STEP = 1e-20  # of a derivative along the imaginary axis: no difference is taken, so nothing cancels


def lifetime_risk(cells: IntoFrame, *, by: Sequence[str] = (), level: float = 0.95) -> pl.DataFrame:
    """Estimate the lifetime risk of a cancer from current rates, adjusted for multiple primaries.

    Parameters
    ----------
    cells : data frame
        ``age_group`` (lower bounds, the last one open), ``cases`` (of this cancer, multiple primaries counted),
        ``cancer_deaths`` (from this cancer), ``deaths`` (from every cause), ``person_years``, and the columns of ``by``.
    by : names of columns
    level : float

    Returns
    -------
    polars.DataFrame
        The columns of ``by``; ``lifetime_risk``, ``_se``, ``_lower``, ``_upper`` in per cent; ``one_in``, the number of
        people of whom one is diagnosed. The variance is that of Poisson cases and deaths from the cancer, by the delta method.

    Raises
    ------
    BurdenError
        More deaths from the cancer than deaths, no person-years, an age group given twice, fewer than two.

    Notes
    -----
    With rates of incidence I, all deaths M and deaths from the cancer D, those of an age group leave the undiagnosed
    living at the rate R = I + M - D; the risk is the sum over groups of S I / R (1 - exp(-width R)), where S is the
    product of exp(-width R) of the groups before; the open group has width infinity.

    References
    ----------
    .. [1] Sasieni PD, Shelton J, Ormiston-Smith N, Thomson CS, Silcocks PB. What is the lifetime risk of developing
       cancer? The effect of adjusting for multiple primaries. British Journal of Cancer 2011;105:460-465.

    Examples
    --------
    >>> import polars as pl
    >>> cells = pl.DataFrame(
    ...     {
    ...         "age_group": [0, 60],
    ...         "cases": [60, 200],
    ...         "cancer_deaths": [20, 150],
    ...         "deaths": [400, 2_000],
    ...         "person_years": [2e5, 4e4],
    ...     }
    ... )
    >>> lifetime_risk(cells).select(pl.all().round(2)).row(0)
    (10.24, 0.58, 9.1, 11.38, 9.77)
    """
    rows = _read(cells, by)
    groups = rows.partition_by(by, maintain_order=True) if by else [rows]
    table = pl.concat([one.select(by).head(1) for one in groups]) if by else pl.DataFrame()
    found = np.array([_estimate(one) for one in groups]).reshape(-1, 2)
    risk, error = PER_CENT * found.T
    lower, upper = normal_interval(risk, error, level)
    columns = {
        "lifetime_risk": risk,
        "lifetime_risk_se": error,
        "lifetime_risk_lower": np.maximum(lower, 0.0),
        "lifetime_risk_upper": np.minimum(upper, PER_CENT),
        "one_in": np.where(risk > 0, PER_CENT / np.where(risk > 0, risk, 1.0), np.nan),
    }
    numbers = [pl.Series(name, values).fill_nan(None) for name, values in columns.items()]
    return table.hstack(numbers) if by else pl.DataFrame(numbers)


def _read(cells: IntoFrame, by: Sequence[str]) -> pl.DataFrame:
    rows = take_columns(cells, [*by, "age_group", *COUNTS, "person_years"], table=CELLS)
    for name in ("age_group", *COUNTS, "person_years"):
        rows = as_numbers(rows, name)
        refuse(rows, name, pl.col(name) < 0, "{} is negative.", "{} là số âm.")
    refuse(
        rows, "person_years", pl.col("person_years") == 0, "there are no person-years.", "không có người-năm."
    )
    more = pl.col("cancer_deaths") > pl.col("deaths")
    refuse(rows, "cancer_deaths", more, "{} are more than all deaths.", "{} nhiều hơn tổng số tử vong.")
    twice = pl.struct(*by, "age_group").is_duplicated()
    refuse(rows, "age_group", twice, "{} is given twice.", "{} có hai lần.")
    if rows.is_empty() or (rows.group_by(by).len() if by else rows.select(pl.len()))["len"].min() < 2:  # type: ignore[operator]
        raise BurdenError(
            "a lifetime needs at least two age groups.",
            "cần ít nhất hai nhóm tuổi để tính nguy cơ cả đời.",
            column="age_group",
        )
    return rows.sort(*by, "age_group")


def _estimate(group: pl.DataFrame) -> tuple[float, float]:
    people = group["person_years"].to_numpy()
    cases, own, every = (group[name].to_numpy() for name in COUNTS)
    widths = np.diff(group["age_group"].to_numpy())
    risk = _add_up(cases / people, (every - own) / people, widths).real
    variance = 0.0
    for place in range(len(people)):
        step = np.zeros(len(people), dtype=complex)
        step[place] = 1j * STEP
        by_case = _add_up(cases / people + step, (every - own) / people, widths).imag / STEP
        by_death = _add_up(cases / people, (every - own) / people - step, widths).imag / STEP
        variance += (by_case**2 * cases[place] + by_death**2 * own[place]) / people[place] ** 2
    return float(risk), float(np.sqrt(variance))


def _add_up(
    incidence: NDArray[np.complexfloating], others: NDArray[np.complexfloating], widths: NDArray[np.float64]
) -> complex:
    leaving = incidence + others
    alive = np.concatenate([[1.0], np.exp(-np.cumsum(widths * leaving[:-1]))])
    share = np.where(leaving == 0, 0.0, incidence / np.where(leaving == 0, 1.0, leaving))
    left = np.concatenate([1 - np.exp(-widths * leaving[:-1]), [1.0]])
    return complex((alive * share * left).sum())
