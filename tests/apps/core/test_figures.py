from datetime import date, datetime
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest
from django.utils import translation
from hypothesis import given
from hypothesis import strategies as st

from banyan.apps.core.rules.figures import (
    format_date,
    format_duration,
    format_figure,
    format_interval,
    format_moment,
    format_percent,
    mask_number,
    place_interval,
    take_initials,
)

FLOATS = st.floats(min_value=-1e9, max_value=1e9, allow_nan=False)


@pytest.mark.parametrize(
    ("value", "digits", "vietnamese", "english"),
    [
        (9070, 0, "9.070", "9,070"),
        (34.4, 1, "34,4", "34.4"),
        (1234567.891, 2, "1.234.567,89", "1,234,567.89"),
        (-0.8, 1, "−0,8", "−0.8"),
        (-0.04, 1, "0,0", "0.0"),
        (0.25, 1, "0,3", "0.3"),
        (2.5, 0, "3", "3"),
        (Decimal("0.05"), 1, "0,1", "0.1"),
        (None, 1, "–", "–"),
        (float("nan"), 1, "–", "–"),
        (float("inf"), 1, "∞", "∞"),
    ],
)
def test_format_figure(value, digits, vietnamese, english):
    assert format_figure(value, digits, "vi") == vietnamese
    assert format_figure(value, digits, "en") == english


@given(FLOATS, st.integers(0, 6))
def test_format_figure_reads_back_in_both_languages(value, digits):
    vietnamese = format_figure(value, digits, "vi").replace("−", "-").replace(".", "").replace(",", ".")
    english = format_figure(value, digits, "en").replace("−", "-").replace(",", "")

    assert vietnamese == english
    assert abs(Decimal(english) - Decimal(str(value))) <= Decimal(5).scaleb(-digits - 1)


@given(FLOATS, st.integers(0, 6))
def test_format_figure_never_writes_a_negative_zero(value, digits):
    text = format_figure(value, digits, "en")

    assert not (text.startswith("−") and set(text) <= set("−0.,"))


def test_format_figure_follows_the_language_of_the_page():
    with translation.override("en"):
        assert format_figure(1234.5, 1) == "1,234.5"
    with translation.override("vi"):
        assert format_figure(1234.5, 1) == "1.234,5"


def test_format_percent_has_a_no_break_space_in_vietnamese_only():
    assert format_percent(95, 0, "vi") == "95\u00a0%"
    assert format_percent(91.06, 1, "en") == "91.1%"
    assert format_percent(None, 1, "vi") == "–"


def test_format_interval_joins_with_a_dash():
    assert format_interval(33.7, 35.1, 1, "vi") == "33,7–35,1"
    assert format_interval(33.7, 35.1, 1, "en") == "33.7–35.1"


def test_format_interval_with_a_negative_end_is_in_words():
    assert format_interval(-0.8, 2.3, 1, "vi") == "−0,8 đến 2,3"
    assert format_interval(-0.8, 2.3, 1, "en") == "−0.8 to 2.3"


def test_format_interval_of_nothing_is_one_dash():
    assert format_interval(None, None, 1, "vi") == "–"


@pytest.mark.parametrize("language", ["vi", "en"])
def test_format_date_puts_the_day_first_in_both_languages(language):
    assert format_date(date(2026, 4, 3), "day", language) == "03/04/2026"


def test_format_date_never_writes_what_is_not_known():
    assert format_date(date(2026, 10, 1), "month") == "10/2026"
    assert format_date(date(2026, 1, 1), "year") == "2026"
    assert format_date(None, "day", "vi") == "không rõ"
    assert format_date(None, "day", "en") == "unknown"


@given(st.dates())
def test_format_date_reads_back(day):
    written = format_date(day)

    assert (int(written[0:2]), int(written[3:5]), int(written[6:])) == (day.day, day.month, day.year)


def test_format_moment_is_in_the_time_of_the_city():
    assert format_moment(datetime(2026, 11, 23, 20, 5, tzinfo=ZoneInfo("UTC"))) == "24/11/2026 03:05"


@pytest.mark.parametrize(
    ("seconds", "vietnamese", "english"),
    [
        (1, "1 giây", "1 second"),
        (23, "25 giây", "25 seconds"),
        (61, "1 phút", "1 minute"),
        (7300, "2 giờ", "2 hours"),
    ],
)
def test_format_duration_in_one_unit(seconds, vietnamese, english):
    with translation.override("vi"):
        assert format_duration(seconds) == vietnamese
    with translation.override("en"):
        assert format_duration(seconds) == english


def test_mask_number_keeps_the_last_four():
    assert mask_number("001168004127") == "•••••••• 4127"
    assert mask_number("12345678") == "••••••••"
    assert mask_number("") == "–"


@given(st.text("0123456789", max_size=15))
def test_mask_number_hides_something_of_every_number(number):
    assert number == "" or number not in mask_number(number)


def test_take_initials_of_family_and_given_name():
    assert take_initials("Trần Thu Hà") == "TH"
    assert take_initials("Đỗ Phong") == "ĐP"
    assert take_initials("Hằng") == "H"
    assert take_initials("") == ""


def test_place_interval_stays_on_its_scale():
    assert place_interval(10, 20, 40, (0, 100)) == {
        "lower": "20.0",
        "value": "40.0",
        "upper": "80.0",
        "mark": "38.5",
    }
    assert place_interval(-5, 50, 500, (0, 100))["lower"] == "0.0"
    assert place_interval(-5, 50, 500, (0, 100))["upper"] == "200.0"
