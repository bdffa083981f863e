"""How many are alive on a day: what the page counts, and what it works out for readers who may not see every count."""

from dataclasses import replace
from datetime import date

import polars as pl
import pytest
from django.urls import reverse

from banyan.apps.core.choices import Role
from banyan.apps.insight.queries import guard
from banyan.apps.insight.queries.disclosure import disclose
from banyan.apps.insight.queries.prevalence import find_first_year, find_spans
from banyan.apps.insight.queries.question import Question
from banyan.science.burden import prevalence_from_cases
from tests.factories.register import make_cases, make_people, make_register

LAST = date(2023, 12, 31)


@pytest.fixture(scope="module")
def whole():
    return make_register(make_cases(), make_people(), -9001)


@pytest.fixture(scope="module")
def told(whole):
    return replace(whole, disclosure=disclose(whole))


def ask(site: str = "all", sex: str = "0", **more) -> Question:
    return Question(**{"first": 2019, "last": 2023, "site": site, "sex": sex, **more})


def find(figures: pl.DataFrame, years: int | None, **where) -> dict:
    rows = figures.filter(pl.col("years").eq_missing(pl.lit(years, pl.Int64)), **where).to_dicts()
    assert len(rows) == 1
    return rows[0]


def test_alive_on_the_day_are_counted_one_by_one(whole):
    """Breast cancer of three years: those who died, and those seen to the day, as plain Polars counts them."""
    cases = whole.cases.filter(
        pl.col("site") == "breast", pl.col("incidence_date") > date(2020, 12, 31), ~pl.col("early")
    )
    gone = pl.col("dco_only") | (pl.col("basis") == "7.3")
    dead = (pl.col("death_date") <= LAST) | (gone & pl.col("death_date").is_null())
    died = cases.filter(dead).height
    alive = cases.filter(~dead.fill_null(value=False), pl.col("last_contact_date") >= LAST)

    row = find(guard.answer_prevalence(whole, ask("breast")).figures, 3, sex="0")

    assert (row["diagnosed"], row["died"], row["alive"]) == (cases.height, died, alive.height)
    assert row["lost"] == cases.height - died - alive.height
    assert row["alive"] < row["prevalent"] < row["alive"] + row["lost"]


def test_sexes_and_sites_stand_beside_the_whole(whole):
    figures = guard.answer_prevalence(whole, ask()).figures
    both = find(figures, 5, site="all", sex="0")
    apart = [find(figures, 5, site="all", sex=sex) for sex in "12"]

    assert both["prevalent"] == pytest.approx(sum(row["prevalent"] for row in apart), rel=1e-12)
    assert (
        find(figures, 5, site="breast", sex="0")["diagnosed"]
        == find(guard.answer_prevalence(whole, ask("breast")).figures, 5, sex="0")["diagnosed"]
    )


def test_proportion_is_of_the_people_of_the_last_year(whole):
    answer = guard.answer_prevalence(whole, ask("lung", "1"))
    men = whole.people.filter(pl.col("year") == 2023, pl.col("sex") == "1")["person_years"].sum()

    row = find(answer.figures, 5, sex="1")

    assert row["proportion"] == pytest.approx(100_000 * row["prevalent"] / men, rel=1e-12)


def test_years_reach_no_further_back_than_the_register():
    assert find_spans(10) == (1, 3, 5, 10)
    assert find_spans(12) == (1, 3, 5, 10, None)
    assert find_spans(4) == (1, 3, None)
    assert find_first_year([2014, 2016, 2017], 2017) == 2016


@pytest.mark.parametrize("site", ["all", "breast", "lung", "liver", "prostate"])
def test_reader_without_identities_is_told_what_the_other_pages_tell_him(told, site):
    """The figure is worked out here anew from the masked answers of incidence, survival and quality alone."""
    two_bands = ask(site, first=2014)
    by_year = guard.answer_incidence(told, ask(site)).by_year
    curve = guard.answer_survival(told, two_bands).overall
    quality = guard.answer_quality(told, two_bands).total
    cases = dict(by_year.select("year", "cases").iter_rows())
    living = 1 - (quality["dco"] or 0.0) / 100
    left, died, survival, spread, points = living * sum(cases.values()), 0, 1.0, 0.0, []
    for at_risk, events in curve.select("at_risk", "events").iter_rows():
        exposed = left - (left - (events - died) - at_risk) / 2
        survival *= 1 - (events - died) / exposed
        spread += (events - died) / (exposed * (exposed - (events - died)))
        points.append((survival, survival * spread**0.5))
        left, died = at_risk, events
    table = pl.DataFrame(
        {
            "years": [1, 3, 5][: len(points)],
            "survival": [s for s, _ in points],
            "std_err": [e for _, e in points],
        }
    )
    rows = pl.DataFrame({"year": list(cases), "cases": [living * count for count in cases.values()]})

    figures = guard.answer_prevalence(told, ask(site)).figures

    assert table.height == 3
    for years in (1, 3, 5):
        expected = prevalence_from_cases(rows, table, years=[years]).row(0, named=True)
        row = find(figures, years, site=site, sex="0")
        assert [row[name] for name in ("prevalent", "lower", "upper")] == pytest.approx(
            [expected[name] for name in ("prevalent", "lower", "upper")], rel=1e-12
        )


def test_where_another_page_hides_nothing_is_told(told):
    """A site whose curve or a year of whose cases is hidden has no figure; nor is any count of people told."""
    answer = guard.answer_prevalence(told, ask())

    assert {"diagnosed", "died", "alive", "lost"} & set(answer.figures.columns) == set()
    assert (answer.left_out, answer.parts.height, answer.spans) == ({}, 0, (1, 3, 5))
    seen = set()
    for row in answer.figures.to_dicts():
        question = ask(row["site"], row["sex"], first=2014)
        years = guard.answer_incidence(told, question).by_year.filter(pl.col("year") > 2023 - row["years"])
        hidden = guard.answer_survival(told, question).suppressed or years["cases"].is_null().any()
        seen.add(hidden)
        if hidden:
            assert (row["prevalent"], row["suppressed"]) == (None, True), row
    assert seen == {True, False}


def test_estimate_is_near_the_count(whole, told):
    """What both readers see of the large sites differs by less than a tenth."""
    for site in ("all", "breast", "lung", "liver"):
        counted = find(guard.answer_prevalence(whole, ask(site)).figures, 3, site=site, sex="0")
        estimated = find(guard.answer_prevalence(told, ask(site)).figures, 3, site=site, sex="0")
        assert estimated["prevalent"] == pytest.approx(counted["prevalent"], rel=0.1)


def test_a_higher_threshold_hides_more(whole, settings):
    settings.SMALLEST_COUNT = 100_000
    answer = guard.answer_prevalence(replace(whole, disclosure=disclose(whole)), ask("lung"))

    assert answer.suppressed
    assert answer.figures["prevalent"].null_count() == answer.figures.height


@pytest.mark.parametrize(
    ("role", "words", "not_words"),
    [
        (Role.REGISTRAR, ("theo xác suất còn sống", "Đã mất", "10 năm"), ("Pisani",)),
        (Role.EPIDEMIOLOGIST, ("Pisani, Bray, Parkin 2002", "5 năm"), ("theo xác suất còn sống", "Đã mất")),
    ],
)
def test_page_says_by_which_method(small_city, client_as, role, words, not_words):
    text = client_as(role).get(reverse("figures-prevalence"), {"site": "all"}).text
    figures = text[: text.index("<footer")] if "<footer" in text else text

    assert [word for word in words if word not in figures] == []
    assert [word for word in not_words if word in figures] == []
    assert "còn sống hết ngày 31/12/2023" in text


def test_page_speaks_english(small_city, client_as):
    reader = client_as(Role.REGISTRAR)
    reader.cookies["banyan_language"] = "en"

    text = reader.get(reverse("figures-prevalence"), {"site": "breast"}).text

    assert "people (" in text
    assert "alive at the end of 31/12/2023" in text
    assert "Hiện mắc" not in text


def test_one_ward_is_counted_among_its_own_people(small_city, client_as, people):
    address = f"{reverse('figures-prevalence')}durations.csv?site=all&place=00004"
    there = people.filter(ward_code="00004", year=2023)["person_years"].sum()

    lines = client_as(Role.REGISTRAR).get(address).content.decode("utf-8-sig").splitlines()

    head, *rows = [line.split(",") for line in lines if not line.startswith("#")]
    row = dict(zip(head, rows[0], strict=True))
    assert float(row["proportion"]) == pytest.approx(100_000 * float(row["prevalent"]) / there, rel=1e-12)
