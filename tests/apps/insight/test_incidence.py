"""The numbers: those of the page are those of the engine on the same cases."""

from dataclasses import replace
from types import SimpleNamespace

import polars as pl
import pytest

from banyan.apps.insight.queries.design import choose_patients
from banyan.apps.insight.queries.incidence import count_behind, work_out_incidence
from banyan.apps.insight.queries.quality import work_out_quality
from banyan.apps.insight.queries.question import Question, default_question, settle_sex
from banyan.apps.insight.queries.register import WARD_COLUMNS, Register, count_tumours, shape_register
from banyan.apps.insight.queries.stage import compare_years, work_out_stage
from banyan.apps.insight.queries.survival import work_out_survival
from banyan.apps.registry.queries.figures import DataVersion
from banyan.science.burden import count_cases, net_survival, standardise_rates, viet_nam_life_table
from banyan.science.burden.intervals import wilson_interval
from banyan.science.burden.quality import quality_indices

POPULATION = SimpleNamespace(pk=1, name_vi="Dân số", name_en="Population", source="made up")
VERSION = DataVersion(number=1, date=None, fingerprint="a·b·c")


@pytest.fixture
def cases(tumours) -> pl.DataFrame:
    """Return the tumours as the registry's query hands them over."""
    return tumours.with_columns(
        icd10=pl.lit("C50.9"),
        year=pl.col("incidence_date").dt.year(),
        age_group=(pl.col("age") // 5 * 5).clip(0, 85),
        death_date=pl.when("dead").then("end"),
        last_contact_date="end",
    )


@pytest.fixture
def register(cases, people) -> Register:
    wards = pl.DataFrame(schema=WARD_COLUMNS)
    return shape_register(count_tumours(cases), people, wards, VERSION, POPULATION)


@pytest.fixture
def question(register) -> Question:
    return default_question(register.years)


def count_by_hand(cases: pl.DataFrame, **only: object) -> pl.DataFrame:
    kept = cases.filter(pl.col("behaviour") == "3", pl.col("year") >= 2019)
    for column, value in only.items():
        kept = kept.filter(pl.col(column) == value)
    return kept


def test_default_question_asks_the_last_five_years_of_the_whole_city(question):
    assert question == Question(first=2019, last=2023, site="all", sex="0", place="city", standard="segi")


def test_total_is_the_engines_rate_without_skin(register, question, cases, people):
    own = count_by_hand(cases).filter(pl.col("site") != "skin")
    expected = standardise_rates(count_cases(own, people.filter(pl.col("year") >= 2019))).row(0, named=True)

    answer = work_out_incidence(register, question)

    assert answer.total == expected


def test_total_with_skin_counts_it(register, question, cases):
    answer = work_out_incidence(register, replace(question, skin=True))

    assert answer.total["cases"] == count_by_hand(cases).height


def test_total_of_one_sex_and_ward_has_their_people_only(register, question, cases, people):
    asked = settle_sex(replace(question, site="breast", place="00004", standard="who"))
    own = count_by_hand(cases, site="breast", sex="2", ward_code="00004")
    there = people.filter(pl.col("sex") == "2", pl.col("ward_code") == "00004", pl.col("year") >= 2019)
    expected = standardise_rates(count_cases(own, there), standard="who").row(0, named=True)

    answer = work_out_incidence(register, replace(asked, sex="2"))

    assert answer.total == expected
    assert answer.by_ward is None
    assert answer.by_site is None


def test_settle_sex_asks_a_cancer_of_one_sex_of_that_sex(question):
    assert settle_sex(replace(question, site="cervix")).sex == "2"
    assert settle_sex(replace(question, site="prostate")).sex == "1"
    assert settle_sex(replace(question, site="lung")).sex == "0"


def test_early_bladder_tumours_count_only_when_told(cases, people, question):
    early = cases.with_columns(
        icd10=pl.when(pl.col("behaviour") == "2").then(pl.lit("D09.0")).otherwise("icd10")
    )
    register = shape_register(
        count_tumours(early), people, pl.DataFrame(schema=WARD_COLUMNS), VERSION, POPULATION
    )
    in_situ = early.filter(pl.col("behaviour") == "2", pl.col("year") >= 2019).height

    without, told = (
        work_out_incidence(register, replace(question, site="bladder", early=early)).total["cases"]
        for early in (False, True)
    )

    assert without == 0
    assert told == in_situ > 0


def test_by_year_has_every_year_of_cases_and_people(register, question):
    answer = work_out_incidence(register, question)

    assert answer.by_year["year"].to_list() == list(range(2014, 2024))
    assert answer.by_year.filter(pl.col("year") >= 2019)["cases"].sum() == answer.total["cases"]


def test_ages_compare_the_period_with_as_many_years_before(register, question):
    answer = work_out_incidence(register, question)

    now = answer.ages.filter(pl.col("series") == 0)
    assert answer.before == (2014, 2018)
    assert now["cases"].sum() + answer.total["unknown_age_cases"] == answer.total["cases"]
    assert work_out_incidence(register, replace(question, first=2016)).before is None


def test_trend_uses_complete_years_only(register, question):
    answer = work_out_incidence(register, question)

    assert (answer.trend.first, answer.trend.last) == (2014, 2023)
    assert answer.trend.lower < answer.trend.percent < answer.trend.upper
    assert answer.trend.fitted["year"].to_list() == list(range(2014, 2024))


def test_by_site_ranks_all_that_the_sex_can_have(register, question):
    ranked = work_out_incidence(register, replace(question, sex="1")).by_site

    assert ranked["asr"].is_sorted(descending=True)
    assert "cervix" not in ranked["site"].to_list()
    assert "skin" in work_out_incidence(register, replace(question, skin=True)).by_site["site"].to_list()


def test_by_ward_hides_few_cases_and_tells_sides_on_printed_limits(register, question):
    wards = work_out_incidence(register, question).by_ward

    hidden = wards.filter("hidden")
    assert hidden["ward_code"].to_list() == ["09877"]
    assert hidden["side"].to_list() == [0]
    shown = wards.filter(~pl.col("hidden"))
    above = shown["smoothed_lower"].round(1) > shown["city"].round(1)
    below = shown["smoothed_upper"].round(1) < shown["city"].round(1)
    assert (above.cast(int) - below.cast(int)).to_list() == shown["side"].to_list()


def test_count_behind_rebuilds_the_page(register, question):
    cases, people = count_behind(register, question)

    rebuilt = standardise_rates(count_cases(cases, people)).row(0, named=True)

    assert rebuilt == pytest.approx(work_out_incidence(register, question).total)
    assert cases.columns == ["sex", "age_group", "year", "site", "cases"]


def test_quality_is_the_engines_on_the_same_cases(register, question, cases):
    own = count_by_hand(cases).filter(pl.col("site") != "skin")
    engine = dict(quality_indices(own.drop("stage")).select("index", "percent").iter_rows())

    answer = work_out_quality(register, question)

    assert answer.total["mv"] == pytest.approx(engine["mv"])
    assert answer.total["dco"] == pytest.approx(engine["dco"])
    assert answer.total["unknown_age"] == pytest.approx(engine["unknown_age"])
    staged = own.filter(pl.col("site") != "brain")
    stage = quality_indices(staged.select("stage")).filter(pl.col("index") == "unknown_stage")["percent"][0]
    assert answer.total["unknown_stage"] == pytest.approx(stage)
    assert answer.total["sources"] == pytest.approx(own["sources"].mean())


def test_stage_shares_are_of_the_staged_and_leave_out_what_has_no_stage(register, question, cases):
    own = count_by_hand(cases).filter(~pl.col("site").is_in(["skin", "brain"]))
    late = own.filter(pl.col("stage").is_in(["IIIB", "IV"])).height
    staged = own.filter(pl.col("stage") != "9").height

    total = work_out_stage(register, question).total

    assert (total["late"], total["staged"], total["cases"]) == (late, staged, own.height)
    assert total["share"] == pytest.approx(100 * late / staged)


def test_compare_years_gives_newcombes_limits():
    lower, upper = (
        100 * limit
        for limit in wilson_interval(pl.Series([48, 56]).to_numpy(), pl.Series([80, 70]).to_numpy())
    )
    years = pl.DataFrame({"year": [2000, 2001], "share": [60.0, 80.0], "lower": lower, "upper": upper})

    first, last, change, low, high = compare_years(years)

    # Newcombe 1998, table II, method 10: 56/70 - 48/80 = .2000 (.0524 to .3339)
    assert (first, last, change) == (2000, 2001, 20.0)
    assert (round(low, 2), round(high, 2)) == (5.24, 33.39)


def test_survival_is_the_engines_and_counts_whom_it_leaves_out(register, question, cases):
    own = count_by_hand(cases).filter(pl.col("site") != "skin")
    patients, left_out = choose_patients(register.cases.filter(pl.col("id").is_in(own["id"].implode())))

    answer = work_out_survival(register, replace(question))

    five = net_survival(patients, viet_nam_life_table(), at=[5]).row(0, named=True)
    last = answer.overall.row(-1, named=True)
    assert last["survival"] == pytest.approx(100 * five["survival"])
    assert left_out["dco"] == own.filter(pl.col("dco")).height > 0
    assert answer.patients + sum(left_out.values()) == own.height


def test_quality_of_a_handful_of_cases_is_not_graded(register, question):
    few = work_out_quality(register, replace(question, place="09877"))

    assert 0 < few.total["cases"] < 20
    assert (few.grade, few.missed) == ("–", [])
