"""No sentence may say more than its interval, in either language."""

import re

import pytest
from django.utils import translation
from hypothesis import given
from hypothesis import strategies as st

from banyan.apps.insight.presenters import finding
from banyan.apps.insight.presenters.finding import Estimate

LANGUAGES = ("vi", "en")
UP = re.compile(r"\b(tăng|cao hơn|up|higher)\b(?! hay)", re.IGNORECASE)
DOWN = re.compile(r"\b(giảm|thấp hơn|down|lower)\b", re.IGNORECASE)
UNSURE = ("chưa rõ", "chưa phân biệt", "not clear", "cannot be told")
numbers = st.floats(-60, 60, allow_nan=False)


@st.composite
def estimates(draw, low: float = -60.0, high: float = 60.0, name: str = "x"):
    """An interval somewhere between the two numbers, and a value within it."""
    ends = sorted(draw(st.lists(st.floats(low, high, allow_nan=False), min_size=3, max_size=3)))
    return Estimate(ends[1], ends[0], ends[2], name)


def claims(text: str) -> set[str]:
    """Return the directions that a sentence claims; one that says it is not clear claims none."""
    if any(word in text.lower() for word in UNSURE):
        return set()
    return {side for side, words in (("up", UP), ("down", DOWN)) if words.search(text)}


def allowed(estimate: Estimate, reference: float, digits: int) -> set[str]:
    if round(estimate.lower, digits) > round(reference, digits):
        return {"up"}
    return {"down"} if round(estimate.upper, digits) < round(reference, digits) else set()


@pytest.mark.parametrize("language", LANGUAGES)
@given(change=estimates())
def test_say_trend_claims_what_the_interval_allows(language, change):
    with translation.override(language):
        text = finding.say_trend(change, 2015, 2023)

    assert claims(text) == allowed(change, 0.0, 1)


@pytest.mark.parametrize("language", LANGUAGES)
@given(ratio=estimates(0.01, 5.0))
def test_say_periods_claims_what_the_interval_allows(language, ratio):
    with translation.override(language):
        text = finding.say_periods(ratio, "2020–2024", "2015–2019")

    assert claims(text) == allowed(ratio, 1.0, 2)


@pytest.mark.parametrize("language", LANGUAGES)
@given(change=estimates())
def test_say_late_change_claims_what_the_interval_allows(language, change):
    with translation.override(language):
        text = finding.say_late_change(change, 2015, 2023)

    assert claims(text) == allowed(change, 0.0, 1)


@pytest.mark.parametrize("language", LANGUAGES)
@given(
    sites=st.lists(estimates(0.1, 60.0), min_size=1, max_size=8).map(
        lambda found: [Estimate(one.value, one.lower, one.upper, f"site{at}") for at, one in enumerate(found)]
    )
)
def test_say_ranking_names_a_leader_only_where_its_interval_stands_clear(language, sites):
    top = max(sites, key=lambda site: site.value)
    alone = all(round(site.upper, 1) < round(top.lower, 1) for site in sites if site is not top)

    with translation.override(language):
        ranking, late = finding.say_ranking(sites), finding.say_late_sites(sites)

    assert ranking.startswith((f"{top.name} đứng đầu", f"{top.name} leads")) == alone
    for text in (ranking, late):
        assert any(word in text.lower() for word in UNSURE) == (not alone)


@pytest.mark.parametrize("language", LANGUAGES)
@given(
    groups=st.lists(estimates(0.0, 60.0), min_size=18, max_size=18).map(
        lambda found: [Estimate(one.value, one.lower, one.upper, str(5 * at)) for at, one in enumerate(found)]
    )
)
def test_say_peak_names_one_group_only_where_its_interval_stands_clear(language, groups):
    top = max(groups, key=lambda group: group.value)
    rivals = [group for group in groups if round(group.upper, 1) >= round(top.lower, 1)]

    with translation.override(language):
        text = finding.say_peak(groups)

    one = {"vi": f"Cao nhất ở tuổi {top.name}:", "en": f"Highest at age {top.name}:"}[language]
    assert text.startswith(one) == (top.value > 0 and len(rivals) == 1)


@pytest.mark.parametrize("language", LANGUAGES)
@given(above=st.integers(0, 126), below=st.integers(0, 126), rest=st.integers(0, 126))
def test_say_wards_claims_nothing_where_no_ward_stands_apart(language, above, below, rest):
    with translation.override(language):
        text = finding.say_wards(above, below, rest)

    sides = {side for side, words in (("up", UP), ("down", DOWN)) if words.search(text)}
    assert sides == {side for side, count in (("up", above), ("down", below)) if count}


@pytest.mark.parametrize("language", LANGUAGES)
@given(early=estimates(0, 100, "I"), late=estimates(0, 100, "IV"))
def test_say_stages_apart_needs_intervals_that_do_not_touch(language, early, late):
    apart = round(early.lower, 1) > round(late.upper, 1)

    with translation.override(language):
        text = finding.say_stages_apart([early, late])

    assert any(word in text.lower() for word in UNSURE) == (not apart)


@pytest.mark.parametrize(
    ("language", "change", "said"),
    [
        ("vi", Estimate(3.8, 3.2, 4.4), "2015–2023: tăng 3,8\u00a0% mỗi năm (3,2 đến 4,4)."),
        ("en", Estimate(3.8, 3.2, 4.4), "2015–2023: up 3.8% a year (3.2 to 4.4)."),
        ("vi", Estimate(-1.5, -2.0, -1.0), "2015–2023: giảm 1,5\u00a0% mỗi năm (1,0 đến 2,0)."),
        ("vi", Estimate(0.7, -0.8, 2.3), "2015–2023: chưa rõ tăng hay giảm (mỗi năm −0,8 đến 2,3\u00a0%)."),
        ("en", Estimate(0.2, 0.04, 0.4), "2015–2023: not clear whether up or down (0.0 to 0.4% a year)."),
        ("en", None, "Too few complete years with cases to speak of a trend."),
    ],
)
def test_say_trend_reads_well(language, change, said):
    with translation.override(language):
        text = finding.say_trend(change, 2015, 2023)

    assert text == said


def test_say_quality_names_what_is_missed():
    with translation.override("en"):
        assert finding.say_quality(5, []) == "All 5 targets are met."
        assert finding.say_quality(4, ["Stage unknown"]) == "4 of 5 targets are met; missed: Stage unknown."
