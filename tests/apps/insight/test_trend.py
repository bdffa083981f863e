"""The page of trends: what it fits, from which numbers, and what it says where nothing can be fitted."""

import csv
import io
import re
from dataclasses import replace

import numpy as np
import polars as pl
import pytest
from django.urls import reverse

from banyan.apps.core.choices import Role
from banyan.apps.insight.queries import guard
from banyan.apps.insight.queries.disclosure import disclose
from banyan.apps.insight.queries.question import Question
from banyan.apps.insight.queries.trend import FEW, HELD, PERMUTATIONS, SEED, ZERO, fit_trend, work_out_trend
from banyan.science.burden import compare_trends, fit_joinpoints, poisson_eapc
from tests.factories.register import make_cases, make_people, make_register

WHOLE = Question(first=2014, last=2023, site="lung")


def make_rates(years: range, rates: list[float], *, told: bool = True) -> pl.DataFrame:
    """Return yearly rates as the incidence page has them, with or without their standard errors."""
    rate = pl.Series(rates, dtype=pl.Float64)
    frame = pl.DataFrame(
        {
            "year": years,
            "cases": 400,
            "person_years": 1e6,
            "asr": rate,
            "asr_lower": rate * 0.9,
            "asr_upper": rate * 1.1,
        }
    )
    return frame.with_columns(asr_se=pl.col("asr") / 20) if told else frame


def bend(years: range, turn: int, wobble: float = 0.005) -> list[float]:
    """Return rates that rise by four per cent a year up to a turn, and fall by five after it."""
    noise = np.random.default_rng(4).normal(0, wobble, len(years))
    course = [0.04 * (min(year, turn) - years[0]) - 0.05 * max(year - turn, 0) for year in years]
    return list(30 * np.exp(np.array(course) + noise))


@pytest.fixture
def register():
    return make_register(make_cases(), make_people(), -7101)


def test_joinpoint_is_found_where_the_rates_turn():
    years = range(2005, 2021)
    rates = make_rates(years, bend(years, 2013))

    answer = work_out_trend(Question(2005, 2020, sex="1"), lambda _: rates)

    own = fit_joinpoints(list(years), rates["asr"], std_errs=rates["asr_se"], method="wbic")
    segments = answer.asked.model.segments()
    assert answer.asked.model.joinpoints == own.joinpoints == (2013.0,)
    assert segments["apc"].to_list() == pytest.approx([4.08, -4.88], abs=0.3)
    assert answer.asked.rates["fitted"].to_list() == pytest.approx(own.fitted()["fitted"].to_list())
    assert (answer.sexes, answer.comparisons) == ((), ())


def test_line_without_joinpoint_is_that_of_the_incidence_page():
    years = range(2012, 2018)  # six years have no room for a joinpoint
    rates = make_rates(years, bend(years, 2030, 0.03))

    answer = work_out_trend(Question(2012, 2017, sex="2"), lambda _: rates)
    line = fit_trend(rates)

    whole = answer.asked.model.segments().row(0, named=True)
    assert len(answer.asked.model.fits) == 1
    assert (line.percent, line.lower, line.upper) == (whole["apc"], whole["apc_lower"], whole["apc_upper"])


@pytest.mark.parametrize(
    ("years", "rates", "lack"),
    [
        (range(2015, 2021), [20.0, 21.0, None, 22.0, 23.0, 24.0], HELD),
        (range(2017, 2021), [20.0, 21.0, 22.0, 23.0], FEW),
        (range(2015, 2021), [20.0, 21.0, 0.0, 22.0, 23.0, 24.0], ZERO),
    ],
)
def test_what_cannot_be_fitted_says_why(years, rates, lack):
    frame = make_rates(years, rates)

    answer = work_out_trend(Question(2000, 2023), lambda _: frame)

    assert (answer.asked.lack, answer.asked.model) == (lack, None)
    assert [course.lack for course in answer.sexes] == [lack, lack]
    assert answer.asked.rates["fitted"].is_null().all()
    assert answer.comparisons == ()


def test_counts_are_followed_where_a_year_has_no_case():
    years = range(2012, 2020)
    frame = make_rates(years, [0.4, 0.3, 0.0, 0.5, 0.6, 0.5, 0.7, 0.8]).with_columns(
        cases=pl.Series([4, 3, 0, 5, 6, 5, 7, 8]), person_years=1e6
    )

    course = work_out_trend(Question(2012, 2019, sex="1"), lambda _: frame).asked
    hidden = frame.with_columns(cases=pl.when(pl.col("cases") > 4).then("cases"))
    held = work_out_trend(Question(2012, 2019, sex="1"), lambda _: hidden).asked

    own = poisson_eapc(list(years), frame["cases"], frame["person_years"], dispersion="estimated")
    assert (course.lack, course.crude) == (ZERO, own)
    assert (held.lack, held.crude) == (ZERO, None)


def test_provisional_years_are_shown_and_not_fitted():
    years = range(2015, 2026)
    frame = make_rates(years, bend(years, 2040))

    course = work_out_trend(Question(2015, 2025, sex="1"), lambda _: frame).asked

    still_open = course.rates.filter("provisional")["year"].to_list()
    assert course.rates["year"].to_list() == list(years)
    assert still_open == [year for year in years if year not in course.model.series.x]
    assert course.rates.filter("provisional")["fitted"].is_null().all()


def test_men_and_women_are_compared_as_the_engine_compares_them():
    years = range(2005, 2020)
    rates = {"0": bend(years, 2012), "1": bend(years, 2012), "2": [rate / 2 for rate in bend(years, 2030)]}

    answer = work_out_trend(Question(2005, 2019), lambda asked: make_rates(years, rates[asked.sex]))

    both = pl.DataFrame(
        {
            "sex": ["1"] * len(years) + ["2"] * len(years),
            "year": [*years] * 2,
            "rate": [*rates["1"], *rates["2"]],
        }
    ).with_columns(std_err=pl.col("rate") / 20)
    count = max(course.model.chosen.k for course in answer.sexes)
    expected = [
        compare_trends(both, "sex", hypothesis=name, k=count, permutations=PERMUTATIONS, seed=SEED).p_value
        for name in ("parallelism", "coincidence")
    ]
    assert count == 1
    assert [test.p_value for test in answer.comparisons] == expected
    assert max(expected) < 0.01


@pytest.mark.asvs("8.2.3")
def test_reader_without_identity_gets_a_function_of_the_printed_rates(register):
    """What is worked out from the incidence page's own numbers for that reader tells nothing beside them."""
    held = replace(register, disclosure=disclose(register))
    shown = {
        sex: guard.answer_incidence(held, replace(WHOLE, sex=sex)).by_year.select(
            "year", "cases", "asr", "asr_lower", "asr_upper"
        )
        for sex in "012"
    }

    answer = guard.answer_trend(held, WHOLE)

    again = work_out_trend(WHOLE, lambda asked: shown[asked.sex])
    for mine, his in zip((answer.asked, *answer.sexes), (again.asked, *again.sexes), strict=True):
        assert "asr_se" not in mine.rates.columns
        assert mine.lack == his.lack
        assert mine.model.segments().equals(his.model.segments())
        assert mine.model.averages().equals(his.model.averages())
        assert mine.model.series.weights == "cases"
    assert [one.p_value for one in answer.comparisons] == [one.p_value for one in again.comparisons]


def test_site_with_a_hidden_year_has_no_trend_for_a_reader_without_identity(register):
    rare = replace(WHOLE, site="testis", sex="1")

    told = guard.answer_trend(replace(register, disclosure=disclose(register)), rare)
    full = guard.answer_trend(register, rare)

    assert (told.asked.lack, full.asked.lack) == (HELD, "")


def read_csv(response) -> list[dict[str, str]]:
    lines = [line for line in response.content.decode("utf-8-sig").splitlines() if not line.startswith("#")]
    return list(csv.DictReader(io.StringIO("\n".join(lines))))


def test_page_names_its_rule_and_its_files_hold_what_it_shows(small_city, client_as):
    reader = client_as(Role.REGISTRAR)
    address = f"{reverse('figures-trend')}?site=lung"

    text = reader.get(address).text

    segments = read_csv(reader.get(address.replace("?", "segments.csv?")))
    models = read_csv(reader.get(address.replace("?", "models.csv?")))
    assert "nơi BIC có trọng số nhỏ nhất" in text
    assert re.findall(r"Kiểm định hoán vị, song song: p [=<] [\d,]+; trùng nhau: p [=<] [\d,]+", text) != []
    assert [row["kind"] for row in segments] == ["apc", "aapc"]
    assert [(row["start"], row["end"]) for row in segments] == [("2014", "2023")] * 2
    assert [row["chosen"] for row in models] == ["true", "false"]
    shown = re.search(r'class="big">([^<]+)<', text)[1]
    assert float(shown.replace("\u2212", "-").replace(",", ".").split("\u00a0")[0]) == round(
        float(segments[1]["percent"]), 1
    )


def test_incidence_page_leads_to_the_trend_of_every_year(small_city, client_as):
    text = (
        client_as(Role.EPIDEMIOLOGIST).get(reverse("figures-incidence"), {"site": "breast", "sex": "2"}).text
    )

    link = re.search(r'<a href="(/figures/trend/[^"]+)">', text)[1]
    assert "site=breast&amp;sex=2&amp;place=city&amp;first=2014&amp;last=2023" in link
