from datetime import date

import pytest

from banyan.apps.insight.rules import TARGETS, grade_quality, is_provisional, place_against


@pytest.mark.parametrize(
    ("year", "today", "open_year"),
    [
        (2024, date(2026, 11, 24), True),
        (2024, date(2026, 12, 31), True),
        (2024, date(2027, 1, 1), False),
        (2023, date(2026, 1, 1), False),
        (2026, date(2026, 11, 24), True),
    ],
)
def test_is_provisional_until_two_years_after_the_year(year, today, open_year):
    assert is_provisional(year, today) is open_year


@pytest.mark.parametrize(("missed", "grade"), [(0, "A"), (1, "B"), (2, "C"), (3, "D"), (5, "D")])
def test_grade_quality_falls_by_one_for_each_target_missed(missed, grade):
    assert grade_quality(missed) == grade


@pytest.mark.parametrize(
    ("lower", "upper", "side"), [(1.0, 2.0, 0), (1.1, 2.0, 1), (0.1, 0.9, -1), (0.5, 1.0, 0), (0.5, 1.5, 0)]
)
def test_place_against_needs_the_whole_interval_on_one_side(lower, upper, side):
    assert place_against(lower, upper, 1.0) == side


@pytest.mark.parametrize(
    ("name", "value", "missed"),
    [
        ("mv", 74.96, False),  # printed 75,0
        ("mv", 74.94, True),
        ("mv", 99.06, True),  # too much microscopy is a warning too
        ("dco", 5.04, False),
        ("dco", 5.06, True),
        ("unknown_age", None, False),
    ],
)
def test_target_is_judged_as_printed(name, value, missed):
    assert TARGETS[name].is_missed(value) is missed
