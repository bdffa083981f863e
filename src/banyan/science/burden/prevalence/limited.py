"""Prevalence of limited duration: people alive on a day with a cancer of the last n years."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Literal

import polars as pl
from narwhals.typing import IntoFrame

from banyan.science.burden.faults import BurdenError, check_option
from banyan.science.burden.intervals import normal_quantile
from banyan.science.burden.prevalence.chances import find_chances
from banyan.science.burden.prevalence.measuring import count_strata
from banyan.science.burden.prevalence.people import People, Weights, set_people
from banyan.science.burden.prevalence.tumours import TumourRule, read_tumours

LostRule = Literal["conditional", "dead", "alive"]
LOST = ("conditional", "dead", "alive")
PrevalenceInterval = Literal["gamma", "log", "normal"]
INTERVALS = ("gamma", "log", "normal")
Years = Sequence[int | None]


@dataclass(frozen=True)
class Prevalence:
    """Prevalence on a day, with what it stands on.

    Attributes
    ----------
    table : polars.DataFrame
        One row a stratum and number of years, as :func:`limited_prevalence` says.
    left_out : mapping of str to int
        Rows of the patients that were not counted, by reason: "no date of diagnosis", "diagnosed after the index date",
        "another tumour of the same person", "no date of last contact".
    index_date : date
    tumours, lost : str
        The rules that were followed.
    """

    table: pl.DataFrame
    left_out: Mapping[str, int]
    index_date: date
    tumours: str
    lost: str


def limited_prevalence(
    patients: IntoFrame,
    index_date: date,
    *,
    years: Years = (1, 3, 5, 10, None),
    by: Sequence[str] = (),
    population: IntoFrame | None = None,
    standard: Weights = None,
    tumours: TumourRule = "tumours",
    lost: LostRule = "conditional",
    survival_by: Sequence[str] | None = None,
    registered_from: date | None = None,
    interval: PrevalenceInterval = "gamma",
    level: float = 0.95,
) -> Prevalence:
    """Count who is alive at the end of a day with a cancer diagnosed in the years before it.

    Parameters
    ----------
    patients : data frame
        One row a tumour: ``diagnosis_date``; ``exit_date`` (of death or of the last contact) or ``time_days`` from diagnosis to
        it; ``dead`` (0 or 1) at that exit; the columns of ``by`` and ``survival_by``. ``person`` where the rule needs it. With a
        population or ages among the strata, ``birth_date`` or ``age_days`` (at diagnosis; empty: unknown).
    index_date : date
        Who is alive at its end is counted. What is known of later days only proves that somebody was alive.
    years : numbers of years, None among them for all that are registered
        n years reach back to the same day n years before, which is not one of them.
    by : names of columns
        One count for each combination; ``age_group`` is the five-year group on the index date.
    population : data frame, optional
        ``age_group`` (lower bound, years), ``people`` on the index date, and any of the columns of ``by``; its other
        columns are summed over. It gives the proportions.
    standard : as in :func:`find_standard`, optional
        Standardises the proportion by age on the index date.
    tumours : {"tumours", "first", "persons"}
        "tumours": every tumour counts. "first": only the first tumour of each ``person`` in the table; a second one never
        does. "persons": each person once in each stratum, by the latest tumour there on or before the index date, so that
        whoever has had one in the last n years is counted for n.
    lost : {"conditional", "dead", "alive"}
        What becomes of those last known of before the index date. "conditional" gives each the chance S(t) / S(u) to be
        alive at its end, t being the days from diagnosis to it and u those to the last contact. "dead" leaves them out: the plain
        count of those known alive. "alive" takes all as alive. The last two bound the first.
    survival_by : names of columns, optional
        Strata of the curves S; without it, those of ``by`` but age. Age at diagnosis and period of diagnosis belong here
        where survival depends on them.
    registered_from : date, optional
        First day of diagnosis that is registered: more years than that are then an error.
    interval : {"gamma", "log", "normal"}
        "gamma" is exact Poisson where nobody is lost.
    level : float

    Returns
    -------
    Prevalence
        Its table has the columns of ``by``; ``years`` (null: all registered); ``since``, the first day of diagnosis counted;
        ``diagnosed`` = ``died`` + ``alive`` + ``lost`` on the index date; ``lost_alive``, the expected number alive of the lost; ``held``,
        the lost whose curve ended before the index date and was held on at its last value; ``prevalent`` = alive +
        lost_alive, ``std_err``, ``lower``, ``upper``. With a population ``people`` and ``proportion``, ``proportion_lower``,
        ``proportion_upper`` per 100 000 of them; with a standard ``unknown_age`` (expected number, in no standardised proportion), and ``asp``,
        ``asp_se``, ``asp_lower``, ``asp_upper`` per 100 000.

    Raises
    ------
    BurdenError
        A date that is no date, an exit before the diagnosis, a missing column, a number of years that is not whole or that
        the register does not reach, tumours without people.

    Notes
    -----
    Incidence is Poisson. The variance is the sum over all tumours of the square of what each adds to the estimate: its chance
    p_i (1 for the known alive), and its part in the curves, -sum over times of death of A (dN_i - Y_i d / n) / (n - d), where A adds up
    the chances that pass that time. So it holds that those who are counted alive also hold up the chances of the lost, which
    sum(p_i²) plus Greenwood's variance leaves out. Where nobody is lost it is the count itself. The curves take every tumour of the pool, also of earlier years, with follow-up closed on the index date.

    References
    ----------
    .. [1] Feldman AR, Kessler L, Myers MH, Naughton MD. The prevalence of cancer: estimates based on the Connecticut tumor
       registry. N Engl J Med 1986;315:1394-1397.
    .. [2] Gail MH, Kessler L, Midthune D, Scoppa S. Two approaches for estimating disease prevalence from
       population-based registries of incidence and total mortality. Biometrics 1999;55:1137-1144.
    .. [3] Clegg LX, Gail MH, Feuer EJ. Estimating the variance of disease-prevalence estimates from population-based
       registries. Biometrics 2002;58:684-688.

    Examples
    --------
    >>> import polars as pl
    >>> patients = pl.DataFrame(
    ...     {
    ...         "diagnosis_date": [date(2019, 7, 1), date(2021, 3, 1), date(2021, 5, 1), date(2022, 1, 1)],
    ...         "exit_date": [date(2023, 12, 31), date(2021, 9, 1), date(2022, 8, 1), date(2022, 2, 1)],
    ...         "dead": [0, 1, 1, 0],
    ...     }
    ... )
    >>> found = limited_prevalence(patients, date(2023, 12, 31), years=[3, 5])
    >>> found.table.select("years", "died", "alive", "lost", pl.col("lost_alive").round(3)).rows()
    [(3, 2, 0, 1, 0.333), (5, 2, 1, 1, 0.333)]
    """
    check_option(lost, LOST, "rule of the lost ‘{}’", "quy tắc cho người mất dấu ‘{}’")
    check_option(interval, INTERVALS, "interval ‘{}’", "khoảng tin cậy ‘{}’")
    normal_quantile(level)
    _refuse_odd_request(by, population is not None, standard is not None)
    spans = find_spans(years, index_date, registered_from)
    curves_by = [name for name in by if name != "age_group"] if survival_by is None else list(survival_by)
    aged = population is not None or "age_group" in by
    pool = read_tumours(patients, index_date, by=by, strata=[*by, *curves_by], tumours=tumours, aged=aged)
    rows, people = pool.rows, None
    if population is not None:
        people = set_people(rows, population, by, standard)
        rows = rows.with_columns(pl.col("age_group").clip(upper_bound=people.oldest))
    chances = find_chances(rows, lost, curves_by)
    strata = _list_strata(rows, by, people)
    found = count_strata(rows, chances, strata=strata, spans=spans, people=people, limits=(interval, level))
    return Prevalence(found, pool.left_out, index_date, tumours, lost)


def _refuse_odd_request(by: Sequence[str], population: bool, standard: bool) -> None:  # noqa: FBT001 -- private, called once
    if standard and not population:
        raise BurdenError(
            "a standardised proportion needs the population.", "tỷ lệ chuẩn hóa cần có bảng dân số."
        )
    if standard and "age_group" in by:
        raise BurdenError(
            "within an age group there is nothing to standardise by age.",
            "trong một nhóm tuổi thì không có gì để chuẩn hóa theo tuổi.",
        )


def find_spans(
    years: Years, index_date: date, registered_from: date | None = None
) -> dict[int | None, date | None]:
    """Return for each number of years the first day of diagnosis that counts (None: whichever is the first).

    Examples
    --------
    >>> find_spans([1], date(2024, 2, 29))
    {1: datetime.date(2023, 3, 1)}
    """
    if not years or any(n is not None and (n != int(n) or n < 1) for n in years):
        raise BurdenError(
            "prevalence is asked for of one or more whole numbers of years, from 1 on.",
            "cần một hoặc nhiều số năm nguyên, từ 1 trở lên, để tính số hiện mắc.",
        )
    spans: dict[int | None, date | None] = {}
    for n in dict.fromkeys(years):
        spans[n] = registered_from
        if n is not None:
            start = pl.select(pl.lit(index_date).dt.offset_by(f"-{int(n)}y").dt.offset_by("1d")).item()
            _refuse_short_register(int(n), start, registered_from)
            spans[n] = start
    return spans


def _refuse_short_register(n: int, start: date, registered_from: date | None) -> None:
    if registered_from is not None and start < registered_from:
        raise BurdenError(
            f"{n} years reach back to {start}, and diagnoses are registered from {registered_from} on.",
            f"{n} năm tính ngược tới {start}, mà sổ chỉ có ca chẩn đoán từ {registered_from}.",
        )


def _list_strata(rows: pl.DataFrame, by: Sequence[str], people: People | None) -> pl.DataFrame:
    if not by:
        return pl.DataFrame([{}])
    known = [rows.select(by)]
    if people is not None:
        known.append(people.cells.select(by).cast(rows.select(by).schema))
    return pl.concat(known).unique().sort(by, nulls_last=True)
