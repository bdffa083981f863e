"""The page of survival: whose follow-up counts, what is worked out of it, and what is said."""

import re
from dataclasses import replace
from datetime import date

import polars as pl
import pytest
from django.urls import reverse

from banyan.apps.core.choices import Role
from banyan.apps.insight.choices import DesignAsked
from banyan.apps.insight.presenters.finding import Estimate
from banyan.apps.insight.presenters.survival.sentences import (
    explain_design,
    list_weights,
    say_further,
    say_merged,
    say_stage_test,
)
from banyan.apps.insight.queries import guard
from banyan.apps.insight.queries.design import (
    SurvivalQuestion,
    choose_patients,
    find_last_day,
    follow_patients,
)
from banyan.apps.insight.queries.disclosure import disclose
from banyan.apps.insight.queries.survival import (
    GIVEN,
    STANDARD_OF,
    at_years,
    find_survival_standard,
    work_out_survival,
)
from banyan.science.burden import (
    BurdenError,
    crude_probability,
    design_patients,
    net_survival,
    standardise_survival,
    viet_nam_life_table,
)
from banyan.science.coding import site_groups
from tests.factories.register import make_cases, make_people, make_register

PERIOD = SurvivalQuestion(first=2019, last=2023, design=DesignAsked.PERIOD.value)
CARDS = ("overall", "stages", "standardised", "conditional", "deaths")


@pytest.fixture(scope="module")
def register():
    return make_register(make_cases(11), make_people(), -811)


@pytest.fixture(scope="module")
def period(register):
    return work_out_survival(register, PERIOD)


@pytest.fixture(scope="module")
def patients(register):
    """Return everybody whom a period analysis of 2019 to 2023 may follow, chosen without the page's own queries."""
    cases = register.cases.filter(pl.col("site").ne_missing("skin"), ~pl.col("early"))
    every, _left_out = choose_patients(cases)
    return design_patients(every, design="period", window=(date(2018, 12, 31), date(2023, 12, 31))).patients


def test_period_survival_is_the_engines(period, patients):
    expected = net_survival(patients, viet_nam_life_table(), at=[1, 3, 5])

    found = at_years(period.overall)

    assert found["survival"].to_list() == pytest.approx((expected["survival"] * 100).to_list())
    assert found["at_risk"].to_list() == expected["at_risk"].to_list()
    assert found["events"].to_list() == expected["events"].to_list()


def test_a_period_counts_who_was_diagnosed_before_it_and_whom_it_follows_within_five_years(period, patients):
    late = patients.filter(pl.col("entry_days") > 0)

    assert late.height > 100
    assert period.patients == patients.filter(pl.col("entry_days") < 5 * 365.25).height
    assert late["diagnosis_date"].max() < date(2019, 1, 1)


def test_nobody_of_a_period_is_followed_beyond_it(register):
    followed = follow_patients(register, PERIOD).patients

    ends = followed.select(pl.col("diagnosis_date") + pl.duration(days="time_days")).to_series()
    assert ends.max() <= date(2023, 12, 31)


def test_standardised_survival_is_the_engines(period, patients):
    expected = standardise_survival(
        patients, viet_nam_life_table(), standard="icss1", on_missing="merge", at=[1, 3, 5]
    )

    found = period.standardised.filter(pl.col("stage_group").is_null())

    assert period.standard == "icss1"
    assert found["survival"].to_list() == pytest.approx((expected["survival"] * 100).to_list())
    assert found["merged"].to_list() == expected["merged"].to_list()


def test_a_period_too_short_for_five_years_is_standardised_for_as_long_as_it_reaches(register):
    """Where nobody could be followed for five years no age group is merged for that."""
    answer = work_out_survival(register, replace(PERIOD, first=2014, last=2018))

    whole = answer.standardised.filter(pl.col("stage_group").is_null())
    assert (whole["years"].to_list(), whole["merged"].to_list()) == ([1.0, 3.0], ["", ""])


def test_crude_probabilities_and_the_share_alive_make_the_whole(period, patients):
    expected = crude_probability(patients, viet_nam_life_table(), at=[1, 3, 5])

    found = at_years(period.crude)

    assert found["probability"].to_list() == pytest.approx((expected["probability"] * 100).to_list())


def test_five_more_years_are_the_ratio_of_two_points(register):
    early = replace(PERIOD, first=2014, last=2018, design=DesignAsked.COMPLETE.value)
    patients = follow_patients(register, early).patients
    curve = net_survival(patients, viet_nam_life_table(), at=[1, 2, 3, 5, 6, 7, 8, 10])
    at = dict(curve.select("years", "survival").iter_rows())

    found = dict(work_out_survival(register, early).conditional.select("given_years", "survival").iter_rows())

    assert list(found) == list(GIVEN)
    assert [found[given] for given in GIVEN] == pytest.approx(
        [100 * at[given + 5] / (at[given] if given else 1) for given in GIVEN]
    )


def test_a_curve_says_nothing_from_the_month_in_which_nobody_is_followed(register):
    """Of those diagnosed in one year only, a period two years later sees the third year and no other."""
    one = register.cases.filter(pl.col("year") == 2014)
    other = register.cases.filter(pl.col("year") == 2018).head(40)
    gap = make_register(pl.concat([one, other]), make_people(), -812)

    curve = work_out_survival(gap, replace(PERIOD, first=2018, last=2018)).overall

    known = curve.filter(pl.col("survival").is_not_null())["years"].max()
    assert curve.filter(pl.col("at_risk") > 0)["years"].max() > 4
    assert known < 1.01


def test_a_cohort_whose_last_patients_are_not_followed_long_enough_is_refused(register):
    last = find_last_day(register)
    year = last.year - 5 - (last < date(last.year, 12, 31))

    whole = work_out_survival(register, replace(PERIOD, first=2014, last=year, design="cohort"))
    with pytest.raises(BurdenError) as refusal:
        work_out_survival(register, replace(PERIOD, first=2014, last=year + 1, design="cohort"))

    assert whole.overall["survival"].null_count() == 0
    assert f"up to {year}" in refusal.value.message_en
    assert f"đến {year}" in refusal.value.message_vi


def test_a_cohort_that_is_whole_and_the_complete_analysis_are_one(register):
    answers = [
        work_out_survival(register, replace(PERIOD, first=2014, last=2016, design=design))
        for design in ("cohort", "complete")
    ]

    assert answers[0].overall.equals(answers[1].overall)


def test_every_site_with_a_standard_of_its_own_exists():
    assert set(STANDARD_OF) - {group.key for group in site_groups()} == set()
    assert [find_survival_standard(site) for site in ("lung", "prostate", "cervix", "testis", "all")] == [
        *("icss1", "icss1-prostate", "icss2", "icss3", "icss1")
    ]


def test_nobody_at_all_has_no_survival_of_any_kind(register):
    nobody = make_register(register.cases.filter(pl.col("site") == "lung"), make_people(), -813)

    answer = work_out_survival(nobody, replace(PERIOD, site="breast"))

    frames = (answer.overall, answer.by_stage, answer.standardised, answer.conditional, answer.crude)
    assert [frame.height for frame in frames] == [0] * 5
    assert answer.stages_differ is None


def test_sentences_say_no_more_than_the_numbers():
    assert (
        list_weights("icss1")
        == "15–44: 7\u00a0%; 45–54: 12\u00a0%; 55–64: 23\u00a0%; 65–74: 29\u00a0%; 75+: 29\u00a0%"
    )
    assert say_merged("75 into 65", "IV") == "IV: gộp nhóm từ 75 tuổi vào nhóm từ 65 tuổi"
    assert say_stage_test(0.00001).endswith("(p < 0,001).")
    assert say_stage_test(0.2).startswith("Kiểm định chung chưa phân biệt được")
    assert say_stage_test(None) == ""
    assert say_further([Estimate(50.0, 40.0, 60.0)]).startswith("Chưa theo dõi đủ lâu")
    assert len({explain_design(design, "2019–2023") for design in DesignAsked.values}) == 3


@pytest.mark.parametrize("design", DesignAsked.values)
@pytest.mark.parametrize("role", [Role.REGISTRAR, Role.EPIDEMIOLOGIST])
def test_page_shows_every_card_with_its_method_and_reference(small_city, client_as, role, design):
    address = f"{reverse('figures-survival')}?first=2014&last=2018&design={design}"
    text = client_as(role).get(address).text

    cards = re.findall(r'<figure[^>]*id="(\w+)".*?</figure>', text, flags=re.DOTALL)
    anchors = re.findall(r'href="/figures/method/#(\w+)"', text)
    assert [card for card in cards if card not in CARDS] == []
    assert {"overall", "standardised", "conditional", "deaths"} <= set(cards)
    assert {"survival", "standardised", "conditional", "crude", "designs"} <= set(anchors)
    assert f'<option value="{design}" selected>' in text
    assert ("Brenner, Gefeller 1996" in text) == (design == DesignAsked.PERIOD)


def test_every_anchor_of_a_card_stands_on_the_method_page(small_city, client_as):
    reader = client_as(Role.REGISTRAR)
    page = reader.get(f"{reverse('figures-survival')}?design=period").text
    method = reader.get(reverse("figures-method")).text

    anchors = set(re.findall(r'href="/figures/method/#(\w+)"', page))

    assert [anchor for anchor in anchors if f'id="{anchor}"' not in method] == []


@pytest.mark.parametrize("card", CARDS)
def test_each_card_is_sent_as_picture_sheet_and_table(small_city, client_as, card):
    reader = client_as(Role.REGISTRAR)
    base = reverse("figures-survival")

    sent = {
        kind: reader.get(f"{base}{card}.{kind}?first=2019&last=2023&design=period").status_code
        for kind in ("svg", "xlsx", "csv")
    }

    assert sent == dict.fromkeys(("svg", "xlsx", "csv"), 200)


def test_unknown_design_gets_a_sentence(small_city, client_as):
    response = client_as(Role.REGISTRAR).get(f"{reverse('figures-survival')}?design=moon")

    assert response.status_code == 400
    assert "Không có cách tính “moon”." in response.text


def test_cohort_that_is_too_short_gets_a_sentence_that_says_what_to_ask(small_city, client_as):
    response = client_as(Role.REGISTRAR).get(
        f"{reverse('figures-survival')}?first=2014&last=2023&design=cohort"
    )

    answers = (response.status_code, "Thuần tập cần được theo dõi đủ 5 năm" in response.text)
    assert answers in ((400, True), (200, False))


def test_design_stands_in_the_address_of_the_page_and_of_its_files(small_city, client_as):
    text = client_as(Role.REGISTRAR).get(f"{reverse('figures-survival')}?design=period").text

    files = re.findall(r'href="(/figures/survival/[^"]+\.csv[^"]*)"', text)
    assert len(files) >= 4
    assert [link for link in files if "design=period" not in link] == []


def test_a_design_asks_the_database_no_more_than_another(
    small_city, client_as, django_assert_max_num_queries
):
    reader = client_as(Role.EPIDEMIOLOGIST)
    reader.get(reverse("figures-survival"))

    with django_assert_max_num_queries(10):
        reader.get(reverse("figures-survival"), {"site": "lung", "design": "period"})


@pytest.fixture(scope="module")
def masked(register):
    """Return what a reader without identified access is told of each design."""
    few = replace(register, disclosure=disclose(register))
    return {
        design: [
            guard.answer_survival(few, SurvivalQuestion(first=first, last=last, site=site, design=design))
            for site in ("all", "breast", "lung", "liver", "thyroid", "testis")
            for first, last in ((2014, 2018), (2019, 2023))
        ]
        for design in ("complete", "period")
    }


def test_no_count_of_a_window_is_told(masked):
    """The deaths of a period less those of a cohort are those of other years: neither is told with its counts."""
    told = [answer for answer in masked["period"] if answer.overall.height]

    columns = [answer.overall[name].null_count() for answer in told for name in ("at_risk", "events")]
    assert len(told) >= 1
    assert columns == [answer.overall.height for answer in told for _name in range(2)]
    assert {answer.patients for answer in told} == {None}


def test_what_is_hidden_in_one_design_is_hidden_in_the_other(masked):
    pairs = list(zip(masked["complete"], masked["period"], strict=True))

    assert [complete.suppressed and not period.suppressed for complete, period in pairs] == [False] * 12
    assert {complete.suppressed for complete, _period in pairs} == {False, True}


def test_nothing_is_worked_out_of_a_curve_that_is_hidden(masked):
    held = [answer for answers in masked.values() for answer in answers if answer.suppressed]

    frames = [
        frame.height for answer in held for frame in (answer.standardised, answer.conditional, answer.crude)
    ]
    assert len(held) > 3
    assert set(frames) == {0}


def test_masked_cards_are_rounded_as_printed_and_tell_whole_years_only(masked):
    told = [answer for answers in masked.values() for answer in answers]

    numbers = [
        value
        for answer in told
        for frame in (answer.standardised, answer.conditional, answer.crude)
        for name in ("survival", "probability", "lower", "upper")
        if name in frame.columns
        for value in frame[name].drop_nulls()
    ]
    assert len(numbers) > 10
    assert numbers == [round(value, 1) for value in numbers]
    assert {year for answer in told for year in answer.crude["years"]} <= {1.0, 3.0, 5.0}
    assert [answer for answer in told if "std_err" in answer.standardised.columns] == []
