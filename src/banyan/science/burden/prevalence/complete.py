"""Complete prevalence: what a register that began L years ago does not know is put in by a model."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import polars as pl
from narwhals.typing import IntoFrame
from numpy.typing import ArrayLike

from banyan.science.burden.faults import BurdenError
from banyan.science.burden.frames import as_numbers, refuse, take_columns
from banyan.science.burden.intervals import Floats, fay_feuer, normal_quantile

LIMITED = ("limited prevalence", "bảng số hiện mắc")
INDEX = ("completeness index", "bảng chỉ số đầy đủ")
NODES, SHARES = np.polynomial.legendre.leggauss(12)
# English and Vietnamese.
COMPLETENESS_ASSUMPTION = (
    "the completeness index holds as far as its models of incidence and survival hold for the years before the register",
    "chỉ số đầy đủ chỉ đúng khi mô hình mới mắc và sống thêm đúng cho những năm trước khi có sổ",
)
Incidence = Callable[[Floats], ArrayLike] | Mapping[int, float]
Survival = Callable[[Floats, Floats], ArrayLike]


@dataclass(frozen=True)
class WeibullCure:
    """Relative survival where a part of the patients is cured: S(t) = cured + (1 - cured) exp(-(rate × t) ** shape).

    Parameters
    ----------
    cured : float
        Share of the patients, 0 to 1.
    rate : float
        A year, of those not cured.
    shape : float

    Examples
    --------
    >>> float(WeibullCure(0.4, 0.5, 1.0)(60.0, 0.0))
    1.0
    """

    cured: float
    rate: float
    shape: float = 1.0

    def __post_init__(self) -> None:
        if not (0 <= self.cured <= 1 and self.rate >= 0 and self.shape > 0):
            raise BurdenError(
                "a cured share is from 0 to 1, a rate not negative, a shape positive.",
                "tỷ lệ khỏi từ 0 đến 1, tốc độ không âm, tham số hình dạng dương.",
            )

    def __call__(self, age: ArrayLike, years: ArrayLike) -> Floats:
        """Return survival so many years after a diagnosis; the age at it makes no difference."""
        del age
        fatal: Floats = np.exp(-((self.rate * np.asarray(years, dtype=float)) ** self.shape))
        return self.cured + (1 - self.cured) * fatal


def completeness_index(
    ages: Sequence[float],
    duration: float,
    *,
    incidence: Incidence,
    survival: Survival,
    trend: float = 0.0,
) -> pl.DataFrame:
    """Work out which share of all prevalent cases of an age a register of limited duration knows.

    Parameters
    ----------
    ages : numbers of years
        Ages on the index date, such as the middles of age groups.
    duration : float
        Years for which the register has run.
    incidence : function of age, or mapping of the lower bound of an age group to a rate
        In any unit. Of a mapping each group holds its rate, the last for ever; below the first it is 0.
    survival : function of age at diagnosis and years since diagnosis
        Relative survival, such as :class:`WeibullCure`: other causes of death take patients and others alike, and so leave the
        share of patients among the living as it is.
    trend : float
        Change of incidence a year (0.01: one per cent more each year), at every age.

    Returns
    -------
    polars.DataFrame
        ``age``, ``completeness`` (0 to 1; null where incidence is 0 at every age up to then).

    Raises
    ------
    BurdenError
        A negative age, duration, incidence or survival.

    Notes
    -----
    At age x and duration L, with incidence I and survival S,
    R = integral from 0 to L of I(x - t) S(x - t, t) (1 + trend) ** -t dt / the same integral from 0 to x. It is integrated by
    Gauss-Legendre quadrature, a panel a year and smaller ones after diagnosis.

    References
    ----------
    .. [1] Capocaccia R, De Angelis R. Estimating the completeness of prevalence based on cancer registry data. Statistics in
       Medicine 1997;16:425-440.
    .. [2] Merrill RM, Capocaccia R, Feuer EJ, Mariotto A. Cancer prevalence estimates based on tumour registry data in the
       SEER Program. Int J Epidemiol 2000;29:197-207.

    Examples
    --------
    >>> everybody_lives = WeibullCure(1.0, 0.0)
    >>> index = completeness_index([40], 10, incidence=lambda age: age**3, survival=everybody_lives)
    >>> round(index["completeness"][0], 6), round(1 - 0.75**4, 6)
    (0.683594, 0.683594)
    """
    if not (0 < duration < np.inf and -1 < trend < np.inf):
        raise BurdenError(
            f"a register runs for a positive number of years and a trend is above -1, not {duration:g} and {trend:g}.",
            f"số năm của sổ phải dương và xu hướng lớn hơn -1, không phải {duration:g} và {trend:g}.",
        )
    rate = _read_incidence(incidence)
    cuts = sorted(incidence) if isinstance(incidence, Mapping) else []
    found = [_share_known(float(age), duration, rate, survival, trend, cuts) for age in ages]
    return pl.DataFrame(
        {"age": [float(age) for age in ages], "completeness": found},
        schema={"age": pl.Float64, "completeness": pl.Float64},
    )


def _read_incidence(incidence: Incidence) -> Callable[[Floats], ArrayLike]:
    if not isinstance(incidence, Mapping):
        return incidence
    bounds = np.array(sorted(incidence), dtype=float)
    rates = np.array([0.0, *(incidence[age] for age in sorted(incidence))])
    return lambda age: rates[np.searchsorted(bounds, age, side="right")]


def _share_known(  # noqa: PLR0917 -- private, called once
    age: float,
    duration: float,
    incidence: Callable[[Floats], ArrayLike],
    survival: Survival,
    trend: float,
    cuts: Sequence[float],
) -> float | None:
    if not 0 < age < np.inf:
        raise BurdenError(f"{age:g} is no age above 0.", f"{age:g} không phải là tuổi lớn hơn 0.")
    inner = [0.01, 0.1, 0.5, duration, *range(1, int(np.ceil(age))), *(age - cut for cut in cuts)]
    edges = np.unique([0.0, age, *(edge for edge in inner if 0 < edge < age)])
    middle, half = (edges[1:] + edges[:-1]) / 2, np.diff(edges) / 2
    since = middle[:, None] + half[:, None] * NODES
    new, living = (
        np.broadcast_to(np.asarray(part, dtype=float), since.shape)
        for part in (incidence(age - since), survival(age - since, since))
    )
    if not (
        np.isfinite(new).all() and (new >= 0).all() and (living >= 0).all() and (living <= 1 + 1e-9).all()
    ):
        raise BurdenError(
            f"incidence must not be negative and survival lie from 0 to 1, up to age {age:g}.",
            f"tỷ suất mới mắc không được âm và sống thêm phải từ 0 đến 1, tới tuổi {age:g}.",
        )
    parts = (new * living * (1 + trend) ** -since * SHARES).sum(axis=1) * half
    whole = float(parts.sum())
    return float(parts[edges[1:] <= duration].sum()) / whole if whole > 0 else None


def complete_prevalence(
    limited: IntoFrame, completeness: IntoFrame | float, *, by: Sequence[str] = (), level: float = 0.95
) -> pl.DataFrame:
    """Divide limited prevalence by a completeness index, age group by age group.

    Parameters
    ----------
    limited : data frame
        ``prevalent``, ``std_err``, the columns of ``by``, and ``age_group`` where the index has it: what :func:`limited_prevalence` gives
        for one number of years. Other rows of the same stratum are added up.
    completeness : data frame or number
        ``completeness`` (above 0, up to 1) by any of ``age_group`` and the columns of ``by``; or one number for all.
    by : names of columns
    level : float

    Returns
    -------
    polars.DataFrame
        The columns of ``by``; ``prevalent`` (limited); ``completeness``, its share of the complete; ``complete``; ``std_err``, ``lower``,
        ``upper`` (gamma) of it.

    Raises
    ------
    BurdenError
        A row without an index, an index that is not above 0 and up to 1.

    Notes
    -----
    The index is taken as known: the interval holds the chance of the count only, not whether incidence and survival before the
    register began were as the models say (``COMPLETENESS_ASSUMPTION``).

    References
    ----------
    .. [1] Capocaccia R, De Angelis R. Statistics in Medicine 1997;16:425-440.

    Examples
    --------
    >>> import polars as pl
    >>> limited = pl.DataFrame({"age_group": [60, 70], "prevalent": [90.0, 80.0], "std_err": [9.5, 8.9]})
    >>> index = pl.DataFrame({"age_group": [60, 70], "completeness": [0.9, 0.8]})
    >>> complete_prevalence(limited, index).select("prevalent", "complete", "completeness").row(0)
    (170.0, 200.0, 0.85)
    """
    normal_quantile(level)
    strata = list(by)
    rows = take_columns(limited, ["prevalent", "std_err", *strata], ["age_group"], table=LIMITED)
    for name in ("prevalent", "std_err"):
        rows = as_numbers(rows, name)
        refuse(rows, name, pl.col(name) < 0, "{} is negative.", "{} là số âm.")
    joined = _join_index(rows, completeness, strata)
    share = pl.col("completeness")
    sums = joined.group_by(strata, maintain_order=True) if strata else joined.group_by(pl.lit(0).alias("all"))
    added = sums.agg(
        pl.col("prevalent").sum(),
        complete=(pl.col("prevalent") / share).sum(),
        variance=((pl.col("std_err") / share) ** 2).sum(),
        heaviest=(1 / share).max(),
    )
    value, variance, heaviest = (added[name].to_numpy() for name in ("complete", "variance", "heaviest"))
    lower, upper = fay_feuer(value, variance, heaviest, level)
    whole = pl.when(pl.col("complete") > 0).then(pl.col("prevalent") / pl.col("complete"))
    return added.select(
        *strata,
        "prevalent",
        whole.alias("completeness"),
        "complete",
        std_err=pl.col("variance").sqrt(),
        lower=pl.Series(lower),
        upper=pl.Series(upper),
    ).sort(strata or "complete", nulls_last=True)


def _join_index(rows: pl.DataFrame, completeness: IntoFrame | float, by: list[str]) -> pl.DataFrame:
    if isinstance(completeness, int | float):
        index = pl.DataFrame({"completeness": [float(completeness)]})
    else:
        index = as_numbers(
            take_columns(completeness, ["completeness"], ["age_group", *by], table=INDEX), "completeness"
        )
    odd = ~((pl.col("completeness") > 0) & (pl.col("completeness") <= 1))
    sentence = "a completeness is above 0 and up to 1, not {}."
    refuse(index, "completeness", odd, sentence, "chỉ số đầy đủ lớn hơn 0 và tới 1, không phải {}.")
    keys = [name for name in index.columns if name != "completeness"]
    for name in keys:
        if name not in rows.columns:
            raise BurdenError.missing_column(name, *LIMITED)
    if index.select(keys).is_duplicated().any() if keys else index.height != 1:
        raise BurdenError(
            "the completeness index has more than one row for the same people.",
            "chỉ số đầy đủ có hơn một dòng cho cùng một nhóm người.",
            column="completeness",
        )
    if not keys:
        return rows.join(index, how="cross")
    index = index.with_columns(pl.col(name).cast(rows.schema[name]) for name in keys)
    joined = rows.join(index, on=keys, how="left", nulls_equal=True, maintain_order="left")
    lacking = pl.col("completeness").is_null()
    refuse(
        joined, keys[0], lacking, "there is no completeness index for {}.", "không có chỉ số đầy đủ cho {}."
    )
    return joined
