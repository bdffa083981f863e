"""From drawn cases to persons: who has two tumours, when they were born, how long they were followed."""

from datetime import date

import numpy as np
import polars as pl
from numpy.random import Generator

from banyan.science.city.draws import blank_where, choose, choose_column
from banyan.science.city.survival import DAYS
from banyan.science.city.tables import Mixture

MULTIPLE = 0.015  # of all tumours are a person's second
LOST = 0.03  # of all persons move away before they die or the follow-up closes
UNKNOWN_AGE = 0.002
LATE_MONTH = Mixture(np.array(["day", "month", "year"]), np.array([0.972, 0.024, 0.004]))
SYSTEMIC = ("nhl", "hodgkin", "leukaemia", "myeloma", "mds_mpn", "kaposi", "unknown_primary")
SOON = 60  # days
TRACED_BACK = 0.15  # of those who died so soon came to light by the death certificate
SOURCES = Mixture(
    np.array(["commune", "hospital", "certificate", "family"]), np.array([0.46, 0.3, 0.14, 0.1])
)


def close_follow_up(last_year: int) -> date:
    """Return the day to which deaths are known: 30 June of the second year after the last one registered."""
    return date(last_year + 2, 6, 30)


def join_persons(cases: pl.DataFrame, rng: Generator) -> pl.DataFrame:
    """Give every case a person; a few persons get a second primary, later and elsewhere in the body.

    Returns
    -------
    DataFrame
        In order of incidence, with person_id, sequence (1, 2) and birth_date (true, to the day).
    """
    age_days = np.floor(cases["exact_age"].to_numpy() * DAYS).astype("timedelta64[D]")
    born = pl.Series(cases["incidence_date"].to_numpy() - age_days).cast(pl.Date)
    cases = cases.with_columns(birth_date=born).with_row_index("case")
    second, first = pair_cases(cases, rng)
    owner = np.arange(len(cases))
    owner[second] = first
    owned = cases[owner.tolist()]
    cases = cases.with_columns(owner=owner, birth_date=owned["birth_date"], ward_code=owned["ward_code"])
    cases = cases.sort("incidence_date", "case").with_row_index("place")
    return cases.with_columns(
        person_id=pl.col("place").min().over("owner").rank("dense").cast(pl.Int64),
        sequence=pl.int_range(1, pl.len() + 1).over("owner"),
    ).drop("case", "owner", "place")


def pair_cases(cases: pl.DataFrame, rng: Generator) -> tuple[np.ndarray, np.ndarray]:
    """Return rows of second primaries and the rows of the first primaries of the same persons.

    Two cases of one sex, born in the same year, may be one person if the first was alive at the second.
    """
    mixed = cases.with_columns(luck=rng.random(len(cases)), born=pl.col("birth_date").dt.year())
    ordered = mixed.sort("sex", "born", "luck")
    left = ordered[0 : len(ordered) // 2 * 2 : 2]
    right = ordered[1::2].rename(lambda name: name + "_2")
    pairs = pl.concat([left, right], how="horizontal").filter(
        pl.col("sex") == pl.col("sex_2"),
        pl.col("born") == pl.col("born_2"),
        pl.col("site") != pl.col("site_2"),
        ~pl.col("site").is_in(SYSTEMIC),
        ~pl.col("site_2").is_in(SYSTEMIC),
        pl.col("incidence_date") < pl.col("incidence_date_2"),
        pl.col("death_date") > pl.col("incidence_date_2"),
        pl.col("birth_date") < pl.col("incidence_date"),
    )
    chosen = pairs.sort("luck").head(round(MULTIPLE * len(cases)))
    return chosen["case_2"].to_numpy(), chosen["case"].to_numpy()


def list_persons(cases: pl.DataFrame, closing: date, rng: Generator) -> pl.DataFrame:
    """Return one row per person with sex, birth, residence and what the follow-up knows.

    The deaths of all who stayed are known to ``closing``; those who moved away are last seen on some day
    before.
    """
    persons = cases.group_by("person_id").agg(
        pl.col("sex", "birth_date", "ward_code").first(),
        pl.col("incidence_date").max().alias("last_incidence"),
        pl.col("death_date").min(),
        pl.col("dco").any(),
    )
    persons = persons.sort("person_id")
    end = pl.min_horizontal("death_date", pl.lit(closing))
    span = (end - pl.col("last_incidence")).dt.total_days()
    lost = pl.Series(rng.random(len(persons)) < LOST) & ~persons["dco"]
    seen = pl.col("last_incidence") + pl.duration(days=(span * pl.Series(rng.random(len(persons)))).floor())
    persons = persons.with_columns(lost=lost).with_columns(
        last_contact_date=pl.when("lost").then(seen).otherwise(end),
        dead=~pl.col("lost") & (pl.col("death_date") <= closing),
    )
    return describe_follow_up(persons, rng)


def describe_follow_up(persons: pl.DataFrame, rng: Generator) -> pl.DataFrame:
    """Name the vital status and where a death was learnt of."""
    status = pl.when("dead").then(pl.lit("dead")).when("lost").then(pl.lit("lost")).otherwise(pl.lit("alive"))
    return persons.with_columns(
        death_date=pl.when("dead").then("death_date"),
        vital_status=status,
        death_source=pl.when("dead").then(pl.Series(choose(rng, SOURCES, len(persons)))),
    ).drop("lost", "dead", "dco", "last_incidence")


def blur_births(persons: pl.DataFrame, rng: Generator) -> pl.DataFrame:
    """Add the birth date as recorded: of the old often the year alone, of a few nothing at all.

    The date kept is the first day of the period and ``birth_precision`` says so.
    """
    year = persons["birth_date"].dt.year().to_numpy()
    only_year = np.where(year < 1945, 0.22, np.where(year < 1965, 0.08, 0.01))
    weights = np.column_stack([1 - only_year - 0.01, np.full(len(year), 0.01), only_year])
    precision = np.array(["day", "month", "year"])[choose_column(rng, weights)]
    unknown = rng.random(len(persons)) < UNKNOWN_AGE
    return persons.with_columns(
        birth_year=pl.Series(year),
        birth_precision=blank_where(precision, unknown),
    ).with_columns(birth_date=truncate("birth_date", "birth_precision"))


def truncate(day: str, precision: str) -> pl.Expr:
    """The first day of the month or year where only that is known; null where nothing is."""
    return (
        pl.when(pl.col(precision) == "day")
        .then(pl.col(day))
        .when(pl.col(precision) == "month")
        .then(pl.col(day).dt.truncate("1mo"))
        .when(pl.col(precision) == "year")
        .then(pl.col(day).dt.truncate("1y"))
    )


def finish_cases(cases: pl.DataFrame, persons: pl.DataFrame, rng: Generator) -> pl.DataFrame:
    """Blur a few incidence dates, work out the recorded age, and flag what a certificate brought to light."""
    drawn = pl.Series(choose(rng, LATE_MONTH, len(cases)))
    early = (cases["exact_age"] < 2) | cases["dco"] | (cases["sequence"] > 1)
    known = persons.select("person_id", recorded_birth="birth_date", known_death="death_date")
    cases = cases.join(known, on="person_id", how="left", maintain_order="left")
    soon = (cases["known_death"] - cases["incidence_date"]).dt.total_days().fill_null(9999) < SOON
    traced = soon & pl.Series(rng.random(len(cases)) < TRACED_BACK)
    return (
        cases.with_columns(
            incidence_precision=pl.when(early).then(pl.lit("day")).otherwise(drawn),
            dci=cases["dco"] | traced,
        )
        .with_columns(incidence_date=truncate("incidence_date", "incidence_precision"))
        .with_columns(age=complete_years("recorded_birth", "incidence_date"))
        .drop("recorded_birth", "known_death")
    )


def complete_years(born: str, day: str) -> pl.Expr:
    """Return the age in completed years on a day."""
    start, end = pl.col(born), pl.col(day)
    before = (end.dt.month().cast(pl.Int32) * 100 + end.dt.day()) < (
        start.dt.month().cast(pl.Int32) * 100 + start.dt.day()
    )
    return end.dt.year() - start.dt.year() - before.cast(pl.Int32)
