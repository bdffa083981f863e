"""How many cases to expect until 2050: rates carried forward, met with the people of the years to come."""

from dataclasses import dataclass
from typing import Any

import polars as pl

from banyan.apps.insight.choices import WHOLE_CITY
from banyan.apps.insight.queries.incidence import count_rows
from banyan.apps.insight.queries.memory import Memory
from banyan.apps.insight.queries.question import Question, choose_cases
from banyan.apps.insight.queries.register import Register
from banyan.apps.insight.queries.trend import FEW, FEWEST_YEARS, HELD, mark_provisional
from banyan.science.burden import (
    Backcast,
    BurdenError,
    Projection,
    age_population,
    check_projection,
    group_years,
    project_cases,
)

HORIZON = 2050
LAST_YEAR = HORIZON + 4  # so that a period of five years can hold the horizon
SEED, DRAWS, CHECK_DRAWS = 1, 2000, 500
FORECAST, AGED, STAYS = "forecast", "aged", "stays"
SPAN = 5
FAULT = "fault"


@dataclass(frozen=True, eq=False)
class Recipe:
    """Which method so many complete years allow: its name, the width of a period, how many periods are held out."""

    method: str
    width: int
    held_out: int

    def choose_options(self, *, by_margins: bool) -> dict[str, Any]:
        """Return what `project_cases` is asked for; margins cannot tell the trends of the age groups apart."""
        if self.method == "eapc":
            return {
                "method": "eapc",
                "slopes": "common" if by_margins else None,
                "model_age": 0,
                "seed": SEED,
            }
        return {"method": self.method, "seed": SEED}


@dataclass(frozen=True, eq=False)
class ProjectionAnswer:
    """A projection, how it was made, and how such projections would have done before.

    `population` says where the people to come are from (FORECAST, AGED, STAYS), `known` the last year of the table.
    Without a `projection`, `lack` says why, or `fault` what the method said. `by_margins` is true where this reader is
    told no cases by year and age, and they were spread over the margins that he is told.
    """

    question: Question
    recipe: Recipe | None
    first: int
    last: int
    population: str
    known: int
    projection: Projection | None = None
    check: Backcast | None = None
    trend_error: float = 0.0
    lack: str = ""
    fault: BurdenError | None = None
    by_margins: bool = False


def choose_recipe(years: int) -> Recipe | None:
    """Say what so many complete years allow; None with fewer than five."""
    if years >= 4 * SPAN:
        return Recipe("nordpred", SPAN, min(2, years // SPAN - 3))
    if years >= 3 * SPAN:
        return Recipe("apc", SPAN, 0)
    return Recipe("eapc", 1, min(3, years - FEWEST_YEARS)) if years >= FEWEST_YEARS else None


def work_out_projection(
    register: Register, question: Question, counts: pl.DataFrame | None, *, by_margins: bool = False
) -> ProjectionAnswer:
    """Project from cases by year and age group; None of them where a reader is told too few numbers."""
    years = list_years(register, question)
    recipe = choose_recipe(len(years))
    years = years[len(years) % recipe.width if recipe else 0 :]  # whole periods, up to the last year
    people, population = foresee_people(register, question)
    facts: dict[str, Any] = {
        "question": question,
        "first": years[0] if years else question.first,
        "last": years[-1] if years else question.last,
        "population": population,
        "known": int(register.people["year"].max()),  # type: ignore[arg-type]
        "by_margins": by_margins,
    }
    if counts is None or recipe is None:
        return ProjectionAnswer(**facts, recipe=recipe, lack=HELD if recipe else FEW)
    cells = lay_cells(counts, people, years, recipe)
    try:
        options = {**recipe.choose_options(by_margins=by_margins), "standard": question.standard}
        return ProjectionAnswer(**facts, recipe=recipe, **carry_forward(cells, recipe.held_out, options))
    except BurdenError as fault:
        return ProjectionAnswer(**facts, recipe=recipe, lack=FAULT, fault=fault)


def carry_forward(cells: pl.DataFrame, held_out: int, options: dict[str, Any]) -> dict[str, Any]:
    """Return projection, check and trend error; where earlier projections erred, the limits make room for it."""
    check, error = None, 0.0
    if held_out > 0:
        quick = {**options, "draws": CHECK_DRAWS, "held_out": held_out}
        check = check_projection(cells, **quick)
        error = check.find_trend_error()
    projection = project_cases(cells, **options, draws=DRAWS, trend_error=error)
    return {"projection": projection, "check": check, "trend_error": error}


def list_years(register: Register, question: Question) -> list[int]:
    """Return the complete years of the question's period, back to the first gap."""
    years = pl.Series("year", register.years)
    inside = years.filter(years.is_between(question.first, question.last))
    whole = inside.filter(~mark_provisional(inside)).to_list()
    return [year for at, year in enumerate(whole) if whole[-1] - year == len(whole) - 1 - at]


def lay_cells(counts: pl.DataFrame, people: pl.DataFrame, years: list[int], recipe: Recipe) -> pl.DataFrame:
    """Set cases beside people: single years or periods, cases empty in those to come."""
    known = pl.col("year") <= years[-1]
    frame = (
        people.filter(pl.col("year").is_between(years[0], HORIZON + recipe.width - 1))
        .join(counts, on=["year", "age_group"], how="left")
        .with_columns(cases=pl.when(known).then(pl.col("cases").fill_null(0.0)))
    )
    return group_years(frame.select("year", "age_group", "cases", "person_years"), width=recipe.width)


def count_years(register: Register, question: Question) -> pl.DataFrame:
    """Return year, age_group, cases; those of unknown age are shared out as the others of their year are."""
    rows = count_rows(choose_cases(register, question, every_year=True), ["year", "age_group"])
    total = pl.col("cases").sum().over("year")
    known = rows.drop_nulls("age_group").with_columns(known=total)
    sums = rows.group_by("year").agg(pl.col("cases").sum().alias("all"))
    return known.join(sums, on="year").select(
        pl.col("year", "age_group").cast(pl.Int64), cases=pl.col("cases") * pl.col("all") / pl.col("known")
    )


def foresee_people(register: Register, question: Question) -> tuple[pl.DataFrame, str]:
    """Return year, age_group, person_years until 2050, and where those to come are from."""
    city, population = _foreseen.recall(
        (register.population_id, question.place), lambda: foresee_city(register.people, question.place)
    )
    chosen = city.filter(pl.col("sex").is_in(question.sexes))
    return chosen.group_by("year", "age_group").agg(pl.col("person_years").sum()), population


_foreseen: Memory[tuple[pl.DataFrame, str]] = Memory(32)


def foresee_city(people: pl.DataFrame, place: str) -> tuple[pl.DataFrame, str]:
    """Take the table's own forecast where it reaches to the horizon, else carry its cohorts forward, else its last year."""
    chosen = people if place == WHOLE_CITY else people.filter(pl.col("ward_code") == place)
    keys = ["sex", "year", "age_group"]
    summed = (
        chosen.with_columns(pl.col("year", "age_group").cast(pl.Int64))
        .group_by(keys)
        .agg(pl.col("person_years").sum())
    )
    if summed["year"].max() >= HORIZON:  # type: ignore[operator]
        return summed, FORECAST
    try:
        return age_population(summed, until=LAST_YEAR, by=["sex"]).drop("projected"), AGED
    except BurdenError:
        return hold_people(summed), STAYS


def hold_people(people: pl.DataFrame) -> pl.DataFrame:
    """Let everybody stay as they are in the last year."""
    last = int(people["year"].max())  # type: ignore[arg-type]
    held = people.filter(pl.col("year") == last).drop("year")
    later = pl.DataFrame({"year": list(range(last + 1, LAST_YEAR + 1))}, schema={"year": pl.Int64})
    return pl.concat([people, later.join(held, how="cross").select(people.columns)])
