"""Two rates held against each other, and every ward against the city."""

from dataclasses import dataclass, replace
from typing import Any

import polars as pl

from banyan.apps.insight.choices import WHOLE_CITY
from banyan.apps.insight.queries.contrast import Contrast
from banyan.apps.insight.queries.incidence import WHOLE, Incidence, answer_incidence, join_ages
from banyan.apps.insight.queries.memory import Memory
from banyan.apps.insight.queries.question import Question
from banyan.apps.insight.queries.register import Register
from banyan.apps.insight.rules import SMALLEST_COUNT
from banyan.science.burden import compare_rates, count_cases, standardise_rates, standardised_ratio
from banyan.science.burden.chart import place_in_funnel

ONE, TWO = "one", "two"
RATIO = ("expected", "ratio", "ratio_lower", "ratio_upper", "p_value")


@dataclass(frozen=True, eq=False)
class Side:
    """One of the two.

    `total` is a row of `standardise_rates`, `ratio` one of `standardised_ratio` against the city in the same period
    (empty for the city itself).

    `whole` answers for the city in that period; `own` for the place asked for, of which the rest of the city is what
    the whole has more.
    """

    question: Question
    is_rest: bool
    own: Incidence
    whole: Incidence
    total: dict[str, Any]
    ratio: dict[str, Any]


@dataclass(frozen=True, eq=False)
class Comparison:
    """The answer. Rates per 100 000 person-years at full precision.

    `against` is a row of `compare_rates`, the second side the one held against. `ages` has a row an age group and side
    (`series` 0 and 1). `by_ward` has, in the first side's period, each ward's cases, expected cases, ratio with limits,
    `place` (-2 to 2, in the funnel) and `hidden`.
    """

    contrast: Contrast
    sides: tuple[Side, Side]
    against: dict[str, Any]
    ages: pl.DataFrame
    by_ward: pl.DataFrame


_answers: Memory[Comparison] = Memory(64)


def answer_comparison(register: Register, contrast: Contrast) -> Comparison:
    told = register.disclosure
    key = (register.key, contrast, told.threshold if told else None)
    return _answers.recall(key, lambda: work_out_comparison(register, contrast))


def work_out_comparison(register: Register, contrast: Contrast) -> Comparison:
    sides = (work_out_side(register, contrast, ONE), work_out_side(register, contrast, TWO))
    cells = [
        count_side(side).select(
            pl.lit(name).alias("side"), "age_group", pl.col("cases").cast(pl.Float64), "person_years"
        )
        for name, side in zip((ONE, TWO), sides, strict=True)
    ]
    against = compare_rates(pl.concat(cells), "side", reference=TWO, standard=contrast.standard)
    return Comparison(
        contrast=contrast,
        sides=sides,
        against=against.row(0, named=True),
        ages=list_ages(*sides),
        by_ward=judge_wards(sides[0].whole, register.wards),
    )


def work_out_side(register: Register, contrast: Contrast, name: str) -> Side:
    is_rest = name == TWO and contrast.of_rest
    question = contrast.two if name == TWO else contrast.one
    own = answer_incidence(register, contrast.one if is_rest else question)
    whole = answer_incidence(register, replace(question, place=WHOLE_CITY))
    side = Side(question=question, is_rest=is_rest, own=own, whole=whole, total=own.total, ratio={})
    if is_rest:
        rates = standardise_rates(count_side(side), standard=contrast.standard)
        side = replace(side, total=rates.with_columns(WHOLE).row(0, named=True))
    if not is_rest and question.place == WHOLE_CITY:
        return side
    ratio = judge_cells(count_side(side), side.total["cases"], whole)
    return replace(side, ratio=ratio)


def count_side(side: Side) -> pl.DataFrame:
    """Return the cells of a side: age_group, cases, person_years."""
    if not side.is_rest:
        return count_cases(side.own.counts, side.own.crowd)
    elsewhere = pl.col("ward_code").ne_missing(side.own.question.place)
    return count_cases(side.whole.counts.filter(elsewhere), side.whole.crowd.filter(elsewhere))


def list_ages(one: Side, two: Side) -> pl.DataFrame:
    """Return the ages of both sides: as each question's own page has them, or worked out for the rest of the city."""
    if two.is_rest:
        return join_ages(*(count_side(side).with_columns(WHOLE) for side in (one, two)))
    both = [side.own.ages.filter(pl.col("series") == 0) for side in (one, two)]
    return pl.concat(
        each.with_columns(pl.lit(number, ages.schema["series"]).alias("series"))
        for number, (each, ages) in enumerate(zip(both, both, strict=True))
    )


def rate_city(whole: Incidence) -> pl.DataFrame:
    """Return the city's rate of each age, person-years as the unit; cases of unknown age are shared out as the known.

    So the whole city expects as many cases as it has.
    """
    cells = count_cases(whole.counts, whole.crowd)
    known = cells.filter(pl.col("age_group").is_not_null())
    counted, every = (float(frame["cases"].sum()) for frame in (known, cells))
    share = every / counted if counted else 1.0
    rate = (share * pl.col("cases") / pl.col("person_years")).fill_nan(0.0)
    return known.select("age_group", rate=pl.when(pl.col("person_years") > 0).then(rate).otherwise(0.0))


def judge_cells(cells: pl.DataFrame, cases: int, whole: Incidence) -> dict[str, Any]:
    """Hold the cases of one place against those that the city's rates let expect there."""
    counted = pl.DataFrame({"place": ["here"], "cases": [cases]})
    people = cells.select(pl.lit("here").alias("place"), "age_group", "person_years")
    return judge_places(counted, people, whole, "place").row(0, named=True)


def judge_places(counted: pl.DataFrame, people: pl.DataFrame, whole: Incidence, column: str) -> pl.DataFrame:
    """Return a row a place: its cases, those expected, their ratio with exact limits.

    Cases come as they were counted, of known age or not; the ages of the people say what is expected.
    """
    ages = people.filter(pl.col("age_group").is_not_null()).select(
        column, "age_group", pl.lit(0, pl.Int64).alias("cases"), pl.col("person_years").fill_null(0.0)
    )
    observed = counted.select(
        column, pl.lit(None, ages.schema["age_group"]).alias("age_group"), pl.col("cases").cast(pl.Int64),
        pl.lit(0.0).alias("person_years"),
    )  # fmt: skip
    rates = rate_city(whole).with_columns(pl.col("age_group").cast(ages.schema["age_group"]))
    none = pl.DataFrame({"age_group": [None], "rate": [0.0]}, schema=rates.schema)
    return standardised_ratio(pl.concat([ages, observed]), pl.concat([rates, none]), by=[column])


def judge_wards(whole: Incidence, wards: pl.DataFrame) -> pl.DataFrame:
    """Return every ward with people: ward_code, name, cases, person_years, expected, ratio, limits, place, hidden."""
    people = whole.crowd.group_by("ward_code", "age_group").agg(pl.col("person_years").sum())
    cases = whole.counts.group_by("ward_code").agg(pl.col("cases").sum().round().cast(pl.Int64))
    known = people.select("ward_code").unique(maintain_order=True)
    counted = known.join(cases, on="ward_code", how="left").with_columns(pl.col("cases").fill_null(0))
    judged = judge_places(counted, people, whole, "ward_code").filter(pl.col("expected") > 0)
    place = place_in_funnel(judged.select(size="expected", value="ratio"))
    return (
        judged.with_columns(place, hidden=pl.col("cases") < SMALLEST_COUNT)
        .join(wards.select("ward_code", "name"), on="ward_code", how="left")
        .select(
            "ward_code",
            pl.col("name").fill_null(pl.col("ward_code")),
            "cases",
            "person_years",
            *RATIO,
            "place",
            "hidden",
        )
        .sort("ratio", "ward_code", descending=[True, False])
    )
