"""The page of projections: which method, which people, from which numbers, and what it says where there is nothing."""

import csv
import io
import re
from dataclasses import replace

import numpy as np
import polars as pl
import pytest
from django.urls import reverse
from hypothesis import given, settings
from hypothesis import strategies as st

from banyan.apps.core.choices import Role
from banyan.apps.insight.queries import guard
from banyan.apps.insight.queries.disclosure import disclose
from banyan.apps.insight.queries.masking.projection import fill_hidden, fit_margins, spread_told
from banyan.apps.insight.queries.projection import (
    AGED,
    FORECAST,
    STAYS,
    choose_recipe,
    count_years,
    foresee_city,
    foresee_people,
    work_out_projection,
)
from banyan.apps.insight.queries.question import Question
from banyan.apps.insight.queries.trend import FEW, HELD
from banyan.science.burden import project_cases
from tests.factories.register import YEARS, make_cases, make_people, make_register

WHOLE = Question(first=2014, last=2023, site="lung")


@pytest.fixture
def register():
    return make_register(make_cases(), make_people(), -7201)


@pytest.fixture
def held(register):
    """Return the register as a reader without identified access has it."""
    return replace(register, disclosure=disclose(register))


@pytest.mark.parametrize(
    ("years", "method", "width"),
    [(4, None, 0), (5, "eapc", 1), (9, "eapc", 1), (14, "eapc", 1), (15, "apc", 5), (20, "nordpred", 5)],
)
def test_method_goes_by_how_many_complete_years_there_are(years, method, width):
    recipe = choose_recipe(years)

    assert (recipe.method, recipe.width) == (method, width) if method else recipe is None


def test_projection_is_the_engines_on_the_cases_and_the_people_of_the_register(register):
    answer = guard.answer_projection(register, WHOLE)

    own = register.cases.filter(pl.col("site") == "lung", ~pl.col("early"))
    people, source = foresee_people(register, WHOLE)
    counted = count_years(register, WHOLE)
    cells = people.join(counted, on=["year", "age_group"], how="left").select(
        "age_group",
        "person_years",
        period="year",
        cases=pl.when(pl.col("year") <= 2023).then(pl.col("cases").fill_null(0.0)),
    )
    expected = project_cases(
        cells.filter(pl.col("period") <= 2050),
        method="eapc",
        slopes=None,
        model_age=0,
        seed=1,
        trend_error=answer.trend_error,
    )
    assert counted["cases"].sum() == pytest.approx(own.height)
    assert answer.projection.totals.equals(expected.totals)
    assert (source, answer.population, answer.by_margins) == (AGED, AGED, False)
    assert answer.projection.totals["period"].to_list() == list(range(2014, 2051))
    assert answer.check.totals["origin"].unique().to_list() == [2020, 2021, 2022]


def lengthen(decades: int, years: int):
    """Return a register that reaches back so many years: decades of made-up cases one before the other."""
    cases, people = [], []
    for back in range(decades):
        earlier = pl.col("year") - 10 * back
        cases.append(make_cases(20 + back).with_columns(earlier))
        people.append(make_people(20_000).with_columns(earlier))
    kept = tuple(range(2024 - years, 2024))
    register = make_register(pl.concat(cases), pl.concat(people), -7300 - years)
    inside = pl.col("year").is_in(kept)
    return replace(register, cases=register.cases.filter(inside), years=kept)


@pytest.mark.parametrize(
    ("years", "method", "observed", "checked"),
    [(16, "apc", 3, 0), (20, "nordpred", 4, 1), (27, "nordpred", 5, 3)],
)
def test_longer_registers_are_projected_by_periods_of_five_years(years, method, observed, checked):
    register = lengthen(3, years)
    question = Question(first=2024 - years, last=2023, site="lung")

    answer = guard.answer_projection(register, question)

    totals = answer.projection.totals
    assert answer.projection.facts["method"] == method
    assert (answer.first, answer.last) == (2024 - 5 * observed, 2023)
    assert totals["period"].to_list() == list(range(2024 - 5 * observed, 2050, 5))
    assert totals["projected"].sum() == 6
    assert totals.filter("projected").select((pl.col("lower") < pl.col("cases")).all()).item()
    assert (answer.check.totals.height if answer.check else 0) == checked


def test_provisional_years_are_projected_and_not_fitted():
    cases = make_cases().with_columns(year=pl.col("year") + 2)
    people = make_people().with_columns(year=pl.col("year") + 2)
    register = replace(make_register(cases, people, -7202), years=tuple(year + 2 for year in YEARS))

    answer = guard.answer_projection(register, Question(first=2016, last=2025, site="lung"))

    totals = answer.projection.totals
    assert answer.last < 2025
    assert totals.filter(~pl.col("projected"))["period"].to_list() == list(range(2016, answer.last + 1))


def test_people_to_come_are_the_tables_own_where_it_has_them():
    people = make_people()
    later = (
        people.filter(pl.col("year") == 2023)
        .drop("year")
        .join(
            pl.DataFrame({"year": list(range(2024, 2051))}, schema={"year": people.schema["year"]}),
            how="cross",
        )
    )
    long = pl.concat([people, later.select(people.columns).with_columns(pl.col("person_years") * 2)])

    forecast, source = foresee_city(long, "city")
    short, kept = foresee_city(people.filter(pl.col("year") > 2019), "city")

    def count(frame: pl.DataFrame, year: int) -> float:
        return frame.filter(pl.col("year") == year)["person_years"].sum()

    assert (source, kept) == (FORECAST, STAYS)
    assert count(forecast, 2050) == pytest.approx(2 * count(people, 2023))
    assert count(short, 2050) == pytest.approx(count(people, 2023))


def test_too_few_years_say_so(register):
    few = replace(register, years=(2020, 2021, 2022, 2023))

    answer = guard.answer_projection(few, replace(WHOLE, first=2020))

    assert (answer.lack, answer.projection) == (FEW, None)


def read_margins(held, question: Question) -> tuple[dict[int, int | None], dict[tuple[int, int], int | None]]:
    """Return what the incidence page tells a reader without identity: cases by year, and by band and age group."""
    years, ages = {}, {}
    for first, last in held.disclosure.bands:
        told = guard.answer_incidence(held, replace(question, first=first, last=last))
        years |= dict(told.by_year.select("year", "cases").iter_rows())
        now = told.ages.filter(pl.col("series") == 0)
        ages |= {(first, age): cases for age, cases in now.select("age_group", "cases").iter_rows()}
    return years, ages


@pytest.mark.asvs("8.2.3")
@pytest.mark.parametrize(("site", "sex"), [("all", "0"), ("all", "2"), ("lung", "0")])
def test_reader_without_identity_gets_a_function_of_the_margins_he_is_told(held, site, sex):
    """What is projected stands on a table of which each sum is told, and on nothing else."""
    question = replace(WHOLE, site=site, sex=sex)
    answer = guard.answer_projection(held, question)

    people, _source = foresee_people(held, question)
    years, ages = read_margins(held, question)
    cells = spread_told(question, held.disclosure, people, lambda q: guard.answer_incidence(held, q))
    bands = cells.with_columns(first=pl.when(pl.col("year") >= 2019).then(2019).otherwise(2014))
    by_year = dict(cells.group_by("year").agg(pl.col("cases").sum()).iter_rows())
    by_age = {
        (first, age): cases
        for first, age, cases in bands.group_by("first", "age_group").agg(pl.col("cases").sum()).iter_rows()
    }
    told = {key: cases for key, cases in ages.items() if cases is not None}
    closed = {first for first, _age in ages.keys() - told.keys()}  # bands whose hidden ages take the rest
    assert by_year == {year: pytest.approx(cases, rel=1e-4) for year, cases in years.items()}
    assert {key: by_age[key] for key in told if key[0] in closed} == {
        key: pytest.approx(cases, rel=1e-6, abs=1e-6) for key, cases in told.items() if key[0] in closed
    }
    assert answer.by_margins
    assert answer.projection.totals.equals(
        work_out_projection(held, question, cells, by_margins=True).projection.totals
    )


def test_projection_is_held_where_a_year_is_hidden(register, held):
    rare = replace(WHOLE, site="testis", sex="1")

    assert guard.answer_projection(held, rare).lack == HELD
    assert guard.answer_projection(register, rare).lack != HELD


@settings(deadline=None, max_examples=40)
@given(st.lists(st.integers(0, 200), min_size=4, max_size=4), st.integers(1, 10_000))
def test_margins_are_kept(by_age, seed):
    draw = np.random.default_rng(seed)
    crowd = draw.uniform(100, 200, (4, 5))
    by_year = draw.multinomial(sum(by_age), [0.2] * 5).astype(float)

    cells = fit_margins(crowd, np.array(by_age, dtype=float), by_year)

    assert cells.sum(axis=1) == pytest.approx(by_age, abs=1e-6)
    if sum(by_age):
        assert cells.sum(axis=0) == pytest.approx(by_year, rel=1e-4, abs=1e-4)


def test_hidden_ages_share_one_rate():
    crowd = np.array([100.0, 300.0, 200.0])

    filled = fill_hidden(np.array([np.nan, np.nan, 20.0]), crowd, 28.0)
    scaled = fill_hidden(np.array([10.0, 10.0, 20.0]), crowd, 44.0)

    assert filled.tolist() == [2.0, 6.0, 20.0]
    assert scaled.tolist() == [11.0, 11.0, 22.0]


def read_csv(response) -> list[dict[str, str]]:
    lines = [line for line in response.content.decode("utf-8-sig").splitlines() if not line.startswith("#")]
    return list(csv.DictReader(io.StringIO("\n".join(lines))))


@pytest.mark.parametrize("role", [Role.REGISTRAR, Role.EPIDEMIOLOGIST])
def test_page_says_its_method_its_people_and_its_trials(small_city, client_as, role):
    reader = client_as(role)
    address = f"{reverse('figures-projection')}?site=breast&sex=2"

    text = reader.get(address).text
    rows = read_csv(reader.get(address.replace("?", "cases.csv?")))
    parts = read_csv(reader.get(address.replace("?", "change.csv?")))

    assert "xu hướng log-tuyến tính" in text
    assert "Hamilton–Perry" in text
    assert ("suy từ các tổng được nêu" in text) == (role == Role.EPIDEMIOLOGIST)
    assert re.findall(r"\d trong \d lần thử, khoảng 95\u00a0% chứa số đã ghi nhận", text) != []
    assert [row["first"] for row in rows][-1] == "2050"
    last = {name: float(value) for name, value in rows[-1].items() if name != "projected"}
    assert (
        last["cases_lower"]
        < last["cases_lower_50"]
        < last["cases"]
        < last["cases_upper_50"]
        < last["cases_upper"]
    )
    end = {name: float(value) for name, value in parts[-1].items()}
    assert end["risk"] + end["size"] + end["structure"] == pytest.approx(end["change"])


def test_page_that_projects_nothing_says_why(small_city, client_as):
    text = (
        client_as(Role.EPIDEMIOLOGIST).get(reverse("figures-projection"), {"site": "brain", "sex": "1"}).text
    )

    assert "Ẩn: có ô ít ca." in re.search(r'id="cases".*?</figure>', text, flags=re.DOTALL)[0]
    assert text.count("<figure") == 1
