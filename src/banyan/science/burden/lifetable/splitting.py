"""Abridged life tables made complete: single years of age out of age groups."""

import numpy as np
import polars as pl
from narwhals.typing import IntoFrame

from banyan.science.burden.faults import BurdenError
from banyan.science.burden.frames import as_numbers, find_first, refuse, take_columns
from banyan.science.burden.intervals import Floats
from banyan.science.burden.lifetable.table import TABLE

# The open group goes on at its own hazard for so many years, for the slope at its beginning only.
OPEN_WIDTH = 5


def split_ages(frame: IntoFrame) -> pl.DataFrame:
    """Split the age groups of a life table into single years, the survival of every group kept exactly.

    Parameters
    ----------
    frame : data frame
        ``age``, the first year of each group, ``hazard`` (deaths per person-year, the mean over the group:
        -log(1 - nqx) / n) and any other columns; rows that agree in all the others are one table. The last group is open.

    Returns
    -------
    polars.DataFrame
        The same columns, one row a year of age from the first to the beginning of the open group.

    Raises
    ------
    BurdenError
        An age that is no whole number or is there twice, a hazard that is negative, empty or no number.

    Notes
    -----
    The cumulative hazard H(x) = -log l(x) is known at the beginning of each group. Between these it is a cubic Hermite
    curve that never falls (Fritsch and Carlson), and the hazard of the year x is H(x + 1) - H(x). As the curve goes
    through H at every group's beginning, l(x) there stays as it was, and no hazard is negative. The survival of a group with a
    hazard of 0 stays 1.

    References
    ----------
    .. [1] Fritsch FN, Carlson RE. Monotone piecewise cubic interpolation. SIAM J Numer Anal 1980;17:238-246.
    .. [2] Smith L, Hyndman RJ, Wood SN. Spline interpolation for demographic variables: the monotonicity problem. J Popul
       Res 2004;21:95-98.

    Examples
    --------
    >>> import polars as pl
    >>> groups = pl.DataFrame({"age": [0, 1, 5, 10], "hazard": [0.02, 0.001, 0.0004, 0.0003]})
    >>> years = split_ages(groups)
    >>> years["age"].to_list()
    [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10]
    >>> round(years["hazard"][1:5].sum(), 12), years["hazard"][1] > years["hazard"][4]
    (0.004, True)
    """
    rows = pl.DataFrame(take_columns(frame, ["age", "hazard"], _list_columns(frame), table=TABLE))
    for name in ("age", "hazard"):
        rows = as_numbers(rows, name)
        refuse(rows, name, pl.col(name) < 0, "{} is negative.", "{} là số âm.")
    odd = pl.col("age") != pl.col("age").floor()
    refuse(rows, "age", odd, "{} is no whole number of years.", "{} không phải là số năm nguyên.")
    others = [name for name in _list_columns(frame) if name not in {"age", "hazard"}]
    twice = find_first(rows, ~pl.struct(*others, "age").is_first_distinct())
    if twice is not None:
        raise BurdenError(
            f"age {rows['age'][twice]:g} is there twice.",
            f"tuổi {rows['age'][twice]:g} xuất hiện hai lần.",
            column="age",
            row=twice,
        )
    ordered = rows.sort([*others, "age"])
    parts = ordered.partition_by(others, maintain_order=True) if others else [ordered]
    return pl.concat([_split_one(part, others) for part in parts]).select(_list_columns(frame))


def _list_columns(frame: IntoFrame) -> list[str]:
    import narwhals as nw  # noqa: PLC0415 -- only the names

    return nw.from_native(frame).collect_schema().names()


def _split_one(part: pl.DataFrame, others: list[str]) -> pl.DataFrame:
    """Split one table, which is sorted by age."""
    starts = part["age"].to_numpy()
    ages = np.arange(starts[0], starts[-1] + 1)
    hazards = split_hazards(starts, part["hazard"].to_numpy())
    years = pl.DataFrame({"age": ages.astype(np.int64), "hazard": hazards})
    return part.select(others).head(1).join(years, how="cross") if others else years


def split_hazards(starts: Floats, hazards: Floats) -> Floats:
    """Hazards of single years of age from the means of groups: see :func:`split_ages`."""
    from scipy.interpolate import PchipInterpolator  # noqa: PLC0415 -- slow import

    if len(starts) == 1:
        return hazards
    nodes = np.append(starts, starts[-1] + OPEN_WIDTH)
    passed = np.append(0.0, np.cumsum(hazards * np.diff(nodes)))
    whole = np.arange(starts[0], starts[-1] + 1)
    # Beside a hazard of next to nothing the slope is 0, whichever way the division goes.
    with np.errstate(over="ignore"):
        years = np.diff(PchipInterpolator(nodes, passed)(whole))
    return np.append(_keep_sums(np.maximum(years, 0.0), starts, hazards), hazards[-1])


def _keep_sums(years: Floats, starts: Floats, hazards: Floats) -> Floats:
    """Take away what rounding left of a group's sum: differences of long sums lose digits in childhood."""
    begins = (starts[:-1] - starts[0]).astype(np.int64)
    wanted = hazards[:-1] * np.diff(starts)
    found = np.add.reduceat(years, begins)
    widths = np.diff(starts).astype(np.int64)
    even = np.repeat(hazards[:-1], widths)
    # Of a group that the sums before it swallowed nothing is left to be scaled: it holds one hazard.
    kept = found > wanted / 2
    scale = np.divide(wanted, found, out=np.zeros_like(wanted), where=kept)
    return np.where(np.repeat(kept, widths), years * np.repeat(scale, widths), even)
