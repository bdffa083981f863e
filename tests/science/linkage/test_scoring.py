"""Two records of one person, or of two: what the score says, and what holds of every score."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from banyan.science.linkage import (
    LIKELY,
    POSSIBLE,
    SURE,
    Identity,
    Level,
    Part,
    fold_name,
    score_pair,
    swap_day,
)
from banyan.science.linkage.dates import Birth, compare_births
from banyan.science.linkage.likeness import compare_names
from banyan.science.linkage.scoring import compare_numbers

HUONG = Identity(
    full_name="Nguyễn Thị Hường",
    birth_date=date(1968, 3, 12),
    birth_precision="day",
    sex="2",
    citizen_id="001168004127",
    insurance_number="GD4010117592308",
)
WORDS = st.sampled_from(
    [
        "Nguyễn",
        "Trần",
        "Lê",
        "Lý",
        "Lí",
        "Thị",
        "Văn",
        "Hường",
        "Hương",
        "Đức",
        "Đỗ",
        "An",
        "Anh",
        "Quý",
        "Quí",
        "Trinh",
    ]
)
NAMES = st.one_of(st.lists(WORDS, max_size=5).map(" ".join), st.text(max_size=12))
DATES = st.one_of(st.none(), st.dates(date(1920, 1, 1), date(2024, 12, 31)))
DIGITS = st.text("0123456789", min_size=9, max_size=12) | st.just("")
IDENTITIES = st.builds(
    Identity,
    full_name=NAMES,
    birth_date=DATES,
    birth_precision=st.sampled_from(["day", "month", "year"]),
    sex=st.sampled_from(["1", "2", "9", ""]),
    citizen_id=DIGITS,
    insurance_number=DIGITS,
)


@pytest.mark.parametrize(
    ("one", "other", "level"),
    [
        ("Nguyễn Thị Hường", "nguyễn  thị hường", Level.SAME),
        ("Nguyễn Thị Hường", "Nguyen Thi Huong", Level.FOLDED),
        ("Đỗ Văn Đức", "Do Van Duc", Level.FOLDED),
        ("Nguyễn Hòa", "Nguyễn Hoà", Level.FOLDED),
        ("Lý Văn Quý", "Lí Văn Quí", Level.SPELT),
        ("Trần Thị Trinh", "Trần Thị Chinh", Level.SPELT),
        ("Nguyễn Thị Hường", "Hường Nguyễn Thị", Level.ORDER),
        ("Nguyễn Thị Thu Hường", "Nguyễn Hường", Level.ORDER),
        ("Nguyễn Thị Hường", "Nguyễn Thị H", Level.BEGUN),
        ("Nguyễn Thị Hường", "Nguyễn Thj Hường", Level.CLOSE),
        ("Nguyễn Thị Hường", "Nguyễn Thị Hườg", Level.CLOSE),
        ("Nguyễn Thị Hường", "Nguyễn Văn Hường", Level.PARTLY),
        ("Nguyễn Thị Hường", "Nguyễn Thị Hoa", Level.OTHER),
        ("Nguyễn Thị Hường", "", None),
    ],
)
def test_names_agree_so_far(one, other, level):
    assert compare_names(one, other) == level
    assert compare_names(other, one) == level


@pytest.mark.parametrize(
    ("one", "other", "level"),
    [
        (("1968-03-12", "day"), ("1968-03-12", "day"), Level.SAME),
        (("1968-03-12", "day"), ("1968-12-03", "day"), Level.SWAPPED),
        (("1968-03-12", "day"), ("1968-03-13", "day"), Level.CLOSE),
        (("1968-03-12", "day"), ("1986-03-12", "day"), Level.OTHER),
        (("1968-03-12", "day"), ("1968-01-01", "year"), Level.YEAR),
        (("1968-03-12", "day"), ("1969-01-01", "year"), Level.PARTLY),
        (("1968-03-12", "day"), ("1968-03-01", "month"), Level.MONTH),
        (("1968-03-12", "day"), ("1968-07-25", "day"), Level.YEAR),
    ],
)
def test_dates_of_birth_agree_so_far(one, other, level):
    first, second = (Birth(date.fromisoformat(day), precision) for day, precision in (one, other))

    assert compare_births(first, second) == level
    assert compare_births(second, first) == level


def test_numbers_of_two_kinds_say_nothing_of_each_other():
    assert compare_numbers("001168004127", "011234567") is None
    assert compare_numbers("001168004127", "001168004172") == Level.CLOSE
    assert compare_numbers("001168004127", "001168004128") == Level.CLOSE
    assert compare_numbers("001168004127", "036168114127") == Level.OTHER


def test_a_card_of_fifteen_and_one_of_ten_are_one_number():
    short = Identity(insurance_number="0117592308")

    assert score_pair(HUONG, short).levels == {Part.INSURANCE: Level.SAME}


@pytest.mark.parametrize(
    ("changes", "least", "most"),
    [
        ({}, SURE, 100),
        ({"citizen_id": "", "insurance_number": ""}, LIKELY, SURE + 1),
        (
            {"full_name": "Nguyễn Thị Hoa", "citizen_id": "001168554310", "insurance_number": ""},
            -20,
            POSSIBLE,
        ),
        (
            {"birth_date": date(1941, 7, 1), "citizen_id": "001141004127", "insurance_number": ""},
            -20,
            POSSIBLE,
        ),
    ],
)
def test_twins_and_namesakes_are_told_from_one_person(changes, least, most):
    other = Identity(**{**HUONG.__dict__, **changes})

    assert least <= score_pair(HUONG, other).bits <= most


@given(IDENTITIES, IDENTITIES)
def test_the_order_of_the_two_does_not_matter(one, other):
    assert score_pair(one, other) == score_pair(other, one)


@given(IDENTITIES, IDENTITIES)
def test_nobody_is_more_like_a_record_than_its_own_copy(one, other):
    assert score_pair(one, one).bits >= score_pair(one, other).bits


@given(NAMES)
def test_folding_never_loses_an_exact_match(name):
    if fold_name(name):
        assert compare_names(name, fold_name(name)) in {Level.SAME, Level.FOLDED}
        assert compare_names(name, name.upper()) in {Level.SAME, Level.FOLDED}


@given(st.dates(date(1920, 1, 1), date(2024, 12, 31)))
def test_a_swapped_day_swaps_back(day):
    swapped = swap_day(day)

    assert swapped is None or swap_day(swapped) == day
