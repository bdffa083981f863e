"""The part "Đầy đủ" of the quality page: what it is worked out from, what it says, and to whom."""

from dataclasses import replace
from datetime import timedelta

import numpy as np
import polars as pl
import pytest
from django.urls import reverse

from banyan.apps.core.choices import Role
from banyan.apps.insight.presenters.finding import Estimate, say_completeness, say_stability
from banyan.apps.insight.queries import guard
from banyan.apps.insight.queries.completeness import FEW, HELD, METHODS, UNSOURCED, work_out_sources
from banyan.apps.insight.queries.disclosure import disclose
from banyan.apps.insight.queries.masking.completeness import mask_completeness
from banyan.apps.insight.queries.question import Question, choose_cases
from banyan.apps.insight.queries.register import forget_register, read_register
from banyan.apps.registry.models import Notification
from banyan.science.burden import capture_recapture

WHOLE = Question(first=2019, last=2023)
KINDS = {"pathology": 0.85, "discharge": 0.7, "death": 0.5}


@pytest.fixture
def told_city(small_city):
    """Tell of most tumours by pathology and hospital, of half of the dead by a certificate; of some by nothing."""
    draw = np.random.default_rng(3)
    cases = read_register().cases.select("id", "incidence_date", "death_date", "dco_only")
    notices = []
    for pk, day, death, only in cases.iter_rows():
        for kind, share in KINDS.items():
            if draw.random() < share and not (only and kind != "death") and (death or kind != "death"):
                when = death if kind == "death" else day + timedelta(days=int(draw.exponential(20)))
                notices.append(Notification(tumour_id=pk, kind=kind, date=when))
    Notification.objects.bulk_create(notices)
    forget_register()
    return read_register()


def test_recapture_is_the_engines_on_the_same_cases(told_city):
    rows = pl.DataFrame(
        list(Notification.objects.values_list("tumour_id", "kind")), schema=["id", "kind"], orient="row"
    )
    flags = rows.group_by("id").agg((pl.col("kind") == kind).any().alias(kind) for kind in KINDS)
    cases = choose_cases(told_city, WHOLE).select("id").collect().join(flags, on="id")
    expected = capture_recapture(cases, list(KINDS)).estimates.row(0, named=True)

    answer = guard.answer_completeness(told_city, WHOLE)

    found = answer.estimates.filter(method="recapture").row(0, named=True)
    assert (found["observed"], found["estimate"], found["completeness_lower"]) == pytest.approx(
        (expected["observed"], expected["estimate"], expected["completeness_lower"])
    )
    assert answer.cells["cases"].sum() == cases.height
    assert answer.unsourced == choose_cases(told_city, WHOLE).select(pl.len()).collect().item() - cases.height
    assert set(answer.estimates["method"]) | set(answer.lacks) == set(METHODS)


def test_years_are_those_that_are_complete_and_counts_those_of_the_quality_page(told_city):
    answer = guard.answer_completeness(told_city, WHOLE)

    told = guard.answer_quality(told_city, WHOLE).by_year
    assert answer.stability["cases"].to_list() == told["cases"].to_list()[: answer.stability.height]
    assert answer.unstable == ""


def test_a_register_without_notifications_says_so(small_city):
    answer = work_out_sources(read_register(), WHOLE)

    assert answer.lacks == dict.fromkeys(METHODS, UNSOURCED)
    assert answer.estimates.is_empty()


def test_a_handful_of_cases_says_nothing(told_city):
    answer = work_out_sources(told_city, replace(WHOLE, place="09877"))

    assert answer.lacks == dict.fromkeys(METHODS, FEW)


def test_without_identities_only_the_whole_is_told_in_whole_per_cent_and_no_count(told_city):
    held = replace(told_city, disclosure=disclose(told_city))

    whole = guard.answer_completeness(held, WHOLE)
    parts = [
        guard.answer_completeness(held, replace(WHOLE, **part))
        for part in ({"site": "breast"}, {"sex": "2"}, {"place": "00004"}, {"skin": True}, {"first": 2020})
    ]

    figures = whole.estimates.select("completeness", "completeness_lower", "completeness_upper")
    assert figures.equals(figures.select(pl.all().round(0)))
    assert whole.estimates.select("observed", "estimate", "lower", "upper").null_count().row(0) == (
        (whole.estimates.height,) * 4
    )
    assert whole.estimates.height > 0
    assert (whole.cells.height, whole.unsourced) == (0, 0)
    assert [(each.estimates.height, each.lacks) for each in parts] == [(0, dict.fromkeys(METHODS, HELD))] * 5


@pytest.mark.parametrize(("smallest", "told"), [(4, False), (5, True)])
def test_a_small_group_of_cases_by_source_closes_the_whole(told_city, smallest, told):
    histories = ["001", "010", "011", "100", "101", "110", "111"]
    by_year = pl.DataFrame(
        {"year": [2021] * 7, "history": histories, "cases": [*[50] * 6, smallest]},
        schema_overrides={"year": pl.Int32},
    )
    full = work_out_sources(told_city, WHOLE)

    masked = mask_completeness(replace(full, by_year=by_year), disclose(told_city))

    assert (masked.estimates.height > 0) == told
    assert masked.by_year.is_empty()


def test_hidden_years_are_not_judged(told_city):
    held = replace(told_city, disclosure=disclose(told_city))

    answer = guard.answer_completeness(held, replace(WHOLE, place="00004"))

    assert (answer.unstable, answer.stability.height) == (HELD, 0)


def test_the_page_says_it_to_who_may_see_counts_and_to_who_may_not(told_city, client_as):
    pages = {
        role: client_as(role).get(reverse("figures-quality")).text
        for role in (Role.REGISTRAR, Role.EPIDEMIOLOGIST)
    }

    assert ["Ca theo nguồn báo" in page for page in pages.values()] == [True, False]
    assert ["Bắt – bắt lại, ba nguồn" in page for page in pages.values()] == [True, True]
    assert all('id="stability"' in page and 'id="completeness"' in page for page in pages.values())


def test_downloads_hold_what_the_page_tells(told_city, client_as):
    reader = client_as(Role.EPIDEMIOLOGIST)
    text = reader.get(f"{reverse('figures-quality')}completeness.csv").content.decode("utf-8-sig")
    rows = pl.read_csv("\n".join(line for line in text.splitlines() if not line.startswith("#")).encode())

    assert rows["observed"].null_count() == rows.height > 0
    assert rows["completeness"].to_list() == [round(value) for value in rows["completeness"]]
    assert reader.get(f"{reverse('figures-quality')}sources.csv").status_code == 404


@pytest.mark.parametrize(
    ("limits", "words"),
    [
        ([(92, 97), (91, 95)], "Mọi cách ước lượng đều cho tính đầy đủ trên 90\u00a0% (91 đến 97\u00a0%)."),
        ([(70, 80), (81, 89)], "Mọi cách ước lượng đều cho tính đầy đủ dưới 90\u00a0% (70 đến 89\u00a0%)."),
        (
            [(92, 97), (89, 95)],
            "Chưa rõ tính đầy đủ có đạt 90\u00a0%: các cách ước lượng cho 89 đến 97\u00a0%.",
        ),
        (
            [(92, 97), (70, 80)],
            "Chưa rõ tính đầy đủ có đạt 90\u00a0%: các cách ước lượng cho 70 đến 97\u00a0%.",
        ),
    ],
)
def test_the_sentence_says_no_more_than_all_intervals(limits, words):
    assert say_completeness([Estimate(sum(each) / 2, *each) for each in limits], 90) == words


def test_the_sentence_names_the_years_that_stand_out():
    assert say_stability([2020, 2021], [], 2014, 2023) == "2014–2023: ít ca bất thường năm 2020, 2021."
    assert (
        say_stability([], [], 2014, 2023) == "2014–2023: không năm nào lệch khỏi xu hướng của các năm khác."
    )
