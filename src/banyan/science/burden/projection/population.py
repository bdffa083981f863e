"""A population carried forward where nobody has made a forecast: by the change of its own cohorts."""

from collections.abc import Sequence

import numpy as np
import polars as pl
from narwhals.typing import IntoFrame

from banyan.science.burden.cells import refuse_impossible
from banyan.science.burden.faults import BurdenError
from banyan.science.burden.frames import as_numbers, take_columns
from banyan.science.burden.intervals import Floats

PEOPLE = ("population", "dân số")
PARENTS = (15, 50)  # ages from and below


def age_population(people: IntoFrame, *, until: int, by: Sequence[str] = ()) -> pl.DataFrame:
    """Carry a population forward by its cohort-change ratios, as Hamilton and Perry do.

    Parameters
    ----------
    people : data frame
        ``year``, ``age_group`` (lower bound; evenly spaced, the last one open), ``person_years``, and the columns of
        ``by``. Single years without a gap, one more than an age group has, or more.
    until : int
        The last year wanted.
    by : names of columns
        Each of their values is carried forward alone: sex, for one.

    Returns
    -------
    polars.DataFrame
        The columns of ``by``, ``year``, ``age_group``, ``person_years`` and ``projected`` (bool): the years that were
        given, then those to come.

    Raises
    ------
    BurdenError
        Too few years, a gap between them, ages that are unevenly spaced, a cell that is missing or negative.

    Notes
    -----
    The ratio of an age group is the number of its people over that of the people one group younger as many years
    before as the group is wide, summed over the last of such pairs, at most as many as a group has years. It holds
    deaths and migration together and is taken to stay as it is; so is the number of the youngest over that of people
    from 15 to 49. Nothing of births, deaths or migration to come is known: an assumption, not a forecast.

    References
    ----------
    .. [1] Hamilton CH, Perry J. A short method for projecting population by age from one decennial census to another.
       Social Forces 1962;41:163-170.

    Examples
    --------
    >>> import polars as pl
    >>> rows = [(year, age, 100.0) for year in range(2015, 2021) for age in range(0, 90, 5)]
    >>> people = pl.DataFrame(rows, schema=["year", "age_group", "person_years"], orient="row")
    >>> age_population(people, until=2050).filter(pl.col("year") == 2050)["person_years"].sum()
    1800.0
    """
    frame = take_columns(people, [*by, "year", "age_group", "person_years"], table=PEOPLE)
    for name in ("year", "age_group", "person_years"):
        frame = as_numbers(frame, name)
    refuse_impossible(frame.with_columns(cases=pl.lit(None, pl.Float64)))
    keys = [*by, "year", "age_group"]
    frame = (
        frame.with_columns(pl.col("year", "age_group").cast(pl.Int64))
        .group_by(keys)
        .agg(pl.col("person_years").sum())
    )
    years, ages = (sorted(frame[name].unique().to_list()) for name in ("year", "age_group"))
    width = _find_width(years, ages)
    parts = frame.partition_by(list(by), as_dict=True, maintain_order=True) if by else {(): frame}
    made = [
        _tabulate(_lay_people(part, years, ages), years, ages, max(until, years[-1]), width).with_columns(
            pl.lit(value).alias(name) for name, value in zip(by, values, strict=True)
        )
        for values, part in parts.items()
    ]
    return pl.concat(made).select(*keys, "person_years", "projected").sort(keys)


def _find_width(years: list[int], ages: list[int]) -> int:
    """Return how many years an age group has; refuse a table that cannot be carried forward."""
    widths = set(np.diff(ages).tolist())
    if len(widths) != 1:
        listed = ", ".join(map(str, ages))
        raise BurdenError(
            f"a population is carried forward by evenly spaced age groups, and these are {listed}.",
            f"dân số chỉ kéo dài được với các nhóm tuổi cách đều, ở đây là {listed}.",
            column="age_group",
        )
    width = int(widths.pop())
    if years != list(range(years[0], years[-1] + 1)) or len(years) <= width:
        raise BurdenError(
            f"a population is carried forward from {width + 1} years or more without a gap.",
            f"dân số chỉ kéo dài được từ ít nhất {width + 1} năm liền nhau.",
            column="year",
        )
    return width


def _lay_people(part: pl.DataFrame, years: list[int], ages: list[int]) -> Floats:
    """Return people as an array of ages by years."""
    corners = pl.DataFrame({"age_group": ages}).join(pl.DataFrame({"year": years}), how="cross")
    whole = corners.join(part, on=["age_group", "year"], how="left", maintain_order="left")
    hole = whole.filter(pl.col("person_years").is_null())
    if not hole.is_empty():
        age, year = hole.select("age_group", "year").row(0)
        raise BurdenError(
            f"there is no population of age group {age} in {year}.",
            f"không có dân số của nhóm tuổi {age} trong năm {year}.",
            column="person_years",
        )
    people: Floats = whole["person_years"].to_numpy().reshape(len(ages), len(years)).astype(float)
    return people


def _tabulate(people: Floats, years: list[int], ages: list[int], until: int, width: int) -> pl.DataFrame:
    known = len(years)
    pairs = min(width, known - width)
    parents = (np.asarray(ages) >= PARENTS[0]) & (np.asarray(ages) < PARENTS[1])
    ratios = _take_ratios(people, pairs, width)
    births = _divide(people[0, -pairs:].sum(), people[parents, -pairs:].sum())
    whole = np.hstack([people, np.zeros((len(ages), until - years[-1]))])
    for place in range(known, whole.shape[1]):
        whole[1:, place] = _join_oldest(whole[:, place - width]) * ratios
        whole[0, place] = births * whole[parents, place].sum()
    size = whole.shape[1]
    return pl.DataFrame(
        {
            "year": np.tile(np.arange(years[0], until + 1), len(ages)),
            "age_group": np.repeat(ages, size),
            "person_years": whole.ravel(),
            "projected": np.tile(np.arange(size) >= known, len(ages)),
        }
    )


def _take_ratios(people: Floats, pairs: int, width: int) -> Floats:
    """Return for each age group but the youngest what becomes of the people one group younger."""
    later = people[1:, -pairs:].sum(axis=1)
    end = people.shape[1] - width
    before = _join_oldest(people[:, end - pairs : end].sum(axis=1))
    return _divide(later, before)


def _join_oldest(people: Floats) -> Floats:
    """Return who will be in each age group but the youngest: the open one takes the last two."""
    joined: Floats = people[:-1].copy()
    joined[-1] += people[-1]
    return joined


def _divide(above: Floats, below: Floats) -> Floats:
    return np.divide(above, below, out=np.zeros(np.shape(above)), where=np.asarray(below) > 0)
